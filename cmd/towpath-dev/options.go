package main

import (
	"cmp"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/invocation"
	"github.com/towpath/towpath/internal/simulator"
	"github.com/towpath/towpath/internal/simulator/book"
	"github.com/towpath/towpath/internal/simulator/buyers"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/temporalserver"
)

const (
	// humanSpeed plays the small book at a pace that a person can follow: a minute of it in a second.
	humanSpeed = 60
	// maxSpeed is the factor by which `--speed max` scales budgets, limits and delays. The clock itself is not
	// used then: the buyers wait for the platform instead.
	maxSpeed = 20_000
	// location is where the simulated merchant keeps his stock.
	location = "main"
	// defaultData is the data folder where none is named. towpath looks for a running towpath-dev there, too.
	defaultData = ".towpath"
)

// options are the flags.
type options struct {
	called       string // the name by which the program was called
	data         string
	orders       string
	rehearse     []string // the files of a merchant who rehearses his first day; none: it is no rehearsal
	speed        string
	stock        string
	shape        string
	fresh        bool
	exitWhenDone bool
	faults       string
	quirks       string
	sandboxes    bool // eBay's sandbox and a Shopify store for development, beside the marketplaces
	sync         string
	host, public string // of the marketplaces: where they listen, and the host that others reach them under
	ports        ports
}

type ports struct{ console, ui, temporal, markets int }

func defaultOptions() *options {
	return &options{
		called: os.Args[0], data: cmp.Or(os.Getenv("TOWPATH_DATA"), defaultData), speed: strconv.Itoa(humanSpeed), stock: string(book.StockAmple), shape: string(book.ShapeBook), sync: "full",
		ports: ports{console: 8480, ui: 8481, temporal: 7233, markets: 8490},
	}
}

// towpath is how the command line is called so that it finds this towpath-dev.
func (o *options) towpath() string {
	return invocation.Call(invocation.Beside(o.called, invocation.Program), o.elsewhere())
}

// again is how this program is called to go on from where it is.
func (o *options) again() string { return invocation.Call(o.called, o.elsewhere()) }

// elsewhere is the data folder where it has to be named: neither program looks there by itself.
func (o *options) elsewhere() string {
	if o.data == defaultData {
		return ""
	}
	return o.data
}

func (o *options) bookFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.orders, "orders", "", "order book to play (CSV as described in the README); none = a small one, for ever")
	f.StringVar(&o.speed, "speed", o.speed, "how many seconds of the book pass in one, or max: as fast as the platform keeps up")
	f.StringVar(&o.stock, "stock", o.stock, "how stock opens: ample (all that will be sold) or tight (30% of the SKUs short)")
	f.StringVar(&o.shape, "shape", o.shape, "book (orders as they are) or retail (orders of 1 to 5 lines, same totals)")
	f.BoolVar(&o.fresh, "fresh", false, "forget all earlier data and begin anew")
	f.StringVar(&o.faults, "faults", "", "none, occasional (default without --orders), or kinds with their rates, e.g. lost=0.05,throttle=0.01; towpath-dev faults -h lists them")
	f.StringVar(&o.quirks, "quirks", "", "usual (default without --orders): some orders are shipped by the channel, combined, on hold for a while, or ship from two places; or none")
	f.BoolVar(&o.sandboxes, "sandboxes", false, "also run a sandbox of eBay and a development store of Shopify, to publish to with --endpoint test (always, when neither --orders nor --exit-when-done is given)")
	f.IntVar(&o.ports.markets, "markets-port", o.ports.markets, "first port of the marketplaces; 0 picks free ones")
}

// serverFlags are those of what runs besides the marketplaces.
func (o *options) serverFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.sync, "sync", o.sync, "how often Temporal's database waits for the disk: full (every commit), or normal (faster; a power cut may lose the last moments of workflows, a kill loses nothing)")
	f.IntVar(&o.ports.console, "console-port", o.ports.console, "port of the console; 0 picks a free one")
	f.IntVar(&o.ports.ui, "ui-port", o.ports.ui, "port of the Temporal Web UI; 0 picks a free one")
	f.IntVar(&o.ports.temporal, "temporal-port", o.ports.temporal, "port of the Temporal server; 0 picks a free one")
}

// pace is the speed as a factor and whether the buyers wait for the platform instead of the clock.
func (o *options) pace() (factor float64, asFastAsPossible bool, err error) {
	if o.speed == "max" {
		return maxSpeed, true, nil
	}
	factor, err = strconv.ParseFloat(o.speed, 64)
	if err != nil || factor < 1 || factor > maxSpeed {
		return 0, false, usageError{fmt.Errorf("--speed %q: want a number from 1 to %d, or max", o.speed, maxSpeed)}
	}
	return factor, false, nil
}

// plan reads the book. A mistake in it names file, line and column.
func (o *options) plan() (*book.Plan, error) {
	b := book.Sample()
	if o.orders != "" {
		f, err := os.Open(o.orders)
		if err != nil {
			return nil, usageError{fmt.Errorf("--orders: %w", err)}
		}
		defer f.Close()
		if b, err = book.Read(f, o.orders); err != nil {
			return nil, usageError{err}
		}
	}
	shape, stock := book.Shape(o.shape), book.Stock(o.stock)
	if shape != book.ShapeBook && shape != book.ShapeRetail {
		return nil, usageError{fmt.Errorf("--shape %q: want %s or %s", o.shape, book.ShapeBook, book.ShapeRetail)}
	}
	if stock != book.StockAmple && stock != book.StockTight {
		return nil, usageError{fmt.Errorf("--stock %q: want %s or %s", o.stock, book.StockAmple, book.StockTight)}
	}
	return b.Plan(book.Options{Shape: shape, Stock: stock, Accounts: accountIDs()}), nil
}

// The choices of --quirks.
const (
	quirksNone  = "none"
	quirksUsual = "usual"
)

// quirksWord is whether orders have quirks. A book that is given is played as it is, unless it is asked for.
func (o *options) quirksWord() (string, error) {
	switch {
	case o.quirks == quirksUsual, o.quirks == "" && o.orders == "" && o.rehearse == nil:
		return quirksUsual, nil
	case o.quirks == quirksNone, o.quirks == "":
		return quirksNone, nil
	}
	return "", usageError{fmt.Errorf("--quirks %q: want %s or %s", o.quirks, quirksUsual, quirksNone)}
}

// secondLocation is where a Shopify shop keeps some of its goods.
const secondLocation = "gid://shopify/Location/61000000002"

// quirksOf are an account's, as its kind of marketplace has them.
func (o *options) quirksOf(kind channel.Kind) buyers.Quirks {
	if word, err := o.quirksWord(); err != nil || word == quirksNone {
		return buyers.Quirks{}
	}
	switch kind {
	case channel.Amazon:
		return buyers.Quirks{FBA: true}
	case channel.EBay:
		return buyers.Quirks{Combined: true}
	case channel.Shopify:
		return buyers.Quirks{Hold: "HIGH_RISK_OF_FRAUD", SecondLocation: secondLocation}
	}
	return buyers.Quirks{}
}

// faultRates are the faults that the marketplaces begin with.
func (o *options) faultRates() (faults.Rates, error) {
	switch {
	case o.faults == "occasional", o.faults == "" && o.orders == "":
		return faults.Occasional, nil
	case o.faults == "none", o.faults == "":
		return faults.Rates{}, nil
	}
	rates, err := parseFaults(faults.Rates{}, strings.Split(o.faults, ",")...)
	if err != nil {
		return faults.Rates{}, usageError{fmt.Errorf("--faults: want none, occasional or rates by name: %w", err)}
	}
	return rates, nil
}

// syncMode is how often Temporal's database waits for the disk.
func (o *options) syncMode() (temporalserver.Sync, error) {
	switch o.sync {
	case "full":
		return temporalserver.SyncFull, nil
	case "normal":
		return temporalserver.SyncNormal, nil
	}
	return "", usageError{fmt.Errorf("--sync %q: want full or normal", o.sync)}
}

// accounts are the simulated merchant's.
func (o *options) accounts() []simulator.AccountSpec {
	specs := []simulator.AccountSpec{
		{ID: "amazon-uk", Kind: channel.Amazon}, {ID: "ebay-uk", Kind: channel.EBay}, {ID: "shopify-uk", Kind: channel.Shopify},
	}
	if o.sandboxes {
		specs = append(specs, simulator.AccountSpec{ID: sandboxOf[channel.EBay], Kind: channel.EBay, Test: true},
			simulator.AccountSpec{ID: sandboxOf[channel.Shopify], Kind: channel.Shopify, Test: true})
	}
	for i := range specs {
		if o.ports.markets != 0 {
			specs[i].Port = o.ports.markets + i
		}
	}
	return specs
}

// sandboxOf are the accounts that stand for a channel's test endpoint, where that is a place of its own.
var sandboxOf = map[channel.Kind]string{channel.EBay: "ebay-sandbox", channel.Shopify: "shopify-dev"}

// demo tells whether this is the demonstration: no book is given, and it goes on for ever.
func (o *options) demo() bool { return o.orders == "" && o.rehearse == nil && !o.exitWhenDone }

// accountIDs are those with buyers.
func accountIDs() []string { return []string{"amazon-uk", "ebay-uk", "shopify-uk"} }

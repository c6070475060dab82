package devserver

import (
	"cmp"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/invocation"
	"github.com/towpath/towpath/internal/simulator/book"
	"github.com/towpath/towpath/internal/simulator/buyers"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/shopify"
	"github.com/towpath/towpath/internal/temporalserver"
)

const (
	// humanSpeed plays the small book at a pace that a person can follow: a minute of it in a second.
	humanSpeed = 60
	// maxSpeed is the factor by which `--speed max` scales budgets, limits and delays. The clock itself is not used
	// then: the buyers wait for the platform instead.
	maxSpeed = 20_000
	// location is where the simulated merchant keeps his stock.
	location = "main"
	// defaultData is the data folder if none is given. towpath also looks there for a running towpath-dev.
	defaultData = ".towpath"
)

// Options say what is run, and where. Defaults returns the default options.
type Options struct {
	Called   string // the name by which the program was called; printed commands begin with it
	Registry channel.Registry
	Data     string // data folder
	Orders   string // order book to play; empty: a small one
	// Rehearse are the files of a merchant who rehearses the first day; empty: no rehearsal.
	Rehearse     []string
	Speed        string // seconds of the book per second of real time, or max
	Stock        string // book.StockAmple or book.StockTight
	Shape        string // book.ShapeBook or book.ShapeRetail
	Accounts     int    // of the merchant; 0: one on each marketplace, named after its country
	Fresh        bool   // forget what earlier runs left in the data folder
	ExitWhenDone bool   // audit and end when the book is played and no work is in progress
	Faults       string // none, occasional, or kinds with their rates
	Quirks       string // none or usual; empty: usual unless a book or files are given
	Clerk        bool   // the merchant's clerk retries what is parked after a while
	FeedAbove    int    // of the simulated Amazon account: more levels than this at once go as a feed; 0 = the adapter's own limit
	Sandboxes    bool   // eBay's sandbox and a Shopify store for development, beside the marketplaces
	Sync         string // how often Temporal's database waits for the disk: full or normal
	Host, Public string // of the marketplaces: where they listen, and the host that others reach them under
	Ports        Ports
}

// Ports are the ports of the parts; 0 picks a free port. The marketplaces use Markets and the ports after it.
type Ports struct{ Console, UI, Temporal, Markets int }

// Defaults returns the options of a run without flags. The caller sets Called and Registry.
func Defaults() *Options {
	return &Options{
		Data: cmp.Or(os.Getenv("TOWPATH_DATA"), defaultData), Speed: strconv.Itoa(humanSpeed), Stock: string(book.StockAmple), Shape: string(book.ShapeBook), Sync: "full", Clerk: true,
		Ports: Ports{Console: 8480, UI: 8481, Temporal: 7233, Markets: 8490},
	}
}

// towpath returns the command that calls the command line so that it finds this towpath-dev.
func (o *Options) towpath() string {
	return invocation.Call(invocation.Beside(o.Called, invocation.Program), o.elsewhere())
}

// again returns the command that starts this program again to continue in the same folder.
func (o *Options) again() string { return invocation.Call(o.Called, o.elsewhere()) }

// elsewhere returns the data folder if it must be named in commands, or an empty string if both programs find it by
// themselves.
func (o *Options) elsewhere() string {
	if o.Data == defaultData {
		return ""
	}
	return o.Data
}

// pace returns the speed as a factor, and whether the buyers wait for the platform instead of the clock.
func (o *Options) pace() (factor float64, asFastAsPossible bool, err error) {
	if o.Speed == "max" {
		return maxSpeed, true, nil
	}
	factor, err = strconv.ParseFloat(o.Speed, 64)
	if err != nil || factor < 1 || factor > maxSpeed {
		return 0, false, UsageError{fmt.Errorf("--speed %q: want a number from 1 to %d, or max", o.Speed, maxSpeed)}
	}
	return factor, false, nil
}

// plan reads the book. Its error names file, line and column.
func (o *Options) plan() (*book.Plan, error) {
	b := book.Sample()
	if o.Orders != "" {
		f, err := os.Open(o.Orders)
		if err != nil {
			return nil, UsageError{fmt.Errorf("--orders: %w", err)}
		}
		defer f.Close()
		if b, err = book.Read(f, o.Orders); err != nil {
			return nil, UsageError{err}
		}
	}
	shape, stock := book.Shape(o.Shape), book.Stock(o.Stock)
	if shape != book.ShapeBook && shape != book.ShapeRetail {
		return nil, UsageError{fmt.Errorf("--shape %q: want %s or %s", o.Shape, book.ShapeBook, book.ShapeRetail)}
	}
	if stock != book.StockAmple && stock != book.StockTight {
		return nil, UsageError{fmt.Errorf("--stock %q: want %s or %s", o.Stock, book.StockAmple, book.StockTight)}
	}
	return b.Plan(book.Options{Shape: shape, Stock: stock, Accounts: o.accountIDs()}), nil
}

// The choices of --quirks.
const (
	quirksNone  = "none"
	quirksUsual = "usual"
)

// quirksWord returns whether orders have quirks. A given book is played without them, unless they are asked for.
func (o *Options) quirksWord() (string, error) {
	switch {
	case o.Quirks == quirksUsual, o.Quirks == "" && o.Orders == "" && o.Rehearse == nil:
		return quirksUsual, nil
	case o.Quirks == quirksNone, o.Quirks == "":
		return quirksNone, nil
	}
	return "", UsageError{fmt.Errorf("--quirks %q: want %s or %s", o.Quirks, quirksUsual, quirksNone)}
}

// secondLocation is where a Shopify shop keeps some of its goods.
const secondLocation = shopify.SecondLocation

// quirksOf returns the quirks of an account's orders by its kind of marketplace.
func (o *Options) quirksOf(kind channel.Kind) buyers.Quirks {
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

// faultRates returns the fault rates with which the marketplaces start.
func (o *Options) faultRates() (faults.Rates, error) {
	switch {
	case o.Faults == "occasional", o.Faults == "" && o.Orders == "":
		return faults.Occasional, nil
	case o.Faults == "none", o.Faults == "":
		return faults.Rates{}, nil
	}
	rates, err := ParseFaults(faults.Rates{}, strings.Split(o.Faults, ",")...)
	if err != nil {
		return faults.Rates{}, UsageError{fmt.Errorf("--faults: want none, occasional or rates by name: %w", err)}
	}
	return rates, nil
}

// syncMode returns how often Temporal's database waits for the disk.
func (o *Options) syncMode() (temporalserver.Sync, error) {
	switch o.Sync {
	case "full":
		return temporalserver.SyncFull, nil
	case "normal":
		return temporalserver.SyncNormal, nil
	}
	return "", UsageError{fmt.Errorf("--sync %q: want full or normal", o.Sync)}
}

// clerk reports whether the merchant's clerk retries what is parked. In a rehearsal that is for the person who rehearses.
func (o *Options) clerk() bool { return o.Clerk && o.Rehearse == nil }

// demo reports whether this is the demonstration: no book is given, and the run has no end.
func (o *Options) demo() bool { return o.Orders == "" && o.Rehearse == nil && !o.ExitWhenDone }

package main

import (
	"os"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/amazon"
	"github.com/towpath/towpath/internal/channel/ebay"
	"github.com/towpath/towpath/internal/channel/shopify"
	"github.com/towpath/towpath/internal/devserver"
)

// defaultOptions returns the options before any flag is read.
func defaultOptions() *devserver.Options {
	o := devserver.Defaults()
	o.Called = os.Args[0]
	o.Registry = channel.Registry{channel.Amazon: amazon.Open, channel.EBay: ebay.Open, channel.Shopify: shopify.Open}
	return o
}

// bookFlags adds the flags of commands that play an order book.
func bookFlags(cmd *cobra.Command, o *devserver.Options) {
	f := cmd.Flags()
	f.StringVar(&o.Orders, "orders", "", "order book to play (CSV as described in the README); none = a small one, without end")
	f.StringVar(&o.Speed, "speed", o.Speed, "how many seconds of the book pass in one, or max: as fast as the platform keeps up")
	f.StringVar(&o.Stock, "stock", o.Stock, "opening stock: ample (all that will be sold) or tight (too little of 30% of the SKUs)")
	f.StringVar(&o.Shape, "shape", o.Shape, "book (orders as they are) or retail (orders of 1 to 5 lines, same totals)")
	f.Func("accounts", "`N` accounts, on Amazon, eBay and Shopify in turn: amazon-1, ebay-1, shopify-1, amazon-2, ...; each lists the whole book, and its orders are spread over them (default: amazon-uk, ebay-uk and shopify-uk)", o.SetAccounts)
	f.BoolVar(&o.Fresh, "fresh", false, "delete all earlier data and start again")
	f.StringVar(&o.Faults, "faults", "", "none, occasional (default without --orders), or kinds with their rates, e.g. lost=0.05,throttle=0.01; towpath-dev faults -h lists them")
	f.StringVar(&o.Quirks, "quirks", "", "usual (default without --orders): some orders are shipped by the channel, combined, on hold for a while, or ship from two places; or none")
	f.BoolVar(&o.Clerk, "clerk", o.Clerk, "the merchant's clerk retries what is parked after half an hour of the book, so that it goes by itself; --clerk=false leaves it to you")
	f.IntVar(&o.FeedAbove, "feed-above", 0, "levels above which Amazon gets them as one feed; 0 = 250, or 20 at --speed max. A small number lets you rehearse faults of feeds")
	f.BoolVar(&o.Sandboxes, "sandboxes", false, "also run a sandbox of eBay and a development store of Shopify, to publish to with --endpoint test (always, when neither --orders nor --exit-when-done is given)")
	f.IntVar(&o.Ports.Markets, "markets-port", o.Ports.Markets, "first port of the marketplaces; 0 picks free ones")
}

// serverFlags adds the flags of what runs besides the marketplaces.
func serverFlags(cmd *cobra.Command, o *devserver.Options) {
	f := cmd.Flags()
	f.StringVar(&o.Sync, "sync", o.Sync, "how often Temporal's database waits for the disk: full (every commit), or normal (faster; a power cut may lose the last moments of workflows, a kill loses nothing)")
	f.IntVar(&o.Ports.Console, "console-port", o.Ports.Console, "port of the console; 0 picks a free one")
	f.IntVar(&o.Ports.UI, "ui-port", o.Ports.UI, "port of the Temporal Web UI; 0 picks a free one")
	f.IntVar(&o.Ports.Temporal, "temporal-port", o.Ports.Temporal, "port of the Temporal server; 0 picks a free one")
}

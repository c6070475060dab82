// Command bench measures Towpath end to end and prints tables: what one order costs in Temporal, by the server's
// own counters; how much of a budget four workers use; what 10,000 changed levels and 10,000 published products take; how soon after a sale
// a level is acknowledged at half of each channel's budget; what a backfill of two
// months does to the lag of the stock levels; and how fast an order book goes through. Nothing here passes or fails: figures depend on the machine.
//
//	go run ./integration/bench [-orders 200] [-book FILE] [-only cost|budget|levels|offered|listings|backfill|book]
//	go run ./integration/bench compare [-pairs 5] [-orders 300] [-book FILE] REV
//	go run ./integration/bench peer [-pairs 3] [-orders 200] OMS
//	go run ./integration/bench idle [-accounts 3,30,300] [-minutes 3] [-rev REV]
//	go run ./integration/bench hog [-pairs 3] [-orders 300] [-book FILE] [-share 0.25] [REV]
//	go run ./integration/bench pages [-orders 1000000] [-runs 1200000] [-accounts 50] [-times 20]
//	go run ./integration/bench open [-pages 200] [-pairs 3] [-orders 300] [-book FILE]
//	go run ./integration/bench growth [-only book|open|stored] [-book FILE] [-orders 0] [-open 100,1000,20000] [-stored 10000,1000000]
//
// Temporal's server runs in a process of its own, so that its processor time is its own, too. compare plays a book with two builds of Towpath in turn. peer
// takes orders through Temporal's reference order application and through Towpath in turn, on the same server with two sets of settings: those of Temporal's
// own command line, and ours. pages follows the console's links in a store with very much in it. open plays a book without and with so many open pages of the console. OMS is that application's program, which is no part of this repository.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
)

// realBook is a month of the Online Retail data set of the UCI Machine Learning Repository, as an order book. It is
// used if it is there, and the generated book that ships with the project otherwise.
const realBook = "../shared/data/online-retail/2010-12.csv"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := command(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// subcommands are the measurements with flags of their own.
var subcommands = map[string]func(ctx context.Context, args []string, out io.Writer) error{
	"compare": compareCommand, "pages": pagesCommand, "idle": idleCommand, "hog": hogCommand, "open": openCommand, hogProcess: burn, "growth": growthCommand,
	"peer": func(ctx context.Context, args []string, out io.Writer) error {
		p, err := peerCommand(args)
		if err != nil {
			return unlessHelp(err)
		}
		return comparePeer(ctx, p, out)
	},
	serving: func(ctx context.Context, args []string, out io.Writer) error { return serve(ctx, args, os.Stdin, out) },
}

func command(ctx context.Context) error {
	if len(os.Args) > 1 {
		if sub, found := subcommands[os.Args[1]]; found {
			return sub(ctx, os.Args[2:], os.Stdout)
		}
	}
	n := flag.Int("orders", 200, "orders whose cost is counted")
	book := flag.String("book", "", "order book to play; none = December 2010 if it is at "+realBook+", else a generated one")
	only := flag.String("only", "", "cost, budget, levels, offered, listings, backfill or book; none = all")
	flag.Parse()
	return benchmark(ctx, *n, *book, *only)
}

// unlessHelp returns no error for a call that only asked for help, which has been printed.
func unlessHelp(err error) error {
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	return err
}

func benchmark(ctx context.Context, n int, book, only string) error {
	ran := false
	for _, b := range []struct {
		name, doing string
		run         func() error
	}{
		{"cost", "count what an order costs", func() error { return cost(ctx, n, os.Stdout) }},
		{"budget", "use up a budget", func() error { return budget(ctx, os.Stdout) }},
		{"levels", "push changed levels", func() error { return levels(ctx, os.Stdout) }},
		{"offered", "offer levels at half of each budget", func() error { return offeredLags(ctx, os.Stdout) }},
		{"listings", "publish goods", func() error { return listings(ctx, os.Stdout) }},
		{"backfill", "backfill two months", func() error { return backfills(ctx, os.Stdout) }},
		{"book", "play the book", func() error { return play(ctx, bookOr(book), os.Stdout) }},
	} {
		if only != "" && only != b.name {
			continue
		}
		ran = true
		if err := b.run(); err != nil {
			return fmt.Errorf("%s: %w", b.doing, err)
		}
	}
	if !ran {
		return fmt.Errorf("-only %q: want cost, budget, levels, offered, listings, backfill or book", only)
	}
	return nil
}

// bookOr returns the book to play: the given one, or else the real one if it is there.
func bookOr(book string) string {
	if _, err := os.Stat(realBook); err == nil && book == "" {
		return realBook
	}
	return book
}

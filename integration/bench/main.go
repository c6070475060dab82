// Command bench measures Towpath end to end and prints tables: what one order costs in Temporal, by the server's
// own counters; how much of a budget four workers use; what 10,000 changed levels and 10,000 published products take; what a backfill of two
// months does to the lag of the stock levels; and how fast an order book goes through. Nothing here passes or fails: figures depend on the machine.
//
//	go run ./integration/bench [-orders 200] [-book FILE] [-only cost|budget|levels|listings|backfill|book]
//	go run ./integration/bench compare [-pairs 5] [-orders 300] [-book FILE] REV
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
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

func command(ctx context.Context) error {
	if len(os.Args) > 1 && os.Args[1] == "compare" {
		c, err := compareCommand(os.Args[2:])
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		if err != nil {
			return err
		}
		return compare(ctx, c, os.Stdout)
	}
	n := flag.Int("orders", 200, "orders whose cost is counted")
	book := flag.String("book", "", "order book to play; none = December 2010 if it is at "+realBook+", else a generated one")
	only := flag.String("only", "", "cost, budget, levels, listings, backfill or book; none = all")
	flag.Parse()
	return benchmark(ctx, *n, *book, *only)
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
		return fmt.Errorf("-only %q: want cost, budget, levels, listings, backfill or book", only)
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

// Command bench measures Towpath end to end and prints tables: what one order costs in Temporal, by the server's
// own counters, and how fast an order book goes through, with the lag of the stock levels. Nothing here passes
// or fails: figures depend on the machine.
//
//	go run ./integration/bench [-orders 200] [-book ../shared/data/online-retail/2010-12.csv] [-only cost|book]
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
)

// realBook is used when it is there; the generated book that ships with the project otherwise.
const realBook = "../shared/data/online-retail/2010-12.csv"

func main() {
	n := flag.Int("orders", 200, "orders whose cost is counted")
	book := flag.String("book", "", "order book to play; none = December 2010 if it is at "+realBook+", else a generated one")
	only := flag.String("only", "", "cost or book; none = both")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := bench(ctx, *n, *book, *only)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func bench(ctx context.Context, n int, book, only string) error {
	if only != "book" {
		if err := cost(ctx, n, os.Stdout); err != nil {
			return fmt.Errorf("count what an order costs: %w", err)
		}
	}
	if only == "cost" {
		return nil
	}
	if _, err := os.Stat(realBook); err == nil && book == "" {
		book = realBook
	}
	if err := play(ctx, book, os.Stdout); err != nil {
		return fmt.Errorf("play the book: %w", err)
	}
	return nil
}

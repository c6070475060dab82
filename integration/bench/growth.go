package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"slices"
	"time"
)

// growthAsked is what growth is asked for.
type growthAsked struct {
	only   string
	book   string
	orders int   // of the book that are one time the book; 0: all
	times  []int // the book
	open   []int // orders
	stored []int // orders
}

// growthPart is one of the tables of growth.
type growthPart struct {
	name, doing string
	run         func(context.Context, growthAsked, io.Writer) error
}

var growthParts = []growthPart{
	{"book", "play the book more than once", growthBook},
	{"open", "measure with ever more open orders", growthOpen},
	{"stored", "measure with ever more stored orders", growthStored},
}

// growthCommand reads `growth` and its flags, and measures.
func growthCommand(ctx context.Context, args []string, out io.Writer) error {
	a, err := readGrowth(args)
	if err != nil {
		return unlessHelp(err)
	}
	for _, p := range growthParts {
		if a.only != "" && a.only != p.name {
			continue
		}
		if err := p.run(ctx, a, out); err != nil {
			return fmt.Errorf("%s: %w", p.doing, err)
		}
	}
	return nil
}

func readGrowth(args []string) (a growthAsked, err error) {
	f := flag.NewFlagSet("growth", flag.ContinueOnError)
	f.StringVar(&a.only, "only", "", "book, open or stored; none = all")
	f.StringVar(&a.book, "book", realBook, "order book to play")
	f.IntVar(&a.orders, "orders", 0, "orders of the book that count as the book; 0: all")
	lists := []struct {
		name, usual, usage string
		to                 *[]int
	}{
		{"times", "1,2,4", "how many times the book is played, one after the other", &a.times},
		{"open", "100,1000,20000", "numbers of open orders", &a.open},
		{"stored", "10000,1000000", "numbers of stored orders", &a.stored},
	}
	words := make([]*string, len(lists))
	for i, l := range lists {
		words[i] = f.String(l.name, l.usual, l.usage+", with commas between them")
	}
	f.Usage = func() {
		fmt.Fprintln(f.Output(), "go run ./integration/bench growth [flags]\n\nMeasures what grows with the book, with open orders and with stored ones.")
		f.PrintDefaults()
	}
	if err := f.Parse(args); err != nil {
		return a, err
	}
	for i, l := range lists {
		if *l.to, err = numbers(*words[i]); err != nil {
			return a, fmt.Errorf("growth -%s: %w", l.name, err)
		}
		slices.Sort(*l.to)
	}
	known := a.only == "" || slices.ContainsFunc(growthParts, func(p growthPart) bool { return p.name == a.only })
	if !known || a.orders < 0 || f.NArg() > 0 {
		return a, fmt.Errorf("growth -only %q %v: want book, open or stored, no negative number of orders, and no arguments", a.only, f.Args())
	}
	return a, nil
}

// grown says in a sentence how a figure grows while something else does.
func grown(what string, from, to, before, after float64) string {
	if before <= 0 || after <= 0 || from == to {
		return ""
	}
	how := "hardly changes"
	switch ratio := (after / before) / (to / from); {
	case ratio > 1.25:
		how = "grows faster than in proportion"
	case ratio > 0.75:
		how = "grows in proportion"
	case after/before > 1.25:
		how = "grows, but less than in proportion"
	case after/before < 0.8:
		how = "falls"
	}
	return fmt.Sprintf("%s: times %.2f while that grows times %.0f: it %s.\n", what, after/before, to/from, how)
}

// timed returns how many milliseconds something takes.
func timed(do func() error) (float64, error) {
	began := time.Now()
	err := do()
	return float64(time.Since(began).Microseconds()) / 1000, err
}

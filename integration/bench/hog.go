package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"time"

	"github.com/towpath/towpath/internal/table"
)

// What is wanted of a build while a hog takes a quarter of the machine: seven tenths of the rate that the rest of the machine would give, and hardly
// a task of the server that is done in vain.
const (
	hogKeeps  = 0.7
	hogFailed = 0.1
)

// hogAsked is what hog is asked for.
type hogAsked struct {
	compared
	share float64 // of the machine's processors
}

// hogCommand reads `hog [REV]` and its flags, and measures.
func hogCommand(ctx context.Context, args []string, out io.Writer) error {
	a, err := readHog(args)
	if err != nil {
		return unlessHelp(err)
	}
	return hog(ctx, a, out)
}

func readHog(args []string) (a hogAsked, err error) {
	f := flag.NewFlagSet("hog", flag.ContinueOnError)
	f.IntVar(&a.pairs, "pairs", 3, "how often each build is run without and with the hog, in turn")
	f.IntVar(&a.orders, "orders", 300, "orders of the book that are played; 0: all")
	f.StringVar(&a.book, "book", realBook, "order book to play")
	f.Float64Var(&a.share, "share", 0.25, "of all processors that the hog takes")
	f.Usage = func() {
		fmt.Fprintln(f.Output(), "go run ./integration/bench hog [flags] [REV]\n\nPlays a book without and with a program beside it that only burns processor time, by this build and by that of a revision.")
		f.PrintDefaults()
	}
	if err := f.Parse(args); err != nil {
		return a, err
	}
	if a.rev = f.Arg(0); f.NArg() > 1 || a.pairs < 1 || a.orders < 0 || !(a.share > 0 && a.share < 1) {
		return a, fmt.Errorf("hog %v: want at most one revision after the flags, at least one pair, no negative number of orders, and a share between 0 and 1", f.Args())
	}
	return a, nil
}

// hogged are a build's runs, in pairs.
type hogged struct {
	build       string
	quiet, with []measured
	share       []float64 // that the hog has taken
}

func hog(ctx context.Context, a hogAsked, out io.Writer) error {
	dir, err := os.MkdirTemp("", "towpath-hog-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	book, err := firstOrders(a.book, a.orders, filepath.Join(dir, "book.csv"))
	if err != nil {
		return fmt.Errorf("read the book: %w", err)
	}
	builds, err := idleBuilds(ctx, a.rev, dir)
	if err != nil {
		return err
	}
	all := make([]hogged, len(builds))
	for n := range a.pairs {
		for i, b := range builds {
			all[i].build = b.name
			if err := all[i].pair(ctx, b.program, book, filepath.Join(dir, "data"), a.share); err != nil {
				return fmt.Errorf("pair %d of %s: %w", n+1, b.name, err)
			}
			fmt.Fprintf(os.Stderr, "pair %d of %d, %s: %.1f and %.1f orders/s\n", n+1, a.pairs, b.name, all[i].quiet[n].perSecond, all[i].with[n].perSecond)
		}
	}
	return printHog(out, a.share, all)
}

// pair plays the book once without and once with the hog.
func (h *hogged) pair(ctx context.Context, program, book, data string, share float64) error {
	m, err := measure(ctx, program, book, data)
	if err != nil {
		return err
	}
	h.quiet = append(h.quiet, m)
	began := time.Now()
	hog, err := startHog(ctx, share)
	if err != nil {
		return err
	}
	m, err = measure(ctx, program, book, data)
	used, lookErr := hog.look(ctx, false)
	took := time.Since(began)
	if err := errors.Join(err, lookErr, hog.stop()); err != nil {
		return err
	}
	h.with = append(h.with, m)
	h.share = append(h.share, used.cpu.Seconds()/took.Seconds()/float64(runtime.NumCPU()))
	return nil
}

// startHog starts this program again as a hog.
func startHog(ctx context.Context, share float64) (*running, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program, to be run as the hog: %w", err)
	}
	return startDev(ctx, self, hogProcess, strconv.FormatFloat(share, 'f', -1, 64))
}

func printHog(out io.Writer, share float64, all []hogged) error {
	rows := [][]table.Cell{idleRow("BUILD", "QUIET/S", "HOG/S", "RATIO", "FROM", "TO", "HOG TOOK", "FAILED TASKS/ORDER QUIET", "WITH HOG")}
	for _, h := range all {
		var quiet, with, ratios, failedQuiet, failed []float64
		for i := range h.quiet {
			q, w := h.quiet[i], h.with[i]
			quiet, with, ratios = append(quiet, q.perSecond), append(with, w.perSecond), append(ratios, w.perSecond/q.perSecond)
			failedQuiet, failed = append(failedQuiet, q.failed), append(failed, w.failed)
		}
		rows = append(rows, idleRow(h.build, two(median(quiet)), two(median(with)), two(median(ratios)), two(slices.Min(ratios)), two(slices.Max(ratios)),
			fmt.Sprintf("%.0f%%", 100*median(h.share)), two(median(failedQuiet)), two(median(failed))))
	}
	fmt.Fprintf(out, "%d pairs of %d orders, without and with a hog; medians\n\n", len(all[0].quiet), all[0].quiet[0].orders)
	if err := table.Write(out, rows); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "\nWanted with a hog: a ratio of at least %.3f (%.1f of the %.0f%% that are left),\nand fewer than %.1f failed tasks of the server an order.\n",
		hogKeeps*(1-share), hogKeeps, 100*(1-share), hogFailed)
	return err
}

func two(f float64) string { return fmt.Sprintf("%.2f", f) }

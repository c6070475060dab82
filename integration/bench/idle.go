package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// idleAsked is what idle is asked for.
type idleAsked struct {
	accounts []int
	window   time.Duration
	settle   time.Duration
	rev      string // a build that is compared with; empty: none
}

// idleCommand reads `idle` and its flags, and measures.
func idleCommand(ctx context.Context, args []string, out io.Writer) error {
	asked, err := readIdle(args)
	if err != nil {
		return unlessHelp(err)
	}
	return idle(ctx, asked, out)
}

func readIdle(args []string) (a idleAsked, err error) {
	f := flag.NewFlagSet("idle", flag.ContinueOnError)
	list := f.String("accounts", "3,30,300", "numbers of accounts, with commas between them")
	minutes := f.Float64("minutes", 3, "how long is measured; scans of eBay and Shopify come every minute, of Amazon every three, the sweep every five: 15 has whole numbers of each")
	f.DurationVar(&a.settle, "settle", time.Minute, "how long a program that has nothing left to do is left alone first")
	f.StringVar(&a.rev, "rev", "", "also measure the build of this revision; with three accounts only if it has no --accounts")
	f.Usage = func() {
		fmt.Fprintln(f.Output(), "go run ./integration/bench idle [flags]\n\nMeasures what accounts cost that have nothing to do, at the speed of real marketplaces.")
		f.PrintDefaults()
	}
	if err := f.Parse(args); err != nil {
		return a, err
	}
	if a.accounts, err = numbers(*list); err != nil {
		return a, fmt.Errorf("idle -accounts: %w", err)
	}
	a.window = time.Duration(*minutes * float64(time.Minute))
	if a.window < time.Second || a.settle < 0 || f.NArg() > 0 {
		return a, fmt.Errorf("idle %v: want no arguments, at least a second to measure, and no negative time to settle", f.Args())
	}
	return a, nil
}

// numbers reads whole numbers above 0 with commas between them.
func numbers(list string) (all []int, err error) {
	for _, word := range strings.Split(list, ",") {
		n, err := strconv.Atoi(word)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("%q: want whole numbers above 0, such as 3,30,300", list)
		}
		all = append(all, n)
	}
	return all, nil
}

// idleBook has one product and nobody who buys it.
const idleBook = `InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
536365,LAMP,A LAMP,5,2026-03-02 06:00:00,0,,United Kingdom
`

// idle measures each number of accounts with this build, and with another one where that is asked for and can be.
func idle(ctx context.Context, a idleAsked, out io.Writer) error {
	dir, err := os.MkdirTemp("", "towpath-idle-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	book := filepath.Join(dir, "book.csv")
	if err := os.WriteFile(book, []byte(idleBook), 0o600); err != nil {
		return err
	}
	builds, err := idleBuilds(ctx, a.rev, dir)
	if err != nil {
		return err
	}
	var all []idleFigures
	for _, n := range a.accounts {
		for _, b := range builds {
			if !b.many && n != marketplaces {
				continue
			}
			one, err := b.idle(ctx, a, n, book, filepath.Join(dir, "data"))
			if err != nil {
				return fmt.Errorf("%s with %d accounts: %w", b.name, n, err)
			}
			all = append(all, one)
			fmt.Fprintf(os.Stderr, "%s, %d accounts: %.0f CPU ms a minute\n", b.name, n, one.cpu)
		}
	}
	if err := printIdle(out, all); err != nil {
		return err
	}
	return idleScan(ctx, out)
}

// marketplaces is how many accounts there are without --accounts: one on each.
const marketplaces = 3

// idleBuild is a program to measure.
type idleBuild struct {
	name, program string
	many          bool // it has --accounts, and counts when it is asked
}

func idleBuilds(ctx context.Context, rev, dir string) (list []idleBuild, err error) {
	if rev != "" {
		before, err := buildRevision(ctx, rev, dir)
		if err != nil {
			return nil, err
		}
		many, err := hasFlag(ctx, before, "--accounts")
		if err != nil {
			return nil, err
		}
		list = append(list, idleBuild{name: rev, program: before, many: many})
	}
	after, err := buildThis(ctx, dir)
	return append(list, idleBuild{name: "this build", program: after, many: true}), err
}

// idleFigures are what accounts without work cost a program.
type idleFigures struct {
	build          string
	accounts       int
	start          time.Duration // until it said that it runs
	cpu            float64       // milliseconds of processor time a minute
	memory         float64       // MB
	counted        bool
	perHour        map[string]float64 // the rows of the counts
	actions, write float64            // of Temporal, an hour
}

// idle starts a program, waits until it has nothing to do, and measures it.
func (b idleBuild) idle(ctx context.Context, a idleAsked, n int, book, data string) (f idleFigures, err error) {
	args := playing(data, book, "--speed", "1")
	if b.many {
		args = append(args, "--accounts", strconv.Itoa(n))
	}
	began := time.Now()
	r, err := startDev(ctx, b.program, args...)
	if err != nil {
		return f, err
	}
	defer func() { err = errors.Join(err, r.stop()) }()
	if err := r.until(ctx, "it runs", patience, runs); err != nil {
		return f, err
	}
	f = idleFigures{build: b.name, accounts: n, start: time.Since(began)}
	if err := r.until(ctx, "nothing is left to do", patience, nothingLeft); err != nil {
		return f, err
	}
	if err := rest(ctx, a.settle); err != nil {
		return f, err
	}
	err = f.measure(ctx, r, b.many, a.window)
	return f, err
}

// measure measures what a program uses in the window.
func (f *idleFigures) measure(ctx context.Context, r *running, counts bool, window time.Duration) error {
	before, err := r.look(ctx, counts)
	if err != nil {
		return err
	}
	began := time.Now()
	if err := rest(ctx, window); err != nil {
		return err
	}
	took := time.Since(began)
	after, err := r.look(ctx, counts)
	if err != nil {
		return err
	}
	f.cpu = float64((after.cpu - before.cpu).Milliseconds()) / took.Minutes()
	f.memory = float64(after.memory) / 1e6
	if !counts {
		return nil
	}
	f.counted, f.perHour = true, make(map[string]float64)
	for name, n := range after.counts {
		f.perHour[name] = float64(n-before.counts[name]) / took.Hours()
	}
	f.actions, f.write = f.perHour[actionsCount], f.perHour[writesCount]
	return nil
}

// runs reports whether a program has said that it runs.
func runs(lines []string) bool { return slices.Contains(lines, "Towpath is running:") }

// A program has nothing left to do when so many lines of its progress in a row say so.
const quietLines = 3

var (
	progressLine = regexp.MustCompile(` · book .* (\d+)/(\d+) · `)
	emptyLine    = regexp.MustCompile(` · open 0 · shipped \d+ · levels to push 0$`)
)

// nothingLeft reports whether the last lines of a program's progress show the book at its end, no open order and no level to push.
func nothingLeft(lines []string) bool {
	quiet := 0
	for _, line := range lines {
		m := progressLine.FindStringSubmatch(line)
		switch {
		case m == nil:
		case m[1] == m[2] && emptyLine.MatchString(line):
			quiet++
		default:
			quiet = 0
		}
	}
	return quiet >= quietLines
}

// rest waits.
func rest(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

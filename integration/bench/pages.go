package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/console"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/bulk"
	"github.com/towpath/towpath/internal/table"
)

// pagesAsked is what pages is asked for.
type pagesAsked struct {
	orders, runs, accounts, times int
	data                          string // folder of a store that is kept and used again; empty: one for this time
}

// pagesCommand reads `pages` and its flags, and measures.
func pagesCommand(ctx context.Context, args []string, out io.Writer) error {
	var a pagesAsked
	f := flag.NewFlagSet("pages", flag.ContinueOnError)
	f.IntVar(&a.orders, "orders", 1_000_000, "stored orders, each with an item of a run")
	f.IntVar(&a.runs, "runs", 1_200_000, "further stored runs")
	f.IntVar(&a.accounts, "accounts", 50, "accounts")
	f.IntVar(&a.times, "times", 20, "how often each page is fetched")
	f.StringVar(&a.data, "data", "", "folder of the store: filled the first time, and used again with the same numbers after that (default: a new one, removed at the end)")
	f.Usage = func() {
		fmt.Fprintln(f.Output(), "go run ./integration/bench pages [flags]\n\nFollows the links of the console in a store with very much in it, and measures each page.")
		f.PrintDefaults()
	}
	if err := f.Parse(args); err != nil {
		return unlessHelp(err)
	}
	if a.orders < 1 || a.runs < 0 || a.accounts < 1 || a.times < 1 || f.NArg() > 0 {
		return fmt.Errorf("pages: want numbers above 0, and nothing else")
	}
	return measurePages(ctx, a, out)
}

// measurePages fills a store and serves its console.
func measurePages(ctx context.Context, a pagesAsked, out io.Writer) error {
	s, err := filled(ctx, a)
	if err != nil {
		return err
	}
	defer s.close()
	server := httptest.NewServer(console.New(s.starter, console.Options{}))
	defer server.Close()
	site := crawl{base: server.URL, client: server.Client(), times: a.times}
	began := time.Now()
	if _, _, err := site.get(ctx, "/", "identity"); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(out, "The first page after a start takes %s ms.\n", ms(time.Since(began))); err != nil {
		return err
	}
	kinds, err := site.all(ctx)
	if err != nil {
		return err
	}
	if err := printPages(out, a, kinds); err != nil {
		return err
	}
	return openPage(ctx, site, out)
}

// filled opens a shop with a full store: in the folder that was asked for, where it may be full already, or in one that is removed at the end.
func filled(ctx context.Context, a pagesAsked) (*shop, error) {
	dir, err := a.data, error(nil)
	if dir == "" {
		if dir, err = os.MkdirTemp("", "towpath-pages-"); err != nil {
			return nil, err
		}
	} else if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	full := filepath.Join(dir, "full")
	s, err := openWide(ctx, dir, a.accounts)
	if err != nil {
		return nil, err
	}
	if a.data == "" {
		s.closers = append([]func(){func() { _ = os.RemoveAll(dir) }}, s.closers...)
	}
	if _, err := os.Stat(full); err == nil {
		return s, nil
	}
	fmt.Fprintf(os.Stderr, "writing %d orders and %d runs ...\n", a.orders, a.runs)
	if err := bulk.FillWithRuns(ctx, s.store, a.orders, a.runs); err != nil {
		s.close()
		return nil, err
	}
	if a.data == "" {
		return s, nil
	}
	return s, os.WriteFile(full, nil, 0o600)
}

// openWide opens a shop without marketplaces, with so many accounts.
func openWide(ctx context.Context, dir string, accounts int) (*shop, error) {
	as := unbound()
	for i := range bulk.SKUs {
		as.skus = append(as.skus, fmt.Sprintf("SKU-%d", i))
	}
	s := &shop{setup: as, callLogs: map[string]*callLog{}}
	kinds := []channel.Kind{channel.Amazon, channel.EBay, channel.Shopify}
	for i := range accounts {
		s.accounts = append(s.accounts, message.Account{ID: fmt.Sprintf("account-%03d", i), Channel: kinds[i%len(kinds)], Endpoint: channel.Production})
	}
	for _, step := range []func(context.Context, string) error{s.openTemporal, s.openStore, s.openStarter} {
		if err := step(ctx, dir); err != nil {
			s.close()
			return nil, err
		}
	}
	return s, nil
}

// printPages prints the slowest kinds of pages first.
func printPages(out io.Writer, a pagesAsked, kinds []pageKind) error {
	slices.SortFunc(kinds, func(a, b pageKind) int { return int(b.p99() - a.p99()) })
	rows := [][]table.Cell{idleRow("PAGE", "FETCHED", "P50 MS", "P99 MS", "KB")}
	slow, large := 0, 0
	for _, k := range kinds {
		if k.p99() > pageWithin {
			slow++
		}
		if k.size > pageSize {
			large++
		}
		rows = append(rows, idleRow(k.name, fmt.Sprint(len(k.took)), ms(k.p50()), ms(k.p99()), fmt.Sprintf("%.0f", float64(k.size)/1000)))
	}
	if err := table.Write(out, rows); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "%d kinds of pages among %d orders, %d more runs and %d accounts: %d take longer than %s (p99), %d are larger than %d kB with what they load.\n",
		len(kinds), a.orders, a.runs, a.accounts, slow, pageWithin, large, pageSize/1000)
	return err
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f", float64(d.Microseconds())/1000) }

// How long open pages are watched, and how many of them.
const (
	openFor   = time.Minute
	openPages = 20
)

// openPage does what the scripts of open pages do while there is nothing new, and prints what one takes of the processor's time of this process, which
// is also the browser, above what it takes without them.
func openPage(ctx context.Context, site crawl, out io.Writer) error {
	without, _, err := watchPages(ctx, site, 0)
	if err != nil {
		return err
	}
	with, asked, err := watchPages(ctx, site, openPages)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%d open pages that have nothing new: %d questions; one takes %s ms of the processor in a minute (all %s ms, none %s ms).\n",
		openPages, asked, ms((with-without)/openPages), ms(with), ms(without))
	return err
}

// watchPages leaves n pages open for a while, and returns the processor's time and how often they asked for changes after their first question: a page
// stays open for hours.
func watchPages(ctx context.Context, site crawl, n int) (used time.Duration, asked int64, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var questions atomic.Int64
	var opened sync.WaitGroup
	opened.Add(n)
	var g errgroup.Group
	for range n {
		g.Go(func() error { return leaveOpen(ctx, site, &questions, opened.Done) })
	}
	opened.Wait()
	before, began := questions.Load(), cpuTime()
	time.AfterFunc(openFor, cancel)
	<-ctx.Done()
	used, asked = cpuTime()-began, questions.Load()-before
	return used, asked, g.Wait()
}

// leaveOpen asks for changes as the script of an open page does, until ctx ends. opened is called after the first answer, whatever it is.
func leaveOpen(ctx context.Context, site crawl, questions *atomic.Int64, opened func()) error {
	version, first := "", sync.OnceFunc(opened)
	defer first()
	for {
		var answer struct {
			Version string
			Rest    int64 // milliseconds
		}
		switch err := site.json(ctx, "/changes?since="+version, &answer); {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			return err
		}
		questions.Add(1)
		first()
		version = answer.Version
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(time.Duration(answer.Rest) * time.Millisecond):
		}
	}
}

// cpuTime is what this process has used so far.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

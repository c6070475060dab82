package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/towpath/towpath/internal/table"
)

// openKeeps is what is wanted of the rate of a book while very many pages are open.
const openKeeps = 0.95

// openAsked is what open is asked for.
type openAsked struct {
	compared
	pages int
}

// openCommand reads `open` and its flags, and measures.
func openCommand(ctx context.Context, args []string, out io.Writer) error {
	var a openAsked
	f := flag.NewFlagSet("open", flag.ContinueOnError)
	f.IntVar(&a.pages, "pages", 200, "open pages of the console")
	f.IntVar(&a.pairs, "pairs", 3, "how often the book is played without and with them, in turn")
	f.IntVar(&a.orders, "orders", 300, "orders of the book that are played; 0: all")
	f.StringVar(&a.book, "book", realBook, "order book to play")
	f.Usage = func() {
		fmt.Fprintln(f.Output(), "go run ./integration/bench open [flags]\n\nPlays a book without and with very many open pages of the console, which ask and are fetched as the script of a page does.")
		f.PrintDefaults()
	}
	if err := f.Parse(args); err != nil {
		return unlessHelp(err)
	}
	if f.NArg() > 0 || a.pages < 1 || a.pairs < 1 || a.orders < 0 {
		return fmt.Errorf("open %v: want at least one page and one pair, no negative number of orders, and nothing else", f.Args())
	}
	return open(ctx, a, out)
}

func open(ctx context.Context, a openAsked, out io.Writer) error {
	dir, err := os.MkdirTemp("", "towpath-open-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	book, err := firstOrders(a.book, a.orders, filepath.Join(dir, "book.csv"))
	if err != nil {
		return fmt.Errorf("read the book: %w", err)
	}
	program, err := buildThis(ctx, dir)
	if err != nil {
		return err
	}
	rows := [][]table.Cell{idleRow("PAIR", "WITHOUT/S", "WITH/S", "RATIO", "FETCHED")}
	var ratios []float64
	for n := range a.pairs {
		without, err := measure(ctx, program, book, filepath.Join(dir, "data"))
		if err != nil {
			return err
		}
		with, fetched, err := watched(ctx, program, book, filepath.Join(dir, "data"), a.pages)
		if err != nil {
			return err
		}
		ratios = append(ratios, with.perSecond/without.perSecond)
		rows = append(rows, idleRow(fmt.Sprint(n+1), two(without.perSecond), two(with.perSecond), two(ratios[n]), fmt.Sprint(fetched)))
		fmt.Fprintf(os.Stderr, "pair %d of %d: %.1f and %.1f orders/s\n", n+1, a.pairs, without.perSecond, with.perSecond)
	}
	if err := table.Write(out, rows); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "With %d open pages, which this program reads on the same machine: %.2f of the rate (%.2f to %.2f); wanted at least %.2f.\n",
		a.pages, median(ratios), slices.Min(ratios), slices.Max(ratios), openKeeps)
	return err
}

// watched plays the book while pages are open, and returns how often they were fetched.
func watched(ctx context.Context, program, book, data string, pages int) (m measured, fetched int64, err error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return m, 0, err
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err := l.Close(); err != nil {
		return m, 0, err
	}
	if err != nil {
		return m, 0, err
	}
	reading, stop := context.WithCancel(ctx)
	defer stop()
	tab := browserTab{base: "http://127.0.0.1:" + port, client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: pages}}}
	var tabs errgroup.Group
	for i := range pages {
		tabs.Go(func() error { tab.stay(reading, openPaths[i%len(openPaths)]); return nil })
	}
	m, err = measure(ctx, program, book, data, "--console-port", port)
	stop()
	_ = tabs.Wait()
	return m, tab.fetched.Load(), err
}

// openPaths are the pages that are open, in turn.
var openPaths = []string{"/", "/orders", "/activity", "/orders?view=to-process", "/stock", "/errors", "/runs"}

// browserTab does what the scripts of open pages do.
type browserTab struct {
	base    string
	client  *http.Client
	fetched atomic.Int64
}

var shownVersion = regexp.MustCompile(`data-version="([^"]*)"`)

// stay keeps a page open until the context ends: it asks for changes, rests as it is told, and fetches the page. Nobody answers before the console has started.
func (b *browserTab) stay(ctx context.Context, path string) {
	for ctx.Err() == nil {
		page, err := b.fetch(ctx, path)
		rest := 2 * time.Second
		if version := shownVersion.FindSubmatch(page); err == nil && version != nil {
			b.fetched.Add(1)
			var answer struct {
				Version string
				Rest    int64 // milliseconds
			}
			for answer.Version = string(version[1]); err == nil && ctx.Err() == nil && answer.Version == string(version[1]); {
				var text []byte
				if text, err = b.fetch(ctx, "/changes?since="+string(version[1])); err == nil {
					err = json.Unmarshal(text, &answer)
				}
			}
			rest = max(rest, time.Duration(answer.Rest)*time.Millisecond)
		}
		select {
		case <-ctx.Done():
		case <-time.After(rest):
		}
	}
}

func (b *browserTab) fetch(ctx context.Context, path string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, b.base+path, http.NoBody)
	if err != nil {
		return nil, err
	}
	answer, err := b.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: answered %s", path, answer.Status)
	}
	return io.ReadAll(answer.Body)
}

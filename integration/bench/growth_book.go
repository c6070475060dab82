package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/table"
)

// bookTime is how a book writes its times, and bookMonth how much later a book begins again.
const (
	bookTime  = "2006-01-02 15:04:05"
	bookMonth = 31 * 24 * time.Hour
)

// growthBook plays the book once, twice and more often in a row, each from nothing.
func growthBook(ctx context.Context, a growthAsked, out io.Writer) error {
	dir, err := os.MkdirTemp("", "towpath-growth-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	once, err := firstOrders(a.book, a.orders, filepath.Join(dir, "once.csv"))
	if err != nil {
		return fmt.Errorf("read the book: %w", err)
	}
	program, err := buildThis(ctx, dir)
	if err != nil {
		return err
	}
	var all []measured
	for _, n := range a.times {
		text, err := os.ReadFile(once)
		if err != nil {
			return err
		}
		book := filepath.Join(dir, fmt.Sprintf("times-%d.csv", n))
		if text, err = repeated(text, n); err == nil {
			err = os.WriteFile(book, text, 0o600)
		}
		if err != nil {
			return fmt.Errorf("repeat the book: %w", err)
		}
		m, err := measure(ctx, program, book, filepath.Join(dir, "data"))
		if err != nil {
			return fmt.Errorf("%d times the book: %w", n, err)
		}
		all = append(all, m)
		fmt.Fprintf(os.Stderr, "%d times the book: %.1f orders/s\n", n, m.perSecond)
	}
	return printGrowthBook(out, a.times, all)
}

// repeated returns a book that is followed by itself n-1 times: each time a month later, with other numbers of invoices. What a kind of number means
// is in its first letter, which stays.
func repeated(book []byte, n int) ([]byte, error) {
	rows, err := csv.NewReader(bytes.NewReader(book)).ReadAll()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	for round := range n {
		for i, row := range rows {
			if i == 0 {
				if round > 0 {
					continue
				}
			} else if row, err = later(row, round); err != nil {
				return nil, fmt.Errorf("line %d: %w", i+1, err)
			}
			if err := w.Write(row); err != nil {
				return nil, err
			}
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// later returns a row as it is in the book's n-th repetition.
func later(row []string, n int) ([]string, error) {
	const number, date = 0, 4
	if n == 0 {
		return row, nil
	}
	at, err := time.Parse(bookTime, row[date])
	if err != nil {
		return nil, err
	}
	next := append([]string(nil), row...)
	digits := strings.TrimLeft(row[number], "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	next[number] = row[number][:len(row[number])-len(digits)] + fmt.Sprint(n) + digits
	next[date] = at.Add(time.Duration(n) * bookMonth).Format(bookTime)
	return next, nil
}

func printGrowthBook(out io.Writer, times []int, all []measured) error {
	rows := [][]table.Cell{idleRow("TIMES THE BOOK", "ORDERS", "ORDERS/S", "CPU MS/ORDER", "DISK KB/ORDER", "PUSH P99 MS", "FAILED TASKS/ORDER")}
	for i, m := range all {
		rows = append(rows, idleRow(fmt.Sprint(times[i]), fmt.Sprint(m.orders), two(m.perSecond), fmt.Sprintf("%.0f", m.cpu), fmt.Sprintf("%.0f", m.disk),
			fmt.Sprintf("%.0f", m.push), two(m.failed)))
	}
	fmt.Fprint(out, "\nThe book played several times in a row, each from nothing\n\n")
	if err := table.Write(out, rows); err != nil {
		return err
	}
	fmt.Fprintln(out)
	first, last := all[0], all[len(all)-1]
	for _, f := range []struct {
		what          string
		before, after float64
	}{
		{"orders/s", first.perSecond, last.perSecond}, {"CPU time of an order", first.cpu, last.cpu},
		{"disk of an order", first.disk, last.disk}, {"saved to pushed, p99", first.push, last.push},
	} {
		fmt.Fprint(out, grown(f.what, float64(first.orders), float64(last.orders), f.before, f.after))
	}
	return nil
}

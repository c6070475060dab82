package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/table"
)

// measured are the figures of one run of a book.
type measured struct {
	orders          int
	seconds         float64
	perSecond       float64
	cpu             float64 // milliseconds of processor time per order
	disk            float64 // kB per order
	actions, writes float64 // of Temporal, per order
	push            float64 // milliseconds from saved to pushed, p99
	failed          float64 // tasks of Temporal's history service that were done in vain, per order
}

type measuredPair struct{ before, after measured }

// What towpath-dev prints at its end.
var (
	paceLine    = regexp.MustCompile(`(?m)^(\d+) orders in (\S+): ([\d.]+) orders/s end to end$`)
	actionsLine = regexp.MustCompile(`(?m)^actions\s+\d+\s+([\d.]+)$`)
	writesLine  = regexp.MustCompile(`(?m)^persistence writes\s+\d+\s+([\d.]+)$`)
	pushLine    = regexp.MustCompile(`(?m)^saved to pushed\s+\d+\s+\S+\s+(\S+)$`)
)

// readFigures reads the figures that a run printed at its end.
func readFigures(said []byte) (m measured, err error) {
	pace := paceLine.FindSubmatch(said)
	if pace == nil {
		return m, fmt.Errorf("it printed no line \"N orders in TIME\":\n%s", said)
	}
	took, err := time.ParseDuration(string(pace[2]))
	if err != nil {
		return m, err
	}
	m.seconds = took.Seconds()
	if m.orders, err = strconv.Atoi(string(pace[1])); err != nil {
		return m, err
	}
	if m.perSecond, err = strconv.ParseFloat(string(pace[3]), 64); err != nil {
		return m, err
	}
	for line, to := range map[*regexp.Regexp]*float64{actionsLine: &m.actions, writesLine: &m.writes} {
		found := line.FindSubmatch(said)
		if found == nil {
			return m, fmt.Errorf("it printed no line %s:\n%s", line, said)
		}
		if *to, err = strconv.ParseFloat(string(found[1]), 64); err != nil {
			return m, err
		}
	}
	found := pushLine.FindSubmatch(said)
	if found == nil {
		return m, fmt.Errorf("it printed no line %s:\n%s", pushLine, said)
	}
	lag, err := time.ParseDuration(string(found[1]))
	m.push = float64(lag.Milliseconds())
	return m, err
}

// failedTask is what the server logs of a task that it did in vain. towpath-dev's log has at most a hundred such lines of a second, and
// every hundredth of the others.
var failedTask = []byte("Fail to process task")

// readFailed reads how many tasks were done in vain from what a run printed or, with a build that prints no such row, from its log.
func (m *measured) readFailed(said []byte, log string) error {
	failed, counted := readCounts(strings.Split(string(said), "\n"))[lastCount]
	if !counted {
		lines, err := os.ReadFile(log)
		if err != nil {
			return fmt.Errorf("count the failed tasks: %w", err)
		}
		failed = int64(bytes.Count(lines, failedTask))
	}
	m.failed = float64(failed) / float64(m.orders)
	return nil
}

// printRatios prints each figure of both builds, its median ratio after to before, and the smallest and the greatest one.
func printRatios(out io.Writer, rev string, pairs []measuredPair) error {
	rows := [][]table.Cell{{table.Word("FIGURE"), table.Number(rev), table.Number("THIS BUILD"), table.Number("RATIO"), table.Number("FROM"), table.Number("TO")}}
	for _, f := range []struct {
		name string
		of   func(measured) float64
	}{
		{"orders/s end to end", func(m measured) float64 { return m.perSecond }},
		{"CPU ms per order", func(m measured) float64 { return m.cpu }},
		{"saved to pushed, p99 ms", func(m measured) float64 { return m.push }},
		{"actions per order", func(m measured) float64 { return m.actions }},
		{"writes per order", func(m measured) float64 { return m.writes }},
		{"disk kB per order", func(m measured) float64 { return m.disk }},
	} {
		var before, after, ratios []float64
		for _, p := range pairs {
			b, a := f.of(p.before), f.of(p.after)
			before, after, ratios = append(before, b), append(after, a), append(ratios, a/b)
		}
		rows = append(rows, []table.Cell{table.Word(f.name), table.Number(fmt.Sprintf("%.2f", median(before))), table.Number(fmt.Sprintf("%.2f", median(after))),
			table.Number(fmt.Sprintf("%.2f", median(ratios))), table.Number(fmt.Sprintf("%.2f", slices.Min(ratios))), table.Number(fmt.Sprintf("%.2f", slices.Max(ratios)))})
	}
	fmt.Fprintf(out, "%d pairs of %d orders, in turn; medians\n\n", len(pairs), pairs[0].before.orders)
	return table.Write(out, rows)
}

func median(list []float64) float64 {
	sorted := slices.Sorted(slices.Values(list))
	return (sorted[len(sorted)/2] + sorted[(len(sorted)-1)/2]) / 2
}

// firstOrders writes the first n orders of a book (0: all) to a file, and returns its path.
func firstOrders(book string, n int, file string) (string, error) {
	if n == 0 {
		return book, nil
	}
	text, err := os.ReadFile(book)
	if err != nil {
		return "", err
	}
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		return "", err
	}
	seen := map[string]bool{}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	for i, row := range rows {
		if i > 0 {
			seen[row[0]] = true
		}
		if len(seen) > n {
			break
		}
		if err := w.Write(row); err != nil {
			return "", err
		}
	}
	w.Flush()
	return file, os.WriteFile(file, b.Bytes(), 0o600)
}

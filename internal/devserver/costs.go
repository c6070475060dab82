package devserver

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/table"
)

// printPace prints how long the orders took from placement to their end.
func (d *dev) printPace(ctx context.Context) {
	f, err := d.figures(ctx)
	if err != nil || d.began.IsZero() {
		return
	}
	took := time.Since(d.began)
	fmt.Fprintf(d.out, "\n%d orders in %s: %.1f orders/s end to end\n", f.saved, took.Round(time.Second), float64(f.saved)/took.Seconds())
}

// printCosts prints what the orders cost in Temporal, by the server's own counters since its start.
func (d *dev) printCosts(ctx context.Context) {
	f, err := d.figures(ctx)
	if err != nil || d.temporal == nil || f.saved == 0 {
		return
	}
	c := d.temporal.Counts()
	perOrder := func(n int64) float64 { return float64(n) / float64(f.saved) }
	rows := [][]table.Cell{costRow("TEMPORAL", "COUNT", "PER ORDER")}
	add := func(what string, n int64) {
		rows = append(rows, costRow(what, fmt.Sprint(n), fmt.Sprintf("%.2f", perOrder(n))))
	}
	add("actions", c.Actions)
	for _, kind := range slices.Sorted(maps.Keys(c.ActionsByType)) {
		add(kind, c.ActionsByType[kind])
	}
	add("persistence writes", c.Writes)
	fmt.Fprintln(d.out)
	_ = table.Write(d.out, rows)
}

func costRow(what, count, perOrder string) []table.Cell {
	return []table.Cell{table.Word(what), table.Number(count), table.Number(perOrder)}
}

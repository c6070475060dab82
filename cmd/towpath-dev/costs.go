package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"text/tabwriter"
	"time"
)

// printPace tells how fast the orders went from placement to their end, all together.
func (d *dev) printPace(ctx context.Context) {
	f, err := d.figures(ctx)
	if err != nil || d.began.IsZero() {
		return
	}
	took := time.Since(d.began)
	fmt.Fprintf(d.out, "\n%d orders in %s: %.1f orders/s end to end\n", f.saved, took.Round(time.Second), float64(f.saved)/took.Seconds())
}

// printCosts tells what the orders cost in Temporal, by the server's own counters since it was started.
func (d *dev) printCosts(ctx context.Context) {
	f, err := d.figures(ctx)
	if err != nil || d.temporal == nil || f.saved == 0 {
		return
	}
	c := d.temporal.Counts()
	perOrder := func(n int64) float64 { return float64(n) / float64(f.saved) }
	t := tabwriter.NewWriter(d.out, 0, 4, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t)
	fmt.Fprintln(t, "TEMPORAL\tCOUNT\tPER ORDER\t")
	fmt.Fprintf(t, "actions\t%d\t%.2f\t\n", c.Actions, perOrder(c.Actions))
	for _, kind := range slices.Sorted(maps.Keys(c.ActionsByType)) {
		fmt.Fprintf(t, "%s\t%d\t%.2f\t\n", kind, c.ActionsByType[kind], perOrder(c.ActionsByType[kind]))
	}
	fmt.Fprintf(t, "persistence writes\t%d\t%.2f\t\n", c.Writes, perOrder(c.Writes))
	_ = t.Flush()
}

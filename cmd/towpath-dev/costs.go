package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"text/tabwriter"
)

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

package devserver

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/signal"
	"slices"
	"syscall"
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
	if err != nil || d.temporal == nil {
		return
	}
	c := d.temporal.Counts()
	rows := [][]table.Cell{costRow("TEMPORAL", "COUNT", "PER ORDER")}
	add := func(what string, n int64) {
		perOrder := "-"
		if f.saved > 0 {
			perOrder = fmt.Sprintf("%.2f", float64(n)/float64(f.saved))
		}
		rows = append(rows, costRow(what, fmt.Sprint(n), perOrder))
	}
	add("actions", c.Actions)
	for _, kind := range slices.Sorted(maps.Keys(c.ActionsByType)) {
		add(kind, c.ActionsByType[kind])
	}
	add("persistence writes", c.Writes)
	add("failed history tasks", c.FailedTasks)
	fmt.Fprintln(d.out)
	_ = table.Write(d.out, rows)
}

// showCosts prints what the Temporal server has counted so far each time the process is asked with SIGUSR1, until the context ends.
func (d *dev) showCosts(ctx context.Context) error {
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGUSR1)
	defer signal.Stop(asked)
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-asked:
			d.printCosts(ctx)
		}
	}
}

func costRow(what, count, perOrder string) []table.Cell {
	return []table.Cell{table.Word(what), table.Number(count), table.Number(perOrder)}
}

package main

import (
	"fmt"
	"io"
	"slices"

	"github.com/towpath/towpath/internal/table"
)

// printTurns prints what an order costs with each contender, and the ratios of Towpath on our settings to the reference application in the same turn.
func printTurns(out io.Writer, orders int, turns []turn) error {
	fmt.Fprintf(out, "%d orders with one package, %d pairs in turn; medians, smallest to greatest in brackets.\nWhat Temporal's server took: without workers, stores and marketplaces.\n\n", orders, len(turns))
	of := func(contender int, figure func(spent) float64) (list []float64) {
		for _, t := range turns {
			list = append(list, figure(t[contender]))
		}
		return list
	}
	rows := [][]table.Cell{{table.Word("AN ORDER"), table.Number("ACTIONS"), table.Number("WRITES"), table.Number("CPU MS"), table.Number("WITH SCANS AND LEVELS")}}
	for i, name := range contenderNames {
		rows = append(rows, []table.Cell{
			table.Word(name), table.Number(fmt.Sprintf("%.1f", median(of(i, func(s spent) float64 { return s.actions })))),
			table.Number(spread(of(i, func(s spent) float64 { return s.writes }), 1)), table.Number(spread(of(i, func(s spent) float64 { return s.cpu }), 1)),
			table.Number(spread(of(i, func(s spent) float64 { return s.cpuShared }), 1)),
		})
	}
	if err := table.Write(out, rows); err != nil {
		return err
	}
	rows = [][]table.Cell{{table.Word("CPU OF TOWPATH, OURS, TO"), table.Number("RATIO"), table.Number("WITH SCANS AND LEVELS")}}
	for _, peer := range []int{referenceOnStartDev, referenceOnOurs} {
		var alone, shared []float64
		for _, t := range turns {
			alone = append(alone, t[towpathOnOurs].cpu/t[peer].cpu)
			shared = append(shared, t[towpathOnOurs].cpuShared/t[peer].cpu)
		}
		rows = append(rows, []table.Cell{table.Word(contenderNames[peer]), table.Number(spread(alone, 3)), table.Number(spread(shared, 3))})
	}
	fmt.Fprintln(out)
	return table.Write(out, rows)
}

// spread returns the median of a list with its smallest and its greatest.
func spread(list []float64, digits int) string {
	return fmt.Sprintf("%.*f (%.*f-%.*f)", digits, median(list), digits, slices.Min(list), digits, slices.Max(list))
}

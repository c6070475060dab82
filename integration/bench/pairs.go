package main

import (
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/table"
)

func printPairs(out io.Writer, pairs []pair) error {
	t := table.NewWriter(out, true)
	fmt.Fprint(t, "\nBACKFILL\tORDERS\tSECONDS\tORDERS/S\tSALES CALM\tP50 MS\tP99 MS\tSALES DURING\tP50 MS\tP99 MS\tRATIO P50\tRATIO P99\t\n")
	var ratios [2][]float64
	for n, p := range pairs {
		fmt.Fprintf(t, "%d\t%d\t%.1f\t%.1f\t", n+1, p.saved, p.took.Seconds(), float64(p.saved)/p.took.Seconds())
		for _, lags := range [][]time.Duration{p.calm, p.during} {
			fmt.Fprintf(t, "%d\t%d\t%d\t", len(lags), at(lags, 50).Milliseconds(), at(lags, 99).Milliseconds())
		}
		for i, share := range []int{50, 99} {
			ratio := at(p.during, share).Seconds() / at(p.calm, share).Seconds()
			ratios[i] = append(ratios[i], ratio)
			fmt.Fprintf(t, "%.2f\t", ratio)
		}
		fmt.Fprintln(t)
	}
	fmt.Fprint(t, "median\t\t\t\t\t\t\t\t\t\t")
	for _, r := range ratios {
		slices.Sort(r)
		fmt.Fprintf(t, "%.2f\t", r[len(r)/2])
	}
	fmt.Fprintln(t)
	return t.Flush()
}

// at returns a percentile; zero if there is none.
func at(lags []time.Duration, share int) time.Duration {
	if len(lags) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(lags))
	return sorted[(len(sorted)-1)*share/100]
}

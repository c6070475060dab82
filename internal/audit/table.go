package audit

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// Print writes the report as a table that lines up.
func (r Report) Print(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "AUDIT\tRESULT\tHOLDS")
	for _, c := range r.Checks {
		holds := "yes"
		if c.Violated > 0 {
			holds = fmt.Sprintf("NO, %d times", c.Violated)
		}
		fmt.Fprintf(t, "%s\t%s\t%s\n", c.Name, c.Result, holds)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, c := range r.Checks {
		for _, e := range c.Examples {
			fmt.Fprintf(w, "  %s: %s\n", c.Name, e)
		}
	}
	fmt.Fprintln(w)
	fmt.Fprintln(t, "PUSH LAG\tCOUNT\tP50\tP99")
	for _, l := range r.Lags {
		fmt.Fprintf(t, "%s\t%d\t%s\t%s\n", l.Stage, l.Count, l.P50.Round(time.Millisecond), l.P99.Round(time.Millisecond))
	}
	return t.Flush()
}

package audit

import (
	"fmt"
	"io"
	"time"

	"github.com/towpath/towpath/internal/table"
)

// Print writes the report as a table that lines up.
func (r Report) Print(w io.Writer) error {
	rows := [][]table.Cell{table.Words("AUDIT", "RESULT", "HOLDS")}
	for _, c := range r.Checks {
		holds := "yes"
		if c.Violated > 0 {
			holds = fmt.Sprintf("NO, %d times", c.Violated)
		}
		rows = append(rows, []table.Cell{table.Word(c.Name), {Text: c.Result, Prose: true}, table.Word(holds)})
	}
	if err := table.Write(w, rows); err != nil {
		return err
	}
	for _, c := range r.Checks {
		for _, e := range c.Examples {
			fmt.Fprintf(w, "  %s: %s\n", c.Name, e)
		}
	}
	fmt.Fprintln(w)
	rows = [][]table.Cell{table.Words("PUSH LAG", "COUNT", "P50", "P99")}
	for _, l := range r.Lags {
		rows = append(rows, table.Words(l.Stage, fmt.Sprint(l.Count), l.P50.Round(time.Millisecond).String(), l.P99.Round(time.Millisecond).String()))
	}
	return table.Write(w, rows)
}

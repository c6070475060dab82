package starter

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/invocation"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/wording"
)

// LogForm is how a log is written to a file.
type LogForm string

// The forms.
const (
	LogText LogForm = "text"
	LogCSV  LogForm = "csv"
)

// LogFormOf returns the form for a file's name.
func LogFormOf(name string) LogForm {
	if strings.HasSuffix(strings.ToLower(name), ".csv") {
		return LogCSV
	}
	return LogText
}

// logColumns are the columns of a log as CSV; times are in UTC.
var logColumns = []string{"at", "account", "kind", "run", "wrong", "text", "order", "package", "sku", "error", "request id"}

// WriteLog writes all lines of a filter, the oldest first, and returns how many they are. Texts have times in the zones of their accounts.
func (s *Starter) WriteLog(ctx context.Context, f runs.LogFilter, to io.Writer, form LogForm, zones wording.Zones) (n int, err error) {
	write := func(lines []LogLine) error {
		for _, l := range lines {
			if _, err := fmt.Fprintf(to, "%s  %s%s\n", zones.Moment(l.Account, l.At), l.Where(), l.Text); err != nil {
				return err
			}
		}
		return nil
	}
	if form == LogCSV {
		table := csv.NewWriter(to)
		if err := table.Write(logColumns); err != nil {
			return 0, err
		}
		write = func(lines []LogLine) error {
			for _, l := range lines {
				row := []string{l.At.UTC().Format(time.RFC3339Nano), l.Account, string(l.Kind), l.RunID, "", l.Text, l.Order, l.Package, l.SKU, l.ErrorID, l.RequestID}
				if l.Wrong {
					row[4] = "yes"
				}
				for i, cell := range row {
					row[i] = inert(cell)
				}
				if err := table.Write(row); err != nil {
					return err
				}
			}
			table.Flush()
			return table.Error()
		}
	}
	err = s.WholeLog(ctx, f, func(lines []LogLine) error {
		n += len(lines)
		return write(lines)
	})
	return n, err
}

// inert returns a cell that no spreadsheet takes for a formula.
func inert(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

// Where returns what a line is about as long as its text does not say it: "ebay-uk stock: ".
func (l LogLine) Where() string {
	if strings.Contains(l.Text, " of "+l.Account+" ") {
		return ""
	}
	return strings.TrimSpace(l.Account+" "+string(l.Kind)) + ": "
}

// More returns the command that says more about what failed, or an empty string.
func (l LogLine) More() string {
	switch {
	case !l.Wrong:
		return ""
	case l.ErrorID != "":
		return "towpath errors " + l.ErrorID
	case l.Kind == runs.RunListings && l.SKU != "":
		return "towpath items --run " + l.RunID + " --reference " + invocation.ShellWord(l.SKU)
	}
	return "towpath run " + l.RunID
}

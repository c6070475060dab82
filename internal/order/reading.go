package order

import (
	"strconv"
	"time"
)

// Reading is why a page of snapshots was read. The zero value is a scan, which shows what has just changed.
type Reading struct {
	// Backfill means that old orders are read. One that is over and that the scans have passed is history: its sale has changed
	// nothing that is still to be sent.
	Backfill bool
	// Scanned is, of a backfill, the moment up to which scans have read the changes; zero: none has.
	Scanned time.Time
	// KnownOnly leaves out orders that are not in the books.
	KnownOnly bool
	// Report means that the page is of a merchant's report. It has days for moments, and lacks line ids and buyers: a known order
	// stays as it is, whatever the report says.
	Report bool
}

// history reports whether an order that is over moved no level that is still to be sent.
func (r Reading) history(s Snapshot) bool { return r.Backfill && !s.UpdatedAt.After(r.Scanned) }

// ReportLines begins the ids of lines that were read from a report.
const ReportLines = "report/"

// ReportLineID returns the id of the nth line of an order in a report, from 1; no other order has it. Reports have no ids; once the
// channel shows the order, its own lines replace them.
func ReportLineID(orderID string, n int) string {
	return ReportLines + orderID + "/" + strconv.Itoa(n)
}

// Replaced returns the row ids of the orders whose lines of a report give way to those that the channel shows. None of these lines is
// in the books.
func (in *Intake) Replaced() (rowIDs []int64) {
	for _, a := range in.Arrivals {
		if !in.Reading.Report && a.Known && a.before == Skipped && len(a.Shown.Lines) > 0 {
			rowIDs = append(rowIDs, a.Order.RowID)
		}
	}
	return rowIDs
}

package console

import (
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/wording"
)

// callsShown is how many calls a page lists.
const callsShown = 20

// callRow is one call to a channel, with the id by which its support finds it.
type callRow struct{ runs.Call }

func callRows(calls []runs.Call) []callRow {
	rows := make([]callRow, len(calls))
	for i, c := range calls {
		rows[i] = callRow{c}
	}
	return rows
}

// Length returns how long the call took.
func (r callRow) Length() string { return wording.Took(r.Took) }

// FaultWords returns the fault's class and code, or an empty string.
func (r callRow) FaultWords() string { return wording.Fault(r.Class, r.Code) }

package main

import (
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

// where says where an order is, why, and what makes it go on: its history, as the console shows it, then what to do where it
// waits for a person, and its workflows' own words.
func where(st orderShown, zone *time.Location, at time.Time) []string {
	lines := starter.OrderWords(st.OrderDetail, zone, starter.Failing(st.Lifecycle, st.Shipments), st.Aside, st.needs).Explain(at)
	if st.Aside != nil {
		lines = append(lines, whatToDo(st.Aside.Remedy)...)
	}
	for i, k := range st.Parked {
		if !starter.HeldUntilLive(k) {
			lines = append(lines, whatToDo(st.Remedies[i])...)
			if starter.EndsPause(k, st.needs) == "" { // a retry would only park it again
				lines = append(lines, fmt.Sprintf("To try again: `%s`.", retryCommandOf(k))) // the console has a button
			}
		}
	}
	if st.State.Terminal() {
		return lines
	}
	own := func(name string, s *message.Status) {
		words := wording.Silent(false, st.noTemporal)
		if s != nil {
			words = wording.LiveLine(*s, at)
		}
		lines = append(lines, name+": "+words)
	}
	own("Lifecycle", st.Lifecycle)
	for _, s := range st.Shipments {
		own("Shipment sync "+s.WorkflowID, s.Status)
	}
	return lines
}

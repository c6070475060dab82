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
func where(st orderShown, at time.Time) []string {
	lines := starter.OrderWords(st.OrderDetail, st.Shipment).Explain(at)
	if k := st.Parked; k != nil && !starter.HeldUntilLive(*k) {
		lines = append(lines, whatToDo(st.Remedy)...)
		lines = append(lines, fmt.Sprintf("To try again: `towpath retry %s`.", shellWord(k.WorkflowID))) // the console has a button
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
	if len(st.Packages) > 0 {
		own("Shipment sync", st.Shipment)
	}
	return lines
}

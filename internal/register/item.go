package register

import (
	"time"

	"github.com/towpath/towpath/internal/channel"
)

// Status is the status of an item of a run.
type Status string

// The statuses of an item.
const (
	Pending Status = "pending"
	Done    Status = "done"
	Error   Status = "error"
	Skipped Status = "skipped" // always with a reason
)

// Item is one entry of a run.
type Item struct {
	RunID     string           `json:"runId"`
	Endpoint  channel.Endpoint `json:"endpoint,omitempty"` // the run's; empty on an item to be saved
	Type      string           `json:"type"`               // order, level, package, listing
	Reference string           `json:"reference"`
	Status    Status           `json:"status"`
	Reason    string           `json:"reason,omitempty"`
	FaultID   string           `json:"faultId,omitempty"`
	RequestID string           `json:"requestId,omitempty"`
	At        time.Time        `json:"at"`
}

// Last returns the items that count: those of a run, and of several results of one the last. They keep their order.
func Last(items []Item) []Item {
	type key struct{ run, reference, kind string }
	at := map[key]int{}
	var out []Item
	for _, i := range items {
		if i.RunID == "" {
			continue
		}
		k := key{i.RunID, i.Reference, i.Type}
		if n, known := at[k]; known {
			out[n] = i
			continue
		}
		at[k] = len(out)
		out = append(out, i)
	}
	return out
}

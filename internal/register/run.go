// Package register holds the rules of the activity register: which runs go on, which failed, which tell how long a run usually takes,
// and which result of an item counts. It is pure.
package register

import (
	"errors"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
)

// Kind is the kind of work that a run does.
type Kind string

// The kinds of runs.
const (
	Orders    Kind = "orders"
	Stock     Kind = "stock"
	Shipments Kind = "shipments"
	Listings  Kind = "listings"  // publications
	Links     Kind = "links"     // listings read from the channel
	Levels    Kind = "levels"    // accepted levels read back
	Migration Kind = "migration" // listings brought under the channel's API
	Backfill  Kind = "backfill"  // past orders
	Coverage  Kind = "coverage"  // what the channel has against what is here
)

// Kinds returns all kinds of runs, in the order in which they are shown.
func Kinds() []Kind {
	return []Kind{Orders, Stock, Shipments, Listings, Links, Levels, Migration, Backfill, Coverage}
}

// Run is one execution of a sync: a row of the activity register.
type Run struct {
	ID         string           `json:"id"`
	Kind       Kind             `json:"kind"`
	Account    string           `json:"account"`
	Endpoint   channel.Endpoint `json:"endpoint"`
	WorkflowID string           `json:"workflowId"`
	StartedAt  time.Time        `json:"startedAt"`
	EndedAt    time.Time        `json:"endedAt,omitzero"`
	Counts     message.Counts   `json:"counts"`
	FaultID    string           `json:"faultId,omitempty"`
	FaultClass channel.Class    `json:"faultClass,omitempty"`
	FaultCode  string           `json:"faultCode,omitempty"`
}

// Check returns an error for a run that can't be recorded.
func (r Run) Check() error {
	if r.ID == "" {
		return errors.New("a run needs an id")
	}
	return nil
}

// Ended reports whether the run has ended. Only such a run counts as the last one of its kind.
func (r Run) Ended() bool { return !r.EndedAt.IsZero() }

// Failed reports whether the run ended with a fault or with items in error.
func (r Run) Failed() bool { return r.Counts.Errors > 0 || r.FaultID != "" }

// lostAfter is the age at which a run without an end counts as killed.
const lostAfter = 24 * time.Hour

// GoesOn reports whether the run goes on. One that began long ago and has no end was killed; only a publication and a backfill go on
// until they have ended.
func (r Run) GoesOn(now time.Time) bool {
	return !r.Ended() && (r.Kind == Listings || r.Kind == Backfill || !r.StartedAt.Before(now.Add(-lostAfter)))
}

// Usual is of how many runs, the newest, the durations tell how long one usually takes.
const Usual = 20

// Took returns how long the run took, and whether that tells how long such a run usually takes: it has ended without a fault.
func (r Run) Took() (d time.Duration, tells bool) {
	d = r.EndedAt.Sub(r.StartedAt)
	return d, r.Ended() && d >= 0 && r.FaultID == ""
}

// Recently is how long faults are counted on an account.
const Recently = time.Hour

// Package explain holds the rules by which Towpath says why an order is, or is not, where somebody looks for it: the checks of the
// vendors' help pages (seed 002) and those that they imply, which of their findings counts first, and the words for each. It is pure:
// the starter gathers the evidence, from the store and with one read of the channel, and the command line and the console show what
// follows from it. Nothing in it names a buyer.
package explain

import (
	"time"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/register"
	"github.com/towpath/towpath/internal/wording"
)

// Evidence is all that is known of one order on one account.
type Evidence struct {
	Reference string // as it was asked for
	Now       time.Time
	Account   account.Account
	Order     *Order          // nil: nothing with the reference is saved on the account
	Elsewhere []Place         // where else an order has the reference
	Aside     *Aside          // nil: it is not set aside
	Errors    []register.Item // of it in runs, newest first, only those that ended in error
	Scans     Scans
	Incoming  Incoming
	Channel   Answer
}

// moment returns a time in the account's time zone.
func (e Evidence) moment(t time.Time) string { return wording.MomentIn(t, e.Account.Zone()) }

// Order is a saved order.
type Order struct {
	OrderID       string // the channel's
	Reference     string
	State         order.State
	Reason        order.Reason // why it was skipped
	Status        string       // on the channel, in its own words
	Location      string
	Routed        order.Routed // why there
	Units         order.Units
	PlacedAt      time.Time
	SeenAt        time.Time // first
	SavedAt       time.Time // first
	UpdatedAt     time.Time
	Packages      Packages
	Contradiction string    // what the channel says against it, and nobody has decided about
	Holds         []Hold    // that nobody has lifted
	Deleted       *Deletion // nil: it is not deleted
	Exported      int64     // the last export that has it; 0: none
	RequestID     string    // of the read that last brought it
	RunID         string    // of the run that last brought it
}

// Packages counts an order's packages.
type Packages struct {
	Waiting   int // processed, and not confirmed by the channel
	Parked    int // they wait for a person
	Confirmed int
}

// Hold is why an order is not to be shipped without a person's word.
type Hold struct {
	Hold order.Hold
	Text string // what is said of it, without a full stop
}

// Deletion is who deleted an order by hand, when and why.
type Deletion struct {
	By      string    `json:"by"`
	Reason  string    `json:"reason"`
	At      time.Time `json:"at"`
	Changed time.Time `json:"changed,omitzero"` // when the channel last changed the order after that; zero: it did not
}

// Place is an account that has an order with the reference.
type Place struct {
	Account string      `json:"account"`
	OrderID string      `json:"orderId"`
	State   order.State `json:"state"`
}

// Aside is an order that can't be read.
type Aside struct {
	Name      string
	Fault     *channel.Fault
	FirstSeen time.Time
	LastSeen  time.Time
	Times     int
	Steps     []string // what to do about the fault
}

// Scans is what the order scans of an account did.
type Scans struct {
	First  time.Time      // when the first began; zero: there was none
	Newest []register.Run // newest first; those that go on too
	Failed *channel.Fault // of the last one that ended, if it ended with a fault
	Steps  []string       // what to do about it
}

// last returns the last scan that has ended, and how many of the newest in a row ended with a fault.
func (s Scans) last() (last register.Run, known bool, failed int) {
	counting := true
	for _, r := range s.Newest {
		if !r.Ended() {
			continue
		}
		if !known {
			last, known = r, true
		}
		if counting = counting && r.FaultID != ""; counting {
			failed++
		}
	}
	return last, known, failed
}

// MostCounted is how many of the newest orders of an account are looked at to tell whether orders come in.
const MostCounted = 100

// Lately is the time in which orders that came in are counted.
const Lately = 24 * time.Hour

// Incoming is what came in from an account of late.
type Incoming struct {
	Last   time.Time // when an order was last saved for the first time; zero: never
	Lately int       // saved within Lately, MostCounted at most
	Aside  int       // orders of it that are set aside, MostCounted at most
}

// Answer is what the channel says of the order now.
type Answer struct {
	Why       string           `json:"why,omitempty"` // why the channel was not asked, or did not tell; empty: it told
	At        time.Time        `json:"at,omitzero"`   // when it was asked
	Fault     *channel.Fault   `json:"fault,omitempty"`
	Missing   bool             `json:"missing,omitempty"` // it has no such order
	OrderID   string           `json:"orderId,omitempty"`
	Status    string           `json:"status,omitempty"` // in its own words
	Means     order.Fulfilment `json:"means,omitempty"`  // what that means to Towpath, without the account's settings
	Skips     order.Reason     `json:"skips,omitempty"`  // why the account's settings would skip it
	Paid      bool             `json:"paid"`
	PlacedAt  time.Time        `json:"placedAt,omitzero"`
	UpdatedAt time.Time        `json:"updatedAt,omitzero"`
	Lines     int              `json:"lines,omitempty"`
	RequestID string           `json:"requestId,omitempty"`
}

// Told reports whether the channel has told what it has: an order, or none.
func (a Answer) Told() bool { return a.Why == "" && !a.At.IsZero() }

// Has reports whether the channel has the order.
func (a Answer) Has() bool { return a.Told() && !a.Missing }

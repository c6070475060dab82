// Package message is what callers and workflows say to each other: the ids, inputs, queries, signals and
// updates with their types. It is a leaf, so that activities, workflows and the starter agree.
// Nothing in it may ever carry a buyer's data: ids, counts, states and codes only.
package message

import (
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/policy"
)

// Account is what a workflow needs to know of an account.
type Account struct {
	ID       string           `json:"id"`
	Channel  channel.Kind     `json:"channel"`
	Endpoint channel.Endpoint `json:"endpoint"`
}

// OrderKey names an order: its row in the store and what the channel calls it.
type OrderKey struct {
	RowID   int64   `json:"rowId"`
	Account Account `json:"account"`
	OrderID string  `json:"orderId"`
}

// OrderSyncInput starts a scan of an account's orders.
type OrderSyncInput struct {
	Versioned
	Account  Account       `json:"account"`
	OpenOnly bool          `json:"openOnly,omitempty"` // sweep all open orders instead of what changed
	Policy   policy.Policy `json:"policy"`
}

// OrderSyncResult is how a scan ended.
type OrderSyncResult struct {
	RunID  string         `json:"runId"`
	Counts Counts         `json:"counts"`
	Fault  *channel.Fault `json:"fault,omitempty"` // the scan ended early with it; nothing is lost, the watermark did not move
}

// Counts are the items of a run by outcome.
type Counts struct {
	Seen     int `json:"seen"`
	Saved    int `json:"saved"`   // new or changed, written
	Same     int `json:"same"`    // seen before, unchanged
	Skipped  int `json:"skipped"` // not taken, with a reason
	Unlinked int `json:"parked"`  // saved with an unlinked line
	Errors   int `json:"errors"`
}

// Add sums counts.
func (c Counts) Add(d Counts) Counts {
	return Counts{c.Seen + d.Seen, c.Saved + d.Saved, c.Same + d.Same, c.Skipped + d.Skipped, c.Unlinked + d.Unlinked, c.Errors + d.Errors}
}

// PushCounts is what became of pushed levels.
type PushCounts struct {
	Pushed     int `json:"pushed"`     // accepted and clean now
	Superseded int `json:"superseded"` // accepted, but the level changed meanwhile: still dirty
	Failed     int `json:"failed"`     // refused: shown as an error, not sent again until the level changes or is retried
}

// OrderLifecycleInput starts an order's lifecycle from any stored state.
type OrderLifecycleInput struct {
	Versioned
	Order    OrderKey      `json:"order"`
	State    order.State   `json:"state"`            // as stored when the start was decided
	Unsent   []string      `json:"unsent,omitempty"` // packages processed but not confirmed
	Shipment policy.Policy `json:"shipment"`         // for its shipment sync
}

// OrderChange is the payload of the channel-changed signal: what is stored of the order now.
type OrderChange struct {
	State   order.State `json:"state"`
	Version int64       `json:"version"`
	Unsent  []string    `json:"unsent,omitempty"` // packages processed and not confirmed
}

// ProcessRequest asks a lifecycle to process a package that the starter has saved. The update id is
// process/ and the package id.
type ProcessRequest struct {
	PackageID string `json:"packageId"`
}

// CancelRequest asks a lifecycle to cancel what the starter has saved under an id. The update id is
// cancel/ and that id.
type CancelRequest struct {
	CancelID string `json:"cancelId"`
}

// OrderResult answers process and cancel: accepted, or refused with a reason that is safe to show.
type OrderResult struct {
	State   order.State `json:"state"`
	Refused string      `json:"refused,omitempty"`
}

// ShipmentSyncInput starts the sync of an order's packages.
type ShipmentSyncInput struct {
	Versioned
	Order    OrderKey      `json:"order"`
	Packages []string      `json:"packages"`
	Policy   policy.Policy `json:"policy"`
}

// ShipmentSyncResult says where the order stands after the last package.
type ShipmentSyncResult struct {
	State order.State `json:"state"`
}

// StockPushInput starts the push of an account's dirty levels.
type StockPushInput struct {
	Versioned
	Account Account       `json:"account"`
	Policy  policy.Policy `json:"policy"`
	// Carried over a continue-as-new: the run that goes on, and what it has done so far.
	RunID   string     `json:"runId,omitempty"`
	Started time.Time  `json:"started,omitzero"`
	Counts  PushCounts `json:"counts,omitzero"`
	// PendingWait is how long the channel gets before it is asked what became of a feed; 0 = 15 s.
	PendingWait time.Duration `json:"pendingWait,omitempty"`
}

// StockPushResult is how a push ended: Fault is set when it gave up and left levels dirty for the sweep.
type StockPushResult struct {
	RunID  string         `json:"runId"`
	Pushed int            `json:"pushed"`
	Failed int            `json:"failed"`
	Fault  *channel.Fault `json:"fault,omitempty"`
}

// SweepInput starts the backstop.
type SweepInput struct {
	Versioned
	OlderThan time.Duration `json:"olderThan"`       // outbox entries younger than this may still be on their way
	Speed     float64       `json:"speed,omitempty"` // of a simulation's clock; 0 = the wall's
}

// SweepResult is what the backstop had to repair.
type SweepResult struct {
	Started     int `json:"started"`           // lifecycles started for open orders without one
	Redelivered int `json:"hinted"`            // channel changes delivered again
	Woken       int `json:"woken"`             // stock pushes woken for levels left dirty
	Unsent      int `json:"unsent"`            // orders told of packages that nobody had sent
	Retried     int `json:"retried"`           // parked for a pause of their account that is over
	Checked     int `json:"checked,omitempty"` // accounts whose accepted levels are read back
}

// Progress counts the items of the work at hand.
type Progress struct {
	Done   int `json:"done"`
	Total  int `json:"total"` // 0 = not known yet
	Errors int `json:"errors"`
}

// Status is the one shape in which every workflow answers the status query.
type Status struct {
	Kind        string           `json:"kind"`
	Account     string           `json:"account,omitempty"`
	Endpoint    channel.Endpoint `json:"endpoint,omitempty"`
	State       string           `json:"state"` // running, waiting, parked, or an order's state
	Progress    Progress         `json:"progress"`
	WaitingFor  string           `json:"waitingFor,omitempty"` // what would make it go on, in an operator's words
	Attempt     int              `json:"attempt,omitempty"`    // of the call at hand, 1 = first
	Fault       *channel.Fault   `json:"fault,omitempty"`      // the last one
	NextAttempt time.Time        `json:"nextAttempt,omitzero"` // when the policy tries again
	// Of a publication alone.
	RunID  string             `json:"runId,omitempty"`  // the run at hand
	Step   string             `json:"step,omitempty"`   // what is done now: selecting, checking, submitting
	Counts *PublicationCounts `json:"counts,omitempty"` // of the run at hand, so far
	Queued int                `json:"queued,omitempty"` // runs that wait behind it
}

// Versioned is the part of every workflow's input that says how the workflow was written when it was started. It costs nothing: a history
// has its input in any case. workflows/version.go has the numbers and the rule.
type Versioned struct {
	Version int `json:"version,omitempty"` // 0 = from before there were versions
}

// StartedAs is the version of the workflow that was started.
func (v Versioned) StartedAs() int { return v.Version }

// RenewVersion makes it another one: a new history of a workflow begins with the version that its worker knows.
func (v *Versioned) RenewVersion(version int) { v.Version = version }

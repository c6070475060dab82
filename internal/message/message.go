// Package message defines what callers and workflows exchange: ids, and the types of inputs, queries, signals and updates. It
// imports no other layer, so that activities, workflows and the starter share it. It must never hold a buyer's data: only ids,
// counts, states and codes.
package message

import (
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/policy"
)

// Account is what a workflow needs of an account.
type Account struct {
	ID       string           `json:"id"`
	Channel  channel.Kind     `json:"channel"`
	Endpoint channel.Endpoint `json:"endpoint"`
}

// OrderKey identifies an order: its row in the store and the channel's id.
type OrderKey struct {
	RowID   int64   `json:"rowId"`
	Account Account `json:"account"`
	OrderID string  `json:"orderId"`
}

// OrderSyncInput is the input of OrderSync.
type OrderSyncInput struct {
	Versioned
	Account  Account       `json:"account"`
	OpenOnly bool          `json:"openOnly,omitempty"` // sweep all open orders instead of what changed
	Policy   policy.Policy `json:"policy"`
}

// OrderSyncResult is the result of a scan.
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
	Skipped  int `json:"skipped"` // not saved, with a reason
	Unlinked int `json:"parked"`  // saved with an unlinked line
	Errors   int `json:"errors"`
}

// Add sums counts.
func (c Counts) Add(d Counts) Counts {
	return Counts{c.Seen + d.Seen, c.Saved + d.Saved, c.Same + d.Same, c.Skipped + d.Skipped, c.Unlinked + d.Unlinked, c.Errors + d.Errors}
}

// PushCounts are the outcomes for pushed levels.
type PushCounts struct {
	Pushed     int `json:"pushed"`     // accepted and clean now
	Superseded int `json:"superseded"` // accepted, but the level changed meanwhile: still dirty
	Failed     int `json:"failed"`     // refused: shown as an error, not sent again until the level changes or is retried
}

// Feed is a batch of levels on which a channel has not finished its work.
type Feed struct {
	Handle string `json:"handle"`
	Levels int    `json:"levels"`
}

// OrderLifecycleInput is the input of OrderLifecycle, which starts from any stored state.
type OrderLifecycleInput struct {
	Versioned
	Order    OrderKey      `json:"order"`
	State    order.State   `json:"state"`            // as stored when the start was decided
	Unsent   []string      `json:"unsent,omitempty"` // packages processed but not confirmed
	Shipment policy.Policy `json:"shipment"`         // for sending its packages
}

// OrderChange is the payload of the channel-changed signal and of the update of that name: the order as it is now stored. The update id
// is channel-changed/ and the version.
type OrderChange struct {
	State   order.State `json:"state"`
	Version int64       `json:"version"`
	Unsent  []string    `json:"unsent,omitempty"`  // packages processed and not confirmed
	Unshown []Unshown   `json:"unshown,omitempty"` // packages confirmed, of which the channel shows nothing
}

// Unshown is a package that was confirmed and that its channel does not show: it is sent again. Fault is set when that was done
// already: the package waits for a person with it.
type Unshown struct {
	PackageID string         `json:"packageId"`
	Fault     *channel.Fault `json:"fault,omitempty"`
}

// ProcessRequest asks a lifecycle to process a saved package. The update id is process/ and the package id.
type ProcessRequest struct {
	PackageID string `json:"packageId"`
}

// RetryRequest is the payload of the retry signal to a lifecycle: what waits for another attempt makes it now. A shipment sync needs
// no payload: it has one package.
type RetryRequest struct {
	PackageID string `json:"packageId,omitempty"` // empty: every package of the order
}

// CancelRequest asks a lifecycle to apply a saved cancellation. The update id is cancel/ and its id.
type CancelRequest struct {
	CancelID string `json:"cancelId"`
}

// OrderResult is the result of a lifecycle and of its updates: accepted, or refused with a reason that is safe to show.
type OrderResult struct {
	State   order.State `json:"state"`
	Refused string      `json:"refused,omitempty"`
}

// ShipmentSyncInput is the input of ShipmentSync.
type ShipmentSyncInput struct {
	Versioned
	Order    OrderKey      `json:"order"`
	Packages []string      `json:"packages"` // one; several from a lifecycle of version 1
	Policy   policy.Policy `json:"policy"`
	// Fault is the one with which the lifecycle gave up: the package is parked before another attempt. Nil: it is sent first.
	Fault *channel.Fault `json:"fault,omitempty"`
	// Unshown means that the package is confirmed and that its channel does not show it.
	Unshown bool `json:"unshown,omitempty"`
	// Corrected means that the channel has the package with another tracking number, and is to be told the right one.
	Corrected bool `json:"corrected,omitempty"`
}

// ShipmentSyncResult has the order's state after the last package.
type ShipmentSyncResult struct {
	State order.State `json:"state"`
}

// StockPushInput is the input of StockPush.
type StockPushInput struct {
	Versioned
	Account Account       `json:"account"`
	Policy  policy.Policy `json:"policy"`
	// Carried over a continue-as-new: the run that goes on, and what it has done so far.
	RunID   string     `json:"runId,omitempty"`
	Started time.Time  `json:"started,omitzero"`
	Counts  PushCounts `json:"counts,omitzero"`
	Pending string     `json:"pending,omitempty"` // before version 3: handle of a feed that the channel had no result of
	// PendingWait is the wait before the result of a feed is asked for; 0 = 15 s.
	PendingWait time.Duration `json:"pendingWait,omitempty"`
}

// StockPushResult is the result of a push. Fault is set when it gave up and left levels dirty for the sweep.
type StockPushResult struct {
	RunID  string         `json:"runId"`
	Pushed int            `json:"pushed"`
	Failed int            `json:"failed"`
	Fault  *channel.Fault `json:"fault,omitempty"`
}

// SweepInput is the input of Sweep.
type SweepInput struct {
	Versioned
	OlderThan time.Duration `json:"olderThan"`       // outbox entries younger than this may still be on their way
	Speed     float64       `json:"speed,omitempty"` // of a simulation's clock; 0 = the wall's
}

// SweepResult counts what the sweep repaired.
type SweepResult struct {
	Started     int `json:"started"`           // lifecycles started for open orders without one
	Redelivered int `json:"hinted"`            // channel changes delivered again
	Woken       int `json:"woken"`             // stock pushes woken for levels left dirty
	Unsent      int `json:"unsent"`            // orders signalled about packages without a shipment sync
	Retried     int `json:"retried"`           // parked because of a pause of their account that is over
	Checked     int `json:"checked,omitempty"` // accounts whose accepted levels are read back
	Unshown     int `json:"unshown,omitempty"` // orders with confirmed packages that their channel does not show
}

// Progress counts the items of the current work.
type Progress struct {
	Done   int `json:"done"`
	Total  int `json:"total"` // 0 = not known yet
	Errors int `json:"errors"`
}

// Status is the answer of every workflow to the status query.
type Status struct {
	Kind        string           `json:"kind"`
	Account     string           `json:"account,omitempty"`
	Endpoint    channel.Endpoint `json:"endpoint,omitempty"`
	State       string           `json:"state"` // running, waiting, parked, or an order's state
	Progress    Progress         `json:"progress"`
	WaitingFor  string           `json:"waitingFor,omitempty"` // what it waits for, as text for operators
	Attempt     int              `json:"attempt,omitempty"`    // of the call at hand, 1 = first
	Fault       *channel.Fault   `json:"fault,omitempty"`      // the last one
	NextAttempt time.Time        `json:"nextAttempt,omitzero"` // when the policy tries again
	// Only of a publication.
	RunID  string             `json:"runId,omitempty"`  // the run at hand
	Step   string             `json:"step,omitempty"`   // what is done now: selecting, checking, submitting
	Counts *PublicationCounts `json:"counts,omitempty"` // of the run at hand, so far
	Queued int                `json:"queued,omitempty"` // runs that wait behind it
	// Only of a backfill: the estimate of what is left, and what it has read so far.
	Left time.Duration `json:"left,omitempty"` // 0 = not known
	Read *Counts       `json:"read,omitempty"`
}

// Versioned is the part of every workflow's input with the version of the workflow's code when it was started
// (workflows/version.go).
type Versioned struct {
	Version int `json:"version,omitempty"` // 0 = from before there were versions
}

// StartedAs returns the version with which the workflow was started.
func (v Versioned) StartedAs() int { return v.Version }

// RenewVersion sets the version for a new history: that of the current worker.
func (v *Versioned) RenewVersion(version int) { v.Version = version }

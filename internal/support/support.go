// Package support makes the file that a channel's support asks for: what happened, the request ids of the calls that failed, the
// channel's own names of the API and the operation, and a text for the case. It is pure: it gets facts and returns files. It is given
// no buyer, and none of the channel's free texts, which may repeat one.
package support

import (
	"cmp"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/channel"
)

// Kind says what a file is about.
type Kind string

// The kinds of files.
const (
	Item    Kind = "item"    // a SKU, by the channel's name of it
	Run     Kind = "run"     // one run, by its id
	Order   Kind = "order"   // an order, by its reference or the channel's id
	Package Kind = "package" // a package of an order, as ORDER/PACKAGE
	Account Kind = "account" // the last failures of an account
	Error   Kind = "error"   // one error, by its id
)

// Kinds lists every kind.
func Kinds() []Kind { return []Kind{Item, Run, Order, Package, Account, Error} }

// Dossier is all that is known about a subject.
type Dossier struct {
	Kind        Kind             `json:"kind"`
	Reference   string           `json:"reference"` // as Towpath shows it
	Account     string           `json:"account"`
	Channel     channel.Kind     `json:"channel"`
	Endpoint    channel.Endpoint `json:"endpoint"`
	Marketplace string           `json:"marketplace,omitempty"` // the channel's id of it: A1F83G8C2ARO7P, EBAY_GB
	Host        string           `json:"host,omitempty"`        // of the API, where it is not the channel's published one
	Faults      []Fault          `json:"faults"`                // the newest first
	Calls       []Call           `json:"calls"`                 // the newest first, those that succeeded too
	Events      []Event          `json:"events"`                // what else happened
	Cases       []string         `json:"cases,omitempty"`       // numbers of cases that are open about it
	Version     string           `json:"version"`               // of Towpath
	At          time.Time        `json:"at"`
}

// Fault is an error, with what it hit. It has none of the channel's own words.
type Fault struct {
	ID        string           `json:"id"`
	At        time.Time        `json:"at"`
	Class     channel.Class    `json:"class"`
	Code      string           `json:"code,omitempty"`
	Status    int              `json:"status,omitempty"`
	Operation string           `json:"operation"`
	Calls     []channel.CallID `json:"calls,omitempty"` // that made it
	OrderID   string           `json:"orderId,omitempty"`
	PackageID string           `json:"packageId,omitempty"`
	SKU       string           `json:"sku,omitempty"`
	RunID     string           `json:"runId,omitempty"`
}

// Call is a call to the channel, with what is kept of one that failed.
type Call struct {
	channel.Call
	RunID     string `json:"runId,omitempty"`
	PackageID string `json:"packageId,omitempty"`
}

// Event is something that happened.
type Event struct {
	At   time.Time `json:"at"`
	What string    `json:"what"`
}

// failed returns the calls that the channel's support is asked about, the newest first: those that failed, and those that made an
// error although they succeeded, as the creation of a feed does whose result names what is wrong.
func (d Dossier) failed() []failure {
	var out []failure
	known := map[string]bool{"": true}
	add := func(f failure) {
		if !known[f.requestID] || f.requestID == "" && f.operation != "" {
			known[f.requestID] = true
			out = append(out, f)
		}
	}
	byID := map[string]Call{}
	for _, c := range d.Calls {
		byID[c.RequestID] = c
	}
	for _, f := range d.Faults {
		for i, id := range f.Calls {
			made := failure{outcome: i > 0, at: f.At, operation: id.Operation, requestID: id.RequestID, status: f.Status, class: f.Class, code: f.Code}
			if c, found := byID[id.RequestID]; found && id.RequestID != "" {
				made.at, made.operation, made.status = c.At, c.Operation, c.Status
			}
			add(made)
		}
	}
	for _, c := range d.Calls {
		if c.Class != "" {
			add(failure{at: c.At, operation: c.Operation, requestID: c.RequestID, status: c.Status, class: c.Class, code: c.Code})
		}
	}
	slices.SortStableFunc(out, func(a, b failure) int { return b.at.Compare(a.at) })
	return out
}

// failure is a call as the text of a case names it.
type failure struct {
	outcome   bool // it only told what had become of an earlier call
	at        time.Time
	operation string
	requestID string
	status    int
	class     channel.Class
	code      string
}

// timeline returns everything that happened, the oldest first.
func (d Dossier) timeline() []Event {
	list := slices.Clone(d.Events)
	for _, c := range d.Calls {
		list = append(list, Event{c.At, "call " + describe(d.Channel, failure{operation: c.Operation, requestID: c.RequestID, status: c.Status, class: c.Class, code: c.Code})})
	}
	for _, f := range d.Faults {
		list = append(list, Event{f.At, "error " + f.ID + ": " + faultWords(f.Class, f.Code)})
	}
	slices.SortStableFunc(list, func(a, b Event) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.What, b.What)) })
	return list
}

// Package shipment holds the rules for packages: what a package may hold, its states, and when it is reported to the channel. It
// does not depend on Temporal, SQL or HTTP.
package shipment

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/stock"
)

// State is the state of a package.
type State string

// The states of a package.
const (
	Saved     State = "saved"     // recorded, nothing deducted yet
	Processed State = "processed" // deducted from stock, waits to be sent to the channel
	Confirmed State = "confirmed" // the channel has accepted it
	Parked    State = "parked"    // the policy is exhausted: waits for a person's retry
	Voided    State = "voided"    // everything in it was cancelled before it was sent
	Refused   State = "refused"   // could not be processed; the reason is stored
)

// States lists every state.
func States() []State { return []State{Saved, Processed, Confirmed, Parked, Voided, Refused} }

// Waiting reports whether the package is not processed yet, so nothing in it counts.
func (s State) Waiting() bool { return s == Saved || s == Refused }

// Unsent reports whether the package's units are deducted from stock and the channel has not confirmed it.
func (s State) Unsent() bool { return s == Processed || s == Parked }

// WaitsForCall reports whether the package waits to be sent to its channel. A parked one waits for a person instead.
func (s State) WaitsForCall() bool { return s == Processed }

// Deducted reports whether units of the package have left the shelf and were not put back.
func (s State) Deducted() bool { return s.Unsent() || s == Confirmed }

// Package is what the warehouse reports as packed. ID is chosen by the caller and makes processing idempotent.
type Package struct {
	ID             string    `json:"id"`
	Label          string    `json:"label"`                 // reference of the printed label; a package without one is not sent
	Carrier        string    `json:"carrier"`               // carrier name as the channels know it, e.g. "Royal Mail"
	CarrierName    string    `json:"carrierName,omitempty"` // of a carrier that Amazon does not list: its code is then Other
	Service        string    `json:"service,omitempty"`     // the carrier's service, e.g. "Tracked 48"
	TrackingNumber string    `json:"trackingNumber"`
	ShippedAt      time.Time `json:"shippedAt"`
	Contents       []Content `json:"contents"`
}

// Content is a quantity of one order line. LineID is the channel's line id.
type Content struct {
	LineID   string `json:"lineId"`
	Quantity int    `json:"quantity"`
}

// Merged returns the package's contents with one entry per line, sorted by line id.
func (p Package) Merged() []Content {
	sum := map[string]int{}
	for _, c := range p.Contents {
		sum[c.LineID] += c.Quantity
	}
	merged := make([]Content, 0, len(sum))
	for id, n := range sum {
		merged = append(merged, Content{LineID: id, Quantity: n})
	}
	slices.SortFunc(merged, func(a, b Content) int { return cmp.Compare(a.LineID, b.LineID) })
	return merged
}

// Same reports whether two packages have the same contents and shipping details, apart from their ids.
func (p Package) Same(q Package) bool {
	return p.Label == q.Label && p.Carrier == q.Carrier && p.CarrierName == q.CarrierName && p.Service == q.Service &&
		p.ShippedAt.Equal(q.ShippedAt) && p.Alike(q)
}

// Alike reports whether a channel could confuse the two packages: it recognises one by tracking number and contents.
func (p Package) Alike(q Package) bool {
	return p.TrackingNumber == q.TrackingNumber && slices.Equal(p.Merged(), q.Merged())
}

// The bounds of a package.
const (
	MaxID       = 64             // bytes of an id; the least is 1
	MaxQuantity = stock.MaxUnits // units of a line; the least is 1
)

// mistakes collects everything wrong with a package, so that a person can correct it at once.
type mistakes []error

func (m *mistakes) need(ok bool, format string, args ...any) {
	if !ok {
		*m = append(*m, fmt.Errorf(format, args...))
	}
}

// id checks a package's id against its limits.
func (m *mistakes) id(p Package) {
	m.need(p.ID != "", "package has no id: give it any text that no other package of the order has")
	m.need(len(p.ID) <= MaxID, "package id %.20q... is longer than %d characters", p.ID, MaxID)
}

// contents checks the contents against their limits and merges them by line.
func (m *mistakes) contents(p Package) {
	m.need(len(p.Contents) > 0, "package %q contains no products", p.ID)
	bounded := true // each of them: their sums can't overflow then
	for _, c := range p.Contents {
		ok := c.Quantity > 0 && c.Quantity <= MaxQuantity
		m.need(ok, "package %q: line %s has quantity %d, want 1 or more", p.ID, c.LineID, c.Quantity)
		bounded = bounded && ok
	}
	if !bounded {
		return
	}
	for _, c := range p.Merged() {
		m.need(c.Quantity <= MaxQuantity, "package %q: line %s has quantity %d in all, want %d or less", p.ID, c.LineID, c.Quantity, MaxQuantity)
	}
}

// Storable returns an error for everything in the id and contents that prevents saving the package.
func (p Package) Storable() error {
	var m mistakes
	m.id(p)
	m.contents(p)
	return errors.Join(m...)
}

// Sendable returns an error for everything that prevents saving the package or sending it to its channel. Only packages with a
// label and contents are sent.
func (p Package) Sendable() error {
	var m mistakes
	m.id(p)
	m.need(p.Label != "", "package %q has no label: print the label first", p.ID)
	m.need(p.Carrier != "", "package %q has no carrier", p.ID)
	m.need(p.TrackingNumber != "", "package %q has no tracking number", p.ID)
	m.need(!p.ShippedAt.IsZero(), "package %q has no shippedAt time", p.ID)
	m.contents(p)
	return errors.Join(m...)
}

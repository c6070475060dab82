// Package shipment holds what a package is: the unit in which units of an order leave the warehouse and
// are reported to the channel. It knows nothing of Temporal, SQL or HTTP.
package shipment

import (
	"errors"
	"fmt"
	"time"
)

// State says where a package stands.
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

// Package is what the warehouse reports as packed. ID is chosen by the caller and makes processing idempotent.
type Package struct {
	ID             string    `json:"id"`
	Label          string    `json:"label"`                 // reference of the printed label; a package without one is not synchronised (seed 003)
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

// Check reports every mistake of a package at once, so that a person corrects it in one go.
// Only packages with a label and with products can be synchronised (seed 003).
func (p Package) Check() error {
	var errs []error
	need := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	need(p.ID != "", "package has no id: give it any text that no other package of the order has")
	need(len(p.ID) <= 64, "package id %.20q... is longer than 64 characters", p.ID)
	need(p.Label != "", "package %q has no label: print the label first", p.ID)
	need(p.Carrier != "", "package %q has no carrier", p.ID)
	need(p.TrackingNumber != "", "package %q has no tracking number", p.ID)
	need(!p.ShippedAt.IsZero(), "package %q has no shippedAt time", p.ID)
	need(len(p.Contents) > 0, "package %q contains no products", p.ID)
	for _, c := range p.Contents {
		need(c.Quantity > 0, "package %q: line %s has quantity %d, want 1 or more", p.ID, c.LineID, c.Quantity)
	}
	return errors.Join(errs...)
}

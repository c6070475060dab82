package shipment

import (
	"errors"
	"fmt"

	"github.com/towpath/towpath/internal/stock"
)

// The bounds of a package.
const (
	MaxID       = 64             // bytes of an id; the least is 1
	MaxQuantity = stock.MaxUnits // units of a line; the least is 1
)

// mistakes gathers what is wrong with a package, all at once, so that a person corrects it in one go.
type mistakes []error

func (m *mistakes) need(ok bool, format string, args ...any) {
	if !ok {
		*m = append(*m, fmt.Errorf(format, args...))
	}
}

// id holds a package's id against its bounds.
func (m *mistakes) id(p Package) {
	m.need(p.ID != "", "package has no id: give it any text that no other package of the order has")
	m.need(len(p.ID) <= MaxID, "package id %.20q... is longer than %d characters", p.ID, MaxID)
}

// contents holds what is packed against its bounds, merged by line.
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

// Storable reports every mistake for which a package can't be saved: its id and its contents.
func (p Package) Storable() error {
	var m mistakes
	m.id(p)
	m.contents(p)
	return errors.Join(m...)
}

// Sendable reports every mistake for which a package can't be saved or not be told to its channel: only packages
// with a label and with products can be synchronised (seed 003).
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

package catalogue

import "slices"

// View is a choice of the catalogue's SKUs.
type View string

// The views; empty shows all SKUs.
const (
	ViewKits     View = "kits"
	ViewNoStock  View = "without-stock" // nothing on hand anywhere; no kits, which have no stock of their own
	ViewUnlinked View = "without-link"  // no account lists it
)

// Views are all of them.
func Views() []View { return []View{ViewKits, ViewNoStock, ViewUnlinked} }

// Fact is something that is so of a SKU or not.
type Fact string

// The facts that views depend on.
const (
	IsKit    Fact = "kit"
	InStock  Fact = "stock" // units of it are on hand at a location
	IsLinked Fact = "link"
)

// Facts are all of them.
func Facts() []Fact { return []Fact{IsKit, InStock, IsLinked} }

// Wants returns which facts must be so for a view to show a SKU, and which must not be; others do not matter.
func (v View) Wants() map[Fact]bool {
	switch v {
	case ViewKits:
		return map[Fact]bool{IsKit: true}
	case ViewNoStock:
		return map[Fact]bool{IsKit: false, InStock: false}
	case ViewUnlinked:
		return map[Fact]bool{IsLinked: false}
	}
	return nil
}

// Shows reports whether a view shows a SKU of which these facts are so, and others are not.
func (v View) Shows(so ...Fact) bool {
	for fact, want := range v.Wants() {
		if slices.Contains(so, fact) != want {
			return false
		}
	}
	return true
}

package stock

import "cmp"

// Place is where units of a SKU lie.
type Place struct{ SKU, Location string }

// ComparePlaces sorts places by SKU and location: the order in which they are locked, so that two changes never wait for
// each other.
func ComparePlaces(a, b Place) int {
	return cmp.Or(cmp.Compare(a.SKU, b.SKU), cmp.Compare(a.Location, b.Location))
}

// Entry is a movement to be appended to the stock ledger. OnHand and Reserved are changes.
type Entry struct {
	Key string // happens once under it
	Place
	Kind             Kind
	OnHand, Reserved int
	OrderID          int64 // of the order that caused it; 0: none did
	LineID           string
	PackageID        string
	Told             int   // the figure as it was told; of a count what was found
	AsOf             int64 // when a count was right, UTC microseconds; 0: at once
	By, Note         string
}

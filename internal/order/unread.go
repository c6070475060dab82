package order

import (
	"slices"
	"strings"
)

// UnreadPart is a part of an order that an adapter could not read. The order is saved without it; only an order whose id, lines or
// quantities can't be read is set aside.
type UnreadPart string

// The parts.
const (
	UnreadAmounts UnreadPart = "amounts"          // one of its amounts: then none of them is known
	UnreadBuyer   UnreadPart = "buyer"            // name and address
	UnreadPlaced  UnreadPart = "time of purchase" // that of the last change stands in for it
)

// WithoutAmounts makes all amounts of the order unknown, because one of them can't be read: the others would not add up.
func (s *Snapshot) WithoutAmounts() {
	s.Currency, s.Total, s.Shipping, s.Tax, s.Discount = "", 0, 0, 0, 0
	s.PaidCurrency, s.PaidTotal = "", 0
	for i := range s.Lines {
		l := &s.Lines[i]
		l.UnitPrice, l.Total, l.Tax, l.Discount = 0, 0, 0, 0
	}
	s.CannotRead(UnreadAmounts)
}

// CannotRead notes that a part could not be read.
func (s *Snapshot) CannotRead(p UnreadPart) {
	if !slices.Contains(s.Unread, p) {
		s.Unread = append(s.Unread, p)
	}
}

// unread returns the parts in one text.
func (s Snapshot) unread() string {
	parts := make([]string, len(s.Unread))
	for i, p := range s.Unread {
		parts[i] = string(p)
	}
	return strings.Join(parts, ", ")
}

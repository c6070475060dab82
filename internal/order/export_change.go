package order

import "strings"

// Exported is an order that was written into a file, as it is now.
type Exported struct {
	State State
	Moved bool // the buyer's name or address was changed after that
	Lines []ExportedLine
}

// ExportedLine is a line of an exported order: as it was written, and as it is now.
type ExportedLine struct {
	Written         bool // false: it was added after that
	WasSKU, SKU     string
	WasAlive, Alive int // units that are not cancelled
}

// ExportChange is what changed in an order after it was exported: its label may be wrong.
type ExportChange struct {
	Cancelled bool // all of it
	Moved     bool // it goes to another name or address
	Fewer     bool // units were cancelled
	Further   bool // units were added
	Other     bool // a line was linked to another SKU
}

// Over reports whether nothing more can happen to the order's packages: all of them have left.
func (e Exported) Over() bool { return e.State == Shipped || e.State == Completed }

// Change returns what changed in the order since.
func (e Exported) Change() ExportChange {
	c := ExportChange{Cancelled: e.State == Cancelled, Moved: e.Moved}
	for _, l := range e.Lines {
		if l.Written {
			c.Fewer = c.Fewer || l.Alive < l.WasAlive
			c.Other = c.Other || l.SKU != l.WasSKU
		}
		c.Further = c.Further || l.Alive > l.WasAlive
	}
	return c
}

// Text returns the change as text for operators, or an empty string.
func (c ExportChange) Text() string {
	if c.Cancelled {
		return "cancelled"
	}
	var what []string
	for _, is := range []struct {
		so   bool
		what string
	}{{c.Moved, "another name or address"}, {c.Fewer, "units cancelled"}, {c.Further, "units added"}, {c.Other, "another SKU"}} {
		if is.so {
			what = append(what, is.what)
		}
	}
	return strings.Join(what, ", ")
}

// News reports whether there is a change that differs from the one already reported.
func (c ExportChange) News(notified string) bool { return c.Text() != "" && c.Text() != notified }

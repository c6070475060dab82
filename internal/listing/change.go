package listing

import (
	"fmt"
	"math/big"
	"slices"
)

// Change is what a check found that is to be sent of a SKU, compared with what the channel accepted last.
type Change struct {
	Price  Price     `json:"price,omitzero"`   // to be sent; not known: it is left to another tool
	Before Price     `json:"before,omitzero"`  // what is listed; not known: nothing, or it is not known here
	New    bool      `json:"new,omitempty"`    // the channel has accepted nothing of it so far
	Fields []string  `json:"fields,omitempty"` // names of those that differ; none: it is new, or was accepted before fields were kept
	Rule   PriceRule `json:"rule,omitempty"`   // of the price brake that holds it; empty: it is not held
	Brake  Brake     `json:"brake,omitzero"`   // how the price brake was set when it was checked, with the defaults
}

// Known reports whether a check found something to send.
func (c Change) Known() bool { return c.Price.Known() || c.New || len(c.Fields) > 0 }

// WithoutPrice is the change where the price is left to another tool.
func (c Change) WithoutPrice() Change {
	c.Price, c.Before = Price{}, Price{}
	c.Fields = slices.DeleteFunc(c.Fields, func(name string) bool { return name == string(FieldPrice) })
	return c
}

// Held reports whether the price brake holds it.
func (c Change) Held() bool { return c.Rule != "" }

// Then returns the change after a later look at it, which may not know which fields differ.
func (c Change) Then(later Change) Change {
	switch {
	case !later.Known():
		return c
	case later.Fields == nil && !later.New:
		later.Fields, later.New = c.Fields, c.New
	}
	return later
}

// Repriced reports whether a known price becomes another one of the same currency.
func (c Change) Repriced() bool {
	return c.Price.Known() && c.Before.Known() && c.Before.Currency == c.Price.Currency && c.Before.Amount != c.Price.Amount
}

// Percentage is by how much the price changes: "+12.5%", "-90.0%". Empty: it stays, or is compared with nothing.
func (c Change) Percentage() string {
	if !c.Repriced() || c.Before.Amount <= 0 {
		return ""
	}
	by := new(big.Rat).SetFrac(big.NewInt(c.Price.Amount-c.Before.Amount), big.NewInt(c.Before.Amount))
	text := by.Mul(by, big.NewRat(100, 1)).FloatString(1)
	if c.Price.Amount > c.Before.Amount {
		text = "+" + text
	}
	return text + "%"
}

// Words is what changes, for an operator: "price 8.99 GBP to 9.49 GBP (+5.6%), title".
func (c Change) Words() string {
	switch {
	case !c.Known():
		return ""
	case c.New && !c.Price.Known():
		return "new"
	case c.New && !c.Before.Known():
		return "new, at " + c.Price.String()
	}
	text := ""
	if c.Repriced() {
		text = fmt.Sprintf("price %s to %s", c.Before, c.Price)
		if by := c.Percentage(); by != "" {
			text += " (" + by + ")"
		}
	}
	for _, name := range c.Fields {
		switch {
		case name == string(FieldPrice) && text != "":
			continue
		case text != "":
			text += ", "
		}
		text += name
	}
	return text
}

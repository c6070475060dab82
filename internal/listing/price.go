package listing

import (
	"cmp"
	"fmt"
	"math/big"

	"github.com/towpath/towpath/internal/money"
)

// Price is what a buyer pays for one unit.
type Price struct {
	Amount   int64  `json:"amount"`   // minor units of Currency
	Currency string `json:"currency"` // ISO 4217; empty: the price is not known
}

// Known reports whether there is a price.
func (p Price) Known() bool { return p.Currency != "" }

// String is the price with its currency.
func (p Price) String() string { return money.Format(p.Amount, p.Currency) + " " + p.Currency }

// below reports whether it is less than another known price of the same currency.
func (p Price) below(least Price) bool {
	return least.Known() && p.Currency == least.Currency && p.Amount < least.Amount
}

// Brake is how an account's price brake is set.
type Brake struct {
	Percent int   `json:"percent,omitempty"` // by how many percent a price may change at once, up or down; 0: DefaultBrake's
	Many    int   `json:"many,omitempty"`    // how many prices may change at once; 0: DefaultBrake's
	Floor   Price `json:"floor,omitzero"`    // no price is less; not known: there is no floor
}

// DefaultBrake is the brake of an account that says nothing of it: a decimal point in the wrong place changes a price by 90% or by 900%.
var DefaultBrake = Brake{Percent: 30, Many: 25}

// OrDefault is the brake with the defaults for what it does not say.
func (b Brake) OrDefault() Brake {
	return Brake{Percent: cmp.Or(b.Percent, DefaultBrake.Percent), Many: cmp.Or(b.Many, DefaultBrake.Many), Floor: b.Floor}
}

// PriceCheck is what the price brake says of a price that is to be sent.
type PriceCheck string

// What the price brake says.
const (
	PriceFine     PriceCheck = "fine"     // it is sent
	PriceHeld     PriceCheck = "held"     // it waits for a person
	PriceReleased PriceCheck = "released" // it would be held, or was, and a person has released it
)

// PriceRule is a rule of the price brake.
type PriceRule string

// The rules.
const (
	BelowCost   PriceRule = "cost"    // less than the SKU's cost
	BelowFloor  PriceRule = "floor"   // less than the account's floor
	ByPercent   PriceRule = "percent" // changed by more than the account's percentage
	ManyChanged PriceRule = "many"    // one of too many that change at once
)

// PriceChange is a price that is to be sent, and what it is compared with. What is not known, or in another currency, is compared with nothing.
type PriceChange struct {
	Before   Price // what is listed
	Wanted   Price // what is to be sent
	Cost     Price // what a unit costs the merchant
	Released Price // what a person has released: it counts for this price only
	Many     Price // what is held as one of many that change at once: it stays so until it is released, or another price is wanted
}

// Braked is what the price brake says of one price.
type Braked struct {
	Check PriceCheck
	Rule  PriceRule // of a held one
	Why   string    // of a held one: "below its cost of 4.20 GBP"
}

// OneOfMany is what the price brake says of each price that changes when too many do at once.
var OneOfMany = Braked{PriceHeld, ManyChanged, "one of many that change at once"}

// SmallPercent is by how many percent a price changes without being counted as one of many: costs go up everywhere in January.
const SmallPercent = 5

// TooMany reports whether so many prices may not change at once on an account that has so many listings: more than the account says, and more
// than one in twenty of its listings. Each of them may be harmless alone: a file with prices without VAT changes all of them by a sixth.
func (b Brake) TooMany(changing, listings int) bool {
	return changing > max(b.OrDefault().Many, listings/20)
}

// Of says whether a price is sent. One that is listed already changes nothing, so it is never held.
func (b Brake) Of(c PriceChange) Braked {
	b = b.OrDefault()
	switch {
	case c.Before == c.Wanted:
		return Braked{Check: PriceFine}
	case c.Released.Known() && c.Released == c.Wanted:
		return Braked{Check: PriceReleased}
	case c.Wanted.below(c.Cost):
		return Braked{PriceHeld, BelowCost, "below its cost of " + c.Cost.String()}
	case c.Wanted.below(b.Floor):
		return Braked{PriceHeld, BelowFloor, "below the floor of " + b.Floor.String()}
	case c.changes(b.Percent):
		return Braked{PriceHeld, ByPercent, fmt.Sprintf("changed by more than %d%%", b.Percent)}
	case c.Many.Known() && c.Many == c.Wanted:
		return OneOfMany
	}
	return Braked{Check: PriceFine}
}

// changes reports whether a price that was known changes by more than so many percent.
func (c PriceChange) changes(percent int) bool {
	if !c.Before.Known() || c.Before.Currency != c.Wanted.Currency || c.Before.Amount <= 0 {
		return false
	}
	by := new(big.Int).Sub(big.NewInt(c.Wanted.Amount), big.NewInt(c.Before.Amount))
	by.Abs(by).Mul(by, big.NewInt(100))
	return by.Cmp(new(big.Int).Mul(big.NewInt(c.Before.Amount), big.NewInt(int64(percent)))) > 0
}

// HeldReason is why an item whose price is held is not sent.
func (c PriceChange) HeldReason(why string) string {
	from := ""
	if c.Before.Known() {
		from = c.Before.String() + " to "
	}
	return fmt.Sprintf("the price brake holds it: %s%s is %s: `towpath publish held`", from, c.Wanted, why)
}

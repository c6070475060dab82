package listing

import (
	"fmt"
	"math/big"

	"github.com/towpath/towpath/internal/money"
)

// Price is what a buyer pays for one unit.
type Price struct {
	Amount   int64  // minor units of Currency
	Currency string // ISO 4217; empty: the price is not known
}

// Known reports whether there is a price.
func (p Price) Known() bool { return p.Currency != "" }

// String is the price with its currency.
func (p Price) String() string { return money.Format(p.Amount, p.Currency) + " " + p.Currency }

// MostPercent is by how many percent a price may change at once: a decimal point in the wrong place changes it by 90% or by 900%.
const MostPercent = 30

// PriceCheck is what the price brake says of a price that is to be sent.
type PriceCheck string

// What the price brake says.
const (
	PriceFine     PriceCheck = "fine"     // it is sent
	PriceHeld     PriceCheck = "held"     // it waits for a person
	PriceReleased PriceCheck = "released" // it would be held, and a person has released it
)

// BrakePrice says whether a price is sent where another one was listed until now. A price that was not known, or in another currency, holds
// nothing. released is what a person has released, or the zero Price: it counts for this price only.
func BrakePrice(before, wanted, released Price) PriceCheck {
	switch {
	case !risky(before, wanted):
		return PriceFine
	case released == wanted:
		return PriceReleased
	}
	return PriceHeld
}

// risky reports whether a change of a price may be a mistake.
func risky(before, wanted Price) bool {
	if !before.Known() || before.Currency != wanted.Currency || before.Amount <= 0 {
		return false
	}
	by := new(big.Int).Sub(big.NewInt(wanted.Amount), big.NewInt(before.Amount))
	by.Abs(by).Mul(by, big.NewInt(100))
	return by.Cmp(new(big.Int).Mul(big.NewInt(before.Amount), big.NewInt(MostPercent))) > 0
}

// HeldReason is why an item whose price is held is not sent.
func HeldReason(before, wanted Price) string {
	return fmt.Sprintf("the price brake holds it: %s to %s is more than %d%%: `towpath publish held`", before, wanted, MostPercent)
}

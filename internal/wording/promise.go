package wording

import (
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/order"
)

// Promises are the orders that are late or at risk, with the one whose ship-by date is the earliest.
type Promises struct {
	Late      int            `json:"late"`
	AtRisk    int            `json:"atRisk"`
	Soon      int            `json:"soon"` // of AtRisk, those to be shipped within order.SoonAhead
	Reference string         `json:"reference,omitempty"`
	Account   string         `json:"account,omitempty"`
	ShipBy    time.Time      `json:"shipBy,omitzero"`
	Zone      *time.Location `json:"-"` // of the account
}

// Line says how many orders are late or at risk, or nothing.
func (p Promises) Line() string {
	var counts string
	switch {
	case p.Late > 0 && p.AtRisk > 0:
		counts = fmt.Sprintf("%s late, %s at risk", Count(p.Late, "order is", "orders are"), Number(p.AtRisk))
	case p.Late > 0:
		counts = Count(p.Late, "order is", "orders are") + " late"
	case p.AtRisk > 0:
		counts = fmt.Sprintf("%s at risk, due within %s", Count(p.AtRisk, "order is", "orders are"), Took(order.RiskAhead))
	default:
		return ""
	}
	if p.Soon > 0 {
		counts += fmt.Sprintf(" (%s within %s)", Number(p.Soon), Took(order.SoonAhead))
	}
	return fmt.Sprintf("Ship-by: %s; the first is %s of %s, %s", counts, p.Reference, p.Account, MomentIn(p.ShipBy, p.Zone))
}

// PromiseTone returns the tone of a promise.
func PromiseTone(p order.Promise) Tone {
	switch p {
	case order.PromiseLate:
		return Bad
	case order.PromiseAtRisk:
		return Warn
	case order.PromiseOnTime:
	}
	return Quiet
}

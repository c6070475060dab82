package book

import (
	"fmt"
	"time"
)

// Renumbered returns the plan for another round of endless play. Round 0 is the plan itself; in round n every order
// id ends in "-rN", every time is n periods later, and the opening stock arrives as receipts at the start of the
// round, so that stock does not run out. Counts and products stay the same.
func (p *Plan) Renumbered(round int) *Plan {
	if round <= 0 {
		return p
	}
	shift := time.Duration(round) * p.Period()
	suffix := fmt.Sprintf("-r%d", round)
	next := &Plan{
		Start: p.Start.Add(shift), End: p.End.Add(shift),
		Products: p.Products, Counts: p.Counts,
		Events: make([]Event, 0, len(p.Opening)+len(p.Events)),
	}
	for _, o := range p.Opening {
		if o.Units > 0 {
			next.Events = append(next.Events, Event{At: next.Start, Kind: Receipt, SKU: o.SKU, Quantity: o.Units})
		}
	}
	for _, e := range p.Events {
		e.At = e.At.Add(shift)
		if e.OrderID != "" {
			e.OrderID += suffix
		}
		if e.Order != nil {
			order := *e.Order
			order.ID += suffix
			e.Order = &order
		}
		next.Events = append(next.Events, e)
	}
	return next
}

// Period returns the time between the starts of rounds: the plan's length rounded up to a quarter of an hour.
func (p *Plan) Period() time.Duration {
	const quarter = 15 * time.Minute
	return p.End.Sub(p.Start).Truncate(quarter) + quarter
}

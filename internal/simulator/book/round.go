package book

import (
	"fmt"
	"time"
)

// Renumbered gives the plan once more for endless play: round 0 is the plan
// itself; in round n every order id ends in "-rN", every time is n periods
// later, and what was opening stock arrives as receipts when the round begins,
// so that stock doesn't run dry. Counts and products stay the same.
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

// Period is how far apart rounds begin: the plan's length up to the next full
// quarter of an hour, so that rounds follow one another without a lull.
func (p *Plan) Period() time.Duration {
	const quarter = 15 * time.Minute
	return p.End.Sub(p.Start).Truncate(quarter) + quarter
}

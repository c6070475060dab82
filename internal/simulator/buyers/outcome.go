package buyers

import (
	"context"
	"fmt"
	"strings"

	"github.com/towpath/towpath/internal/simulator/book"
	"github.com/towpath/towpath/internal/simulator/warehouse"
)

// Outcome is the outcome of every event of the plan according to the marketplaces' ledgers and the merchant's box.
// Orders, cancellations, returns and stock movements each add up; see Check.
type Outcome struct {
	Rounds int // of endless play that have begun; 1 otherwise

	Orders, Placed, Refused, OrdersToCome    int
	RefusedFor                               map[string]int // orders by why
	Lines, PlacedLines, RefusedLines         int            // with lines that are not stocked
	PlacedUnits                              int            // stocked
	PlacedMoney                              int64          // minor units
	Cancels, CancelsPlayed, CancelsOfRefused int            // played: requested, whatever the answer
	CancelsToCome                            int
	CancelledUnits, TooLateUnits             int
	Returns, ReturnsPlayed, ReturnsOfRefused int
	ReturnsToCome                            int // once Finished: the goods were never shipped
	Movements, MovementsBooked               int // receipts and adjustments, without opening stock
	Finished                                 bool
}

// The reasons for which marketplaces refuse purchases.
const (
	RefusedTooFew   = "listed fewer than wanted"
	RefusedUnlisted = "not listed"
)

// Box is the readable part of the merchant's box.
type Box interface {
	After(ctx context.Context, id int64, limit int) ([]warehouse.Entry, error)
}

// OutcomeOf compares a plan with ledgers and box. It needs no player, so an audit can do it later.
func OutcomeOf(ctx context.Context, plan *book.Plan, ledgers []Ledger, box Box) (Outcome, error) {
	h, err := readHistory(ctx, ledgers)
	if err != nil {
		return Outcome{}, err
	}
	booked, finished, err := readBox(ctx, box)
	if err != nil {
		return Outcome{}, err
	}
	t := Outcome{RefusedFor: map[string]int{}, Finished: finished}
	for ; ; t.Rounds++ {
		next := plan.Renumbered(t.Rounds)
		if t.Rounds > 0 && !begun(next, t.Rounds, h, booked) {
			return t, nil
		}
		for i, e := range next.Events {
			t.add(e, position{t.Rounds, i}.key(), h, booked)
		}
	}
}

// Outcome returns the outcome of this player's plan.
func (p *Player) Outcome(ctx context.Context) (Outcome, error) {
	return OutcomeOf(ctx, p.options.Plan, p.ledgers(), p.options.Warehouse)
}

// begun reports whether any event of a later round was played.
func begun(plan *book.Plan, round int, h history, booked map[string]bool) bool {
	for i, e := range plan.Events {
		if booked[position{round, i}.key()] {
			return true
		}
		if e.Order != nil {
			_, refused := h.refused[e.Order.ID]
			if refused || h.placed[e.Order.ID] {
				return true
			}
		}
	}
	return false
}

func (t *Outcome) add(e book.Event, key string, h history, booked map[string]bool) {
	_, refused := h.refused[e.OrderID]
	switch e.Kind {
	case book.Place:
		t.addOrder(e.Order, h)
	case book.Cancel:
		t.Cancels++
		units, played := h.cancelled[key]
		switch {
		case played:
			t.CancelsPlayed++
			t.CancelledUnits += units
			t.TooLateUnits += h.late[key]
		case refused:
			t.CancelsOfRefused++
		default:
			t.CancelsToCome++
		}
	case book.Return:
		t.Returns++
		switch {
		case h.returned[key]:
			t.ReturnsPlayed++
		case refused:
			t.ReturnsOfRefused++
		default:
			t.ReturnsToCome++
		}
	case book.Receipt, book.Adjust:
		t.Movements++
		if booked[key] {
			t.MovementsBooked++
		}
	}
}

func (t *Outcome) addOrder(o *book.Order, h history) {
	lines := len(o.Lines) + len(o.NotStocked)
	t.Orders++
	t.Lines += lines
	reason, refused := h.refused[o.ID]
	switch {
	case h.placed[o.ID]:
		t.Placed++
		t.PlacedLines += lines
		t.PlacedUnits += o.Units()
		t.PlacedMoney += o.Total()
	case refused:
		t.Refused++
		t.RefusedLines += lines
		t.RefusedFor[refusal(reason)]++
	default:
		t.OrdersToCome++
	}
}

// refusal returns the category of a marketplace's reason.
func refusal(reason string) string {
	switch {
	case strings.Contains(reason, " lists ") && strings.Contains(reason, ", wanted "):
		return RefusedTooFew
	case strings.HasSuffix(reason, " is not listed"):
		return RefusedUnlisted
	}
	return reason
}

func readBox(ctx context.Context, box Box) (booked map[string]bool, finished bool, err error) {
	booked = map[string]bool{}
	for after := int64(0); ; {
		entries, err := box.After(ctx, after, ledgerPage)
		if err != nil {
			return nil, false, err
		}
		for _, e := range entries {
			after = e.ID
			booked[e.Key] = true
			finished = finished || e.Kind == warehouse.BookDone
		}
		if len(entries) < ledgerPage {
			return booked, finished, nil
		}
	}
}

// Check returns an error if the outcome of something is unknown: a count does not add up, or the book is finished and
// something except returns is still to come.
func (t Outcome) Check() error {
	refusedFor := 0
	for _, n := range t.RefusedFor {
		refusedFor += n
	}
	switch {
	case t.Orders != t.Placed+t.Refused+t.OrdersToCome || t.Refused != refusedFor:
		return fmt.Errorf("%d orders planned, but %d placed, %d refused, %d to come", t.Orders, t.Placed, t.Refused, t.OrdersToCome)
	case t.Finished && t.OrdersToCome > 0:
		return fmt.Errorf("the book is finished, but %d orders were neither placed nor refused", t.OrdersToCome)
	case t.Finished && t.CancelsToCome > 0:
		return fmt.Errorf("the book is finished, but %d cancellations were not played", t.CancelsToCome)
	case t.Finished && t.Movements != t.MovementsBooked:
		return fmt.Errorf("the book is finished, but of %d receipts and adjustments only %d are in the merchant's box", t.Movements, t.MovementsBooked)
	}
	return nil
}

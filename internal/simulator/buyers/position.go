package buyers

import (
	"context"
	"fmt"
	"hash/fnv"

	"github.com/towpath/towpath/internal/simulator/book"
)

// The names of the player's marks in the merchant's box.
const (
	markPlayed = "buyers/played" // everything before this position needs no playing again
	markBook   = "buyers/book"   // fingerprint of the plan that is being played
)

// position identifies an event: the round of endless play, 0 first, and the event's index in the round's plan.
type position struct{ round, index int }

func (p position) before(q position) bool {
	return p.round < q.round || p.round == q.round && p.index < q.index
}

// key returns the permanent key of an event: playing it again changes nothing.
func (p position) key() string { return fmt.Sprintf("book/%d/%d", p.round, p.index) }

// saveEvery is how many events are played between two saves of the position.
const saveEvery = 100

// load reads the position where an earlier player stopped.
func (p *Player) load(ctx context.Context) (position, error) {
	var at position
	text, err := p.options.Warehouse.Mark(ctx, markPlayed)
	if err != nil || text == "" {
		return at, err
	}
	if _, err := fmt.Sscanf(text, "%d/%d", &at.round, &at.index); err != nil || at.round < 0 || at.index < 0 {
		return at, fmt.Errorf("the stored position %q of the order book is not readable: start again with a new data folder", text)
	}
	return at, nil
}

// save stores the position from which a restart must continue: the current one, or that of the oldest postponed
// event, because postponed events are only in memory. Events in between are played again, without effect.
func (p *Player) save(ctx context.Context) error {
	oldest := p.at
	for _, h := range p.postponed {
		if h.since.before(oldest) {
			oldest = h.since
		}
	}
	if oldest == p.saved {
		return nil
	}
	if err := p.options.Warehouse.SetMark(ctx, markPlayed, fmt.Sprintf("%d/%d", oldest.round, oldest.index)); err != nil {
		return err
	}
	p.saved = oldest
	return nil
}

// checkBook refuses to play another book, or the same in another shape, on data of an earlier one.
func (p *Player) checkBook(ctx context.Context) error {
	mine := fingerprint(p.options.Plan)
	noted, err := p.options.Warehouse.Mark(ctx, markBook)
	if err != nil {
		return err
	}
	switch noted {
	case mine:
		return nil
	case "":
		return p.options.Warehouse.SetMark(ctx, markBook, mine)
	}
	return fmt.Errorf("this data was created with another order book, shape, stock or set of accounts: use the same ones as before, or start again with a new data folder (--fresh)")
}

// fingerprint returns a hash of a plan.
func fingerprint(plan *book.Plan) string {
	h := fnv.New64a()
	for _, o := range plan.Opening {
		_, _ = fmt.Fprintln(h, o.SKU, o.Units)
	}
	for _, e := range plan.Events {
		_, _ = fmt.Fprintln(h, e.At.Unix(), e.Kind, e.OrderID, e.LineIndex, e.SKU, e.Quantity, e.Delta, e.Race)
		if e.Order != nil {
			_, _ = fmt.Fprintln(h, e.Order.ID, e.Order.Account, len(e.Order.Lines), e.Order.Total())
		}
	}
	return fmt.Sprintf("%016x", h.Sum64())
}

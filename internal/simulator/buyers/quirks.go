package buyers

import (
	"context"
	"hash/fnv"
	"time"

	"github.com/towpath/towpath/internal/simulator/book"
	"github.com/towpath/towpath/internal/simulator/market"
)

// Quirks are unusual properties of some orders of an account, as on real marketplaces. Which orders have one follows
// from their ids. The zero value has none.
type Quirks struct {
	FBA            bool   // the channel ships the order itself, from its own stock
	Combined       bool   // several purchases in one order
	Hold           string // why an order may not be shipped for a while; empty = none is held
	SecondLocation string // the channel's id of the place that ships every other line; empty = there is none
}

const (
	// quirkEvery: about every twelfth order has a given quirk.
	quirkEvery = 12
	// fbaSuffix ends the channel SKU of an article's second listing, which the channel ships. It is linked to nothing.
	fbaSuffix = "-FBA"
	// fbaUnits is the quantity of such a listing.
	fbaUnits = 1 << 30
)

// addQuirks adds an order's quirks to its purchase. An order that the book cancels or returns is never FBA: the
// merchant has no part in those.
func (p *Player) addQuirks(o *book.Order, purchase *market.Purchase) (fba bool) {
	w := p.options.Quirks[o.Account]
	if w.FBA && purchase.Paid && !p.round.touched[o.ID] && len(o.NotStocked) == 0 && chosen("fba", o.ID, quirkEvery) {
		for i := range purchase.Lines {
			purchase.Lines[i].SKU += fbaSuffix
		}
		return true
	}
	if w.Hold != "" && purchase.Paid && chosen("hold", o.ID, quirkEvery) {
		purchase.OnHold = w.Hold
	}
	if len(o.Lines) < 2 {
		return false
	}
	purchase.Combined = w.Combined && chosen("combined", o.ID, quirkEvery)
	if w.SecondLocation != "" && chosen("location", o.ID, quirkEvery) {
		for i := 1; i < len(purchase.Lines); i += 2 {
			purchase.Lines[i].Location = w.SecondLocation
		}
	}
	return false
}

// offer creates the listings of an order that the channel ships.
func offer(ctx context.Context, m *market.Market, purchase market.Purchase) error {
	listings := make([]market.Listing, len(purchase.Lines))
	for i, l := range purchase.Lines {
		listings[i] = market.Listing{SKU: l.SKU, Title: l.Title, Price: l.UnitPrice, Quantity: fbaUnits, FBA: true}
	}
	return m.List(ctx, listings)
}

// postpone schedules what happens to an order some time after it was placed.
func (p *Player) postpone(what postponedKind, o *book.Order) {
	p.postponed = append(p.postponed, &postponed{
		what: what, since: p.at, account: o.Account, order: o.ID,
		afterBook:  p.round.plan.Events[p.at.index].At.Add(payAfter),
		afterCount: p.played + payAfterCount, deadline: time.Now().Add(payAfterAtMost),
	})
}

// chosen reports true for about every nth order, always the same ones.
func chosen(what, orderID string, n uint32) bool {
	h := fnv.New32a()
	_, _ = h.Write([]byte(what + "/" + orderID))
	return h.Sum32()>>4%n == 0
}

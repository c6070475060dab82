package audit

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/money"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/simulator/book"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/store/books"
)

// bookRows checks that every row of the book is used or counted under a reason.
func (a *auditor) bookRows() check {
	c := check{Check{Name: "book rows used or counted"}}
	if a.in.Plan == nil {
		c.Result = "no book given"
		return c
	}
	c.Result = fmt.Sprintf("%d rows", a.in.Plan.Counts.RowsRead)
	if err := a.in.Plan.Counts.Check(); err != nil {
		c.fail("%v", err)
	}
	return c
}

// bookOrders checks that every order of the book was placed or refused, once.
func (a *auditor) bookOrders() check {
	c := check{Check{Name: "book orders = placed + refused"}}
	placed, refused := make(map[string]bool), make(map[string]bool)
	for _, e := range a.truth.entries {
		switch e.Kind {
		case market.EntryPlace:
			placed[e.BookID] = true
		case market.EntryRefuse:
			refused[e.BookID] = true
		}
	}
	c.Result = fmt.Sprintf("%d placed, %d refused", len(placed), len(refused))
	if a.in.Plan == nil {
		return c
	}
	wanted := 0
	for _, e := range a.in.Plan.Events {
		if e.Kind != book.Place {
			continue
		}
		wanted++
		switch {
		case placed[e.Order.ID] && refused[e.Order.ID]:
			c.fail("order %s was placed and refused", e.Order.ID)
		case !placed[e.Order.ID] && !refused[e.Order.ID]:
			c.fail("order %s was never played", e.Order.ID)
		}
	}
	c.Result = fmt.Sprintf("%d = %s", wanted, c.Result)
	c.equal("placed + refused", len(placed)+len(refused), wanted)
	return c
}

// ordersSaved checks that every placed order is in the store once, and that the store has no other orders.
func (a *auditor) ordersSaved() check {
	c := check{Check{Name: "orders placed = saved + skipped"}}
	saved, skipped, lost := 0, make(map[string]int), 0
	for key, o := range a.truth.orders {
		s := a.saved[key]
		switch {
		case s == nil:
			lost++
			c.fail("%s %s (book %s) is lost", key.account, key.id, o.BookID)
			continue
		case s.copies > 1:
			c.fail("%s %s is saved %d times", key.account, key.id, s.copies)
		}
		if s.Reason != "" {
			skipped[string(s.Reason)]++
		} else {
			saved++
		}
	}
	for key := range a.saved {
		if _, ok := a.truth.orders[key]; !ok {
			c.fail("%s %s was never placed", key.account, key.id)
		}
	}
	c.Result = fmt.Sprintf("%d placed, %d saved, %d lost", len(a.truth.orders), saved, lost)
	for reason, n := range skipped {
		c.Result += fmt.Sprintf(", %d skipped (%s)", n, reason)
	}
	return c
}

// linesAndMoney checks that the lines and the amounts of every order are equal on both sides.
func (a *auditor) linesAndMoney() check {
	c := check{Check{Name: "lines and money equal"}}
	lines, units, total := 0, 0, int64(0)
	for key, o := range a.truth.orders {
		s := a.saved[key]
		if s == nil {
			continue
		}
		total += o.Total
		hidden := amountsHidden(o, s)
		if !hidden && (s.Total != o.Total || s.Shipping != o.Shipping) {
			c.fail("%s %s: total %d and shipping %d, want %d and %d", key.account, key.id, s.Total, s.Shipping, o.Total, o.Shipping)
		}
		if a.neverShown(key, s) {
			continue
		}
		c.equal(fmt.Sprintf("%s %s: number of lines", key.account, key.id), len(s.lines)-len(a.gone(key, o, s)), len(o.Lines))
		for _, l := range o.Lines {
			have, ok := s.lines[l.ID]
			if !ok || have.Quantity != l.Quantity || !hidden && have.Total != l.Total {
				c.fail("%s %s line %s: %d units for %d, want %d for %d", key.account, key.id, l.ID, have.Quantity, have.Total, l.Quantity, l.Total)
			}
			lines, units = lines+1, units+l.Quantity
		}
	}
	c.Result = fmt.Sprintf("%d lines, %d units, %s", lines, units, money.Format(total, "GBP")) // the book's currency
	return c
}

// amountsHidden reports whether nobody can know an order's amounts: Amazon shows none before an order is paid, and
// this one was cancelled unpaid.
func amountsHidden(o market.Order, s *saved) bool {
	return !o.Paid && (s.Reason == order.ReasonCancelled || s.State == order.Cancelled) && s.Total == 0 && s.Shipping == 0
}

// openUnits checks that every unit that the marketplace still expects to be shipped is reserved, backordered,
// unlinked or packed in the store.
func (a *auditor) openUnits() check {
	c := check{Check{Name: "open units = reserved + backordered + unlinked"}}
	open, packed := 0, 0
	for key, o := range a.truth.orders {
		s := a.saved[key]
		if s == nil || s.Reason != "" {
			continue
		}
		for _, l := range o.Lines {
			u := s.lines[l.ID].Units
			open, packed = open+u.Open(), packed+u.Packed
			what := fmt.Sprintf("%s %s line %s: open and packed units", key.account, key.id, l.ID)
			c.equal(what, u.Open()+u.Packed, a.expected(key, o, s, l))
		}
	}
	c.Result = fmt.Sprintf("%d open, %d packed and not confirmed", open, packed)
	return c
}

// shipments checks that every confirmed package has exactly one tracking record in the channel's ledger, and that the
// ledger has no others.
func (a *auditor) shipments() check {
	c := check{Check{Name: "one tracking record per package"}}
	packages := 0
	for key, o := range a.truth.orders {
		if o.FBA {
			continue // the channel's own packages
		}
		records, recalled := make(map[string]int), make(map[string]int)
		for _, s := range o.Shipments {
			if !slices.ContainsFunc(s.Lines, func(l market.ShipmentLine) bool { return served(o, l.LineID) }) {
				records[plain(s.TrackingNumber)]++
			}
		}
		for _, s := range o.Recalled {
			recalled[plain(s.TrackingNumber)]++
		}
		if s := a.saved[key]; s != nil {
			for _, p := range s.packages {
				if p.State != shipment.Confirmed {
					continue
				}
				packages++
				tracking := plain(p.Tracking)
				if records[tracking] == 0 && recalled[tracking] > 0 { // orderFaults sees to it
					continue
				}
				c.equal(fmt.Sprintf("%s %s: records of %s", key.account, key.id, p.Tracking), records[tracking], 1)
				delete(records, tracking)
			}
		}
		for tracking, n := range records {
			c.fail("%s %s: %d records of %s, which no package has", key.account, key.id, n, tracking)
		}
	}
	c.Result = fmt.Sprintf("%d packages", packages)
	return c
}

// served reports whether a fulfilment service ships a line.
func served(o market.Order, lineID string) bool {
	return slices.ContainsFunc(o.Lines, func(l market.Line) bool { return l.ID == lineID && l.Location == market.ServiceLocation })
}

// plain returns a tracking number as eBay keeps it: letters and digits only.
func plain(tracking string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, tracking)
}

// outbox checks that nothing in the outbox is pending.
func (a *auditor) outbox() check {
	c := check{Check{Name: "every change delivered to its lifecycle", Result: fmt.Sprintf("%d pending", a.books.Pending)}}
	c.equal("changes not delivered", a.books.Pending, 0)
	return c
}

// workflows checks that no workflow has failed and that every running lifecycle belongs to an open order.
func (a *auditor) workflows(ctx context.Context) (check, error) {
	c := check{Check{Name: "no workflow failed or stuck"}}
	if a.in.Workflows == nil || a.in.Running == nil {
		c.Result = "not asked: Temporal is not running"
		return c, nil
	}
	failed, err := a.in.Workflows(ctx)
	if err != nil {
		return c, err
	}
	running, err := a.settled(ctx)
	if err != nil {
		return c, fmt.Errorf("list running lifecycles: %w", err)
	}
	c.equal("failed workflows", int(failed), 0)
	open := 0
	for _, o := range a.books.Orders {
		id := message.OrderWorkflowID(o.Account, o.OrderID)
		switch {
		case o.State.Terminal() && running[id]:
			c.fail("%s runs, but its order is %s", id, o.State)
		case !o.State.Terminal() && !running[id]:
			c.fail("%s does not run, but its order is %s", id, o.State)
		case !o.State.Terminal():
			open++
		}
	}
	c.Result = fmt.Sprintf("%d failed, %d lifecycles run for %d open orders", failed, len(running), open)
	return c, nil
}

// settled returns the running lifecycles once none of an order that is over is among them, or after Input.Settle: a lifecycle ends a
// moment after its order.
func (a *auditor) settled(ctx context.Context) (map[string]bool, error) {
	const interval = 100 * time.Millisecond
	for end := time.Now().Add(a.in.Settle); ; {
		running, err := a.in.Running(ctx)
		if err != nil || !time.Now().Before(end) || !slices.ContainsFunc(a.books.Orders, func(o books.AuditOrder) bool {
			return o.State.Terminal() && running[message.OrderWorkflowID(o.Account, o.OrderID)]
		}) {
			return running, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(interval):
		}
	}
}

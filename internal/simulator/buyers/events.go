package buyers

import (
	"context"
	"errors"
	"time"

	"github.com/towpath/towpath/internal/simulator/book"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/warehouse"
)

// currency of every book.
const currency = "GBP"

// place puts an order through its marketplace's checkout and postpones what belongs to it.
func (p *Player) place(ctx context.Context, o *book.Order) error {
	m, paid := p.options.Markets[o.Account], !paysLater(o.ID)
	fault, err := p.faultOf(ctx, o)
	if err != nil {
		return err
	}
	if fault != "" {
		return p.placeFaulty(ctx, o, fault)
	}
	purchase := p.options.purchase(o, paid)
	fba := p.addQuirks(o, &purchase)
	if fba {
		if err := offer(ctx, m, purchase); err != nil {
			return err
		}
	}
	id, err := p.checkout(ctx, o, purchase)
	if err != nil || id == "" {
		return err
	}
	switch {
	case !paid:
		p.postpone(postponedPayment, o)
	case fba:
		p.postpone(postponedDispatch, o)
	case purchase.OnHold != "":
		p.postpone(postponedRelease, o)
	}
	return p.arm(ctx, o, id)
}

// checkout places a purchase and returns the channel's order id; none if it is refused.
func (p *Player) checkout(ctx context.Context, o *book.Order, purchase market.Purchase) (id string, err error) {
	answer, err := p.options.Markets[o.Account].Place(ctx, purchase)
	if err != nil {
		return "", err
	}
	if answer.Refused != "" {
		p.done(p.progress.refused, o.ID)
		return "", nil
	}
	p.done(p.progress.placed, o.ID)
	if p.waiting < p.options.Window+1 {
		p.waiting++
	}
	return answer.OrderID, nil
}

// arm postpones the order's cancellations that race its shipping. Those that an earlier process has played are played
// again at once, which only completes them.
func (p *Player) arm(ctx context.Context, o *book.Order, channelID string) error {
	for _, i := range p.round.races[o.ID] {
		e, key := p.round.plan.Events[i], position{p.at.round, i}.key()
		if p.known(p.progress.cancelled, key) {
			if err := p.cancel(ctx, key, o.Account, e); err != nil {
				return err
			}
			continue
		}
		p.postponed = append(p.postponed, &postponed{what: postponedRace, since: p.at, key: key, account: o.Account, order: o.ID, channel: channelID, event: e})
		p.mu.Lock()
		p.races[o.Account+"/"+channelID] = true
		p.mu.Unlock()
	}
	return nil
}

// cancelNow plays a cancellation at its position in the book. One that races gets its time limit from here, unless it
// was played when the order was packed.
func (p *Player) cancelNow(ctx context.Context, e book.Event) error {
	key := p.at.key()
	for _, h := range p.postponed {
		if h.what == postponedRace && h.key == key {
			h.deadline = time.Now().Add(p.options.RaceLimit)
			return nil
		}
	}
	return p.cancel(ctx, key, p.round.orders[e.OrderID].Account, e)
}

// cancel asks the marketplace to cancel, and also the merchant's support where the channel does not inform the
// seller. A cancellation of a refused order does nothing.
func (p *Player) cancel(ctx context.Context, key, account string, e book.Event) error {
	m := p.options.Markets[account]
	accepted, err := m.Cancel(ctx, key, e.OrderID, e.LineIndex, e.Quantity)
	if errors.Is(err, market.ErrNoOrder) {
		return nil
	}
	if err != nil {
		return err
	}
	p.done(p.progress.cancelled, key)
	if accepted == 0 || !p.options.MerchantCancels[account] {
		return nil
	}
	o, err := m.ByBook(ctx, e.OrderID)
	if err != nil {
		return err
	}
	return p.options.Warehouse.Append(ctx, []warehouse.Entry{{
		Key: key, Kind: warehouse.CancelRequest, SKU: e.SKU, Quantity: accepted,
		Account: account, OrderID: o.ID, LineID: o.Lines[e.LineIndex].ID,
	}})
}

// playReturn plays a return, or postpones it until the goods have been shipped.
func (p *Player) playReturn(ctx context.Context, e book.Event) error {
	h := &postponed{
		what: postponedReturn, since: p.at, key: p.at.key(), account: p.round.orders[e.OrderID].Account, order: e.OrderID, event: e,
	}
	done, err := p.giveBack(ctx, h)
	if err == nil && !done {
		p.postponed = append(p.postponed, h)
	}
	return err
}

// bookReturn puts returned goods into the merchant's box.
func (p *Player) bookReturn(ctx context.Context, key, account string, o market.Order, line market.Line, e book.Event) error {
	return p.options.Warehouse.Append(ctx, []warehouse.Entry{{
		Key: key, Kind: warehouse.Return, SKU: e.SKU, Location: p.options.Location, Quantity: e.Quantity,
		Account: account, OrderID: o.ID, LineID: line.ID, Restock: e.Restock,
	}})
}

// purchase returns an order of the book as a purchase: its stocked lines keep their positions.
func (o Options) purchase(order *book.Order, paid bool) market.Purchase {
	p := market.Purchase{
		BookID: order.ID, Currency: currency, Buyer: buyer(o.Seed, order.ID, order.Country), Paid: paid,
		Shipping: order.Shipping, Discount: order.Discount,
	}
	for _, l := range order.Lines {
		p.Lines = append(p.Lines, market.PurchaseLine{SKU: l.Code, Title: l.Title, Quantity: l.Quantity, UnitPrice: l.UnitPrice})
	}
	for _, l := range order.NotStocked {
		if !o.ChargeLines {
			p.Shipping += l.Amount()
			continue
		}
		p.Lines = append(p.Lines, market.PurchaseLine{Title: l.Title, Quantity: l.Quantity, UnitPrice: l.UnitPrice, NotStocked: true})
	}
	return p
}

// paysLater chooses about every 20th order.
func paysLater(orderID string) bool { return chosen("pay", orderID, 20) }

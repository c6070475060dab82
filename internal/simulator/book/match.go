package book

import (
	"fmt"
	"time"
)

// purchase is the part of an order line that can still be cancelled or returned.
type purchase struct {
	orderID string
	line    int
	at      time.Time
	left    int
}

// purchases are the lines bought so far, each on two stacks with the latest on top: those with the same price and
// those with any price. A used-up purchase is dropped when it reaches the top, so matching takes linear time.
type purchases struct {
	byPrice map[priceKey][]*purchase
	all     map[skuKey][]*purchase
}

type skuKey struct{ customer, sku string }

type priceKey struct {
	skuKey
	price int64
}

// part is the share of a C line that one purchase covers.
type part struct {
	*purchase
	quantity int
}

func newPurchases() *purchases {
	return &purchases{byPrice: map[priceKey][]*purchase{}, all: map[skuKey][]*purchase{}}
}

func (p *purchases) add(customer string, l Line, bought *purchase) {
	sku := skuKey{customer, l.SKU}
	price := priceKey{sku, l.UnitPrice}
	p.byPrice[price] = append(p.byPrice[price], bought)
	p.all[sku] = append(p.all[sku], bought)
}

// match uses up to quantity units of the customer's purchases of the SKU: first those at the same price, then any, the
// latest first. The parts may be less than requested.
func (p *purchases) match(customer, sku string, price int64, quantity int) []part {
	var parts []part
	key := skuKey{customer, sku}
	parts, quantity, p.byPrice[priceKey{key, price}] = matchLatest(parts, quantity, p.byPrice[priceKey{key, price}])
	parts, _, p.all[key] = matchLatest(parts, quantity, p.all[key])
	return parts
}

func matchLatest(parts []part, quantity int, stack []*purchase) ([]part, int, []*purchase) {
	for quantity > 0 && len(stack) > 0 {
		top := stack[len(stack)-1]
		if top.left == 0 {
			stack = stack[:len(stack)-1]
			continue
		}
		n := min(quantity, top.left)
		top.left -= n
		quantity -= n
		parts = append(parts, part{top, n})
	}
	return parts, quantity, stack
}

// reverse plays a C invoice. Invoices are in book time order, so only earlier purchases can match.
func (p *planner) reverse(inv *invoice) {
	c := p.counts()
	for _, r := range inv.rows {
		switch {
		case r.class != classProduct:
			c.ReversedNonProducts++
		case inv.customer == "":
			c.ReversedGuests++
		case r.quantity >= 0:
			c.ReversedNothing++
		default:
			p.reverseLine(inv, r)
		}
	}
}

// reverseLine matches one C line with purchases. The row is counted once, by the first purchase; its parts may be
// several events.
func (p *planner) reverseLine(inv *invoice, r row) {
	c := p.counts()
	units := -r.quantity
	parts := p.bought.match(inv.customer, r.sku, r.price, units)
	if len(parts) == 0 {
		c.BeforeBook++
		c.BeforeBookUnits += units
		return
	}
	if inv.at.Sub(parts[0].at) <= cancelWithin {
		c.Cancellations++
	} else {
		c.Returns++
	}
	for _, part := range parts {
		units -= part.quantity
		e := Event{At: inv.at, Invoice: inv.number, OrderID: part.orderID, LineIndex: part.line, SKU: r.sku, Quantity: part.quantity}
		if inv.at.Sub(part.at) <= cancelWithin {
			p.cancel(e)
		} else {
			p.giveBack(e, r)
		}
	}
	if units > 0 {
		c.PartlyMatched++
		c.ExcessUnits += units
	}
}

func (p *planner) cancel(e Event) {
	c := p.counts()
	c.CancelEvents++
	e.Kind = Cancel
	if e.Race = c.CancelEvents%raceEvery == 0; e.Race {
		c.Races++
	}
	p.add(e)
}

// giveBack plays a return. A hash of its position decides whether the goods can be sold again, which about half can.
func (p *planner) giveBack(e Event, r row) {
	c := p.counts()
	c.ReturnEvents++
	e.Kind = Return
	if e.Restock = hash(fmt.Sprintf("%s:%d", e.Invoice, r.line))%2 == 0; e.Restock {
		c.Restocked++
	}
	p.add(e)
}

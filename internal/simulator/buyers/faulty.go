package buyers

import (
	"context"
	"errors"
	"hash/fnv"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/simulator/book"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/warehouse"
)

const (
	// faultAfter is how long (real time) the marketplace shows an order as it was before its fault happens, or goes on, where it is not
	// known whether the seller has seen it; faultEvery is the time between two looks.
	faultAfter = 3 * time.Second
	faultEvery = time.Second
	// serviceSuffix ends the channel SKU of an article that a fulfilment service keeps. It is linked to nothing.
	serviceSuffix = "-SERVICE"
	// tip is the amount of a tip, in minor units.
	tip = 250
)

// faultOf returns the fault of an order: the one that it got when it was placed, or a new one. An order that the book cancels or returns
// has none, and one has only faults that it can have.
func (p *Player) faultOf(ctx context.Context, o *book.Order) (faults.Kind, error) {
	if p.known(p.progress.placed, o.ID) {
		placed, err := p.options.Markets[o.Account].ByBook(ctx, o.ID)
		return placed.Fault, err
	}
	if p.options.OrderFault == nil || p.round.touched[o.ID] || len(o.NotStocked) > 0 {
		return "", nil
	}
	fault := p.options.OrderFault(o.Account, o.ID)
	if slices.Contains([]faults.Kind{faults.LineGone, faults.ServiceShips}, fault) && len(o.Lines) < 2 || fault == faults.SKUChanged && p.other(o) == nil {
		return "", nil
	}
	return fault, nil
}

// placeFaulty places an order with a fault, and postpones the fault until the seller has seen the order.
func (p *Player) placeFaulty(ctx context.Context, o *book.Order, fault faults.Kind) error {
	later := market.Strikes(fault)
	purchase := p.options.purchase(o, !later || slices.Contains([]faults.Kind{faults.Unfulfil, faults.AddressChanged, faults.UnitsAdded}, fault))
	purchase.Fault = fault
	switch fault {
	case faults.NoShipping:
		purchase.Lines = append(purchase.Lines, market.PurchaseLine{Title: "Tip", Quantity: 1, UnitPrice: tip, NotStocked: true})
	case faults.PreOrder:
		purchase.OnHold = market.PreOrder
	case faults.ServiceShips:
		l := &purchase.Lines[0]
		l.SKU, l.Location = l.SKU+serviceSuffix, market.ServiceLocation
		if err := p.options.Markets[o.Account].List(ctx, []market.Listing{{SKU: l.SKU, Title: l.Title, Price: l.UnitPrice, Quantity: fbaUnits}}); err != nil {
			return err
		}
	}
	known := p.known(p.progress.placed, o.ID)
	id, err := p.checkout(ctx, o, purchase)
	switch {
	case err != nil || id == "":
		return err
	case fault == faults.ServiceShips:
		p.postpone(postponedDispatch, o)
	case fault == faults.PreOrder:
		p.postpone(postponedRelease, o)
	case later:
		p.postponeFault(o, fault)
	}
	if !later && !known {
		p.struck(o.Account, fault)
	}
	return nil
}

// postponeFault postpones a fault. Orders whose lines are to move join one that waits for that: their buyer pays them together.
func (p *Player) postponeFault(o *book.Order, fault faults.Kind) {
	for _, h := range p.postponed {
		if fault == faults.MovedLine && h.fault == fault && h.account == o.Account && len(h.with) == 0 {
			h.with = append(h.with, o.ID)
			return
		}
	}
	p.postpone(postponedFault, o)
	h := p.postponed[len(p.postponed)-1]
	h.fault, h.placed, h.tryAt = fault, o, time.Now().Add(faultEvery)
}

// strike makes an order's fault happen when it is time, and reports whether nothing of it is left to do.
func (p *Player) strike(ctx context.Context, h *postponed, now time.Time) (bool, error) {
	m := p.options.Markets[h.account]
	o, err := m.ByBook(ctx, h.order)
	if err != nil {
		return false, err
	}
	h.tryAt = now.Add(faultEvery)
	if o.Struck && len(h.with) > 0 { // it was, before a restart, and the other came later
		h.order, h.with = h.with[0], nil
		return false, nil
	}
	if seen, err := p.seen(ctx, h.account, o, now); err != nil || !seen {
		return false, err
	}
	if o.Struck {
		return true, p.settle(ctx, h)
	}
	blow := market.Blow{With: h.with}
	var more *warehouse.Entry // the merchant gets the units that it will be of
	switch h.fault {
	case faults.SKUChanged:
		other := p.other(h.placed)
		blow.SKU = other.Codes[0]
		more = &warehouse.Entry{SKU: other.SKU, Quantity: o.Lines[0].Quantity}
	case faults.UnitsAdded:
		more = &warehouse.Entry{SKU: h.placed.Lines[0].SKU, Quantity: 1}
	}
	if more != nil {
		more.Key, more.Kind, more.Location = "fault/"+h.order, warehouse.Receipt, p.options.Location
		if err := p.options.Warehouse.Append(ctx, []warehouse.Entry{*more}); err != nil {
			return false, err
		}
	}
	done, err := m.Strike(ctx, h.order, blow)
	if errors.Is(err, market.ErrTooFew) { // it does not happen
		return true, p.settle(ctx, h)
	}
	if done {
		p.struck(h.account, h.fault)
	}
	return done && h.fault == faults.MovedLine, err
}

// settle ends what was begun for a fault: the order is paid.
func (p *Player) settle(ctx context.Context, h *postponed) error {
	if h.fault == faults.MovedLine {
		return nil // the new order was
	}
	return p.pay(ctx, h)
}

// seen reports whether the seller has read an order's last change: then its fault can go on.
func (p *Player) seen(ctx context.Context, account string, o market.Order, now time.Time) (bool, error) {
	if p.options.Read == nil {
		return now.Sub(o.UpdatedAt) >= faultAfter, nil
	}
	read, err := p.options.Read(ctx, account, o.ID)
	return !read.Before(o.UpdatedAt.Truncate(time.Second)) && now.Sub(o.UpdatedAt) >= time.Second, err // some channels show whole seconds
}

func (p *Player) struck(account string, k faults.Kind) {
	if p.options.Struck != nil {
		p.options.Struck(account, k)
	}
}

// other returns another article than that of an order's first line, always the same one; nil if there is none.
func (p *Player) other(o *book.Order) *book.Product {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(o.ID))
	products := p.options.Plan.Products
	for i := range products {
		if other := &products[(int(hash.Sum32()>>1)+i)%len(products)]; other.SKU != o.Lines[0].SKU {
			return other
		}
	}
	return nil
}

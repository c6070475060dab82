package ebay

import (
	"context"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
)

// complete converts eBay's orders for a page. An order whose fulfillments can't be read is set aside until the next scan; the page
// fails only when the account may make no call, or its time is up. With again, orders may be as an earlier scan showed them.
func (c *connection) complete(ctx context.Context, shown foundOrders, again bool, page *channel.OrdersPage) *channel.Fault {
	found := shown.orders
	orders := make([]order.Snapshot, len(found))
	faults := make([]*channel.Fault, len(found))
	f := each(ctx, opFulfilments, len(found), func(call context.Context, i int) *channel.Fault {
		o := found[i]
		if sent, told := c.sent.Told(string(o.OrderID), o.raw, time.Now()); told && again {
			orders[i] = o.order(sent)
			return nil
		}
		var sent map[string]int
		if sent, faults[i] = c.readSent(call, o); faults[i] == nil && sent != nil {
			c.sent.Keep(string(o.OrderID), o.raw, time.Time(o.Modified), shown.served, time.Now(), sent)
		}
		orders[i] = o.order(sent)
		if f := faults[i]; f != nil && (f.Class == channel.Auth || ctx.Err() != nil) {
			return f
		}
		return nil
	})
	if f != nil {
		return f
	}
	for i, o := range found {
		if f := faults[i]; f != nil {
			e := channel.Unfinished(f, o.raw, string(o.OrderID), time.Time(o.Modified))
			e.Site = siteIn(o.raw)
			page.Aside = append(page.Aside, e)
			continue
		}
		page.Orders = append(page.Orders, orders[i])
	}
	return nil
}

// readSent returns the units per line of an order's fulfillments. A line's status only shows that some of it was shipped; the number of units
// is in the fulfillments, which are read for the few orders that need it. It returns nil for the others.
func (c *connection) readSent(ctx context.Context, o ebayOrder) (map[string]int, *channel.Fault) {
	if !o.needsFulfilments() {
		return nil, nil
	}
	list, f := c.fulfilments(ctx, string(o.OrderID))
	if f != nil {
		return nil, f
	}
	return unitsOf(list), nil
}

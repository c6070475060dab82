package shopify

import (
	"context"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
)

// ordersAtOnce is how many orders of a page are completed at the same time. Each costs points, and more would only wait for them.
const ordersAtOnce = 4

// told is an order with all that further calls told of it.
type told struct {
	order   *wireOrder
	units   map[string]shippedOpen
	returns []order.ShownReturn
	asked   bool // further calls were made
}

// shownOrder is an order of a page.
type shownOrder struct {
	order *wireOrder
	body  []byte
	out   order.Snapshot
	fault *channel.Fault      // of one of its calls
	aside *channel.OrderError // it can't be read
	ends  bool                // the fault ends the page before this order
}

// completeAll decodes and completes the orders of a page, the first alone, so that a page moves on however few points there are, and the others a few at a
// time. It makes no call for those after one that ends the page. With again,
// orders may be as an earlier scan completed them.
func (c *Connection) completeAll(ctx context.Context, r reply, data ordersData, again bool) []shownOrder {
	list := make([]shownOrder, len(data.Orders.Edges))
	var group errgroup.Group
	group.SetLimit(ordersAtOnce)
	var ended atomic.Bool // those before it have begun: orders begin in their order
	for i, edge := range data.Orders.Edges {
		if ended.Load() {
			break
		}
		s := &list[i]
		var err error
		s.body = edge.Node
		if s.order, err = decodeOrder(s.body); err != nil {
			s.aside = orderError(opOrders.name, r.requestID, s.body, err)
			continue
		}
		if s.fault = r.partial.failed[i]; s.fault != nil {
			continue
		}
		complete := func() error {
			c.completeShown(ctx, r, s, again)
			if s.ends {
				ended.Store(true)
			}
			return nil
		}
		if i == 0 {
			_ = complete()
			continue
		}
		group.Go(complete)
	}
	_ = group.Wait() // each order has its own fault
	return list
}

// completeShown completes an order of a page.
func (c *Connection) completeShown(ctx context.Context, r reply, s *shownOrder, again bool) {
	all, known := c.told.Told(s.order.ID, s.body, time.Now())
	if !known || !again {
		if all, s.fault = c.ask(ctx, s.order); s.fault != nil {
			s.ends = s.fault.Class == channel.Throttled || s.fault.Class == channel.Auth || ctx.Err() != nil
			return
		}
		if served, err := http.ParseTime(r.date); err == nil && all.asked {
			c.told.Keep(s.order.ID, s.body, s.order.UpdatedAt.Time(), served, time.Now(), all)
		}
	}
	var err error
	if s.out, err = all.convert(r); err != nil {
		s.aside = orderError(opOrders.name, r.requestID, s.body, err)
	}
}

// addTo adds the order to its page, or sets it aside. It returns a fault when the page ends before it: the points have run out, the account
// may make no call, or its time is up.
func (s *shownOrder) addTo(page *channel.OrdersPage, r reply) *channel.Fault {
	switch {
	case s.ends:
		return s.fault
	case s.aside != nil:
		page.Aside = append(page.Aside, s.aside)
	case s.fault != nil:
		page.Aside = append(page.Aside, channel.Unfinished(s.fault, s.body, s.order.ID, s.order.UpdatedAt.Time()))
	default:
		page.Orders = append(page.Orders, s.out)
	}
	return nil
}

// complete reads the remaining lines of an order, finds the units that the lines do not show, and converts it. Errors:
// *channel.OrderError, or the fault of a call.
func (c *Connection) complete(ctx context.Context, r reply, operation string, o *wireOrder, body []byte) (order.Snapshot, error) {
	all, fault := c.ask(ctx, o)
	if fault != nil {
		return order.Snapshot{}, fault
	}
	out, err := all.convert(r)
	if err != nil {
		return order.Snapshot{}, orderError(operation, r.requestID, body, err)
	}
	return out, nil
}

// ask makes the further calls that an order needs. It adds to the order what they tell.
func (c *Connection) ask(ctx context.Context, o *wireOrder) (told, *channel.Fault) {
	t := told{order: o}
	lines, returns := o.LineItems.PageInfo.HasNextPage, c.mayBeReturned(o)
	fault := c.allLines(ctx, o)
	if fault != nil {
		return t, fault
	}
	var units bool
	if t.units, units, fault = c.readUnits(ctx, o); fault != nil {
		return t, fault
	}
	if returns {
		t.returns, fault = c.returnsOf(ctx, o)
	}
	t.asked = lines || units || returns
	return t, fault
}

// convert converts a complete order of an answer, which changes nothing of it: it may be converted again.
func (t told) convert(r reply) (order.Snapshot, error) {
	out, err := t.order.order(t.units)
	if err != nil {
		return out, err
	}
	out.Returns = slices.Clone(t.returns)
	if r.partial.amounts() {
		out.WithoutAmounts()
	}
	return out, nil
}

// allLines reads the remaining lines of an order.
func (c *Connection) allLines(ctx context.Context, o *wireOrder) *channel.Fault {
	return o.LineItems.finish(opOrderLines, func(after string) (page paged[wireLine], r reply, fault *channel.Fault) {
		var data struct {
			Order *struct {
				LineItems paged[wireLine] `json:"lineItems"`
			} `json:"order"`
		}
		v := variables{"id": o.ID, "lines": linesPerExtraPage, "after": after}
		if r, fault = c.read(ctx, opOrderLines, v, &data); fault != nil {
			return page, r, fault
		}
		if data.Order == nil {
			return page, r, r.answer.Fault(channel.Missing, opOrderLines.name, CodeNotFound)
		}
		return data.Order.LineItems, r, nil
	})
}

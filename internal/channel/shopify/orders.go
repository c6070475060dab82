package shopify

import (
	"context"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
)

// Page sizes. By Shopify's published costs (an object costs 1 point, a connection grows with the logarithm of its
// size) a page costs about 600 of the 1,000 points that one query may use.
const (
	ordersPerPage     = 50
	linesPerOrder     = 100
	linesPerExtraPage = 250
)

// overlap is how far a scan starts before the watermark. Shopify's search index shows an order seconds late, and later than one that
// changed after it (lightward/mechanic-tasks#66; case E1: 9 s), so what a scan has passed may still appear behind it. An order that is
// read again unchanged costs about 7 of the points and is saved nowhere. eBay's overlap is as long, and Amazon itself keeps as far
// from its now.
const overlap = 2 * time.Minute

// openFilter has every fulfilment status of an order that still holds stock.
const openFilter = "(fulfillment_status:unshipped OR fulfillment_status:partial OR fulfillment_status:on_hold OR " +
	"fulfillment_status:scheduled OR fulfillment_status:request_declined)"

// personal are the calls whose answers name buyers.
var personal = []string{opOrders.name, opOrder.name, opOrderLines.name, opFirstOrder.name}

// ordersData is the data of a page of orders.
type ordersData struct {
	Orders struct {
		Edges []struct {
			Cursor string    `json:"cursor"`
			Node   wireOrder `json:"node"`
		} `json:"edges"`
		PageInfo pageInfo `json:"pageInfo"`
	} `json:"orders"`
}

// inOrder reports whether the page is sorted as requested: only then are all orders before one of its cursors known.
func (d *ordersData) inOrder(byCreation bool) bool {
	for i := 1; i < len(d.Orders.Edges); i++ {
		a, b := &d.Orders.Edges[i-1].Node, &d.Orders.Edges[i].Node
		if byCreation && b.CreatedAt.Before(a.CreatedAt) || !byCreation && b.UpdatedAt.Before(a.UpdatedAt) {
			return false
		}
	}
	return true
}

// Orders returns one page. A scan ends at orders that changed after it began, so that the scan of a busy shop ends;
// the next scan reads them. If the points run out in the middle of a page, the page has the orders that are complete.
func (c *Connection) Orders(ctx context.Context, q channel.OrdersQuery) (channel.OrdersPage, error) {
	at, fault := parseCursor(q.Cursor, opOrders.name)
	if fault != nil {
		return channel.OrdersPage{}, fault
	}
	var data ordersData
	r, fault := c.read(ctx, opOrders, c.page(q, at), &data)
	if fault != nil {
		c.orders.adapt(fault)
		return channel.OrdersPage{}, fault
	}
	at = at.begin(r.date)
	next := data.Orders.PageInfo
	if next.stuck(at.After, len(data.Orders.Edges)) {
		return channel.OrdersPage{}, r.answer.Fault(channel.Unavailable, opOrders.name, CodeRepeatedCursor)
	}
	page := channel.OrdersPage{RequestID: r.requestID}
	for i := range data.Orders.Edges {
		edge := &data.Orders.Edges[i]
		o, fault := c.complete(ctx, r, opOrders.name, &edge.Node)
		if fault != nil && (i == 0 || !data.inOrder(q.OpenOnly)) {
			return channel.OrdersPage{}, fault
		}
		if fault != nil {
			next = pageInfo{HasNextPage: true, EndCursor: data.Orders.Edges[i-1].Cursor}
			break
		}
		page.Orders = append(page.Orders, o)
		if edge.Node.UpdatedAt.After(at.Latest) {
			at.Latest = edge.Node.UpdatedAt.UTC()
		}
	}
	switch {
	case next.HasNextPage && (q.OpenOnly || !at.overtaken()):
		at.After = next.EndCursor
		page.Next = at.String()
	case q.OpenOnly: // a scan of open orders is followed by one of changes since it began
		page.Watermark = at.Started
	default:
		page.Watermark = at.Latest
	}
	return page, nil
}

// overtaken reports whether the scan has reached changes made after it began.
func (c cursor) overtaken() bool { return !c.Started.IsZero() && c.Latest.After(c.Started) }

// page returns the variables of a page. Scans of open orders are sorted by creation, which never changes.
func (c *Connection) page(q channel.OrdersQuery, at cursor) variables {
	v := variables{
		"first": c.orders.of(ordersPerPage, 1), "lines": c.orders.of(linesPerOrder, 5), "after": nil, "filter": nil, "sort": "UPDATED_AT",
	}
	if at.After != "" {
		v["after"] = at.After
	}
	since := ""
	if !q.Since.IsZero() {
		since = ":>='" + q.Since.Add(-overlap).UTC().Truncate(time.Second).Format(time.RFC3339) + "'"
	}
	switch {
	case q.OpenOnly && since != "":
		v["sort"], v["filter"] = "CREATED_AT", "created_at"+since+" AND "+openFilter
	case q.OpenOnly:
		v["sort"], v["filter"] = "CREATED_AT", openFilter
	case since != "":
		v["filter"] = "updated_at" + since
	}
	return v
}

// Order returns one order.
func (c *Connection) Order(ctx context.Context, id string) (order.Snapshot, error) {
	var data struct {
		Order *wireOrder `json:"order"`
	}
	r, fault := c.read(ctx, opOrder, variables{"id": id, "lines": linesPerExtraPage}, &data)
	if fault != nil {
		return order.Snapshot{}, fault
	}
	if data.Order == nil {
		return order.Snapshot{}, r.answer.Fault(channel.Missing, opOrder.name, CodeNotFound)
	}
	o, fault := c.complete(ctx, r, opOrder.name, data.Order)
	if fault != nil {
		return order.Snapshot{}, fault
	}
	return o, nil
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

// complete reads the remaining lines of an order, finds the units that the lines do not show, and converts it.
func (c *Connection) complete(ctx context.Context, r reply, operation string, o *wireOrder) (order.Snapshot, *channel.Fault) {
	if fault := c.allLines(ctx, o); fault != nil {
		return order.Snapshot{}, fault
	}
	units, fault := c.readUnits(ctx, o)
	if fault != nil {
		return order.Snapshot{}, fault
	}
	out, err := o.order(units)
	if err != nil {
		f := r.answer.Unreadable(operation)
		f.Raw = err.Error()
		return order.Snapshot{}, f
	}
	return out, nil
}

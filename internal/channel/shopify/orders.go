package shopify

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
)

// Page sizes. By Shopify's published costs (an object costs 1 point, a connection grows with the logarithm of its
// size) a page costs about 890 of the 1,000 points that one query may use.
const (
	ordersPerPage     = 50
	linesPerOrder     = 30
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
			Cursor string          `json:"cursor"`
			Node   json.RawMessage `json:"node"` // decoded by itself
		} `json:"edges"`
		PageInfo pageInfo `json:"pageInfo"`
	} `json:"orders"`
}

// inOrder reports whether the page is sorted as requested: only then are all orders before one of its cursors known.
func inOrder(page []*wireOrder, byCreation bool) bool {
	return slices.IsSortedFunc(page, func(a, b *wireOrder) int {
		if byCreation {
			return a.CreatedAt.Time().Compare(b.CreatedAt.Time())
		}
		return a.UpdatedAt.Time().Compare(b.UpdatedAt.Time())
	})
}

// Orders returns one page. A scan ends at orders that changed after it began, so that the scan of a busy shop ends;
// the next scan reads them. If the points run out in the middle of a page, the page has the orders that are complete.
func (c *Connection) Orders(ctx context.Context, q channel.OrdersQuery) (channel.OrdersPage, error) {
	at, fault := parseCursor(q.Cursor, opOrders.name)
	if fault != nil {
		return channel.OrdersPage{}, fault
	}
	var data ordersData
	r, fault := c.readOrders(ctx, opOrders, c.page(q, at), &data)
	if fault != nil {
		c.orders.adapt(fault)
		return channel.OrdersPage{}, fault
	}
	if data.Orders.Edges == nil { // a page without orders has an empty list
		return channel.OrdersPage{}, r.answer.Unreadable(opOrders.name)
	}
	at = at.begin(r.date)
	next := data.Orders.PageInfo
	if next.stuck(at.After, len(data.Orders.Edges)) {
		return channel.OrdersPage{}, r.answer.Fault(channel.Unavailable, opOrders.name, CodeRepeatedCursor)
	}
	page := channel.OrdersPage{RequestID: r.requestID, Withheld: r.partial.withheld}
	var read []*wireOrder
	shown := c.completeAll(ctx, r, data, !q.OpenOnly && !q.Past())
	for i, s := range shown {
		o, fault := s.order, s.addTo(&page, r)
		if !o.UpdatedAt.Time().IsZero() {
			read = append(read, o)
		}
		if fault != nil && (i == 0 || !inOrder(read, q.OpenOnly || q.Created)) {
			return channel.OrdersPage{}, fault
		}
		if fault != nil {
			next = pageInfo{HasNextPage: true, EndCursor: data.Orders.Edges[i-1].Cursor}
			break
		}
		if o.UpdatedAt.Time().After(at.Latest) {
			at.Latest = o.UpdatedAt.Time()
		}
	}
	switch {
	case next.HasNextPage && (q.OpenOnly || q.Past() || !at.overtaken()):
		at.After = next.EndCursor
		page.Next = at.String()
	case q.Past():
	case q.OpenOnly: // a scan of open orders is followed by one of changes since it began
		page.Watermark = at.Started
	default: // all that had changed when it began was read, also where nothing had: the watermark of a quiet shop moves, too
		page.Watermark = at.Latest
		if at.Started.After(at.Latest) {
			page.Watermark = at.Started
		}
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
	if q.Past() {
		v["sort"], v["filter"] = pastFilter(q)
		return v
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

// pastFilter returns the sort key and the filter of a search of the past. Nothing can appear late in it, so it needs no overlap.
func pastFilter(q channel.OrdersQuery) (sort, filter string) {
	sort, field := "UPDATED_AT", "updated_at"
	if q.Created {
		sort, field = "CREATED_AT", "created_at"
	}
	bound := func(t time.Time) string { return "'" + t.UTC().Truncate(time.Second).Format(time.RFC3339) + "'" }
	return sort, field + ":>=" + bound(q.Since) + " AND " + field + ":<" + bound(q.Until)
}

// Order returns one order.
func (c *Connection) Order(ctx context.Context, id string) (order.Snapshot, error) {
	var data struct {
		Order json.RawMessage `json:"order"`
	}
	r, fault := c.readOrders(ctx, opOrder, variables{"id": id, "lines": linesPerExtraPage}, &data)
	if fault != nil {
		return order.Snapshot{}, fault
	}
	if len(data.Order) == 0 || string(data.Order) == "null" {
		return order.Snapshot{}, r.answer.Fault(channel.Missing, opOrder.name, CodeNotFound)
	}
	return c.readOrder(ctx, r, data.Order)
}

// Decode reads an order that was set aside once more. It calls Shopify for further lines, and for units that the lines do not show.
func (c *Connection) Decode(ctx context.Context, body []byte) (order.Snapshot, error) {
	return c.readOrder(ctx, reply{}, body)
}

func (c *Connection) readOrder(ctx context.Context, r reply, body []byte) (order.Snapshot, error) {
	o, err := decodeOrder(body)
	if err != nil {
		return order.Snapshot{}, orderError(opOrder.name, r.requestID, body, err)
	}
	return c.complete(ctx, r, opOrder.name, o, body)
}

package ebay

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
	"github.com/towpath/towpath/internal/order"
)

// The operations of the Fulfillment API that read orders.
const (
	opGetOrders = "getOrders"
	opGetOrder  = "getOrder"
)

// maxPage is the greatest number of orders in a page.
const maxPage = 200

// overlap is how far the next scan starts before the moment of this one. eBay recommends it for polling orders
// (knowledge base 1788): an order may be listed later than its modification time.
const overlap = 2 * time.Minute

// history is how far back orders can be read: eBay allows two years and refuses more (30830).
const history = 729 * 24 * time.Hour

// timeFormat is eBay's format: UTC, milliseconds.
const timeFormat = "2006-01-02T15:04:05.000Z"

// codeNoProgress is the fault of pages that contradict the total in the answer.
const codeNoProgress = "PAGES_CONTRADICT_TOTAL"

// Orders returns one page. The first page of a scan has an open end. Usually it contains everything, so one call is
// enough, and the Date of the answer is the moment of the scan. Otherwise that Date becomes the end of the window,
// and the window is read from its start, since an open one keeps growing. The local clock is not used. See window for
// how no changed order is skipped.
func (c *connection) Orders(ctx context.Context, q channel.OrdersQuery) (channel.OrdersPage, error) {
	const operation = opGetOrders
	w := window{Open: q.OpenOnly, Since: notBefore(q.Since, time.Now().Add(-history)), Past: q.Past(), Placed: q.Created, Until: q.Until}
	if w.Past && w.Until.Before(w.Since) { // all of it is older than eBay shows
		return channel.OrdersPage{}, nil
	}
	if q.Cursor != "" {
		var err error
		if w, err = parseCursor(q.Cursor); err != nil {
			return channel.OrdersPage{}, channel.NewFault(channel.Invalid, operation, err.Error())
		}
	}
	a, f := c.call(ctx, operation, http.MethodGet, c.ordersPath(w), nil)
	if f != nil {
		return channel.OrdersPage{}, f
	}
	found, f := readPage(a, operation, w.offset())
	if f != nil {
		return channel.OrdersPage{}, f
	}
	page := channel.OrdersPage{RequestID: a.RequestID, Aside: found.aside}
	if w.Past {
		page.Total = found.total
	}
	if f := c.complete(ctx, found, !w.Open && !w.Past, &page); f != nil {
		return channel.OrdersPage{}, f
	}
	n := found.shown
	switch {
	case w.Until.IsZero() && found.total <= n:
		page.Watermark = w.watermark(found.served)
		return page, nil
	case w.Until.IsZero():
		w.Until = notBefore(found.served, w.Since)
	default:
		var moved bool
		if w, moved = w.advanceUnlessSame(n, found.total, found.print); !moved {
			return channel.OrdersPage{}, a.Fault(channel.Unavailable, operation, codeNoProgress)
		}
		if w.done() {
			if !w.Past {
				page.Watermark = w.watermark(w.Until)
			}
			return page, nil
		}
	}
	page.Next = w.cursor()
	return page, nil
}

// Oldest returns how far back eBay shows orders (channel.Historian).
func (c *connection) Oldest(context.Context) (time.Duration, string, error) {
	return history, "eBay shows the orders of the last two years", nil
}

// Order returns one order.
func (c *connection) Order(ctx context.Context, id string) (order.Snapshot, error) {
	const operation = opGetOrder
	a, f := c.call(ctx, operation, http.MethodGet, fulfilment+"/order/"+url.PathEscape(id), nil)
	if f != nil {
		return order.Snapshot{}, f
	}
	return c.readOrder(ctx, operation, a.RequestID, a.Body)
}

// Decode reads an order that was set aside once more. It calls eBay for the fulfillments of an order that needs them.
func (c *connection) Decode(ctx context.Context, body []byte) (order.Snapshot, error) {
	return c.readOrder(ctx, opGetOrder, "", body)
}

func (c *connection) readOrder(ctx context.Context, operation, requestID string, body []byte) (order.Snapshot, error) {
	o, err := decodeOrder(body)
	if err != nil {
		return order.Snapshot{}, orderError(operation, requestID, body, err)
	}
	sent, f := c.readSent(ctx, o)
	if f != nil {
		return order.Snapshot{}, f
	}
	return o.order(sent), nil
}

// watermark returns where the next scan for changes may start, after a scan of everything until the given moment.
func (w window) watermark(until time.Time) time.Time {
	next := until.Add(-overlap)
	if !w.Open {
		next = notBefore(next, w.Since)
	}
	return next.UTC()
}

func notBefore(t, floor time.Time) time.Time {
	if t.Before(floor) {
		return floor
	}
	return t
}

// ordersPath returns the path of the window's next page. If both dates are given, eBay uses creationdate only.
func (c *connection) ordersPath(w window) string {
	until := ""
	if !w.Until.IsZero() {
		until = w.Until.UTC().Format(timeFormat)
	}
	span := fmt.Sprintf("[%s..%s]", w.Since.UTC().Format(timeFormat), until)
	filter := "lastmodifieddate:" + span
	switch {
	case w.Open:
		filter = "creationdate:" + span + ",orderfulfillmentstatus:{NOT_STARTED|IN_PROGRESS}"
	case w.Placed:
		filter = "creationdate:" + span
	}
	q := url.Values{"filter": {filter}, "limit": {strconv.Itoa(c.pageSize)}, "offset": {strconv.Itoa(w.offset())}}
	return fulfilment + "/order?" + q.Encode()
}

// foundOrders is a page as eBay returned it.
type foundOrders struct {
	orders []ebayOrder
	aside  []*channel.OrderError
	shown  int    // all of them
	print  string // a hash of the page
	total  int
	served time.Time // the server's clock when it answered, whole seconds
}

func readPage(a *transport.Answer, operation string, offset int) (foundOrders, *channel.Fault) {
	var body struct {
		Orders []json.RawMessage `json:"orders"`
		Total  *whole            `json:"total"` // 0 if there are none
		Next   string            `json:"next"`
	}
	if f := a.Decode(operation, &body); f != nil {
		return foundOrders{}, f
	}
	served, err := http.ParseTime(a.Header.Get("Date"))
	if err != nil { // the next window needs the server's time
		return foundOrders{}, a.Unreadable(operation)
	}
	total, f := totalOf(a, operation, body.Total, body.Orders)
	if f != nil {
		return foundOrders{}, f
	}
	p := foundOrders{total: total, served: served, shown: len(body.Orders)}
	if leadsBeyond(body.Next, offset) { // there are more, whatever the total is
		p.total = max(p.total, offset+len(body.Orders)+1)
	}
	ids := make([]string, len(body.Orders))
	for i, raw := range body.Orders {
		o, err := decodeOrder(raw)
		if ids[i] = string(o.OrderID); err != nil {
			e := orderError(operation, a.RequestID, raw, err)
			ids[i] = cmp.Or(e.ID, string(raw))
			p.aside = append(p.aside, e)
			continue
		}
		p.orders = append(p.orders, o)
	}
	p.print = printOf(ids)
	return p, nil
}

// totalOf returns the total of an answer. One with neither orders nor a total does not say that there are none.
func totalOf(a *transport.Answer, operation string, total *whole, orders []json.RawMessage) (int, *channel.Fault) {
	switch {
	case total != nil:
		return int(*total), nil
	case len(orders) == 0:
		return 0, a.Unreadable(operation)
	}
	return len(orders), nil
}

// leadsBeyond reports whether a link to a later page exists.
func leadsBeyond(next string, offset int) bool {
	u, err := url.Parse(next)
	if next == "" || err != nil {
		return next != ""
	}
	n, err := strconv.Atoi(u.Query().Get("offset"))
	return err != nil || n > offset
}

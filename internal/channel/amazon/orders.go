package amazon

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
	"github.com/towpath/towpath/internal/order"
)

const (
	opSearchOrders = "searchOrders"
	opGetOrder     = "getOrder"
	ordersPath     = "/orders/2026-01-01/orders"
	includedData   = "BUYER,RECIPIENT,PROCEEDS,FULFILLMENT,CANCELLATION"
	openStatuses   = "PENDING_AVAILABILITY,PENDING,UNSHIPPED,PARTIALLY_SHIPPED"
	pageSize       = "100" // the most; searchOrders has 20 calls an hour to spend

	// mostTwice limits how often in a row a page may be the same as the one before. Amazon sometimes returns a page
	// again under another token, which is harmless once but must not go on forever.
	mostTwice = 2

	codeNoProgress = "NO_PROGRESS"
	codeCursor     = "CURSOR_NOT_OURS"
)

// oldest is the earliest lower bound that is sent; Amazon opened in the UK in 1998.
var oldest = time.Date(1998, 1, 1, 0, 0, 0, 0, time.UTC)

// cursor is the state between two pages. A page token is only valid with the parameters that produced it, so the
// cursor has both.
type cursor struct {
	Token  string    `json:"t"`
	Since  time.Time `json:"s"`
	Open   bool      `json:"o,omitempty"`
	Until  time.Time `json:"u,omitzero"`  // of a search of the past: its end
	Placed bool      `json:"c,omitempty"` // with Until: by creation
	Before time.Time `json:"b"`           // the upper bound in the first page's answer
	Page   string    `json:"p"`           // fingerprint of the page that gave the token
	Twice  int       `json:"r,omitempty"` // how many pages in a row were the same
}

// Orders returns one page. Amazon sets the upper bound of the window, at least two minutes before its now, and
// returns it; it becomes the watermark, so Towpath's clock does not matter. Errors: Unavailable with NO_PROGRESS when
// the API repeats a page, Invalid when the cursor is unknown.
func (c *client) Orders(ctx context.Context, q channel.OrdersQuery) (channel.OrdersPage, error) {
	at := cursor{Since: q.Since, Open: q.OpenOnly, Until: q.Until, Placed: q.Created}
	if q.Cursor != "" {
		var err error
		if at, err = parseCursor(q.Cursor); err != nil {
			return channel.OrdersPage{}, channel.Refusal(channel.Invalid, opSearchOrders, codeCursor, err.Error())
		}
	}
	var found searchAnswer
	answer, fault := c.call(ctx, request{operation: opSearchOrders, method: http.MethodGet, path: ordersPath, query: at.query(c.account.Marketplace)}, &found)
	if fault != nil {
		return channel.OrdersPage{}, fault
	}
	if found.Orders == nil { // the specification requires them, also of an empty page
		return channel.OrdersPage{}, answer.Unreadable(opSearchOrders)
	}
	page, next, fault := readPage(answer, found, at)
	if fault != nil {
		return channel.OrdersPage{}, fault
	}
	if next != nil {
		page.Next = next.String()
	}
	return page, nil
}

// readPage returns a page and the cursor of the next one; nil after the last.
func readPage(answer *transport.Answer, found searchAnswer, at cursor) (channel.OrdersPage, *cursor, *channel.Fault) {
	page := channel.OrdersPage{RequestID: answer.RequestID}
	for _, body := range found.Orders {
		o, err := decodeOrder(body)
		if err != nil {
			page.Aside = append(page.Aside, orderError(opSearchOrders, answer.RequestID, body, err))
			continue
		}
		page.Orders = append(page.Orders, o)
	}
	before := found.LastUpdatedBefore
	if !at.Before.IsZero() && (before.IsZero() || at.Before.Before(before)) {
		before = at.Before
	}
	if found.Pagination == nil || found.Pagination.NextToken == "" {
		if !at.Open && at.Until.IsZero() {
			page.Watermark = before.UTC()
		}
		return page, nil, nil
	}
	next := &cursor{Token: found.Pagination.NextToken, Since: at.Since, Open: at.Open, Until: at.Until, Placed: at.Placed, Before: before, Page: fingerprint(found.Orders)}
	if len(found.Orders) > 0 && next.Page == at.Page {
		next.Twice = at.Twice + 1
	}
	if next.Token == at.Token || next.Twice > mostTwice {
		return page, nil, answer.Fault(channel.Unavailable, opSearchOrders, codeNoProgress)
	}
	return page, next, nil
}

func (at cursor) query(marketplace string) url.Values {
	q := url.Values{
		"marketplaceIds":    {marketplace},
		"includedData":      {includedData},
		"maxResultsPerPage": {pageSize},
	}
	since := at.Since
	if since.Before(oldest) {
		since = oldest
	}
	by := "lastUpdated"
	if at.Open || at.Placed {
		by = "created"
	}
	q.Set(by+"After", timestamp(since))
	if !at.Until.IsZero() {
		q.Set(by+"Before", timestamp(at.Until))
	}
	if at.Open {
		q.Set("fulfillmentStatuses", openStatuses)
	}
	if at.Token != "" {
		q.Set("paginationToken", at.Token)
	}
	return q
}

// timestamp rounds down to the millisecond: a lower bound may be too early, never too late.
func timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// fingerprint returns a hash of a page's orders.
func fingerprint(orders []json.RawMessage) string {
	h := sha256.New()
	for _, body := range orders {
		id, updated := transport.Head(body, "orderId", "lastUpdatedTime")
		if id == "" {
			_, _ = h.Write(body)
			continue
		}
		_, _ = fmt.Fprintf(h, "%s %d\n", id, updated.UnixNano())
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// String returns the cursor as it is stored.
func (at cursor) String() string { return pack(at) }

func parseCursor(s string) (at cursor, err error) {
	if err := unpack(s, &at); err != nil || at.Token == "" {
		return at, fmt.Errorf("the cursor is not one of Amazon's: start again from the first page")
	}
	return at, nil
}

// Order returns one order in its current state.
func (c *client) Order(ctx context.Context, id string) (order.Snapshot, error) {
	var found orderAnswer
	answer, fault := c.call(ctx, request{
		operation: opGetOrder, method: http.MethodGet, path: ordersPath + "/" + url.PathEscape(id), query: url.Values{"includedData": {includedData}},
	}, &found)
	if fault != nil {
		return order.Snapshot{}, fault
	}
	o, err := decodeOrder(found.Order)
	if err != nil {
		return order.Snapshot{}, orderError(opGetOrder, answer.RequestID, found.Order, err)
	}
	return o, nil
}

// Decode reads an order that was set aside once more, without any call.
func (c *client) Decode(_ context.Context, body []byte) (order.Snapshot, error) {
	o, err := decodeOrder(body)
	if err != nil {
		return order.Snapshot{}, orderError(opGetOrder, "", body, err)
	}
	return o, nil
}

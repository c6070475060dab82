package ebay

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
	"github.com/towpath/towpath/internal/coverage"
)

// OrderIDs lists the orders of a range by their creation (channel.Enumerator). eBay has no call that returns ids only, so the pages are
// those of getOrders, 200 orders each; nothing else of them is read.
func (c *connection) OrderIDs(ctx context.Context, q channel.IDsQuery) (channel.IDsPage, error) {
	const operation = opGetOrders
	w := window{Past: true, Placed: true, Since: q.From, Until: q.Until}
	if q.Cursor != "" {
		var err error
		if w, err = parseCursor(q.Cursor); err != nil {
			return channel.IDsPage{}, channel.NewFault(channel.Invalid, operation, err.Error())
		}
	}
	a, f := c.call(ctx, operation, http.MethodGet, c.ordersPath(w), nil)
	if f != nil {
		return channel.IDsPage{}, f
	}
	var body struct {
		Orders []json.RawMessage `json:"orders"`
		Total  *whole            `json:"total"` // 0 if there are none
		Next   string            `json:"next"`
	}
	if f := a.Decode(operation, &body); f != nil {
		return channel.IDsPage{}, f
	}
	page := channel.IDsPage{RequestID: a.RequestID}
	ids := make([]string, len(body.Orders))
	for i, raw := range body.Orders {
		id, placed := transport.Head(raw, "orderId", "creationDate")
		if ids[i] = id; id == "" { // it has no name by which it could be missing: a scan sets it aside
			ids[i] = string(raw)
			continue
		}
		page.Orders = append(page.Orders, coverage.Listed{ID: id, PlacedAt: placed})
	}
	total, f := totalOf(a, operation, body.Total, body.Orders)
	if f != nil {
		return channel.IDsPage{}, f
	}
	if leadsBeyond(body.Next, w.offset()) {
		total = max(total, w.offset()+len(ids)+1)
	}
	w, moved := w.advanceUnlessSame(len(ids), total, printOf(ids))
	if !moved {
		return channel.IDsPage{}, a.Fault(channel.Unavailable, operation, codeNoProgress)
	}
	if !w.done() {
		page.Next = w.cursor()
	}
	return page, nil
}

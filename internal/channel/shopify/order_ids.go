package shopify

import (
	"context"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
	"github.com/towpath/towpath/internal/coverage"
)

// idsPerPage is the most that Shopify allows. Such a page costs some ten points, a page of orders hundreds.
const idsPerPage = 250

// OrderIDs lists the orders of a range by their creation, with nothing but their ids (channel.Enumerator).
func (c *Connection) OrderIDs(ctx context.Context, q channel.IDsQuery) (channel.IDsPage, error) {
	at, fault := parseCursor(q.Cursor, opOrderIDs.name)
	if fault != nil {
		return channel.IDsPage{}, fault
	}
	_, filter := pastFilter(channel.OrdersQuery{Since: q.From, Until: q.Until, Created: true})
	v := variables{"first": idsPerPage, "after": nil, "filter": filter}
	if at.After != "" {
		v["after"] = at.After
	}
	var data struct {
		Orders paged[struct {
			ID        string           `json:"id"`
			CreatedAt transport.Moment `json:"createdAt"`
		}] `json:"orders"`
	}
	r, fault := c.read(ctx, opOrderIDs, v, &data)
	if fault != nil {
		return channel.IDsPage{}, fault
	}
	if data.Orders.Nodes == nil { // a page without orders has an empty list
		return channel.IDsPage{}, r.answer.Unreadable(opOrderIDs.name)
	}
	next := data.Orders.PageInfo
	if next.stuck(at.After, len(data.Orders.Nodes)) {
		return channel.IDsPage{}, r.answer.Fault(channel.Unavailable, opOrderIDs.name, CodeRepeatedCursor)
	}
	page := channel.IDsPage{RequestID: r.requestID}
	for _, o := range data.Orders.Nodes {
		page.Orders = append(page.Orders, coverage.Listed{ID: o.ID, PlacedAt: o.CreatedAt.Time()})
	}
	if next.HasNextPage {
		page.Next = cursor{After: next.EndCursor}.String()
	}
	return page, nil
}

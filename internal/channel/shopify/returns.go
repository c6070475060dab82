package shopify

import (
	"context"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
)

// noReturns is Shopify's word for an order of which nothing was returned (OrderReturnStatus).
const noReturns = "NO_RETURN"

// returnField is the field of an order that tells of returns. Its type admits no null, so an app that may not read it (it may need the scope
// read_returns; the schema does not say) would get no order at all: it is not asked for again.
const returnField = "returnStatus"

// codeReturnsDenied is the code of an answer without orders because the app may not read their returns. Nobody sees it: it is asked again.
const codeReturnsDenied = "RETURNS_DENIED"

// wireReturn is a return of an order.
type wireReturn struct {
	ID     string `json:"id"`
	Status string `json:"status"`
	Lines  struct {
		Nodes []struct {
			ID       string `json:"id"`
			Quantity int    `json:"quantity"`
			Reason   *struct {
				Handle string `json:"handle"`
			} `json:"returnReasonDefinition"`
			Shipped *shippedUnits `json:"fulfillmentLineItem"` // nil: of an order that is not the shop's own
		} `json:"nodes"`
	} `json:"returnLineItems"`
}

// stages are the stages of Shopify's ReturnStatus. A word that is not known yet may mean that goods come.
var stages = map[string]order.Stage{
	"REQUESTED": order.StageRequested, "OPEN": order.StageComing, "CLOSED": order.StageClosed,
	"CANCELED": order.StageWithdrawn, "DECLINED": order.StageWithdrawn,
}

// readOrders reads orders with whether something of them was returned, or without, where the app may not read that.
func (c *Connection) readOrders(ctx context.Context, op operation, v variables, out any) (reply, *channel.Fault) {
	v["returns"] = !c.returnsDenied.Load()
	r, fault := c.read(ctx, op, v, out)
	if fault == nil || fault.Code != codeReturnsDenied {
		return r, fault
	}
	c.returnsDenied.Store(true)
	v["returns"] = false
	return c.read(ctx, op, v, out)
}

// deniesReturns reports whether an answer has no orders because the app may not read their returns.
func deniesReturns(failures []failure) bool {
	return slices.ContainsFunc(failures, func(f failure) bool {
		return len(f.Path) > 0 && f.Path[len(f.Path)-1] == returnField && word(f.Extensions.Code) == accessDenied
	})
}

// mayBeReturned reports whether something of an order came back by its status, and may be asked for.
func (c *Connection) mayBeReturned(o *wireOrder) bool {
	return o.Returned != "" && o.Returned != noReturns && !c.returnsDenied.Load()
}

// returnsOf returns what came back of an order, in one call: the first 20 returns with 50 lines.
func (c *Connection) returnsOf(ctx context.Context, o *wireOrder) ([]order.ShownReturn, *channel.Fault) {
	var data struct {
		Order *struct {
			Returns struct {
				Nodes []wireReturn `json:"nodes"`
			} `json:"returns"`
		} `json:"order"`
	}
	_, fault := c.read(ctx, opReturns, variables{"id": o.ID}, &data)
	switch {
	case fault != nil && fault.Code == accessDenied:
		c.returnsDenied.Store(true)
		return nil, nil
	case fault != nil || data.Order == nil:
		return nil, fault
	}
	var out []order.ShownReturn
	for _, r := range data.Order.Returns.Nodes {
		stage, known := stages[r.Status]
		if !known {
			stage = order.StageComing
		}
		for _, l := range r.Lines.Nodes {
			if l.Shipped == nil || l.Quantity < 1 || l.Quantity > maxUnits {
				continue
			}
			shown := order.ShownReturn{ID: l.ID, LineID: l.Shipped.Line.ID, Quantity: l.Quantity, Stage: stage}
			if l.Reason != nil {
				shown.Reason = word(strings.ReplaceAll(l.Reason.Handle, "-", "_"))
			}
			out = append(out, shown)
		}
	}
	return out, nil
}

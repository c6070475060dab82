package shopify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/simulator/market"
)

// cancelTime is how long the job of an orderCancel takes, at speed 1.
const cancelTime = 2 * time.Second

const cancelKind = "cancel"

// cancelReasons is Shopify's enum OrderCancelReason.
var cancelReasons = []string{"CUSTOMER", "DECLINED", "FRAUD", "INVENTORY", "OTHER", "STAFF"}

// canceling is the job of an orderCancel. The order is cancelled at once, and the job is reported as done later.
type canceling struct {
	Due   time.Time `json:"due"`
	Order string    `json:"order"`
}

// cancelOrder cancels an order as a whole. What is shipped, or cancelled before, is refused with INVALID, as Shopify does.
func (s *shop) cancelOrder(ctx context.Context, a arguments) (any, error) {
	id, reason := a.text("orderId"), a.text("reason")
	if _, ok := number(id, "Order"); !ok {
		return nil, invalidID(id)
	}
	if !slices.Contains(cancelReasons, reason) {
		return nil, fail("INVALID_VARIABLE", "Expected %q to be one of: CUSTOMER, DECLINED, FRAUD, INVENTORY, OTHER, STAFF", reason)
	}
	o, err := s.market.Order(ctx, id)
	if errors.Is(err, market.ErrNoOrder) {
		return notCancelled("NOT_FOUND", "Order does not exist"), nil
	}
	if err != nil {
		return nil, fmt.Errorf("cancel: %w", err)
	}
	u := count(o)
	switch {
	case u.cancelled == u.ordered:
		return notCancelled("INVALID", "Order has already been canceled"), nil
	case u.shipped > 0:
		return notCancelled("INVALID", "Cannot cancel an order that has outstanding fulfillments"), nil
	}
	restock, _ := a["restock"].(bool)
	err = s.market.CancelUnits(ctx, id, reason, allOpen(o.Lines), restock)
	if errors.Is(err, market.ErrQuantity) || errors.Is(err, market.ErrFBA) { // it has changed since it was read
		return notCancelled("INVALID", "Order cannot be canceled"), nil
	}
	if err != nil {
		return nil, fmt.Errorf("cancel: %w", err)
	}
	return s.cancelStarted(ctx, id)
}

func (s *shop) cancelStarted(ctx context.Context, orderID string) (any, error) {
	n, err := s.next(ctx, cancelKind)
	if err != nil {
		return nil, err
	}
	id := gid("OrderCancelJobResult", n)
	body, err := json.Marshal(canceling{Due: s.options.Now().Add(s.options.Delay(cancelTime)), Order: orderID})
	if err != nil {
		return nil, fmt.Errorf("keep job: %w", err)
	}
	if err := s.market.PutDocuments(ctx, []market.Document{{Kind: cancelKind, Key: id, Body: body}}); err != nil {
		return nil, err
	}
	return object{kind: "OrderCancelPayload", fields: map[string]any{
		"job": object{kind: "Job", fields: map[string]any{"id": gid("Job", n), "done": false}}, "jobResult": s.cancelJob(id, false),
		"orderCancelUserErrors": list{},
	}}, nil
}

func notCancelled(code, message string) object {
	e := object{kind: "OrderCancelUserError", fields: map[string]any{"code": code, "field": []string{"orderId"}, "message": message}}
	return object{kind: "OrderCancelPayload", fields: map[string]any{"job": nil, "jobResult": nil, "orderCancelUserErrors": list{e}}}
}

func (s *shop) cancelJob(id string, done bool) object {
	status := "STARTED"
	if done {
		status = "SUCCEEDED"
	}
	return object{kind: "OrderCancelJobResult", fields: map[string]any{"id": id, "done": done, "status": status, "errors": list{}}}
}

// node returns the job of an orderCancel; the shop has no other nodes by one id.
func (s *shop) node(ctx context.Context, a arguments) (any, error) {
	id := a.text("id")
	if _, ok := number(id, "OrderCancelJobResult"); !ok {
		return nil, nil
	}
	body, found, err := s.market.Document(ctx, cancelKind, id)
	if err != nil || !found {
		return nil, err
	}
	var job canceling
	if err := json.Unmarshal(body, &job); err != nil {
		return nil, fmt.Errorf("read job: %w", err)
	}
	return s.cancelJob(id, !s.options.Now().Before(job.Due)), nil
}

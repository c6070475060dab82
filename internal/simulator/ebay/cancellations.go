package ebay

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
)

const (
	// cancelTime is how long a cancellation takes that the seller has made or approved, at speed 1.
	cancelTime = 2 * time.Second

	cancelKind = "cancellation"
)

// cancellation is a cancellation that the seller has made, approved or rejected. One of the buyer that nobody has answered is only the
// order's fault (faults.BuyerCancels).
type cancellation struct {
	ID     string    `json:"id"`
	Order  string    `json:"order"`
	Seller bool      `json:"seller,omitempty"` // the seller began it
	Reason string    `json:"reason"`
	Asked  time.Time `json:"asked"`
	State  string    `json:"state"`
	Status string    `json:"status"`
}

// The states of a cancellation (CancelStateEnum).
const (
	waiting = "APPROVAL_PENDING"
	working = "REFUND_PENDING"
	closed  = "CLOSED"
)

// The ids: the buyer's request of an order, and the seller's own cancellation.
func buyersID(orderID string) string  { return "5" + strings.ReplaceAll(orderID, "-", "") }
func sellersID(orderID string) string { return "6" + strings.ReplaceAll(orderID, "-", "") }

// orderOf returns the order that an id of a cancellation is of; empty if it is none.
func orderOf(cancelID string) string {
	const digits = 1 + 2 + 5 + 5
	if len(cancelID) != digits {
		return ""
	}
	return cancelID[1:3] + "-" + cancelID[3:8] + "-" + cancelID[8:]
}

func (s *server) saveCancel(ctx context.Context, c cancellation) error {
	body, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("keep cancellation: %w", err)
	}
	return s.market.PutDocuments(ctx, []market.Document{{Kind: cancelKind, Key: c.ID, Body: body}})
}

func (s *server) readCancel(ctx context.Context, id string) (c cancellation, found bool, err error) {
	body, found, err := s.market.Document(ctx, cancelKind, id)
	if err != nil || !found {
		return c, false, err
	}
	if err := json.Unmarshal(body, &c); err != nil {
		return c, false, fmt.Errorf("read cancellation: %w", err)
	}
	return c, true, nil
}

// cancelsOf returns an order's cancellations, the buyer's first.
func (s *server) cancelsOf(ctx context.Context, o market.Order) (all []cancellation, err error) {
	for _, id := range []string{buyersID(o.ID), sellersID(o.ID)} {
		c, found, err := s.readCancel(ctx, id)
		switch {
		case err != nil:
			return nil, err
		case found:
			all = append(all, c)
		case id == buyersID(o.ID) && o.Fault == faults.BuyerCancels:
			all = append(all, cancellation{ID: id, Order: o.ID, Reason: "ORDER_MISTAKE", Asked: o.PlacedAt, State: waiting, Status: "CANCEL_REQUESTED"})
		}
	}
	return all, nil
}

// begin keeps a cancellation, and carries it out a little later.
func (s *server) begin(ctx context.Context, c cancellation) error {
	c.State, c.Status = working, "CANCEL_PENDING"
	if err := s.saveCancel(ctx, c); err != nil {
		return err
	}
	time.AfterFunc(s.options.Delay(cancelTime), func() {
		if err := s.carryOut(context.Background(), c.ID); err != nil {
			s.options.Logger.Warn("simulated eBay could not carry out a cancellation; it will when asked for it", zap.String("order", c.Order), zap.Error(err))
		}
	})
	return nil
}

// carryOut cancels the order of a cancellation that is due. What was shipped meanwhile ends it.
func (s *server) carryOut(ctx context.Context, id string) error {
	s.cancelling.Lock()
	defer s.cancelling.Unlock()
	c, found, err := s.readCancel(ctx, id)
	if err != nil || !found || c.State != working || s.options.Now().Before(c.Asked.Add(s.options.Delay(cancelTime))) {
		return err
	}
	o, err := s.market.Order(ctx, c.Order)
	if err != nil {
		return err
	}
	var open []market.ShipmentLine
	for _, l := range o.Lines {
		if n := l.Unshipped(); n > 0 {
			open = append(open, market.ShipmentLine{LineID: l.ID, Quantity: n})
		}
	}
	c.State, c.Status = closed, "CANCEL_CLOSED_WITH_REFUND"
	if unitsOf(o.Lines...).shipped > 0 {
		c.Status = "INVALID"
		return s.saveCancel(ctx, c)
	}
	if len(open) > 0 {
		if err := s.market.CancelUnits(ctx, c.Order, c.Reason, open, false); err != nil {
			return err
		}
	}
	return s.saveCancel(ctx, c)
}

// cancelStatusOf returns the status of a whole order; eBay shows cancelled single units only as refunds.
func cancelStatusOf(o market.Order, all []cancellation) cancelStatus {
	status := cancelStatus{State: "NONE_REQUESTED", Requests: []cancelRequest{}}
	if u := unitsOf(o.Lines...); u.cancelled == u.ordered {
		status.State, status.Cancelled = "CANCELED", stamp(o.UpdatedAt)
		return status
	}
	for _, c := range all {
		if c.State != closed {
			status.State = inProgress
		}
	}
	return status
}

// requestsOf returns the cancellations of an order as only getOrder shows them. Of one that the buyer made in the book there is nothing
// but that.
func requestsOf(o market.Order, all []cancellation) []cancelRequest {
	u := unitsOf(o.Lines...)
	if u.cancelled == u.ordered && len(all) == 0 {
		all = append(all, cancellation{ID: buyersID(o.ID), Asked: o.UpdatedAt, State: closed, Status: "CANCEL_CLOSED_WITH_REFUND"})
	}
	shown := []cancelRequest{}
	for _, c := range all {
		r := cancelRequest{ID: c.ID, State: "REQUESTED", Initiator: "Buyer", Requested: stamp(c.Asked)}
		if c.Seller {
			r.Initiator = "Seller"
		}
		switch {
		case c.Status == "CANCEL_REJECTED", c.Status == "INVALID":
			r.State = "REJECTED"
		case c.State == closed:
			r.State, r.Completed = "COMPLETED", stamp(o.UpdatedAt)
		}
		shown = append(shown, r)
	}
	return shown
}

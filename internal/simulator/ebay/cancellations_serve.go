package ebay

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/wire"
)

// postOrder is the path of the Post-Order API, whose cancellations are served.
const postOrder = "/post-order/v2"

const (
	opCancel     = "createCancellation"
	opCancelRead = "getCancellation"
	opApprove    = "approveCancellation"
	opReject     = "rejectCancellation"
)

// sellersReasons are the reasons that a seller may give (CancelReasonEnum).
var sellersReasons = []string{"ADDRESS_ISSUES", "BUYER_ASKED_CANCEL", "ORDER_UNPAID", "OUT_OF_STOCK_OR_CANNOT_FULFILL"}

// newCancellation is a seller's cancellation.
type newCancellation struct {
	OrderID string `json:"legacyOrderId"`
	Reason  string `json:"cancelReason"`
	Paid    *bool  `json:"buyerPaid"`
}

// createCancellation serves a seller's cancellation of a whole order.
func (s *server) createCancellation(w http.ResponseWriter, r *http.Request) {
	var request newCancellation
	if err := wire.ReadJSON(r, &request); err != nil || !slices.Contains(sellersReasons, request.Reason) || request.Paid == nil {
		refuse(w, http.StatusBadRequest, errPostOrder)
		return
	}
	o, err := s.market.Order(r.Context(), request.OrderID)
	reason := "INVALID_ORDER"
	if !errors.Is(err, market.ErrNoOrder) {
		all, ofThem := s.cancelsOf(r.Context(), o)
		if err = errors.Join(err, ofThem); err != nil {
			s.broken(r.Context(), w, errPostOrderSystem, err)
			return
		}
		reason = ineligible(o, all)
	}
	if reason != "" {
		wire.WriteJSON(w, http.StatusOK, map[string]any{"orderEligibilityResult": map[string]any{"eligible": false, "failureReason": []string{reason}}})
		return
	}
	c := cancellation{ID: sellersID(o.ID), Order: o.ID, Seller: true, Reason: request.Reason, Asked: s.options.Now()}
	if err := s.begin(r.Context(), c); err != nil {
		s.broken(r.Context(), w, errPostOrderSystem, err)
		return
	}
	wire.WriteJSON(w, http.StatusOK, map[string]any{"cancelId": c.ID})
}

// ineligible returns why an order can't be cancelled (EligibilityFailureReasonEnum), or an empty string.
func ineligible(o market.Order, all []cancellation) string {
	u := unitsOf(o.Lines...)
	switch {
	case u.cancelled == u.ordered:
		return "FULL_REFUNDED_ORDER"
	case u.shipped > 0:
		return "ITEM_LEVEL_ELIGIBILITY_FAILURE"
	case slices.ContainsFunc(all, func(c cancellation) bool { return c.State != closed }):
		return "CANCELLATION_EXIST"
	}
	return ""
}

// getCancellation serves a cancellation.
func (s *server) getCancellation(w http.ResponseWriter, r *http.Request) {
	c, ok := s.cancelNamed(w, r)
	if !ok {
		return
	}
	wire.WriteJSON(w, http.StatusOK, map[string]any{"cancelDetail": map[string]any{
		"cancelId": c.ID, "legacyOrderId": c.Order, "cancelReason": c.Reason, "cancelState": c.State, "cancelStatus": c.Status,
	}})
}

// approve serves the seller's approval of the buyer's request; reject his refusal.
func (s *server) approve(w http.ResponseWriter, r *http.Request) {
	s.answerBuyer(w, r, func(ctx context.Context, c cancellation) error { return s.begin(ctx, c) })
}

func (s *server) reject(w http.ResponseWriter, r *http.Request) {
	var packages struct{}
	if err := wire.ReadJSON(r, &packages); err != nil { // an empty object at least
		refuse(w, http.StatusBadRequest, errPostOrder)
		return
	}
	s.answerBuyer(w, r, func(ctx context.Context, c cancellation) error {
		c.State, c.Status = closed, "CANCEL_REJECTED"
		return errors.Join(s.saveCancel(ctx, c), s.market.Decline(ctx, c.Order))
	})
}

func (s *server) answerBuyer(w http.ResponseWriter, r *http.Request, answer func(context.Context, cancellation) error) {
	c, ok := s.cancelNamed(w, r)
	if !ok {
		return
	}
	if c.State != waiting {
		refuse(w, http.StatusBadRequest, errPostOrder)
		return
	}
	c.Asked = s.options.Now()
	if err := answer(r.Context(), c); err != nil {
		s.broken(r.Context(), w, errPostOrderSystem, err)
		return
	}
	w.WriteHeader(http.StatusOK)
}

// cancelNamed returns the cancellation that a call names, carried out if it is due. If there is none, it answers the call.
func (s *server) cancelNamed(w http.ResponseWriter, r *http.Request) (c cancellation, ok bool) {
	id := r.PathValue("cancelId")
	o, err := s.current(r.Context(), orderOf(id))
	var all []cancellation
	if err == nil {
		all, err = s.cancelsOf(r.Context(), o)
	}
	if err != nil && !errors.Is(err, market.ErrNoOrder) {
		s.broken(r.Context(), w, errPostOrderSystem, err)
		return c, false
	}
	n := slices.IndexFunc(all, func(c cancellation) bool { return c.ID == id })
	if n < 0 {
		refuse(w, http.StatusNotFound, errPostOrder)
		return c, false
	}
	return all[n], true
}

// current returns an order, cancelled if that is due.
func (s *server) current(ctx context.Context, id string) (market.Order, error) {
	o, err := s.market.Order(ctx, id)
	if err != nil || unitsOf(o.Lines...).cancelled > 0 {
		return o, err
	}
	for _, cancelID := range []string{buyersID(id), sellersID(id)} {
		if err := s.carryOut(ctx, cancelID); err != nil {
			return o, err
		}
	}
	return s.market.Order(ctx, id)
}

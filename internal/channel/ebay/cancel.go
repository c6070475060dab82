package ebay

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
	"github.com/towpath/towpath/internal/order"
)

// The cancellations of the Post-Order API 2.8. There is no machine-readable document of it: shapes and words are those of its reference
// (developer.ebay.com/Devzone/post-order). It names the authorization TOKEN; that OAuth tokens go as IAF is from eBay's own notes and
// from public clients. Which error ids these calls answer with is not said, and neither is their limit: the status decides.
const (
	opCancel  = "createCancellation"
	opApprove = "approveCancellation"
	opReject  = "rejectCancellation"
	opCancels = "getCancellation"
)

// cancelReason returns one of the four reasons that a seller may give (CancelReasonEnum). eBay has none for fraud or a seller's mistake:
// then the order can't be fulfilled, which counts against the seller as being out of stock does.
func cancelReason(c order.Cause, paid bool) string {
	switch {
	case c == order.CauseBuyer:
		return "BUYER_ASKED_CANCEL"
	case c == order.CauseAddress:
		return "ADDRESS_ISSUES"
	case c == order.CausePayment && !paid:
		return "ORDER_UNPAID"
	}
	return "OUT_OF_STOCK_OR_CANNOT_FULFILL"
}

// cancelRequest is a cancellation as an order shows it. Its states are REQUESTED, COMPLETED and REJECTED (CancelRequestStateEnum).
type cancelRequest struct {
	ID        text   `json:"cancelRequestId"`
	State     string `json:"cancelRequestState"`
	Initiator string `json:"cancelInitiator"` // "Typically, either the 'Buyer' or 'Seller'"
}

func (r cancelRequest) open() bool       { return r.State != "COMPLETED" && r.State != "REJECTED" }
func (r cancelRequest) bySeller() bool   { return strings.EqualFold(r.Initiator, "Seller") }
func (o ebayOrder) cancelInFlight() bool { return o.CancelStatus.State == inProgress }

// buyersRequest returns the buyer's request that nobody has answered.
func (o ebayOrder) buyersRequest() (cancelRequest, bool) {
	return o.request(func(r cancelRequest) bool { return r.open() && !r.bySeller() })
}

func (o ebayOrder) request(which func(cancelRequest) bool) (cancelRequest, bool) {
	i := slices.IndexFunc(o.CancelStatus.Requests, which)
	if i < 0 {
		return cancelRequest{}, false
	}
	return o.CancelStatus.Requests[i], true
}

// left reports whether something of the order was shipped.
func (o ebayOrder) left() bool {
	return o.Fulfilment == fulfilled || o.Fulfilment == inProgress ||
		slices.ContainsFunc(o.Lines, func(l ebayLine) bool { return l.Fulfilment == fulfilled || l.Fulfilment == inProgress })
}

// CancelOrder cancels a whole order: by approving the buyer's request where one waits for an answer, as eBay demands, else by a
// cancellation of the seller's own. eBay cancels no part of an order. Something shipped is never cancelled, whatever eBay would
// allow, since the buyer would get his money back for goods that are on their way. Nothing is relisted: Towpath's levels are the
// stock. The call says itself why an order can't be cancelled, so check_eligibility, which might answer otherwise a moment before, is
// not asked; the order shows whether a cancellation is under way.
func (c *connection) CancelOrder(ctx context.Context, w channel.Cancellation) (channel.CancelAnswer, error) {
	if !w.Whole && !w.Decline {
		return channel.CancelAnswer{}, channel.Refusal(channel.Config, opCancel, channel.CodeWholeOnly, "eBay cancels whole orders")
	}
	o, a, f := c.cancelState(ctx, w.OrderID)
	if f != nil {
		return channel.CancelAnswer{}, f
	}
	seen := channel.CancelAnswer{RequestID: a.RequestID}
	request, asked := o.buyersRequest()
	switch {
	case o.cancelled():
		seen.Done = true
		return seen, nil
	case w.Decline && !asked:
		return o.nothingToDecline(a)
	case w.Decline:
		return result(c.answerBuyer(ctx, opReject, "/reject", request, struct{}{}))
	case o.left():
		f := a.Fault(channel.Conflict, opCancel, channel.CodeNotCancellable)
		f.Raw = "eBay shows something of the order as shipped"
		return seen, f
	case asked:
		return result(c.answerBuyer(ctx, opApprove, "/approve", request, nil))
	case w.Pending != "":
		return result(c.cancelWorks(ctx, w.Pending))
	case o.cancelInFlight():
		return c.found(ctx, o, seen)
	}
	return result(c.cancel(ctx, o, w.Cause))
}

// nothingToDecline returns the answer where the buyer's request is gone: withdrawn, or declined by an earlier call, which the order may
// show late. A cancellation in progress that the buyer did not ask for is not declined: it is the seller's own.
func (o ebayOrder) nothingToDecline(a *transport.Answer) (channel.CancelAnswer, error) {
	_, answered := o.request(func(r cancelRequest) bool { return !r.bySeller() })
	if o.cancelling() && !answered {
		f := a.Fault(channel.Conflict, opReject, channel.CodeNothingAsked)
		f.Raw = "eBay shows a cancellation in progress that is no request of the buyer"
		return channel.CancelAnswer{}, f
	}
	return channel.CancelAnswer{Done: !o.cancelling(), RequestID: a.RequestID}, nil
}

// result makes an error of a fault, which in an error's place would be one even where it is nil.
func result(a channel.CancelAnswer, f *channel.Fault) (channel.CancelAnswer, error) {
	if f != nil {
		return a, f
	}
	return a, nil
}

// found returns the answer for a cancellation that is under way and of which nobody knows here: the call's answer was lost.
func (c *connection) found(ctx context.Context, o ebayOrder, seen channel.CancelAnswer) (channel.CancelAnswer, error) {
	r, _ := o.request(cancelRequest.open)
	if r.ID == "" {
		return seen, nil
	}
	return result(c.cancelWorks(ctx, string(r.ID)))
}

func (c *connection) cancelState(ctx context.Context, id string) (ebayOrder, *transport.Answer, *channel.Fault) {
	a, f := c.call(ctx, opGetOrder, http.MethodGet, fulfilment+"/order/"+url.PathEscape(id), nil)
	if f != nil {
		return ebayOrder{}, nil, f
	}
	o, err := decodeOrder(a.Body)
	if err != nil {
		return o, nil, a.Unreadable(opGetOrder)
	}
	return o, a, nil
}

// newCancel is a seller's cancellation. The order's id of the Fulfillment API is the legacy one, since 2019.
type newCancel struct {
	OrderID string    `json:"legacyOrderId"`
	Reason  string    `json:"cancelReason"`
	Paid    bool      `json:"buyerPaid"`
	PaidAt  *dateTime `json:"buyerPaidDate,omitempty"`
}

type dateTime struct {
	Value string `json:"value"`
}

// cancel asks for a cancellation of the seller's own. An order that is not eligible has reasons instead of an id. One of them is that
// there is a cancellation already: then the answer to an earlier call was lost.
func (c *connection) cancel(ctx context.Context, o ebayOrder, cause order.Cause) (channel.CancelAnswer, *channel.Fault) {
	body := newCancel{OrderID: string(o.OrderID), Reason: cancelReason(cause, o.paid()), Paid: o.paid()}
	if at := o.paidAt(); body.Paid && !at.IsZero() {
		body.PaidAt = &dateTime{at.UTC().Format(timeFormat)}
	}
	a, f := c.do(ctx, request{operation: opCancel, method: http.MethodPost, path: postOrder + "/cancellation", body: body, postOrder: true, signed: true})
	if f != nil {
		return channel.CancelAnswer{}, f
	}
	var created struct {
		ID          text `json:"cancelId"`
		Eligibility struct {
			Reasons []string `json:"failureReason"`
		} `json:"orderEligibilityResult"`
	}
	if f := a.Decode(opCancel, &created); f != nil {
		return channel.CancelAnswer{}, f
	}
	switch reasons := created.Eligibility.Reasons; {
	case created.ID != "", slices.Contains(reasons, "CANCELLATION_EXIST"):
		return channel.CancelAnswer{Pending: string(created.ID), RequestID: a.RequestID}, nil
	case len(reasons) == 0:
		return channel.CancelAnswer{}, a.Unreadable(opCancel)
	case slices.Contains(reasons, "INTERNAL_SYSTEM_ERROR"):
		return channel.CancelAnswer{}, a.Fault(channel.Unavailable, opCancel, "INTERNAL_SYSTEM_ERROR")
	}
	return channel.CancelAnswer{}, a.Fault(channel.Conflict, opCancel, channel.CodeNotCancellable)
}

// paidAt returns when the order was paid; zero when eBay does not show it.
func (o ebayOrder) paidAt() (at time.Time) {
	for _, p := range o.Payment.Payments {
		at = first(at, time.Time(p.Date))
	}
	return at
}

// answerBuyer approves or rejects the buyer's request. The order may show it as open for a while after it was answered, so the request
// itself is read first. One that is not yet to be answered is tried again later: INITIAL and OTHER are states of CancelStateEnum whose
// meaning is not published.
func (c *connection) answerBuyer(ctx context.Context, operation, path string, r cancelRequest, body any) (channel.CancelAnswer, *channel.Fault) {
	state, a, f := c.cancellation(ctx, string(r.ID))
	if f != nil {
		return channel.CancelAnswer{}, f
	}
	switch state.State {
	case "APPROVAL_PENDING":
	case "INITIAL", "OTHER":
		return channel.CancelAnswer{RequestID: a.RequestID}, nil
	default:
		return state.answer(a, string(r.ID), operation == opReject)
	}
	a, f = c.do(ctx, request{operation: operation, method: http.MethodPost, path: cancelPath(string(r.ID)) + path, body: body, postOrder: true, signed: operation == opApprove})
	if f != nil {
		return channel.CancelAnswer{}, f
	}
	return channel.CancelAnswer{Pending: string(r.ID), RequestID: a.RequestID}, nil
}

// cancelWorks reads what became of a cancellation. Of one that can't be read, which is so of all in the sandbox, the order tells alone.
func (c *connection) cancelWorks(ctx context.Context, id string) (channel.CancelAnswer, *channel.Fault) {
	state, a, f := c.cancellation(ctx, id)
	if f != nil && f.Class == channel.Missing {
		return channel.CancelAnswer{Pending: id, RequestID: f.RequestID}, nil
	}
	if f != nil {
		return channel.CancelAnswer{}, f
	}
	return state.answer(a, id, false)
}

// cancelDetail is a cancellation (CancelDetail). State is of CancelStateEnum, Status, the last thing that was done, of CancelStatusEnum.
type cancelDetail struct {
	State  string `json:"cancelState"`
	Status string `json:"cancelStatus"`
}

func (c *connection) cancellation(ctx context.Context, id string) (cancelDetail, *transport.Answer, *channel.Fault) {
	var body struct {
		Detail cancelDetail `json:"cancelDetail"`
	}
	a, f := c.do(ctx, request{operation: opCancels, method: http.MethodGet, path: cancelPath(id) + "?fieldgroups=SUMMARY", postOrder: true})
	if f == nil {
		f = a.Decode(opCancels, &body)
	}
	return body.Detail, a, f
}

func cancelPath(id string) string { return postOrder + "/cancellation/" + url.PathEscape(id) }

// answer returns what a cancellation's state means. What is closed with a refund, or without one, was carried out: the order shows it.
// A request that was rejected is what a decline asks for, and otherwise the end of it.
func (d cancelDetail) answer(a *transport.Answer, id string, decline bool) (channel.CancelAnswer, *channel.Fault) {
	if d.State == "CLOSED" && !decline && (d.Status == "CANCEL_REJECTED" || d.Status == "INVALID") {
		return channel.CancelAnswer{}, a.Fault(channel.Conflict, opCancel, channel.CodeNotCancellable)
	}
	return channel.CancelAnswer{Pending: id, RequestID: a.RequestID}, nil
}

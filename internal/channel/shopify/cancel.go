package shopify

import (
	"context"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
)

var _ channel.Canceller = (*Connection)(nil)

// cancelReasons are Shopify's reasons, its enum OrderCancelReason. An address that can't be delivered to has none.
var cancelReasons = map[order.Cause]string{
	order.CauseBuyer:   "CUSTOMER",
	order.CauseStock:   "INVENTORY",
	order.CausePayment: "DECLINED",
	order.CauseFraud:   "FRAUD",
	order.CauseMistake: "STAFF",
}

func cancelReason(c order.Cause) string {
	if reason, known := cancelReasons[c]; known {
		return reason
	}
	return "OTHER"
}

// CancelOrder cancels a whole order with orderCancel, which answers with a job. Money goes back as the account's settings say;
// nothing is restocked, because the levels that Towpath sends are the stock. Shopify cancels no part of an order by this call,
// and has no requests of buyers to answer.
func (c *Connection) CancelOrder(ctx context.Context, w channel.Cancellation) (channel.CancelAnswer, error) {
	if w.Decline {
		return channel.CancelAnswer{}, channel.Refusal(channel.Config, opOrderCancel.name, channel.CodeNothingAsked, "a shop has no requests for cancellation")
	}
	if !w.Whole {
		return channel.CancelAnswer{}, channel.Refusal(channel.Config, opOrderCancel.name, channel.CodeWholeOnly, "orderCancel cancels whole orders")
	}
	answer, send, fault := c.cancelState(ctx, w)
	if fault != nil {
		return channel.CancelAnswer{}, fault
	}
	if !send {
		return answer, nil
	}
	return c.sendCancel(ctx, w)
}

// cancelJob is the job that cancels an order. Its status is STARTED, SUCCEEDED or FAILED.
type cancelJob struct {
	Kind   string      `json:"__typename"`
	Done   bool        `json:"done"`
	Status string      `json:"status"`
	Errors []userError `json:"errors"`
}

// cancelState reads whether the order is cancelled, and what became of the job if there is one. send means that nothing is under
// way. That a job's result can be read as a node is assumed from its type, which implements Node.
func (c *Connection) cancelState(ctx context.Context, w channel.Cancellation) (answer channel.CancelAnswer, send bool, f *channel.Fault) {
	var data struct {
		Order *struct {
			CancelledAt *string `json:"cancelledAt"`
		} `json:"order"`
		Job *cancelJob `json:"node"`
	}
	v := variables{"id": w.OrderID, "job": w.OrderID, "asked": w.Pending != ""}
	if w.Pending != "" {
		v["job"] = w.Pending
	}
	r, fault := c.read(ctx, opCancelState, v, &data)
	if fault != nil {
		return answer, false, fault
	}
	answer.RequestID = r.requestID
	switch {
	case data.Order == nil:
		return answer, false, r.answer.Fault(channel.Missing, opCancelState.name, CodeNotFound)
	case data.Order.CancelledAt != nil:
		answer.Done = true
		return answer, false, nil
	case data.Job == nil || data.Job.Kind != "OrderCancelJobResult":
		return answer, true, nil
	case len(data.Job.Errors) > 0:
		return answer, false, cancelFault(r, data.Job.Errors[0])
	case data.Job.Status == "FAILED":
		return answer, false, r.answer.Fault(channel.Conflict, opOrderCancel.name, channel.CodeNotCancellable)
	}
	answer.Pending = w.Pending
	return answer, false, nil
}

// sendCancel asks for the cancellation. A job is not the end of it: the order shows that.
func (c *Connection) sendCancel(ctx context.Context, w channel.Cancellation) (channel.CancelAnswer, error) {
	var data struct {
		Cancel *struct {
			Job *struct {
				ID string `json:"id"`
			} `json:"jobResult"`
			Errors []userError `json:"orderCancelUserErrors"`
		} `json:"orderCancel"`
	}
	settings := c.account.Cancelling
	r, fault := c.write(ctx, opOrderCancel, variables{
		"id": w.OrderID, "reason": cancelReason(w.Cause), "notify": settings.Notify,
		"refund": map[string]bool{"originalPaymentMethodsRefund": settings.Refund != channel.RefundNone},
	}, &data)
	if fault != nil {
		return channel.CancelAnswer{}, fault
	}
	if data.Cancel == nil {
		return channel.CancelAnswer{}, r.answer.Unreadable(opOrderCancel.name)
	}
	if errs := data.Cancel.Errors; len(errs) > 0 {
		return channel.CancelAnswer{}, cancelFault(r, errs[0])
	}
	answer := channel.CancelAnswer{RequestID: r.requestID}
	if data.Cancel.Job != nil {
		answer.Pending = data.Cancel.Job.ID
	}
	return answer, nil
}

// cancelFault returns the fault of one of OrderCancelUserErrorCode. INVALID is all that Shopify says of an order that can't be
// cancelled now; its message says why.
func cancelFault(r reply, e userError) *channel.Fault {
	switch e.Code {
	case "NOT_FOUND":
		return e.fault(r, opOrderCancel.name, channel.Missing, CodeNotFound)
	case "INVALID":
		return e.fault(r, opOrderCancel.name, channel.Conflict, channel.CodeNotCancellable)
	case "INTERNAL_ERROR":
		return e.fault(r, opOrderCancel.name, channel.Unavailable, e.Code)
	case "NO_REFUND_PERMISSION":
		return e.fault(r, opOrderCancel.name, channel.Config, e.Code)
	}
	return e.fault(r, opOrderCancel.name, channel.Unknown, CodeUserError)
}

package channel

import (
	"context"

	"github.com/towpath/towpath/internal/order"
)

// Cancelling is how an account cancels orders on its channel. The zero value sends nothing.
type Cancelling struct {
	Send   bool        `json:"send"`             // a cancellation made here is sent to the channel
	Cause  order.Cause `json:"cause,omitempty"`  // what the channel is told when nobody said why; empty = other
	Refund Refund      `json:"refund,omitempty"` // Shopify: what becomes of the buyer's money; empty = RefundOriginal
	Notify bool        `json:"notify,omitempty"` // Shopify: the shop writes to the buyer
}

// Refund is what becomes of the buyer's money when an order is cancelled.
type Refund string

// The refunds.
const (
	RefundOriginal Refund = "original" // it goes back to the payment's method
	RefundNone     Refund = "none"     // a person decides later; what was only authorised is given up all the same
)

// Canceller is a connection to a channel on which a seller can cancel orders by a call.
type Canceller interface {
	// CancelOrder cancels what is open of an order, or answers the buyer's request for it. It reads the order first and asks for
	// nothing that it shows already, so it may be repeated after an answer that was lost. Faults: Conflict when the order is no
	// longer as it was, e.g. shipped; Config when the account's grant or the channel does not allow it (CodeWholeOnly); Missing
	// when there is no such order.
	CancelOrder(ctx context.Context, c Cancellation) (CancelAnswer, error)
}

// Codes of refusals that adapters of all channels share.
const (
	CodeWholeOnly      = "WHOLE_ORDER_ONLY" // the channel's call cancels an order as a whole, and more of it is open or shipped
	CodeNotCancellable = "NOT_CANCELLABLE"  // the channel refuses: shipped, too late, or something else of the order is under way
	CodeNothingAsked   = "NO_REQUEST"       // the buyer's request that was to be answered is not there
	CodeCancelNotShown = "CANCEL_NOT_SHOWN" // the channel accepted it a day ago, and does not show it
)

// Cancellation is what is to be cancelled of an order on its channel.
type Cancellation struct {
	OrderID string
	Whole   bool                 // Lines are all that the order has: nothing else of it is open or shipped
	Lines   []order.LineQuantity // units that are open there, in the order of the lines
	Cause   order.Cause
	Decline bool   // instead: the buyer's request is declined, and the order will be sent
	Pending string // from the answer before; empty: nothing was sent, or its answer was lost
}

// CancelAnswer is the channel's answer.
type CancelAnswer struct {
	Done      bool   // the channel shows it as done; else it works on it
	Pending   string // what to ask with the next time; empty: the order alone tells
	RequestID string
}

package activities

import (
	"context"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/runs"
)

// CodeNoCancelCall is the code of a cancellation on a channel whose adapter can't send it.
const CodeNoCancelCall = "NO_CANCEL_CALL"

// Cancellations cancels orders on their channels.
type Cancellations struct{ Environment }

// CancelInput is the input of CancelOnChannel. The store has what is to be cancelled.
type CancelInput struct {
	Order message.OrderKey `json:"order"`
}

// CancelOutput is the result of CancelOnChannel.
type CancelOutput struct {
	Fault *channel.Fault    `json:"fault,omitempty"`
	State order.CancelState `json:"state,omitempty"`
	Done  bool              `json:"done,omitempty"` // the channel shows it: reading the order settles it
	Asked time.Time         `json:"asked,omitzero"` // when what the call was about was asked for here; zero without a call
}

// Answered returns the fault of the call, if any.
func (o CancelOutput) Answered() *channel.Fault { return o.Fault }

// CancelOnChannel cancels an order on its channel, as far as it is cancelled here and open there. The adapter reads the order first, so
// that what the channel shows as cancelled is not asked for again; a crash between the call and its note, while the channel still works on
// it, asks once more. It makes no call when nothing is left to be cancelled.
func (c *Cancellations) CancelOnChannel(ctx context.Context, in CancelInput) (CancelOutput, error) {
	rec, fault, err := c.open(ctx, in.Order.Account.ID, channel.OpCancel, runs.Run{})
	if err != nil || fault != nil {
		return CancelOutput{Fault: fault}, err
	}
	call, err := c.Store.Orders.PrepareCancel(ctx, in.Order.RowID)
	if err != nil {
		return CancelOutput{}, fmt.Errorf("prepare the cancellation of order %s: %w", in.Order.OrderID, err)
	}
	if !call.State.Due() {
		return CancelOutput{State: call.State}, nil
	}
	rec.about.OrderID = in.Order.RowID
	answer, err := cancelOrder(rec.ask(ctx), rec.conn, call.Cancellation)
	ctx, done := rec.keep(ctx)
	defer done()
	if err != nil {
		f := channel.AsFault(err, string(channel.OpCancel))
		if err := c.Store.Orders.CancelFailed(ctx, in.Order.RowID, call.Cancellation, f, rec.calls()...); err != nil {
			return CancelOutput{}, fmt.Errorf("record failure of the cancellation of order %s: %w", in.Order.OrderID, err)
		}
		return CancelOutput{Fault: f, Asked: call.Asked}, rec.refused(ctx, f)
	}
	if err := c.Store.Orders.CancelSent(ctx, in.Order.RowID, call.Cancellation, answer, rec.calls()...); err != nil {
		return CancelOutput{}, fmt.Errorf("record the cancellation of order %s: %w", in.Order.OrderID, err)
	}
	return CancelOutput{State: order.CancelSent, Done: answer.Done, Asked: call.Asked}, nil
}

func cancelOrder(ctx context.Context, conn channel.Connection, c channel.Cancellation) (channel.CancelAnswer, error) {
	canceller, ok := conn.(channel.Canceller)
	if !ok {
		return channel.CancelAnswer{}, channel.Refusal(channel.Config, string(channel.OpCancel), CodeNoCancelCall, "the adapter sends no cancellations")
	}
	return canceller.CancelOrder(ctx, c)
}

// ParkCancelInput is the input of ParkCancel.
type ParkCancelInput struct {
	Order message.OrderKey `json:"order"`
	Since time.Time        `json:"since"`
	Fault *channel.Fault   `json:"fault"`
	Asked time.Time        `json:"asked,omitzero"` // CancelOutput.Asked of the call that the fault is about
}

// ParkCancel saves that a cancellation waits for a person, unless another one has replaced what the fault is about.
func (c *Cancellations) ParkCancel(ctx context.Context, in ParkCancelInput) (ParkOutput, error) {
	parked, err := c.Store.Orders.ParkCancel(ctx, in.Order.RowID, in.Asked, in.Since, in.Fault)
	if err != nil {
		return ParkOutput{}, fmt.Errorf("park the cancellation of order %s: %w", in.Order.OrderID, err)
	}
	return ParkOutput{NoNeed: !parked}, nil
}

// UnparkCancel saves that a cancellation goes on.
func (c *Cancellations) UnparkCancel(ctx context.Context, o message.OrderKey) error {
	if err := c.Store.Orders.UnparkCancel(ctx, o.RowID); err != nil {
		return fmt.Errorf("unpark the cancellation of order %s: %w", o.OrderID, err)
	}
	return nil
}

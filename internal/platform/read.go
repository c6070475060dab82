package platform

import (
	"context"
	"errors"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/runs"
)

// ReadOrder reads one order from an account's channel, with the credentials of this process, and returns the id of the call. Nothing of
// the order is saved; the call and its fault are. It does not queue for the account's budget, because a person waits for the answer
// (docs/decisions/040). rowID is the order's row in the store; 0: it is not saved.
func (p *Platform) ReadOrder(ctx context.Context, account message.Account, orderID string, rowID int64) (order.Snapshot, string, error) {
	conn, err := p.Connection(ctx, account.ID)
	if err != nil {
		return order.Snapshot{}, "", err
	}
	asking, made := channel.WithCalls(ctx)
	shown, err := conn.Order(asking, orderID)
	request := ""
	var calls []runs.Call
	for _, c := range made.List() {
		request = c.RequestID
		calls = append(calls, runs.Call{Call: c, Account: account.ID, Endpoint: account.Endpoint, Budget: channel.OpOrder, OrderID: rowID})
	}
	var faults []*channel.Fault
	var fault *channel.Fault
	if errors.As(err, &fault) && fault.Class != channel.Missing {
		faults = append(faults, fault)
	}
	if saveErr := p.Store.Runs.SaveFaults(context.WithoutCancel(ctx), account.ID, faults, calls...); saveErr != nil {
		return order.Snapshot{}, request, errors.Join(err, saveErr)
	}
	return shown, request, err
}

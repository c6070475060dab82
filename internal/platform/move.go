package platform

import (
	"context"
	"errors"
	"fmt"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/runs"
)

// ErrNoMoves means that an account's channel has no locations between which an order could be moved.
var ErrNoMoves = errors.New("its channel does not decide from which location an order leaves")

// MoveOrder gives what is still to be shipped of an order to one of our locations, on the channel, and returns how many parts of it were
// moved. Like ReadOrder it calls at once, because a person waits; it may be repeated. The calls and their fault are saved.
func (p *Platform) MoveOrder(ctx context.Context, account message.Account, orderID, location string, rowID int64) (moved int, err error) {
	conn, err := p.Connection(ctx, account.ID)
	if err != nil {
		return 0, err
	}
	mover, moves := conn.(channel.Mover)
	if !moves {
		return 0, fmt.Errorf("account %s: %w", account.ID, ErrNoMoves)
	}
	asking, made := channel.WithCalls(ctx)
	moved, err = mover.Move(asking, orderID, location)
	var calls []runs.Call
	for _, c := range made.List() {
		calls = append(calls, runs.Call{Call: c, Account: account.ID, Endpoint: account.Endpoint, Budget: channel.OpShipment, OrderID: rowID})
	}
	var faults []*channel.Fault
	var fault *channel.Fault
	if errors.As(err, &fault) {
		faults = append(faults, fault)
	}
	if saveErr := p.Store.Runs.SaveFaults(context.WithoutCancel(ctx), account.ID, faults, calls...); saveErr != nil {
		return moved, errors.Join(err, saveErr)
	}
	return moved, err
}

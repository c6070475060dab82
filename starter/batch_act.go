package starter

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/orders"
)

// actOn does the action to one order as it stands now, which may not be as it was shown.
func (s *Starter) actOn(ctx context.Context, b orders.Batch, o orders.BatchOrder) (words string, err error) {
	d, err := s.Store.Orders.Detail(ctx, o.OrderRow)
	if err != nil {
		return "", err
	}
	key := "batch-" + b.ID + "-" + strconv.FormatInt(o.OrderRow, 10)
	if err := s.checkShown(ctx, b.Action, o, d, key); err != nil {
		return "", err
	}
	switch b.Action {
	case order.ActHold:
		return s.holdInBatch(ctx, b, d.OrderRow)
	case order.ActRelease:
		return s.releaseInBatch(ctx, b, d.OrderRow)
	case order.ActCancel:
		_, err = s.Cancel(ctx, d.OrderRow, orders.Cancellation{ID: key, Reason: b.Reason})
		if err != nil {
			return "", err
		}
		return s.cancelledWords(ctx, d.Key.Account.ID)
	case order.ActProcess:
		_, err = s.Process(ctx, d.OrderRow, []shipment.Package{wholeOrder(d, key, o)})
		return "packed as " + o.Carrier + " " + o.Tracking, err
	case order.ActRetry:
		return s.retryAllOf(ctx, d.OrderRow)
	}
	return "", &UsageError{Problem: "it does not say what is to be done"}
}

// checkShown refuses an order whose units are not those that were shown. What the batch has begun goes on: the change may be its own, whose
// answer was lost.
func (s *Starter) checkShown(ctx context.Context, action order.Action, o orders.BatchOrder, d orders.OrderDetail, key string) error {
	if !action.AsShown() || o.Shown == "" || o.Shown == d.Units.Mark() {
		return nil
	}
	begun := slices.ContainsFunc(d.Packages, func(p orders.PackageRow) bool { return p.ID == key })
	if action == order.ActCancel {
		_, _, err := s.Store.Packages.CancellationState(ctx, o.OrderRow, key)
		if begun = err == nil; err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	if begun {
		return nil
	}
	return &RefusedError{Reason: "it has changed since you were shown it: look again"}
}

// cancelledWords says how far a cancellation reaches: a person has to know when the channel is left to him.
func (s *Starter) cancelledWords(ctx context.Context, id string) (string, error) {
	a, err := s.Store.Accounts.Account(ctx, id)
	if err != nil {
		return "", err
	}
	if a.SendsCancels() {
		return "cancelled here, and its channel is asked to", nil
	}
	return "cancelled here only: cancel it on its channel too", nil
}

func (s *Starter) holdInBatch(ctx context.Context, b orders.Batch, row orders.OrderRow) (words string, err error) {
	if err := checkWord("holds", b.By, b.Reason); err != nil {
		return "", err
	}
	const held = "held"
	out, err := s.Store.Orders.HoldInBatch(ctx, b, row.Key.RowID, held)
	_, err = s.decided(ctx, row, "hold", out, err)
	return held, err
}

func (s *Starter) releaseInBatch(ctx context.Context, b orders.Batch, row orders.OrderRow) (words string, err error) {
	const released = "released"
	out, err := s.Store.Orders.ReleaseInBatch(ctx, b, row.Key.RowID, released)
	if _, err = s.decided(ctx, row, "allow", out, err); err != nil {
		return "", err
	}
	return released, s.tellLifted(ctx, row)
}

// wholeOrder is all that is reserved of an order in one package. Its label is the one with the tracking number.
// One that was saved before is given again as it is, so that it counts once.
func wholeOrder(d orders.OrderDetail, id string, o orders.BatchOrder) shipment.Package {
	for _, saved := range d.Packages {
		if saved.ID == id {
			return saved.Package
		}
	}
	p := shipment.Package{ID: id, Label: o.Tracking, Carrier: o.Carrier, TrackingNumber: o.Tracking, ShippedAt: time.Now().UTC().Truncate(time.Second)}
	for _, l := range d.Lines {
		if l.Units.Reserved > 0 {
			p.Contents = append(p.Contents, shipment.Content{LineID: l.LineID, Quantity: l.Units.Reserved})
		}
	}
	return p
}

// retryAllOf lets all of an order try again that waits.
func (s *Starter) retryAllOf(ctx context.Context, row orders.OrderRow) (words string, err error) {
	list, err := s.Retryable(ctx, row)
	if err != nil {
		return "", err
	}
	if len(list) == 0 {
		return "", &RefusedError{Reason: "none of its packages waits to be sent again"}
	}
	for _, k := range list {
		if err := s.RetryPackage(ctx, k); err != nil {
			return "", err
		}
	}
	return "tries again", nil
}

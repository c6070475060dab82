package starter

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/orders"
)

// ReturnReport is what a person reports as returned of an order: units of a SKU, or of one of its lines.
type ReturnReport struct {
	SKU      string // yours, or the channel's
	Line     string // needed when several lines of the order have the SKU
	Units    int
	Reason   string
	By       string
	Key      string // once per key; empty: a new one is given
	Account  string
	OrderRef string
}

// EnterReturn puts what came back into the returns inbox. Nothing happens to stock until somebody decides about it.
func (s *Starter) EnterReturn(ctx context.Context, r ReturnReport) (orders.ReturnRow, string, error) {
	if r.Key == "" {
		r.Key = uuid.NewString()
	}
	row, err := s.Find(ctx, r.OrderRef, r.Account)
	if err != nil {
		return orders.ReturnRow{}, r.Key, err
	}
	d, err := s.Store.Orders.Detail(ctx, row.Key.RowID)
	if err != nil {
		return orders.ReturnRow{}, r.Key, fmt.Errorf("read order %s: %w", row.Reference, err)
	}
	line, err := returnedLine(d, r)
	if err != nil {
		return orders.ReturnRow{}, r.Key, err
	}
	id, out, err := s.Store.Orders.EnterReturn(ctx, row.Key.RowID, orders.ReturnEntry{Key: r.Key, LineID: line, Quantity: r.Units, Reason: r.Reason, By: r.By})
	if err != nil {
		return orders.ReturnRow{}, r.Key, fmt.Errorf("enter a return of %s: %w", row.Reference, asUsage(err))
	}
	if out.Refused != "" {
		return orders.ReturnRow{}, r.Key, &RefusedError{Reason: out.Refused}
	}
	shown, err := s.ReturnOf(ctx, id)
	return shown, r.Key, err
}

// returnedLine finds the line of an order that a return is of.
func returnedLine(d orders.OrderDetail, r ReturnReport) (string, error) {
	var has, all []string
	for _, l := range d.Lines {
		all = append(all, fmt.Sprintf("%s (line %s)", l.ChannelSKU, l.LineID))
		if (r.SKU == l.SKU || r.SKU == l.ChannelSKU) && (r.Line == "" || r.Line == l.LineID) {
			has = append(has, l.LineID)
		}
	}
	switch {
	case len(has) == 1:
		return has[0], nil
	case len(has) > 1:
		return "", usagef("several lines of order %s have %s: name one of %s with --line", d.Reference, r.SKU, strings.Join(has, ", "))
	}
	return "", usagef("order %s has no %s: it has %s", d.Reference, r.SKU, strings.Join(all, ", "))
}

// ReturnOf returns one return of the inbox.
func (s *Starter) ReturnOf(ctx context.Context, id int64) (orders.ReturnRow, error) {
	found, err := s.Store.Orders.Returns(ctx, orders.ReturnFilter{ID: id, Limit: 1})
	if err == nil && len(found) == 0 {
		err = usagef("there is no return %d: `towpath returns list --all` shows them", id)
	}
	if err != nil {
		return orders.ReturnRow{}, err
	}
	return found[0], nil
}

// ReturnSettled is a return after a decision about it. Warning is set when its units are booked but the pushes could not be woken; the
// sweep wakes them.
type ReturnSettled struct {
	orders.ReturnRow
	Done    int    `json:"done"` // units decided about now; 0: it was settled before
	Warning string `json:"warning,omitempty"`
}

// SettleReturn restocks units of a return, or writes them off.
func (s *Starter) SettleReturn(ctx context.Context, d orders.Settlement) (ReturnSettled, error) {
	if d.Location != "" {
		known, err := s.Store.Ledger.Locations(ctx)
		if err != nil {
			return ReturnSettled{}, err
		}
		if !slices.Contains(known, d.Location) {
			return ReturnSettled{}, usagef("no account sells or ships from location %q: there are %s", d.Location, strings.Join(known, ", "))
		}
	}
	done, out, err := s.Store.Orders.SettleReturn(ctx, d)
	switch {
	case errors.Is(err, store.ErrNotFound):
		_, err := s.ReturnOf(ctx, d.ID)
		return ReturnSettled{}, err
	case err != nil:
		return ReturnSettled{}, fmt.Errorf("settle return %d: %w", d.ID, asUsage(err))
	case out.Refused != "":
		return ReturnSettled{}, &RefusedError{Reason: out.Refused}
	}
	row, err := s.ReturnOf(ctx, d.ID)
	settled := ReturnSettled{ReturnRow: row, Done: done}
	if err != nil {
		return settled, err
	}
	if err := s.WakeStock(ctx, out.Dirty); err != nil {
		s.Logger.Warn("Stock push not woken after a return; the sweep will.", zap.Int64("return", d.ID), zap.Error(err))
		settled.Warning = fmt.Sprintf("it is booked, but the stock push can't be woken now: the sweep does it (%s)", err)
	}
	return settled, nil
}

package starter

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/ledger"
)

// StockAsk is a request to change the stock of one SKU at one location.
type StockAsk struct {
	SKU      string
	Location string // empty: the only location
	To       string // of a move: the other location
	Quantity int    // the difference for an adjustment, the result for a count, otherwise how many units
	Reason   string
	By       string    // who asks
	Key      string    // requests with the same key count once
	AsOf     time.Time // of a count: when it was right; zero: now
}

// StockOutcome is the result of a change. Warning is set when the change is done but the pushes could not be woken; the sweep
// wakes them.
type StockOutcome struct {
	ledger.StockDone
	Key     string `json:"key"`
	Warning string `json:"warning,omitempty"`
}

// AdjustStock changes on hand by a difference.
func (s *Starter) AdjustStock(ctx context.Context, ask StockAsk) (StockOutcome, error) {
	if ask.Quantity == 0 {
		return StockOutcome{}, usagef("the difference is 0: give a number such as -3 or 5")
	}
	return s.changeStock(ctx, ask, "adjust", stock.Change{Kind: stock.Adjust, Quantity: ask.Quantity})
}

// ReceiveStock adds received units to on hand.
func (s *Starter) ReceiveStock(ctx context.Context, ask StockAsk) (StockOutcome, error) {
	if ask.Quantity <= 0 {
		return StockOutcome{}, usagef("%d units can't come in: want 1 or more", ask.Quantity)
	}
	return s.changeStock(ctx, ask, "receive", stock.Change{Kind: stock.Receipt, Quantity: ask.Quantity})
}

// CountStock sets on hand to the counted units. If that is less than what is reserved, units of the newest orders become
// backordered; the outcome names the orders.
func (s *Starter) CountStock(ctx context.Context, ask StockAsk) (StockOutcome, error) {
	switch {
	case ask.Quantity < 0:
		return StockOutcome{}, usagef("%d can't be counted: want 0 or more", ask.Quantity)
	case ask.AsOf.After(time.Now()):
		return StockOutcome{}, usagef("a count as of %s is in the future", ask.AsOf.UTC().Format(time.RFC3339))
	}
	return s.changeStock(ctx, ask, "count", stock.Change{Kind: stock.Count, Quantity: ask.Quantity, AsOf: ask.AsOf})
}

// MoveStock moves free units from one location to another.
func (s *Starter) MoveStock(ctx context.Context, ask StockAsk) (StockOutcome, error) {
	switch {
	case ask.Quantity <= 0:
		return StockOutcome{}, usagef("%d units can't be moved: want 1 or more", ask.Quantity)
	case ask.Location == "" || ask.To == "":
		return StockOutcome{}, usagef("name both locations: from and to")
	case ask.Location == ask.To:
		return StockOutcome{}, usagef("both locations are %s", ask.To)
	}
	return s.changeStock(ctx, ask, "move",
		stock.Change{Kind: stock.Move, Quantity: -ask.Quantity, Note: strings.TrimSpace("to " + ask.To + " " + ask.Reason)},
		stock.Change{Kind: stock.Move, Quantity: ask.Quantity, Location: ask.To, Note: strings.TrimSpace("from " + ask.Location + " " + ask.Reason)})
}

// changeStock applies changes of one SKU. Each operation has its own name space of keys.
func (s *Starter) changeStock(ctx context.Context, ask StockAsk, operation string, changes ...stock.Change) (StockOutcome, error) {
	if ask.Key == "" {
		return StockOutcome{}, usagef("the key is missing: any text that no other change has")
	}
	if err := s.checkSKU(ctx, ask.SKU); err != nil {
		return StockOutcome{}, err
	}
	for i := range changes {
		c := &changes[i]
		location := ask.Location
		if c.Location != "" {
			location = c.Location
		}
		var err error
		if c.Location, err = s.location(ctx, location); err != nil {
			return StockOutcome{}, err
		}
		c.SKU, c.By = ask.SKU, ask.By
		if c.Note == "" {
			c.Note = ask.Reason
		}
		c.Key = fmt.Sprintf("%s/%s", operation, ask.Key)
		if i > 0 {
			c.Key += "/there"
		}
	}
	done, err := s.Store.Ledger.ApplyStock(ctx, changes)
	if err != nil {
		return StockOutcome{}, asUsage(err)
	}
	for _, c := range done.Changes {
		if why := c.Refused + c.Kept; why != "" {
			return StockOutcome{}, usagef("%s at %s: %s", c.SKU, c.Location, why)
		}
	}
	return StockOutcome{StockDone: done, Key: ask.Key, Warning: s.wakeOrWarn(ctx, done.Dirty)}, nil
}

// wakePatience limits the wait for waking pushes after a change is committed.
const wakePatience = 3 * time.Second

// wakeOrWarn wakes pushes after a commit. A failure is returned as a warning, because the sweep wakes them too.
func (s *Starter) wakeOrWarn(ctx context.Context, accounts []string) string {
	ctx, cancel := context.WithTimeout(ctx, wakePatience)
	defer cancel()
	if err := s.WakeStock(ctx, accounts); err != nil {
		return "the levels are not on their way yet: the sweep sends them (" + err.Error() + ")"
	}
	return ""
}

// asUsage turns the store's refusals of invalid changes into a *UsageError.
func asUsage(err error) error {
	var refused *stock.RefusedError
	switch {
	case errors.As(err, &refused): // the key of an order's cancellation or return, or an unknown line, among others
		return &UsageError{Problem: refused.Why}
	case errors.Is(err, stock.ErrKeyUsed), errors.Is(err, store.ErrIsKit):
		return &UsageError{Problem: strings.TrimPrefix(err.Error(), "apply stock: ")}
	}
	return err
}

func (s *Starter) checkSKU(ctx context.Context, sku string) error {
	_, err := s.Store.Products.Variant(ctx, sku)
	if errors.Is(err, store.ErrNotFound) {
		return usagef("SKU %q is not in the catalogue: `towpath catalog list` shows what is, `towpath catalog import` enters more", sku)
	}
	return err
}

// location returns the named location, or the only one when no name is given.
func (s *Starter) location(ctx context.Context, name string) (string, error) {
	known, err := s.Store.Ledger.Locations(ctx)
	switch {
	case err != nil:
		return "", err
	case slices.Contains(known, name):
		return name, nil
	case name == "" && len(known) == 1:
		return known[0], nil
	case name == "":
		return "", usagef("name the location: %s", strings.Join(known, ", "))
	}
	return "", usagef("no account sells or ships from location %q: there are %s", name, strings.Join(known, ", "))
}

func usagef(format string, args ...any) error {
	return &UsageError{Problem: fmt.Sprintf(format, args...)}
}

// StockOf returns a SKU with its levels and what is listed of it. An unknown SKU is a *UsageError.
func (s *Starter) StockOf(ctx context.Context, sku string) (ledger.StockDetail, error) {
	d, err := s.Store.Ledger.StockDetail(ctx, sku)
	if errors.Is(err, store.ErrNotFound) {
		return d, usagef("SKU %q is not in the catalogue: `towpath catalog list` shows what is", sku)
	}
	return d, err
}

package starter

import (
	"context"
	"fmt"
	"strings"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/buyers"
	"github.com/towpath/towpath/internal/store/orders"
)

// BuyerShown is the buyer of an order, as somebody asked for it. The log has who, when and why.
type BuyerShown struct {
	Account   string      `json:"account"`
	OrderID   string      `json:"orderId"`
	Reference string      `json:"reference"`
	Known     bool        `json:"known"` // false: the channel hides the buyer, or the record was removed
	Buyer     order.Buyer `json:"buyer"`
}

// ShowBuyer returns an order's buyer and notes in the log who has seen it. by must not be empty.
func (s *Starter) ShowBuyer(ctx context.Context, row orders.OrderRow, by, reason string) (BuyerShown, error) {
	out := BuyerShown{Account: row.Key.Account.ID, OrderID: row.Key.OrderID, Reference: row.Reference}
	if strings.TrimSpace(by) == "" {
		return out, &UsageError{Problem: "nobody is named who asks: the log must have who saw a buyer"}
	}
	found, err := s.Store.Buyers.Show(ctx, []int64{row.Key.RowID}, buyers.Act{By: by, What: buyers.Shown, Reason: reason})
	if err != nil {
		return out, fmt.Errorf("show the buyer of order %s: %w", row.Reference, err)
	}
	out.Buyer = found[row.Key.RowID]
	out.Known = out.Buyer.Known()
	return out, nil
}

// BuyersForgotten is the result of forgetting buyers.
type BuyersForgotten struct {
	Orders    int `json:"orders"`    // orders that the request names
	Forgotten int `json:"forgotten"` // records that were removed; the others were gone before
	Aside     int `json:"aside"`     // orders that are set aside, of which what the channel sent was removed
}

// maxForget limits the orders of one request.
const maxForget = 10_000

// ForgetBuyer removes the record of one order's buyer, and its key. It may be repeated.
func (s *Starter) ForgetBuyer(ctx context.Context, row orders.OrderRow, by, reason string) (BuyersForgotten, error) {
	out, err := s.forget(ctx, []int64{row.Key.RowID}, by, reason)
	if err != nil {
		return out, err
	}
	out.Aside, err = s.ForgetAside(ctx, row.Key.OrderID, row.Key.Account.ID)
	return out, err
}

// ForgetEmail removes the records of all orders with this e-mail address, and their keys. It may be repeated.
func (s *Starter) ForgetEmail(ctx context.Context, email, by, reason string) (BuyersForgotten, error) {
	if !strings.Contains(email, "@") {
		return BuyersForgotten{}, &UsageError{Problem: "what --email gives is not an e-mail address"} // it may be a name: not repeated
	}
	found, err := s.Store.Buyers.Find(ctx, email, maxForget)
	if err != nil {
		return BuyersForgotten{}, err
	}
	out, err := s.forget(ctx, found, by, reason)
	if err != nil {
		return out, err
	}
	out.Aside, err = s.forgetAsideWith(ctx, email)
	return out, err
}

func (s *Starter) forget(ctx context.Context, rows []int64, by, reason string) (BuyersForgotten, error) {
	n, err := s.Store.Buyers.Forget(ctx, rows, buyers.Act{By: by, What: buyers.Forgotten, Reason: reason})
	return BuyersForgotten{Orders: len(rows), Forgotten: n}, err
}

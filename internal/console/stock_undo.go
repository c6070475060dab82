package console

import (
	"context"
	"strconv"

	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/ledger"
	"github.com/towpath/towpath/internal/wording"
)

// undone is what takes back a change that somebody made by hand: the opposite difference. What was sold since stays sold, which a
// second count would have to reckon with.
type undone struct {
	Location, Quantity, Reason string
}

// Undoes reports whether the movement is a change by hand that an adjustment takes back. A move is taken back by another move.
func (m movementRow) Undoes() bool { return undoes(m.Movement) }

func undoes(m ledger.Movement) bool {
	byHand := m.Kind == stock.Count || m.Kind == stock.Adjust || m.Kind == stock.Receipt
	return byHand && m.OnHand != 0 && m.Reference == ""
}

// stockForms returns the ways to change the stock of a SKU. With a movement that is to be undone, the adjustment is filled in.
func (c *console) stockForms(ctx context.Context, sku string, undo int64) ([]stockForm, error) {
	if undo < 1 {
		return stockForms, nil
	}
	found, err := c.starter.Store.Ledger.Movements(ctx, sku, "", undo+1, 1)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 || found[0].ID != undo || !undoes(found[0]) {
		return nil, store.ErrNotFound
	}
	m := found[0]
	reason := "takes back the " + string(m.Kind) + " of " + wording.Moment(m.At)
	if m.By != "" && len(reason)+len(m.By) < maxText-len(" by ") {
		reason += " by " + m.By
	}
	forms := append([]stockForm{}, stockForms...)
	for i := range forms {
		if forms[i].What == "adjust" {
			forms[i].Filled = &undone{Location: m.Location, Quantity: strconv.Itoa(-m.OnHand), Reason: reason}
		}
	}
	return forms, nil
}

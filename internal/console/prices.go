package console

import (
	"context"
	"net/http"

	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/wording"
)

// pricesPage lists the prices that the price brake holds.
type pricesPage struct {
	List   *list[priceRow]
	Whole  string // the account whose prices can all be released at once; empty: the list is of several
	Notice string
}

// priceRow is a price that is held.
type priceRow struct{ publications.HeldPrice }

// Pick returns the row's value in the form.
func (r priceRow) Pick() string { return pickOf(r.Account, r.SKU) }

// Change returns the change in per cent; an empty text: there is nothing to compare with.
func (r priceRow) Change() string { return wording.PriceChange(r.Before, r.Wanted) }

func (c *console) prices(ctx context.Context, r *http.Request) (view, error) {
	in := readInputs(r)
	g, err := c.glance(ctx)
	if err != nil {
		return view{}, err
	}
	p := pricesPage{List: newList[priceRow](in, "held prices"), Notice: saidOf(r)}
	account, after := p.List.account(g), in.mark()
	if in.err != nil {
		return view{}, in.err
	}
	p.Whole = wholeAccount(g, account)
	found, err := c.starter.Store.Publications.HeldPrices(ctx, account, after, p.List.limit())
	if err != nil {
		return view{}, badCursor(err)
	}
	rows := make([]priceRow, len(found))
	for i, h := range found {
		rows[i] = priceRow{h}
	}
	p.List.fill(rows, func(h priceRow) string { return h.Cursor })
	return view{Title: "Held prices", Section: "Listings", Template: "prices", Data: p}, nil
}

// releasePrices lets held prices be sent by the next publication. Repeating it changes nothing.
func (c *console) releasePrices(ctx context.Context, r *http.Request) (string, error) {
	return c.answerPicks(ctx, r, "/prices", func(ctx context.Context, p pick) (answered, error) {
		n, err := c.starter.Store.Publications.ReleasePrices(ctx, p.Account, p.Names)
		return answered{Changed: n, Notice: "prices"}, err
	})
}

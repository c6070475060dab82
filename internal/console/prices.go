package console

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/wording"
)

// pricesPage lists the prices that the price brake holds.
type pricesPage struct {
	List   *list[priceRow]
	Whole  string // the account whose prices can all be released at once; empty: the list is of several
	All    string // the value of the button for that: nothing that is held or changed later is released
	Notice string
}

// priceRow is a price that is held.
type priceRow struct{ publications.HeldPrice }

// Pick returns the row's value in the form: with the price that is shown, so that no other one is released.
func (r priceRow) Pick() string {
	return pickOf(r.Account, strconv.FormatInt(r.Wanted, 10)+"/"+r.Currency+"/"+r.SKU)
}

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
	var newest int64
	for _, h := range p.List.Rows {
		newest = max(newest, h.Since.UnixMicro())
	}
	p.All = pickOf(p.Whole, strconv.FormatInt(newest, 10))
	return view{Title: "Held prices", Section: "Listings", Template: "prices", Data: p}, nil
}

// releasePrices lets held prices be sent by the next publication, as they were shown. Repeating it changes nothing.
func (c *console) releasePrices(ctx context.Context, r *http.Request) (string, error) {
	notice := "prices"
	return c.answerPicks(ctx, r, "/prices", func(ctx context.Context, p pick) (answered, error) {
		shown, by, err := shownPrices(p.Names)
		if err != nil {
			return answered{}, err
		}
		var released []publications.SKUPrice
		var changed int
		if shown == nil {
			released, changed, err = c.starter.Store.Publications.ReleaseHeldBy(ctx, p.Account, by)
		} else {
			released, changed, err = c.starter.Store.Publications.ReleaseShown(ctx, p.Account, shown)
		}
		if changed > 0 {
			notice = "prices-some"
		}
		return answered{Changed: len(released), Notice: notice}, err
	})
}

// shownPrices reads what the form says was shown: prices of SKUs, or for all of an account the newest moment since when one is held.
func shownPrices(names []string) (shown []publications.SKUPrice, by time.Time, err error) {
	for _, name := range names {
		first, rest, priced := strings.Cut(name, "/")
		n, err := strconv.ParseInt(first, 10, 64)
		if err != nil {
			return nil, by, store.ErrNotFound
		}
		if !priced {
			return nil, time.UnixMicro(n), nil
		}
		currency, sku, found := strings.Cut(rest, "/")
		if !found {
			return nil, by, store.ErrNotFound
		}
		shown = append(shown, publications.SKUPrice{SKU: sku, Wanted: n, Currency: currency})
	}
	if shown == nil {
		return nil, by, store.ErrNotFound
	}
	return shown, by, nil
}

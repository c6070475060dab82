package console

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/starter"
)

// struckPage lists the listings that are struck off.
type struckPage struct {
	List   *list[struckRow]
	Notice string
}

// struckRow is a listing that is struck off.
type struckRow struct{ levels.StruckListing }

// Pick returns the row's value in the form.
func (r struckRow) Pick() string { return pickOf(r.Account, r.ChannelSKU) }

func (c *console) struck(ctx context.Context, r *http.Request) (view, error) {
	in := readInputs(r)
	g, err := c.glance(ctx)
	if err != nil {
		return view{}, err
	}
	p := struckPage{List: newList[struckRow](in, "listings struck off"), Notice: saidOf(r)}
	account, after := p.List.account(g), in.mark()
	if in.err != nil {
		return view{}, in.err
	}
	found, err := c.starter.Store.Levels.StruckListings(ctx, account, after, p.List.limit())
	if err != nil {
		return view{}, badCursor(err)
	}
	rows := make([]struckRow, len(found))
	for i, l := range found {
		rows[i] = struckRow{l}
	}
	p.List.fill(rows, func(l struckRow) string { return l.Cursor })
	return view{Title: "Struck off", Section: "Listings", Template: "struck", Data: p}, nil
}

// strike strikes listings off, and putBack ends it. Repeating either changes nothing.
func (c *console) strike(ctx context.Context, r *http.Request) (string, error) {
	return c.turnListings(ctx, r, "struck", (*starter.Starter).Strike)
}

func (c *console) putBack(ctx context.Context, r *http.Request) (string, error) {
	return c.turnListings(ctx, r, "put-back", (*starter.Starter).PutBack)
}

func (c *console) turnListings(ctx context.Context, r *http.Request, notice string,
	turn func(*starter.Starter, context.Context, starter.StrikeAsk) (starter.Struck, error)) (string, error) {
	if err := r.ParseForm(); err != nil {
		return "", badForm("it can't be read", "")
	}
	ask := starter.StrikeAsk{Reason: strings.TrimSpace(r.PostForm.Get("reason")), By: strings.TrimSpace(r.PostForm.Get("by"))}
	page := turnedOn(r.PostForm)
	switch {
	case !plainText(ask.Reason) || !plainText(ask.By):
		return "", notDone("the reason or your name is too long, or not plain text", page)
	case notice == "struck" && ask.Reason == "":
		return "", notDone("the reason is missing", page)
	case notice == "struck" && ask.By == "":
		return "", notDone("your name is missing", page)
	}
	return c.answerPicks(ctx, r, page, func(ctx context.Context, p pick) (answered, error) {
		if len(p.Names) == 0 { // all of an account at once is never meant here
			return answered{}, notDone("no row is ticked", page)
		}
		ask.Account, ask.ChannelSKUs = p.Account, p.Names
		done, err := turn(c.starter, ctx, ask)
		return answered{len(done.Changed), notice, done.Warning}, err
	})
}

// turnedOn returns the page on which listings were ticked: a SKU's, an account's levels, or the list of what is struck off.
func turnedOn(form url.Values) string {
	switch sku, account := form.Get("sku"), form.Get("levels"); {
	case sku != "":
		return "/sku?" + url.Values{"sku": {sku}}.Encode()
	case account != "":
		return accountPath(account) + "/levels"
	}
	return "/struck"
}

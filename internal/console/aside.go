package console

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/store/aside"
	"github.com/towpath/towpath/starter"
)

// asidePage lists orders that are set aside. Nothing of what the channel sent is on it: that names buyers.
type asidePage struct {
	List   *list[asideView]
	Notice string
}

// asideView is an order that is set aside, with what to do about it.
type asideView struct {
	starter.AsideOrder
	Advice *advice
}

// Next returns what happens next.
func (v asideView) Next() string { return starter.AsideText(v.Order) }

func (c *console) aside(ctx context.Context, r *http.Request) (view, error) {
	in := readInputs(r)
	g, err := c.glance(ctx)
	if err != nil {
		return view{}, err
	}
	p := asidePage{List: newList[asideView](in, "orders set aside"), Notice: notices[r.URL.Query().Get("notice")]}
	f := aside.Filter{Account: p.List.account(g), Limit: maxAside}
	if in.err != nil {
		return view{}, in.err
	}
	found, err := c.starter.AsideOrders(ctx, f)
	if err != nil {
		return view{}, err
	}
	rows := make([]asideView, len(found))
	for i, o := range found {
		rows[i] = asideView{AsideOrder: o, Advice: advised(o.Remedy)}
	}
	p.List.fill(rows, nil)
	return view{Title: "Orders set aside", Section: "Orders", Template: "aside", Data: p}, nil
}

// maxAside is how many orders the page lists.
const maxAside = 200

// retryAside tries one order again, or all of an account.
func (c *console) retryAside(ctx context.Context, r *http.Request) (string, error) {
	if err := r.ParseForm(); err != nil {
		return "", badForm("it can't be read", "")
	}
	account := r.PostForm.Get("account")
	next := "/orders/aside?" + url.Values{"account": {account}}.Encode()
	ctx, cancel := context.WithTimeout(ctx, retryTimeout)
	defer cancel()
	results, err := c.starter.RetryAside(ctx, r.PostForm.Get("order"), account, false)
	notice := "aside"
	var usage *starter.UsageError
	switch {
	case errors.As(err, &usage):
		notice = "gone"
	case err != nil && len(results) > 0: // noted; the next scan tries
		c.logger.Warn("No scan was started.", zap.String("account", account), zap.Error(err))
		notice = "aside-later"
	case err != nil:
		return "", err
	}
	return next + "&" + url.Values{"notice": {notice}}.Encode(), nil
}

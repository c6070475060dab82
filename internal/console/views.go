package console

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/towpath/towpath/internal/store/orders"
)

// mostViews is how many views an installation keeps, and longestName how long a name is, in bytes: both stand above every list of orders.
const mostViews, longestName = 30, 40

// ownView is a filter that somebody has named and kept.
type ownView struct {
	orders.KeptView
	Href   string
	Chosen bool
}

// ownViews returns the kept views with their addresses.
func (c *console) ownViews(ctx context.Context, in *inputs) ([]ownView, error) {
	kept, err := c.starter.Store.Orders.KeptViews(ctx)
	moving, span := in.moving()
	all := make([]ownView, len(kept))
	for i, v := range kept {
		all[i] = ownView{KeptView: v, Href: listAddress(v.Query), Chosen: v.Query == in.filter.Encode() || span != "" && v.Query == moving}
	}
	return all, err
}

// keepView names the filters of a list of orders and keeps them.
func (c *console) keepView(ctx context.Context, r *http.Request) (string, error) {
	if err := r.ParseForm(); err != nil {
		return "", badForm("it can't be read", "/orders")
	}
	v := orders.KeptView{Name: strings.TrimSpace(r.PostForm.Get("name")), By: strings.TrimSpace(r.PostForm.Get("by")), Query: r.PostForm.Get("query")}
	back := listAddress(v.Query)
	switch {
	case v.Name == "" || !plainText(v.Name) || len(v.Name) > longestName:
		return "", notDone(fmt.Sprintf("the view needs a name of at most %d characters", longestName), back)
	case v.By == "" || !plainText(v.By):
		return "", notDone("your name is missing", back)
	}
	in := inputsOf("/orders", v.Query)
	g, err := c.glance(ctx)
	if err != nil {
		return "", err
	}
	if orderFilter(newList[orderRow](in, "orders"), g); in.err != nil {
		return "", in.err
	}
	if v.Query = in.filter.Encode(); r.PostForm.Get("moving") != "" {
		v.Query, _ = in.moving()
	}
	if v.Query == "" {
		return "", notDone("nothing is filtered or sorted: there is nothing to keep", "/orders")
	}
	kept, err := c.starter.Store.Orders.KeepView(ctx, v, mostViews)
	if err == nil && !kept {
		err = notDone(fmt.Sprintf("another view is called %q, or %d are kept already: give another name, or delete one", v.Name, mostViews), back)
	}
	return listAddress(v.Query) + "&" + url.Values{"notice": {"view-kept"}}.Encode(), err
}

// dropView deletes a kept view. The orders stay as they are.
func (c *console) dropView(ctx context.Context, r *http.Request) (string, error) {
	if err := r.ParseForm(); err != nil {
		return "", badForm("it can't be read", "/orders")
	}
	return "/orders?notice=view-gone", c.starter.Store.Orders.DropView(ctx, r.PostForm.Get("name"))
}

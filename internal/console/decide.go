package console

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/starter"
)

// decide carries out a decision about an order that its page offers.
func (c *console) decide(ctx context.Context, r *http.Request) (string, error) {
	if err := r.ParseForm(); err != nil {
		return "", badForm("it can't be read", "")
	}
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || id < 1 {
		return "", store.ErrNotFound
	}
	d := starter.Decision(r.PostForm.Get("decision"))
	if !slices.Contains([]starter.Decision{starter.Reopen, starter.Keep}, d) {
		return "", badForm("the decision is none of those that the page offers", "/orders/"+strconv.FormatInt(id, 10))
	}
	detail, err := c.starter.Store.Orders.Detail(ctx, id)
	if err != nil {
		return "", err
	}
	notice := "decided"
	_, err = c.starter.Decide(ctx, detail.OrderRow, d, r.PostForm.Get("restock") != "")
	var refused *starter.RefusedError
	if errors.As(err, &refused) {
		notice, err = "undecided", nil
	}
	if err != nil {
		return "", err
	}
	return "/orders/" + strconv.FormatInt(id, 10) + "?" + url.Values{"notice": {notice}}.Encode(), nil
}

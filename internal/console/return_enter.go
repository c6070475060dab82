package console

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/starter"
)

// Returnable are the lines of which something was shipped: a unit of them may come back.
func (p orderPage) Returnable() []orders.LineRow {
	var lines []orders.LineRow
	for _, l := range p.Lines {
		if l.Units.Shipped > 0 {
			lines = append(lines, l)
		}
	}
	return lines
}

// enterReturn puts a unit that came back into the inbox of returns, where somebody decides about it.
func (c *console) enterReturn(ctx context.Context, r *http.Request) (string, error) {
	if err := r.ParseForm(); err != nil {
		return "", badForm("it can't be read", "")
	}
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || id < 1 {
		return "", store.ErrNotFound
	}
	d, err := c.starter.Store.Orders.Detail(ctx, id)
	if err != nil {
		return "", err
	}
	back := "/orders/" + strconv.FormatInt(id, 10)
	text := func(name string) string { return strings.TrimSpace(r.PostForm.Get(name)) }
	ask := starter.ReturnReport{Key: text("key"), OrderRef: d.Key.OrderID, Account: d.Key.Account.ID, Line: text("line"), Reason: text("reason"), By: text("by")}
	if !plainText(ask.Key) || ask.Key == "" || !plainText(ask.Reason) || !plainText(ask.By) {
		return "", badForm("it is not one of this page, or a text in it is too long", back)
	}
	if ask.By == "" {
		return "", notDone("your name is missing", back)
	}
	if ask.Units, err = strconv.Atoi(text("quantity")); err != nil || ask.Units < 1 {
		return "", notDone("the units are no whole number of at least 1", back)
	}
	for _, l := range d.Lines {
		if l.LineID == ask.Line {
			ask.SKU = l.ChannelSKU
		}
	}
	_, _, err = c.starter.EnterReturn(ctx, ask)
	return "/returns?notice=returned", refusedAs(err, back)
}

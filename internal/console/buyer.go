package console

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/buyer"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/buyers"
	"github.com/towpath/towpath/internal/store/orders"
)

// buyerPage is the buyer of an order: masked, or shown to a person who has given a name and a reason.
type buyerPage struct {
	orders.OrderDetail
	Masked string
	Shown  *order.Buyer // nil: not asked for, or not known
	Asked  bool
	Log    []buyers.View // who has seen or removed this buyer, the newest first
}

// buyerLog is how many entries of the log the page lists.
const buyerLog = 20

// buyer shows the masked buyer of an order, and the form to ask for the rest.
func (c *console) buyer(ctx context.Context, r *http.Request) (view, error) {
	p, err := c.readBuyer(ctx, r)
	return view{Title: "Buyer of order " + p.Reference, Section: "Orders", Template: "buyer", Data: p}, err
}

func (c *console) readBuyer(ctx context.Context, r *http.Request) (buyerPage, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || id < 1 {
		return buyerPage{}, store.ErrNotFound
	}
	var p buyerPage
	if p.OrderDetail, err = c.starter.Store.Orders.Detail(ctx, id); err != nil {
		return p, err
	}
	if p.Masked, err = c.starter.Store.Buyers.Masked(ctx, id); err != nil {
		return p, err
	}
	p.Log, err = c.starter.Store.Buyers.Views(ctx, buyers.ViewFilter{Order: id, Limit: buyerLog})
	return p, err
}

// showBuyer shows the buyer to a person who has given a name and a reason, which the log keeps. It answers the form itself: an
// address to which it could redirect would show the buyer without asking.
func (c *console) showBuyer(ctx context.Context, r *http.Request) (view, error) {
	if err := r.ParseForm(); err != nil {
		return view{}, badForm("it can't be read", "")
	}
	by, reason := strings.TrimSpace(r.PostForm.Get("by")), strings.TrimSpace(r.PostForm.Get("reason"))
	if by == "" || reason == "" {
		return view{}, notDone("your name or the reason is missing", "/orders/"+r.PathValue("id")+"/buyer")
	}
	before, err := c.readBuyer(ctx, r)
	if err != nil {
		return view{}, err
	}
	if _, err := c.starter.Store.Buyers.Sealer(ctx); err != nil {
		c.logger.Warn("A buyer can't be shown.", zap.Error(err))
		return view{}, &problem{Status: http.StatusServiceUnavailable, Title: "Not shown", What: "The console can't read buyers' data with the key that it has.",
			Do: "Set " + buyer.Setting + " of the console to the key that the workers have, and restart it.", Back: "/orders/" + r.PathValue("id")}
	}
	shown, err := c.starter.ShowBuyer(ctx, orders.OrderRow{Key: before.Key, Reference: before.Reference}, by, reason)
	if err != nil {
		return view{}, err
	}
	v, err := c.buyer(ctx, r)
	p, _ := v.Data.(buyerPage)
	if p.Asked = true; shown.Known {
		p.Shown = &shown.Buyer
	}
	v.Data = p
	return v, err
}

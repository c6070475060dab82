package config

import (
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/document"
	"github.com/towpath/towpath/internal/order"
)

// cancelling reads how the account cancels orders on its channel. Nothing is sent unless `send` says so: a cancellation gives the
// buyer's money back, and no channel takes it back.
func (r *reader) cancelling(a *Account, e document.Field) {
	c := &a.Channel.Cancelling
	for _, f := range r.Fields(e.Value, "cancelling", []string{"cause", "notify", "refund", "send"}) {
		in := f.In("cancelling")
		if f.Name == "notify" || f.Name == "refund" {
			r.shopifyOnly(a, f)
		}
		switch f.Name {
		case "send":
			c.Send = r.Yes(in)
		case "cause":
			var names []string
			for _, known := range order.Causes() {
				names = append(names, string(known))
			}
			c.Cause = order.Cause(r.Choice(in, names...))
		case "refund":
			c.Refund = channel.Refund(r.Choice(in, string(channel.RefundOriginal), string(channel.RefundNone)))
		case "notify":
			c.Notify = r.Yes(in)
		}
	}
	a.Store.Cancelling = channel.Cancelling{Send: c.Send, Cause: c.Cause}
}

func (r *reader) shopifyOnly(a *Account, f document.Field) {
	if k := a.Channel.Kind; k != "" && k != channel.Shopify {
		r.Wrong(f.Key, "cancelling: %s: only Shopify leaves it to the seller: delete it", f.Name)
	}
}

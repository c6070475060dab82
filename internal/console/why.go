package console

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/towpath/towpath/internal/explain"
	"github.com/towpath/towpath/starter"
)

// whyPage is why an order is, or is not, where somebody looks for it.
type whyPage struct {
	Reference, Account string
	Accounts           []string
	Asked              bool // the channels were asked: the page shows their answer until it is left
	Given              bool // a reference is given
	starter.Explained
	Support string
}

// why explains an order from what the store knows. Pages may renew themselves every two seconds, so it asks no channel.
func (c *console) why(ctx context.Context, r *http.Request) (view, error) {
	in := readInputs(r)
	reference, account := in.text("reference"), in.text("account")
	if in.err != nil {
		return view{}, in.err
	}
	return c.explained(ctx, reference, account, nil)
}

// askWhy explains an order, and asks the channel once what it has.
func (c *console) askWhy(ctx context.Context, r *http.Request) (view, error) {
	if err := r.ParseForm(); err != nil {
		return view{}, badForm("it can't be read", "")
	}
	reference, account := strings.TrimSpace(r.PostForm.Get("reference")), strings.TrimSpace(r.PostForm.Get("account"))
	if !plainText(reference) || !plainText(account) {
		return view{}, badForm("the reference: want at most 200 bytes of plain text", "/why")
	}
	return c.explained(ctx, reference, account, c.channels)
}

func (c *console) explained(ctx context.Context, reference, account string, channels starter.OrderReader) (view, error) {
	g, err := c.glance(ctx)
	if err != nil {
		return view{}, err
	}
	p := whyPage{Reference: reference, Account: account, Accounts: g.ids(), Asked: channels != nil, Given: reference != ""}
	v := view{Title: "Why is an order missing?", Section: "Orders", Template: "why"}
	if p.Given {
		p.Explained, err = c.starter.Explain(ctx, reference, account, channels)
		var usage *starter.UsageError
		if errors.As(err, &usage) {
			return view{}, badForm("the order: "+usage.Problem, "/why")
		}
		if err != nil {
			return view{}, err
		}
		v.Title = "Why? Order " + reference
		p.Support = explain.SupportText(reference, c.version, p.At, p.Explanations)
	}
	v.Data = p
	return v, nil
}

package console

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

// returnsPage is the returns inbox.
type returnsPage struct {
	List      *list[orders.ReturnRow]
	Locations []string
	Notice    string
}

func (c *console) returns(ctx context.Context, r *http.Request) (view, error) {
	in := readInputs(r)
	g, err := c.glance(ctx)
	if err != nil {
		return view{}, err
	}
	p := returnsPage{List: newList[orders.ReturnRow](in, "returns"), Notice: notices[r.URL.Query().Get("notice")]}
	f := returnFilter(p.List, g)
	if in.err != nil {
		return view{}, in.err
	}
	totals, err := c.starter.Store.Orders.ReturnTotals(ctx, f)
	if err != nil {
		return view{}, err
	}
	p.count(f, totals)
	rows, err := c.starter.Store.Orders.Returns(ctx, f)
	if err != nil {
		return view{}, err
	}
	p.List.fill(rows, func(r orders.ReturnRow) string { return strconv.FormatInt(r.ID, 10) })
	if p.Locations, err = c.starter.Store.Ledger.Locations(ctx); err != nil {
		return view{}, err
	}
	return view{Title: "Returns", Section: "Returns", Template: "returns", Data: p}, nil
}

// returnColumns are the columns that the returns can be sorted by.
var returnColumns = map[string]columnWays{"Return": {first: oldestFirst, other: newestFirst, rising: true}}

// returnFilter reads the filters of a list of returns, and adds them to its form.
func returnFilter(l *list[orders.ReturnRow], g *glance) orders.ReturnFilter {
	f := orders.ReturnFilter{Stage: order.Stage(l.in.choice("stage", words(order.Stages()))), Account: l.account(g)}
	f.From, f.To = l.days(g.zoneOf(f.Account), time.Now())
	f.Settled = l.tick("all", "also settled ones")
	l.columns = returnColumns
	f.Newest = l.sort(oldestFirst, newestFirst) == newestFirst
	f.After, f.Limit = l.in.position(), l.limit()
	return f
}

// count adds what was counted: by stage, and all.
func (p *returnsPage) count(f orders.ReturnFilter, t orders.ReturnTotals) {
	stages := byWord(t.Stages)
	for _, n := range t.Stages {
		stages[""] += n
	}
	p.List.tabs("stage", string(f.Stage), "all", words(order.Stages()), stages)
	p.List.atMost(store.MostCounted)
	p.List.Totals = wording.Counted(t.Returns, store.MostCounted, "return", "returns")
	if t.Units > 0 {
		p.List.Totals += " · " + wording.Plural(t.Units, "unit") + " to decide about"
	}
}

// settleReturn restocks a return, or writes it off.
func (c *console) settleReturn(ctx context.Context, r *http.Request) (string, error) {
	if err := r.ParseForm(); err != nil {
		return "", badForm("it can't be read", "")
	}
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || id < 1 {
		return "", store.ErrNotFound
	}
	// So many units as the page showed, also when the channel has reported more meanwhile; and once for what it showed.
	open, errOpen := strconv.Atoi(r.PostForm.Get("open"))
	quantity, err := strconv.Atoi(r.PostForm.Get("quantity"))
	if err != nil || errOpen != nil || open < 1 || quantity < open {
		return "", badForm("it does not say how many units were shown", "/returns")
	}
	d := orders.Settlement{ID: id, By: "console", Units: open, Key: fmt.Sprintf("console, %d of %d", open, quantity)}
	switch r.PostForm.Get("decision") {
	case "restock":
		d.Restock, d.Location = true, r.PostForm.Get("location")
	case "writeoff":
		if d.Reason = r.PostForm.Get("reason"); d.Reason == "" {
			return "", notDone("the reason is missing: why the units are written off", "/returns")
		}
	default:
		return "", badForm("the decision is none of those that the page offers", "/returns")
	}
	out, err := c.starter.SettleReturn(ctx, d)
	notice := "settled"
	var refused *starter.RefusedError
	switch {
	case errors.As(err, &refused):
		notice = "unsettled"
	case err != nil:
		return "", err
	case out.Warning != "":
		notice = "settled-later"
	}
	return "/returns?" + url.Values{"notice": {notice}}.Encode(), nil
}

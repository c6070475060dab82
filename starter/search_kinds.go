package starter

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/explain"
	"github.com/towpath/towpath/internal/invocation"
	"github.com/towpath/towpath/internal/packing"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/wording"
)

// names are the spellings of an order's name, without the bare # in front of nothing.
func (q *search) names() []string { return explain.Names(q.text) }

func (q *search) orders(ctx context.Context) (hits []Hit, err error) {
	names := q.names()
	if len(names) == 0 {
		return nil, nil
	}
	exact, err := q.Store.Orders.Named(ctx, "", names, q.most+1)
	if err != nil {
		return nil, err
	}
	for _, o := range exact {
		hits = append(hits, orderHit(store.FoundOrder{RowID: o.Key.RowID, Account: o.Key.Account.ID, OrderID: o.Key.OrderID, Reference: o.Reference, State: o.State, PlacedAt: o.PlacedAt}, true))
	}
	if id, err := strconv.ParseInt(q.text, 10, 64); err == nil && id > 0 {
		d, err := q.Store.Orders.Detail(ctx, id)
		switch {
		case err == nil:
			hits = append(hits, orderHit(store.FoundOrder{RowID: id, Account: d.Key.Account.ID, OrderID: d.Key.OrderID, Reference: d.Reference, State: d.State, PlacedAt: d.PlacedAt}, false)) // its page's number is not what it is called
		case !gone(err):
			return nil, err
		}
	}
	if !q.begins() {
		return hits, nil
	}
	begun, err := q.Store.OrdersBeginning(ctx, names, q.most+1)
	for _, o := range begun {
		hits = append(hits, orderHit(o, false))
	}
	return hits, err
}

func orderHit(o store.FoundOrder, exact bool) Hit {
	return Hit{Name: o.Reference, Account: o.Account, Exact: exact, Says: fmt.Sprintf("%s, placed %s", strings.ReplaceAll(string(o.State), "-", " "), wording.Moment(o.PlacedAt)),
		Command: "towpath order " + invocation.ShellWord(o.Reference) + " --account " + invocation.ShellWord(o.Account), Page: orderPath(o.RowID)}
}

func orderPath(rowID int64) string { return "/orders/" + strconv.FormatInt(rowID, 10) }

func (q *search) skus(ctx context.Context) (hits []Hit, err error) {
	begun, err := q.Store.SKUsBeginning(ctx, q.text, q.most+1)
	if err != nil {
		return nil, err
	}
	titled, err := q.Store.SKUsTitled(ctx, q.text, q.most+1)
	for _, f := range slices.Concat(begun, titled) {
		hits = append(hits, skuHit(f.SKU, f.Title, catalogue.Fold(f.SKU) == catalogue.Fold(q.text)))
	}
	return hits, err
}

func skuHit(sku, title string, exact bool) Hit {
	return Hit{Name: sku, Says: title, Exact: exact, Command: "towpath stock " + invocation.ShellWord(sku), Page: "/sku?" + url.Values{"sku": {sku}}.Encode()}
}

func (q *search) listings(ctx context.Context) (hits []Hit, err error) {
	ids := explain.ListingNames(q.text)
	found, err := q.Store.ListingsBeginning(ctx, q.text, ids, q.most+1)
	for _, f := range found {
		h := Hit{Name: f.ChannelSKU, Account: f.Account, Says: f.Title, Exact: strings.EqualFold(f.ChannelSKU, q.text) || slices.Contains(ids, f.ListingID)}
		if f.ListingID != "" {
			h.Says = strings.TrimPrefix(h.Says+", listing "+f.ListingID[strings.LastIndexByte(f.ListingID, '/')+1:], ", ")
		}
		h.Command, h.Page = "towpath links list --unlinked --account "+invocation.ShellWord(f.Account), "/accounts/"+url.PathEscape(f.Account)+"/levels?show=unlinked"
		if f.SKU != "" {
			to := skuHit(f.SKU, "", false)
			h.Command, h.Page, h.Says = to.Command, to.Page, strings.TrimPrefix(h.Says+", SKU "+f.SKU, ", ")
		}
		hits = append(hits, h)
	}
	return hits, err
}

func (q *search) packages(ctx context.Context) (hits []Hit, err error) {
	texts := []string{q.text}
	for _, other := range []string{strings.ToUpper(q.text), packing.Number(q.text)} {
		if other != "" && !slices.Contains(texts, other) {
			texts = append(texts, other)
		}
	}
	found, err := q.Store.PackagesBeginning(ctx, texts, q.most+1)
	for _, p := range found {
		h := orderHit(p.FoundOrder, slices.Contains(texts, p.Tracking) || p.PackageID == q.text)
		h.Name, h.Says = p.PackageID, fmt.Sprintf("of order %s, %s, tracking %s", p.Reference, p.PackageState, p.Tracking)
		hits = append(hits, h)
	}
	return hits, err
}

func (q *search) runs(ctx context.Context) (hits []Hit, err error) {
	found, err := q.Store.Runs.List(ctx, runs.RunFilter{ID: q.text, Limit: 1})
	for _, r := range found {
		hits = append(hits, Hit{Name: r.ID, Account: r.Account, Exact: true, Says: fmt.Sprintf("%s, %s, %s", r.Kind, RunWords(r).Result().Text, wording.Moment(r.StartedAt)),
			Command: "towpath run " + invocation.ShellWord(r.ID), Page: "/runs/" + url.PathEscape(r.ID)})
	}
	return hits, err
}

func (q *search) faults(ctx context.Context) ([]Hit, error) {
	f, err := q.Store.Runs.Fault(ctx, q.text)
	if gone(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return []Hit{{Name: f.ID, Account: f.Account, Exact: true, Says: f.Brief() + ", " + wording.Moment(f.At), Command: "towpath errors " + invocation.ShellWord(f.ID), Page: "/errors/" + url.PathEscape(f.ID)}}, nil
}

func (q *search) incidents(context.Context) (hits []Hit, err error) {
	for _, n := range q.needs {
		name := n.Name().String()
		if n.Account == "" || !strings.HasPrefix(strings.ToLower(name), strings.ToLower(q.text)) && !q.named(n.Sample) {
			continue
		}
		hits = append(hits, Hit{Name: name, Account: n.Account, Exact: strings.EqualFold(name, q.text), Says: n.Title,
			Command: "towpath incidents show " + invocation.ShellWord(name), Page: (&url.URL{Path: "/incidents/" + name}).EscapedPath()})
	}
	return hits, nil
}

// named reports whether one of the subjects of an incident is called what is looked for.
func (q *search) named(sample []string) bool {
	return slices.ContainsFunc(sample, func(one string) bool { return strings.EqualFold(one, q.text) })
}

func (q *search) accounts(ctx context.Context) (hits []Hit, err error) {
	list, err := q.Store.Accounts.List(ctx)
	text := strings.ToLower(q.text)
	for _, a := range list {
		if !strings.HasPrefix(strings.ToLower(a.ID), text) && (!q.begins() || !strings.Contains(strings.ToLower(a.ID+" "+a.Name), text)) {
			continue
		}
		hits = append(hits, Hit{Name: a.ID, Exact: strings.EqualFold(a.ID, q.text), Says: fmt.Sprintf("%s, %s", a.Channel, a.Endpoint),
			Command: "towpath accounts show " + invocation.ShellWord(a.ID), Page: "/accounts/" + url.PathEscape(a.ID)})
	}
	return hits, err
}

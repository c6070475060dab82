package console

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

var (
	itemKinds = []listing.Kind{listing.KindCategory, listing.KindProduct, listing.KindVariant}
	endpoints = []channel.Endpoint{channel.Test, channel.Production}
)

// listingsPage shows the status of every item of publications.
type listingsPage struct {
	List   *list[outcomeRow]
	Run    *publicationView // the run that is shown; nil: items of several
	Form   publishForm
	Held   int // prices that the brake holds on the run's account
	Notice string
}

// publishForm requests a publication.
type publishForm struct {
	Accounts []sellerOption
	Goods    []option
	Key      string // of the run: a second click does not request a second run
}

// sellerOption is an account that may publish, with what its endpoints mean.
type sellerOption struct {
	ID, Means string
}

// publicationView is a run of a publication, in words.
type publicationView struct {
	publications.Publication
	Behind string // the run that it waits for
	Link   string
}

// State returns the state of the run.
func (p publicationView) State() wording.Said { return starter.PublicationWords(p.Publication).State() }

func (c *console) listings(ctx context.Context, r *http.Request) (view, error) {
	in := readInputs(r)
	g, err := c.glance(ctx)
	if err != nil {
		return view{}, err
	}
	l := newList[outcomeRow](in, "items")
	f := publications.ItemFilter{
		Reference: l.search("reference", "Reference, any part of it"), Status: runs.ItemStatus(in.choice("status", words(itemStatuses))),
		Type:  l.choose("type", "Type", words(itemKinds), "all types"),
		Since: l.day("since", "Since"), Account: l.account(g),
		Endpoint: channel.Endpoint(l.choose("endpoint", "Endpoint", words(endpoints), "both endpoints")),
		Run:      l.search("run", "Run"), After: in.position(), Limit: in.rows,
	}
	if in.err != nil {
		return view{}, in.err
	}
	found, err := c.starter.Store.Publications.PublicationItems(ctx, f)
	if err != nil {
		return view{}, err
	}
	counts, more := map[string]int{}, map[string]bool{}
	for s, n := range found.Overview {
		counts[string(s)], more[string(s)] = n.N, n.AtLeast
		if s != "" {
			counts[""], more[""] = counts[""]+n.N, more[""] || n.AtLeast
		}
	}
	l.tabs("status", string(f.Status), "all", words(itemStatuses), counts)
	for i := range l.Tabs {
		l.Tabs[i].AtLeast = more[l.Tabs[i].Value]
	}
	rows := make([]outcomeRow, len(found.Items))
	for i, item := range found.Items {
		rows[i] = c.outcome(item, g)
	}
	l.fill(rows, nil)
	if found.Next != 0 {
		l.more(number(found.Next))
	}
	p := listingsPage{List: l, Form: publishForm{Accounts: sellers(g), Goods: goodsOptions, Key: rand.Text()}, Notice: notices[r.URL.Query().Get("notice")]}
	if p.Run, err = c.shownRun(ctx, found.Run); err != nil {
		return view{}, err
	}
	if p.Run != nil {
		if p.Held, err = c.starter.Store.HeldPrices(ctx, p.Run.Account); err != nil {
			return view{}, err
		}
	}
	return view{Title: "Listings", Section: "Listings", Template: "listings", Data: p}, nil
}

// shownRun returns the run of the items, or nil when they belong to several.
func (c *console) shownRun(ctx context.Context, id string) (*publicationView, error) {
	if id == "" {
		return nil, nil
	}
	run, err := c.starter.Store.Publications.Publication(ctx, id)
	if errors.Is(err, store.ErrNotFound) { // a run of another kind
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	v := &publicationView{Publication: run, Link: c.workflowLink(message.PublicationWorkflowID(run.Account, run.Endpoint))}
	if run.StartedAt.IsZero() {
		queue, err := c.starter.Store.Publications.List(ctx, run.Account, run.Endpoint)
		if err != nil {
			return nil, err
		}
		v.Behind = before(queue, id)
	}
	return v, nil
}

// before returns the previous run in a queue, or an empty string.
func before(queue []publications.Publication, id string) (behind string) {
	for _, q := range queue {
		if q.ID == id {
			return behind
		}
		behind = q.ID
	}
	return ""
}

// sellers returns the accounts that may publish, each with its test endpoint.
func sellers(g *glance) (list []sellerOption) {
	for i := range g.accounts {
		a := &g.accounts[i]
		if a.Enabled {
			list = append(list, sellerOption{a.ID, a.Channel.Name()})
		}
	}
	return list
}

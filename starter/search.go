package starter

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/store"
)

// FoundKind is the kind of what a search has found.
type FoundKind string

// The kinds, in the order in which they are shown.
const (
	FoundOrders    FoundKind = "orders"
	FoundSKUs      FoundKind = "SKUs"
	FoundListings  FoundKind = "listings" // and channel SKUs
	FoundPackages  FoundKind = "packages"
	FoundRuns      FoundKind = "runs"
	FoundErrors    FoundKind = "errors"
	FoundIncidents FoundKind = "incidents"
	FoundAccounts  FoundKind = "accounts"
)

// FoundKinds returns all kinds, in the order in which they are shown.
func FoundKinds() []FoundKind {
	return []FoundKind{FoundOrders, FoundSKUs, FoundListings, FoundPackages, FoundRuns, FoundErrors, FoundIncidents, FoundAccounts}
}

// Searchable says what a search finds, for who has found nothing.
const Searchable = "A search finds what begins with its text: orders by their number (#1007, 202-5538961-7743559, or the number of Towpath's own page), also inside a buyer's message, SKUs and the words of their titles, " +
	"channel SKUs, listing ids, tracking numbers, packages, incidents and accounts, and runs and errors by their whole id. Buyers are not searched: their data is encrypted."

// Hit is one thing that was found.
type Hit struct {
	Kind    FoundKind `json:"kind"`
	Name    string    `json:"name"` // as it is called
	Says    string    `json:"says"` // what it is, in a few words
	Account string    `json:"account,omitempty"`
	Exact   bool      `json:"exact,omitempty"` // it is called exactly what was looked for
	Command string    `json:"command"`         // shows it
	Page    string    `json:"page"`            // of the console
}

// FoundGroup are the hits of one kind, exact ones first.
type FoundGroup struct {
	Kind FoundKind `json:"kind"`
	Hits []Hit     `json:"hits"`
	More bool      `json:"more,omitempty"` // there are more than were asked for
	All  string    `json:"-"`              // the console's list that has all of them; empty: this search with more of them has
}

// Found is what a search has found.
type Found struct {
	Text   string       `json:"text"`
	Groups []FoundGroup `json:"groups"` // those with hits
}

// Only returns the one thing that is called exactly what was looked for: the hits may be several ways to its page. false: there is none, or there are
// several.
func (f Found) Only() (Hit, bool) {
	var only Hit
	for _, g := range f.Groups {
		for _, h := range g.Hits {
			switch {
			case !h.Exact:
			case only.Page == "":
				only = h
			case h.Page != only.Page:
				return Hit{}, false
			}
		}
	}
	return only, only.Page != ""
}

// Limits of a search.
const (
	SearchShown  = 6   // hits of each kind where all kinds are shown
	SearchMost   = 100 // hits of one kind where only that is shown
	longestFound = 200 // bytes of the text
	leastBegun   = 2   // letters of a text of which the beginning is enough
)

// search is one search.
type search struct {
	*Starter
	text  string
	needs []incident.Need
	most  int // hits of each kind
}

// Search finds what is called like a text, up to most things of each kind, or of one kind unless that is empty. needs are what NeedsYou has returned. It reads
// short parts of indexes, however much is stored. A text that can't be looked for is a *UsageError.
func (s *Starter) Search(ctx context.Context, text string, kind FoundKind, needs []incident.Need, most int) (Found, error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return Found{}, &UsageError{Problem: "nothing to look for is given. " + Searchable}
	case len(text) > longestFound || !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		return Found{}, &UsageError{Problem: fmt.Sprintf("want at most %d bytes of plain text to look for", longestFound)}
	}
	q := &search{s, text, needs, min(max(1, most), SearchMost)}
	out := Found{Text: text, Groups: []FoundGroup{}}
	for _, part := range []struct {
		kind FoundKind
		find func(context.Context) ([]Hit, error)
	}{
		{FoundOrders, q.orders}, {FoundSKUs, q.skus}, {FoundListings, q.listings}, {FoundPackages, q.packages}, {FoundRuns, q.runs}, {FoundErrors, q.faults},
		{FoundIncidents, q.incidents}, {FoundAccounts, q.accounts},
	} {
		if kind != "" && kind != part.kind {
			continue
		}
		hits, err := part.find(ctx)
		if err != nil {
			return Found{}, fmt.Errorf("look for %s: %w", part.kind, err)
		}
		out.add(part.kind, hits, q.most)
	}
	if len(out.Groups) == 0 && (kind == "" || kind == FoundOrders) {
		if err := q.ordersInside(ctx, &out); err != nil {
			return Found{}, err
		}
	}
	return out, nil
}

// add adds a kind's hits, each once.
func (f *Found) add(kind FoundKind, hits []Hit, most int) {
	g := FoundGroup{Kind: kind}
	slices.SortStableFunc(hits, func(a, b Hit) int { return cmp.Compare(inFront(b), inFront(a)) })
	for _, h := range hits {
		h.Kind = kind
		if !slices.ContainsFunc(g.Hits, func(o Hit) bool { return o.Name == h.Name && o.Page == h.Page }) {
			g.Hits = append(g.Hits, h)
		}
	}
	if g.More = len(g.Hits) > most; g.More {
		g.Hits = g.Hits[:most]
	}
	if len(g.Hits) > 0 {
		f.Groups = append(f.Groups, g)
	}
}

func inFront(h Hit) int {
	if h.Exact {
		return 1
	}
	return 0
}

// begins reports whether the text is long enough for its beginning to be looked for.
func (q *search) begins() bool { return utf8.RuneCountInString(q.text) >= leastBegun }

// gone is an error that means that there is nothing of the name.
func gone(err error) bool { return errors.Is(err, store.ErrNotFound) }

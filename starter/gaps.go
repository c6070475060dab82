package starter

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/runs"
)

// Gap is a kind of fault that was met and that no remedy is for.
type Gap struct {
	Channel   channel.Kind  `json:"channel"`
	Class     channel.Class `json:"class"`
	Code      string        `json:"code,omitempty"`
	Status    int           `json:"status,omitempty"`
	Operation string        `json:"operation,omitempty"` // empty: errors of items
	Times     int           `json:"times"`
	Last      time.Time     `json:"last"`
	Account   string        `json:"account"`         // of the last one
	Error     string        `json:"error,omitempty"` // its id, for `towpath errors ID`
	Item      string        `json:"item,omitempty"`  // or the reference of its item
}

// Gaps are the kinds of faults without a remedy, the most frequent first, among the faults and items that are kept.
type Gaps struct {
	Gaps   []Gap `json:"gaps"`
	Faults int   `json:"faults"` // how many were looked at
	Items  int   `json:"items"`  // how many items in error
}

// gapPage is how many faults or items are read at a time.
const gapPage = 500

// gapKey is what faults of one kind share.
type gapKey struct {
	channel   channel.Kind
	class     channel.Class
	code      string
	status    int
	operation string
}

// gapCount counts gaps.
type gapCount struct {
	s   *Starter
	by  map[gapKey]*Gap
	out Gaps
}

// Gaps looks through all faults and items in error of an account, or (empty) of all. Memory does not grow with them.
func (s *Starter) Gaps(ctx context.Context, account string) (Gaps, error) {
	list, err := s.Store.Accounts.List(ctx)
	if err != nil {
		return Gaps{}, err
	}
	n := gapCount{s: s, by: map[gapKey]*Gap{}}
	for _, a := range list {
		if account != "" && a.ID != account {
			continue
		}
		if err := n.faults(ctx, a); err != nil {
			return Gaps{}, err
		}
		if err := n.items(ctx, a); err != nil {
			return Gaps{}, err
		}
	}
	n.out.Gaps = []Gap{}
	for _, g := range n.by {
		n.out.Gaps = append(n.out.Gaps, *g)
	}
	slices.SortFunc(n.out.Gaps, func(a, b Gap) int {
		return cmp.Or(b.Times-a.Times, strings.Compare(string(a.Channel), string(b.Channel)), strings.Compare(a.Code, b.Code), a.Status-b.Status, strings.Compare(a.Operation, b.Operation))
	})
	return n.out, nil
}

func (n *gapCount) faults(ctx context.Context, a accounts.Account) error {
	for before := ""; ; {
		page, err := n.s.Store.Runs.Faults(ctx, runs.FaultFilter{Account: a.ID, Before: before, Limit: gapPage})
		if err != nil {
			return err
		}
		for _, f := range page {
			n.out.Faults++
			n.add(a.Channel, &f.Fault, f.Words, Gap{Last: f.At, Account: a.ID, Error: f.ID})
		}
		if len(page) < gapPage {
			return nil
		}
		before = page[len(page)-1].ID
	}
}

func (n *gapCount) items(ctx context.Context, a accounts.Account) error {
	for after := int64(0); ; {
		page, err := n.s.Store.Publications.PublicationItems(ctx, publications.ItemFilter{AllRuns: true, Account: a.ID, Status: runs.ItemError, After: after, Limit: gapPage})
		if err != nil {
			return err
		}
		for _, i := range page.Items {
			n.out.Items++
			for _, issue := range i.Issues {
				if issue.Severity == listing.Error {
					n.add(a.Channel, faultOf(i, issue), issue.Message, Gap{Last: i.At, Account: a.ID, Item: i.Reference})
				}
			}
		}
		if after = page.Next; after == 0 {
			return nil
		}
	}
}

// add counts a fault if nothing is for it. one has where it was met.
func (n *gapCount) add(k channel.Kind, f *channel.Fault, words string, one Gap) {
	if !n.s.Catalogue().For(k, f, words).Gap {
		return
	}
	key := gapKey{k, f.Class, f.Code, f.Status, f.Operation}
	g := n.by[key]
	if g == nil {
		g = &Gap{Channel: k, Class: f.Class, Code: f.Code, Status: f.Status, Operation: f.Operation}
		n.by[key] = g
	}
	g.Times++
	if g.Last.Before(one.Last) {
		g.Last, g.Account, g.Error, g.Item = one.Last, one.Account, one.Error, one.Item
	}
}

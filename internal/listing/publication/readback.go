package publication

import (
	"slices"
	"time"

	"github.com/towpath/towpath/internal/listing"
)

// mostMisses is how often in a row an accepted listing may fail to show before it is given up.
const mostMisses = 7

// Look is what a channel shows of a listing that it accepted.
type Look struct {
	Item      int64        // with which it was accepted
	Step      listing.Step // Listed or Live; Selected: the channel shows no such listing
	Unapplied bool         // with Selected: there is one, and it is what was there before it was sent
	Misses    int          // how often in a row it was not shown before
	Since     time.Time    // it was accepted then, or asked for in vain
}

// Seen says how a listing stands after a look at a moment: how often in a row it was not shown, since when it has had its time, and whether it has
// its answer and is looked for no more. One that is not shown gets its time again.
func (l Look) Seen(at time.Time) (misses int, since time.Time, answered bool) {
	if l.Step != listing.Selected {
		return 0, l.Since, true
	}
	return l.Misses + 1, at, l.givenUp()
}

// givenUp reports that a listing was not shown time and again.
func (l Look) givenUp() bool { return l.Step == listing.Selected && l.Misses+1 >= mostMisses }

// ListedCounts are accepted listings by what the channel shows.
type ListedCounts struct {
	Live    int `json:"live"`
	Listed  int `json:"listed"`  // there, and nobody can buy it
	Waiting int `json:"waiting"` // not shown; it is looked for again
	GivenUp int `json:"givenUp"` // not shown time and again: in error
}

// Add sums counts.
func (c ListedCounts) Add(d ListedCounts) ListedCounts {
	return ListedCounts{c.Live + d.Live, c.Listed + d.Listed, c.Waiting + d.Waiting, c.GivenUp + d.GivenUp}
}

// count adds a look.
func (c *ListedCounts) count(l Look) {
	switch {
	case l.Step == listing.Live:
		c.Live++
	case l.Step != listing.Selected:
		c.Listed++
	case l.givenUp():
		c.GivenUp++
	default:
		c.Waiting++
	}
}

// ReadBack decides what becomes of items that a channel accepted, by what it shows of them, and of their products. items are those looked at
// with their families: the product and all its variants, of each run. A repetition would count once more what was not shown: what is
// looked at must still wait for its answer.
func ReadBack(items []*Item, looks []Look) ListedCounts {
	var counts ListedCounts
	families := map[[2]string][]*Item{}
	byID := map[int64]*Item{}
	for _, i := range items {
		byID[i.ID] = i
		if i.Kind == listing.KindVariant && i.Parent != "" {
			key := [2]string{i.Run, i.Parent}
			families[key] = append(families[key], i)
		}
	}
	for _, l := range looks {
		counts.count(l)
		if i := byID[l.Item]; i != nil {
			i.show(l)
		}
	}
	for _, p := range items {
		if p.Kind == listing.KindProduct {
			p.review(families[[2]string{p.Run, p.Reference}])
		}
	}
	return counts
}

// show moves an item to what the channel shows of it. One that is given up is in error.
func (i *Item) show(l Look) {
	if l.Step != listing.Selected {
		i.Step, i.changed = l.Step, true
	}
	if l.givenUp() {
		i.Stage, i.Code, i.Issues = listing.Response, CodeNotListed, []listing.Issue{notListed(l.Unapplied)}
		i.end(Error)
	}
}

// notListed is the issue of an item that was accepted and, asked time and again, is not shown.
func notListed(unapplied bool) listing.Issue {
	i := listing.Issue{
		Stage: listing.Response, Severity: listing.Error, Code: CodeNotListed,
		Message: "the channel accepted it and shows no such listing", Want: "publish it again, or look for it in the channel's own pages",
	}
	if unapplied {
		i.Message = "the channel accepted what was sent and never applied it: the listing is as it was before"
	}
	return i
}

// review shows how far a product is that was done: as far as the least of its variants that are done. It is in error when none is done any
// more. Variants that the channel did not have to show, as they were skipped, count for nothing.
func (i *Item) review(variants []*Item) {
	shown := slices.DeleteFunc(slices.Clone(variants), func(v *Item) bool { return v.Status != Done && v.Status != Error })
	lost := slices.ContainsFunc(shown, func(v *Item) bool { return v.Code == CodeNotListed })
	f := familyOf(shown)
	if i.Status != Done || len(shown) == 0 || !lost && listing.Listed.After(f.least) {
		return
	}
	i.changed = true
	switch {
	case f.has[Done] == 0:
		i.Stage, i.Code = listing.Response, CodeNotListed
		i.end(Error)
	case !listing.Listed.After(f.least):
		i.Step = f.least
	}
	if lost {
		i.Reason = f.inError()
	}
}

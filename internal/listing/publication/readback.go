package publication

import (
	"slices"
	"time"

	"github.com/towpath/towpath/internal/listing"
)

// mostMisses is how often in a row an accepted listing may be missing before it is given up.
const mostMisses = 7

// Look is the result of reading back an accepted listing.
type Look struct {
	Item      int64        // with which it was accepted
	Step      listing.Step // Listed or Live; Selected = the channel does not show it
	Unapplied bool         // with Selected: a listing exists, without the changes
	Misses    int          // how often in a row it was missing before
	Since     time.Time    // when it was accepted or last missing
}

// Seen returns the state of a listing after a look at a moment: how often in a row it was missing, when the next wait
// began, and whether it is answered and no longer read back. A missing one waits again.
func (l Look) Seen(at time.Time) (misses int, since time.Time, answered bool) {
	if l.Step != listing.Selected {
		return 0, l.Since, true
	}
	return l.Misses + 1, at, l.givenUp()
}

// givenUp reports whether a listing was missing too often.
func (l Look) givenUp() bool { return l.Step == listing.Selected && l.Misses+1 >= mostMisses }

// ListedCounts are the numbers of accepted listings by what the channel shows.
type ListedCounts struct {
	Live    int `json:"live"`
	Listed  int `json:"listed"`  // listed, but nobody can buy it
	Waiting int `json:"waiting"` // not shown yet; it is read back again
	GivenUp int `json:"givenUp"` // missing too often: in error
}

// Add returns the sum of two counts.
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

// ReadBack updates accepted items and their products by what the channel shows of them. items are those read back
// with their families: the product and all its variants, in each run. It must not be repeated with the same looks,
// since a missing listing would count twice: each look's listing must still wait for its answer.
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

// show moves an item to the step that the channel shows. One that is given up is in error.
func (i *Item) show(l Look) {
	if l.Step != listing.Selected {
		i.Step, i.changed = l.Step, true
	}
	if l.givenUp() {
		i.Stage, i.Code, i.Issues = listing.Response, CodeNotListed, []listing.Issue{notListed(l.Unapplied)}
		i.end(Error)
	}
}

// notListed returns the issue of an accepted item that is repeatedly not shown.
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

// review sets the step of a done product to the earliest step of its done variants. It is in error if none is done
// any more. Skipped variants do not count.
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

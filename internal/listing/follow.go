package listing

import (
	"cmp"
	"slices"
	"time"
)

// Run is a run that has read all listings of an account to its end.
type Run struct {
	ID      string
	Started time.Time // zero: not known
	Report  bool      // it has read a report of the channel, not its API
}

// Sighting is a listing that is there as far as is known, with the run that met it last.
type Sighting struct {
	Shown
	Run  string
	Link *Link // of its channel SKU; nil: there is none
}

// Misses reports whether a listing is gone, because the run has not met it. A run over the API says nothing of listings that only
// reports know, and the other way round. What was seen since the run began is not gone: a listing that was migrated and read
// back meanwhile may belong to a page that was read before.
func (r Run) Misses(s Sighting) bool {
	return s.Unmanaged == r.Report && s.Run != r.ID && (r.Started.IsZero() || s.SeenAt.Before(r.Started))
}

// Moved is a link before and after its listings have changed.
type Moved struct{ From, To Link }

// End returns what the run's end shows: the listings that are gone, and the links that follow those that are left. Of a link whose
// listings all say what it says, known need not have all.
func (r Run) End(known []Sighting) (gone []Key, moved []Moved) {
	links, shown := map[string]Link{}, map[string][]Shown{}
	for _, s := range known {
		if r.Misses(s) {
			gone = append(gone, s.Key())
			continue
		}
		if s.Link != nil {
			links[s.ChannelSKU] = *s.Link
			shown[s.ChannelSKU] = append(shown[s.ChannelSKU], s.Shown)
		}
	}
	for sku, l := range links {
		if now := l.Follow(shown[sku]); now != l {
			moved = append(moved, Moved{From: l, To: now})
		}
	}
	slices.SortFunc(moved, func(a, b Moved) int { return cmp.Compare(a.From.ChannelSKU, b.From.ChannelSKU) })
	return gone, moved
}

// Follow returns a link as the listings of its channel SKU have it. It keeps its reference while they disagree, whether or not one of
// them has it, because nobody could say which of them it means. The channel fulfils it if it fulfils all of them. A link without
// listings stays as it is.
func (l Link) Follow(shown []Shown) Link {
	shown = offered(shown)
	if len(shown) == 0 {
		return l
	}
	if !slices.ContainsFunc(shown, func(s Shown) bool { return s.Ref != shown[0].Ref }) {
		l.ListingRef = shown[0].Ref
	}
	l.ChannelFulfils = theirs(shown)
	return l
}

// Tie returns a link that somebody wants as it is saved, and whether that changes anything. known is the link that the channel SKU
// has, nil for none. Whether the channel fulfils a new link say the listings; a known one follows them already.
func Tie(wanted Linked, known *Linked, shown []Shown) (link Linked, changed bool) {
	if known == nil {
		wanted.ChannelFulfils = theirs(offered(shown))
		return wanted, true
	}
	wanted.ChannelFulfils = known.ChannelFulfils
	return wanted, wanted != *known
}

// theirs reports whether the channel fulfils what these listings offer: all of them, and at least one.
func theirs(shown []Shown) bool {
	return len(shown) > 0 && !slices.ContainsFunc(shown, func(s Shown) bool { return !s.ChannelFulfils })
}

func offered(shown []Shown) []Shown {
	return slices.DeleteFunc(slices.Clone(shown), func(s Shown) bool { return !s.Offered() })
}

// Nearest returns which of the listings of its channel SKU a link is shown with: one that is not gone, rather the one that it refers
// to, else the first by id. There must be one.
func (l Link) Nearest(shown []Shown) Shown {
	far := func(s Shown) (n int) {
		if !s.GoneAt.IsZero() {
			n += 2
		}
		if s.Ref != l.ListingRef {
			n++
		}
		return n
	}
	return slices.MinFunc(shown, func(a, b Shown) int { return cmp.Or(far(a)-far(b), cmp.Compare(a.ListingID, b.ListingID)) })
}

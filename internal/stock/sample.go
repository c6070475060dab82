package stock

import (
	"cmp"
	"slices"
	"time"
)

// UndoWithin is how long after an account went live its levels can go back. Later, what was listed before says nothing any more.
const UndoWithin = 14 * 24 * time.Hour

// Candidate is a listing that may be among the first to be sent.
type Candidate struct {
	ChannelSKU string
	Listed     int // or UnknownListed
	Would      int
}

// ChooseSample returns the channel SKUs of at most n candidates with which going live is tried. A mistake must not cost a sale: so they are in
// stock before and after, and nothing about them is risky. Those that change least come first, and of these the best stocked.
func ChooseSample(list []Candidate, n int) []string {
	fit := slices.DeleteFunc(slices.Clone(list), func(c Candidate) bool { return c.Listed <= 0 || c.Would <= 0 || Risky(c.Listed, c.Would) })
	slices.SortFunc(fit, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(a.changes(), b.changes()), cmp.Compare(b.Would, a.Would), cmp.Compare(a.ChannelSKU, b.ChannelSKU))
	})
	n = min(max(n, 0), len(fit))
	out := make([]string, 0, n)
	for _, c := range fit[:n] {
		out = append(out, c.ChannelSKU)
	}
	return out
}

// changes is by how many units the level would change.
func (c Candidate) changes() int { return max(c.Would-c.Listed, c.Listed-c.Would) }

package audit

import (
	"slices"
	"sort"
	"time"

	"github.com/towpath/towpath/internal/store/books"
)

// Lag is the time that a stage takes, over all orders and all other accounts that list the orders' SKUs.
type Lag struct {
	Stage string        `json:"stage"`
	Count int           `json:"count"`
	P50   time.Duration `json:"p50"`
	P99   time.Duration `json:"p99"`
}

// lags measures the time from an order's placement to the acknowledgement of the new level on each other account.
func (a *auditor) lags() []Lag {
	links := make(map[string][]books.AuditListing)
	for _, l := range a.books.Listings {
		links[l.SKU] = append(links[l.SKU], l)
	}
	pushes := make(map[orderKey][]books.AuditPush)
	for _, p := range a.books.Pushes {
		key := orderKey{p.Account, p.ChannelSKU}
		pushes[key] = append(pushes[key], p)
	}
	var seen, saved, pushed, acked, all []time.Duration
	for key, o := range a.truth.orders {
		s := a.saved[key]
		if s == nil || s.Reason != "" {
			continue
		}
		seen = append(seen, s.SeenAt.Sub(o.PlacedAt))
		saved = append(saved, s.SavedAt.Sub(s.SeenAt))
		for _, l := range s.lines {
			for _, link := range links[l.SKU] {
				if link.Account == key.account {
					continue
				}
				p, ok := firstAfter(pushes[orderKey{link.Account, link.ChannelSKU}], s.SavedAt)
				if !ok {
					continue
				}
				pushed = append(pushed, p.SentAt.Sub(s.SavedAt))
				acked = append(acked, p.AckedAt.Sub(p.SentAt))
				all = append(all, p.AckedAt.Sub(o.PlacedAt))
			}
		}
	}
	return []Lag{
		newLag("placed to seen", seen), newLag("seen to saved", saved), newLag("saved to pushed", pushed),
		newLag("pushed to acknowledged", acked), newLag("placed to acknowledged", all),
	}
}

// firstAfter returns the first accepted push that was sent after t: it carries the level of that moment or a later
// one. The pushes must be in the order of sending.
func firstAfter(pushes []books.AuditPush, t time.Time) (books.AuditPush, bool) {
	i := sort.Search(len(pushes), func(i int) bool { return !pushes[i].SentAt.Before(t) })
	if i == len(pushes) {
		return books.AuditPush{}, false
	}
	return pushes[i], true
}

func newLag(stage string, d []time.Duration) Lag {
	l := Lag{Stage: stage, Count: len(d)}
	if len(d) > 0 {
		slices.Sort(d)
		l.P50, l.P99 = d[len(d)/2], d[len(d)*99/100]
	}
	return l
}

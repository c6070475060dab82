package stock

import "time"

// Glimpse is what a channel's listing shows of a level, beside where the level stands. Times are UTC microseconds.
type Glimpse struct {
	Track       Track
	Shown       int   // as listed, or UnknownListed
	AskedAt     int64 // when the channel was asked
	ShowsWithin int64 // how long a channel may take to show what it has accepted
}

// Differs reports whether the channel shows another quantity than it has accepted, although it had the time to show it. That is no
// proof yet that somebody else set it: Drift.Explained decides when the sales of the time are known.
func (g Glimpse) Differs() bool {
	t := g.Track
	switch {
	case t.Theirs, t.Accepted == 0, g.Shown == UnknownListed, g.Shown == t.AcceptedQuantity:
		return false
	case t.StaleAt > 0, t.TriedAt > 0, t.DoubtedAt > 0: // a call without an answer may be what it shows
		return false
	case t.ConfirmedAt >= t.AcceptedAt: // it has shown the level since
		return g.AskedAt > t.ConfirmedAt
	}
	return g.AskedAt > t.AcceptedAt+g.ShowsWithin
}

// Drift is a level that a channel showed otherwise than it had accepted it, with all that may be the reason.
type Drift struct {
	Ours      int   // what the channel had accepted
	Theirs    int   // what it showed
	Sent      []int // what was sent to it since, whatever the answer was
	Sold      int   // units that its buyers have ordered since
	Cancelled int   // units of its orders that were cancelled since: a channel may list them again
}

// Explained reports whether sales, cancellations or levels that Towpath sent account for what the channel showed. In doubt they do:
// nobody is to be suspected wrongly.
func (d Drift) Explained() bool {
	for _, n := range append([]int{d.Ours}, d.Sent...) {
		if d.Theirs >= max(0, n-d.Sold) && d.Theirs <= n+d.Cancelled {
			return true
		}
	}
	return false
}

const (
	// ContestedAfter is how often somebody else must set a level within ContestedWithin to be a second writer: once may be a person at
	// the channel's own pages, twice the same person after the correction.
	ContestedAfter = 3
	// ContestedWithin is how far back it is counted.
	ContestedWithin = 24 * time.Hour
)

// Contested reports whether a level that somebody else has set so often within ContestedWithin is corrected no more.
func Contested(times int) bool { return times >= ContestedAfter }

package coverage

import (
	"time"

	"github.com/towpath/towpath/internal/backfill"
)

const (
	// Settles is how old an order is before it is judged, and how far behind the scans' watermark. The scans overlap by two minutes, and
	// channels list an order seconds or minutes after it was placed (eBay's knowledge base 1788; Shopify's search index 9 s, measured);
	// none publishes a limit, so this is thirty times as much.
	Settles = time.Hour
	// Longest is the longest window of one check: what is left of an outage is compared by the next ones.
	Longest = 24 * time.Hour
	// longestUnknown is for how long a window grows of which the channel gives no list.
	longestUnknown = 7 * 24 * time.Hour
	// Kept is how long hours and missing orders are kept.
	Kept = 35 * 24 * time.Hour
)

// Pace is how often an account is compared, and how far behind.
type Pace struct {
	Every   time.Duration // from one check to the next
	Settles time.Duration
	Again   time.Duration // from a check that was begun and did not end well to the next
}

// leastAgain is the least of Pace.Again; it is a quarter of Every where that is more.
const leastAgain = time.Hour

// leastPace is the least of both where a simulated channel's clock is faster: its scans come every few seconds all the same.
const leastPace = time.Minute

// PaceAt returns the pace of an account that is compared every so often, at a speed of the simulated channels.
func PaceAt(every time.Duration, speed float64) Pace {
	scaled := func(d time.Duration) time.Duration {
		return min(d, max(leastPace, time.Duration(float64(d)/max(speed, 1))))
	}
	return Pace{Every: scaled(every), Settles: scaled(Settles), Again: scaled(max(leastAgain, every/4))}
}

// Progress is how far an account is.
type Progress struct {
	Scanned   time.Time // when its first scan began: what was placed and over before is not here
	Watermark time.Time // up to where the scans have read
	Until     time.Time // up to where it was compared; zero: it was not yet
	Unknown   time.Time // up to where the channel was asked after that, and gave no list; zero: it was not
	Tried     time.Time // when a check was begun, or failed; zero: the last one has ended well
}

// Next returns the window that is to be compared now; due is false while there is none, and while a check that was begun has not ended
// well. The hour that was not over at the last check is compared again, from its beginning. So is that of which the channel gave no list,
// together with what has settled since: Amazon makes no report of a day without orders, nor one that was cancelled, and a later order in
// the same report tells which it was.
func Next(p Progress, pace Pace, now time.Time) (window backfill.Range, due bool) {
	end := p.settled(pace, now)
	asked := p.asked()
	if !asked.IsZero() && end.Sub(asked) < pace.Every || now.Before(p.Tried.Add(pace.Again)) {
		return backfill.Range{}, false
	}
	return p.window(p.Until, end)
}

// Again returns the window of the last day, to be compared again, or the next one of an account that is further behind; ok is false while
// nothing can be compared.
func Again(p Progress, pace Pace, now time.Time) (window backfill.Range, ok bool) {
	end := p.settled(pace, now)
	from := end.Add(time.Hour - 1 - Longest)
	if !p.Until.IsZero() && p.Until.Before(from) { // what lies between would never be compared
		from = p.Until
	}
	return p.window(from, end)
}

// asked returns up to where the channel was asked.
func (p Progress) asked() time.Time {
	if p.Unknown.After(p.Until) {
		return p.Unknown
	}
	return p.Until
}

// settled returns up to where orders may be judged: what the scans have not read is not missing.
func (p Progress) settled(pace Pace, now time.Time) time.Time {
	if p.Watermark.Before(now) {
		now = p.Watermark
	}
	return now.Add(-pace.Settles).UTC().Truncate(time.Second)
}

// window returns the window from the hour of a moment to an end, as far as it may be judged, and at most Longest, besides what is not
// known.
func (p Progress) window(from, end time.Time) (window backfill.Range, ok bool) {
	if p.Scanned.IsZero() || p.Watermark.IsZero() {
		return backfill.Range{}, false
	}
	from = from.UTC().Truncate(time.Hour)
	if first := end.Add(-Kept).Truncate(time.Hour).Add(time.Hour); from.Before(first) {
		from = first
	}
	if first := p.Unknown.Add(-longestUnknown).Truncate(time.Hour); !p.Unknown.IsZero() && from.Before(first) {
		from = first
	}
	if scanned := p.Scanned.UTC().Truncate(time.Second); from.Before(scanned) {
		from = scanned
	}
	if !from.Before(end) {
		return backfill.Range{}, false
	}
	last := from
	if p.Unknown.After(last) {
		last = p.Unknown
	}
	if last = last.Truncate(time.Hour).Add(Longest); end.After(last) {
		end = last
	}
	return backfill.Range{From: from, To: end}, true
}

package stock

import (
	"slices"
	"time"
)

// RevisionLimit is how often a channel lets a listing be revised: on eBay 250 times on a calendar day ("Each listing can be revised up
// to 250 times in one calendar day", sell_inventory_v1). eBay does not say in which time zone its days begin. So revisions are counted
// over the last 25 hours, which is as long as a day can be where clocks are put back: a limit that holds in each 25 hours holds on each
// day, wherever it begins.
type RevisionLimit struct {
	ADay int
	Hour time.Duration // how long an hour of the channel takes: less than an hour where it is simulated
}

// DayOf returns the limit of a channel whose clock runs faster than the real one where it is simulated; 0 is the real one's speed.
func DayOf(aDay int, speed float64) RevisionLimit {
	return RevisionLimit{ADay: aDay, Hour: time.Duration(float64(time.Hour) / max(speed, 1))}
}

// window is how many hours count, and countedHours of how many begun hours the counts are kept: the one that runs began up to an hour ago.
const (
	window       = 25
	countedHours = window + 1
)

// Reserve is how many of a day's revisions are kept for levels of 0: each of them may prevent a sale without stock.
func (l RevisionLimit) Reserve() int { return l.ADay / 10 }

// Low is from how many revisions on those that are left are spread.
func (l RevisionLimit) Low() int { return l.ADay / 2 }

// Forgotten returns the time before which nothing counts any more, in UTC microseconds.
func (l RevisionLimit) Forgotten(now int64) int64 { return now - countedHours*l.hour() }

func (l RevisionLimit) hour() int64 { return max(l.Hour.Microseconds(), 1) }

// Revisions are the revisions of one listing, which all its variations share. Times are UTC microseconds.
type Revisions struct {
	Hours    []RevisedHour // the oldest first
	LastAt   int64         // when the last one was counted; 0: none so far
	UsedUpAt int64         // when the channel last said that it takes no more; 0: it has not
}

// RevisedHour is how often a listing was revised in one hour.
type RevisedHour struct {
	Hour  int64 `json:"h"` // number of hours of RevisionLimit since 1970
	Count int   `json:"n"`
}

// Used returns how many revisions count now: those of the last 25 hours and of the rest of the hour in which these began. Hours in the
// near future count too, for a clock may have been put back.
func (r Revisions) Used(l RevisionLimit, now int64) (n int) {
	for _, h := range r.counted(l, now) {
		n += h.Count
	}
	return n
}

// counted returns the hours that count.
func (r Revisions) counted(l RevisionLimit, now int64) (hours []RevisedHour) {
	running := now / l.hour()
	for _, h := range r.Hours {
		if h.Hour > running-countedHours && h.Hour < running+countedHours {
			hours = append(hours, h)
		}
	}
	return hours
}

// Count counts one more revision, and forgets what does not count any more.
func (r *Revisions) Count(l RevisionLimit, now int64) {
	running := now / l.hour()
	r.Hours, r.LastAt = r.counted(l, now), now
	at, there := slices.BinarySearchFunc(r.Hours, running, func(h RevisedHour, hour int64) int { return int(h.Hour - hour) })
	if !there {
		r.Hours = slices.Insert(r.Hours, at, RevisedHour{Hour: running})
	}
	r.Hours[at].Count++
}

// frees returns when the oldest revisions stop counting.
func (r Revisions) frees(l RevisionLimit, now int64) int64 {
	for _, h := range r.counted(l, now) {
		return (h.Hour + countedHours) * l.hour()
	}
	return now
}

// RefusedUntil returns until when nothing is sent because the channel takes no more, or 0: for an hour, because nobody knows when its
// day ends.
func (r Revisions) RefusedUntil(l RevisionLimit) int64 {
	if r.UsedUpAt == 0 {
		return 0
	}
	return r.UsedUpAt + l.hour()
}

// Due returns when the listing may be revised next for a level: now, or later, when it is decided anew. A level of 0 waits only when
// there is nothing left. Others wait from half of a day's revisions on, for so long after the last revision that what is left lasts for
// a day, and leave the reserve to levels of 0.
func (r Revisions) Due(l RevisionLimit, zero bool, now int64) int64 {
	if until := r.RefusedUntil(l); now < until {
		return until
	}
	used := r.Used(l, now)
	left := l.ADay - used
	if !zero {
		left -= l.Reserve()
	}
	switch {
	case left <= 0:
		return r.frees(l, now)
	case zero || used < l.Low():
		return now
	}
	return max(now, min(r.LastAt+window*l.hour()/int64(left), r.frees(l, now)))
}

// Leaves reports whether a revision that is no level may be made: a listing's text can wait, so it never uses the reserve.
func (r Revisions) Leaves(l RevisionLimit, now int64) bool {
	return now >= r.RefusedUntil(l) && r.Used(l, now) < l.ADay-l.Reserve()
}

package stock

import "time"

// Queued is a level in a feed that its channel has not worked on so far. What is sent meanwhile as a call of its own is overwritten
// when the channel gets to the feed, so the level is sent again after it in any case.
type Queued struct {
	Version  int64 // in the feed
	Quantity int   // in the feed
	SentAt   int64 // when the feed was sent, UTC microseconds
	Ahead    int64 // version that was accepted ahead of the feed; 0: none
	Left     int64 // version that was left to the feed, because there was no hurry; 0: none
}

// FeedPatience is how long levels wait for their feed. After that all of them go ahead of it: the channel's feeds are stuck.
const FeedPatience = time.Hour

// FeedLasts is how long a feed is asked for. After that it counts as lost, and its levels as never sent.
const FeedLasts = 24 * time.Hour

// Late reports whether the feed has been waited for too long.
func (q Queued) Late(now int64) bool { return now-q.SentAt >= FeedPatience.Microseconds() }

// Undecided reports whether it must be decided about a version of the level, whether it goes ahead of its feed.
func (q Queued) Undecided(version, now int64) bool {
	return version > q.Ahead && (q.Late(now) || version > max(q.Version, q.Left))
}

// GoesAhead reports whether a quantity is sent ahead of the feed: less than the feed has, because something was sold or is gone, so
// that the channel does not go on selling it until it gets to the feed. What has become more can wait.
func (q Queued) GoesAhead(quantity int, now int64) bool { return quantity < q.Quantity || q.Late(now) }

package stock

import (
	"fmt"
	"math"
)

// Track is the progress of one link's level from the store to its channel. Each change of the level increases its version. Times
// are UTC microseconds.
type Track struct {
	Dirty       int64 // version of the level as it is now
	DirtySince  int64 // when the oldest change was saved that is not accepted yet
	Clean       int64 // version that the channel accepted last; 0: none
	Failed      int64 // version that the channel refused for good; 0: none
	TriedAt     int64 // when it was last sent in vain: not accepted, and not refused for good; 0: not since it was answered last
	DoubtedAt   int64 // the same, also where something was accepted since; 0: not since it was read back last
	Held        int64 // version that is not sent, because all that is new in it is held by the brake; 0: none
	HeldAt      int64 // since when the brake holds something; 0: it holds nothing
	HoldDecided bool  // the hold stays until somebody releases it, or the level is no longer risky

	Accepted         int64 // version that the channel accepted last, as Clean, and what is read back; 0: none
	AcceptedQuantity int
	AcceptedAt       int64 // when, or when it was given more time to show
	Checked          int64 // version that was read back last
	ConfirmedAt      int64 // when the channel last showed what it had accepted; 0: never
	Misses           int   // how often in a row it showed something else
	Theirs           bool  // the channel fulfils the listing itself: its level is not ours to set

	// The channel has said that it lists another quantity than the one that was to be overwritten. It may have sold units of
	// which we know nothing, so orders are read before the level is sent again.
	StaleAt      int64 // that scan must begin at this moment or later; 0: nothing is unclear
	SeenQuantity int   // what the channel had after its refusal, below zero where it is oversold; or UnknownSeen

	// The channel lets a listing be revised only so often (RevisionLimit), and what is left is kept for later. A newer version is decided
	// about anew.
	Later      int64 // version that is not sent before LaterUntil; 0: none
	LaterUntil int64
	LaterUsed  int // revisions of the listing that were used when that was decided
}

// Change gives the level a new version, so that it is sent. One that waits already waits since its oldest change.
func (t *Track) Change(now int64) {
	if t.Dirty <= t.Clean {
		t.DirtySince = now
	}
	t.Dirty++
}

// Ours reports whether the level is ours to set: the channel does not fulfil the listing itself, and its API knows it.
func (t Track) Ours(unmanaged bool) bool { return !t.Theirs && !unmanaged }

// Behind reports whether the channel has not accepted the level as it is now, also when it has refused it. What the brake holds is
// left aside.
func (t Track) Behind() bool { return t.Dirty > t.Clean && t.Dirty > t.Held }

// Waits reports whether the level is to be sent, unless the brake holds it.
func (t Track) Waits() bool { return !t.Theirs && t.Dirty > t.Clean && t.Dirty > t.Failed }

// Sends reports whether the level is to be sent now: the brake does not hold all that is new in it.
func (t Track) Sends() bool { return t.Waits() && t.Dirty > t.Held }

// WaitsLater reports whether the level is to be sent, and not before LaterUntil.
func (t Track) WaitsLater() bool { return t.Sends() && t.Dirty <= t.Later }

// Unchecked reports whether the channel accepted the level as it is now and has not shown it so far. A dirty level is sent again
// anyway.
func (t Track) Unchecked() bool { return !t.Theirs && t.Accepted > t.Checked && t.Dirty == t.Accepted }

// Doubted reports whether the channel may still carry out what it was sent before it accepted the level: a call that got no answer
// may be carried out late, and overwrite what came after it.
func (t Track) Doubted() bool { return t.Unchecked() && t.DoubtedAt > 0 }

// Refused reports whether the channel refused the level as it is now.
func (t Track) Refused() bool { return !t.Theirs && t.Dirty > t.Clean && t.Dirty <= t.Failed }

// Braked reports whether the brake holds some of the level's units.
func (t Track) Braked() bool { return t.HeldAt > 0 }

// Listed returns what the channel lists: the newer of what it accepted and what its listings showed, or UnknownListed.
func (t Track) Listed(shown int, seenAt int64) int {
	if t.Accepted > 0 && t.AcceptedAt >= seenAt {
		return t.AcceptedQuantity
	}
	return shown
}

// Hold applies a change of what the brake holds. A level that was clean, refused, or dirty only because of held units is not
// sent. A sale that waits to be sent still waits, less what is held.
func (t *Track) Hold(h Hold, now int64) {
	if h == NoHold {
		t.Held, t.HeldAt, t.HoldDecided = 0, 0, false
		return
	}
	before := *t
	before.Dirty--
	if t.Clean == 0 || !before.Sends() {
		t.Held = t.Dirty
	}
	if t.HeldAt == 0 {
		t.HeldAt, t.HoldDecided = now, false
	}
}

// Sending is the outcome of a sent level.
type Sending struct {
	Version   int64 // of the level that was sent
	Quantity  int
	SentAt    int64
	AckedAt   int64 // when the channel accepted it; 0: it did not
	Failed    bool  // the channel, or the way to it, failed
	Permanent bool  // with Failed: the same call would fail again until somebody changes something
	UsedUp    bool  // with Failed: the channel takes no more revisions of the listing today
	Until     int64 // with UsedUp: when it is sent again
	Used      int   // with UsedUp: how many revisions the channel takes on a day
	Ahead     bool  // it was sent ahead of a feed that has the level too, and will overwrite it (Queued)
	Stale     bool  // with Failed, or accepted lower (Lowered): the channel listed another quantity than was said; Seen is what it lists
	Seen      int   // or UnknownSeen
	ScanFrom  int64 // when a scan must begin to find all that was sold before Seen was read
}

// Accepted reports whether the channel accepted it.
func (s Sending) Accepted() bool { return s.AckedAt > 0 }

// Sent is how an outcome counts for the current level.
type Sent int

// The ways in which a sending counts.
const (
	SentUnknown    Sent = iota // nobody knows: it is sent again
	SentPushed                 // accepted, and still right
	SentSuperseded             // accepted, and overtaken by a newer one
	SentPassing                // it did not get through: it is sent again
	SentRefused                // refused for good: not sent again before it changes
	SentLater                  // its listing takes no more revisions today: it is sent again later
	SentAhead                  // accepted, until a feed overwrites it: it is sent again after that
	SentLowered                // accepted, less what the channel's buyers bought unseen: it is sent again after a scan of orders
)

// counts returns how an outcome counts for the current level.
func (t Track) counts(s Sending) Sent {
	switch {
	case s.Failed && s.UsedUp:
		return SentLater
	case s.Failed && s.Permanent:
		return SentRefused
	case s.Failed:
		return SentPassing
	case !s.Accepted():
		return SentUnknown
	case s.Stale:
		return SentLowered
	case s.Ahead:
		return SentAhead
	case s.Version >= t.Dirty:
		return SentPushed
	}
	return SentSuperseded
}

// Sent applies the outcome of a sent level and returns how it counts. It ignores outcomes that are older than a known one, and
// versions that the link never had because it was removed and created again.
func (t *Track) Sent(s Sending) Sent {
	sent := t.counts(s)
	switch {
	case s.Version > t.Dirty:
	case (sent == SentPushed || sent == SentSuperseded) && s.Version > t.Clean:
		// Later changes were saved after the level was read, so about when it was sent.
		t.Clean, t.DirtySince = s.Version, s.SentAt
		t.Accepted, t.AcceptedQuantity, t.AcceptedAt = s.Version, s.Quantity, s.AckedAt
		t.TriedAt, t.StaleAt = 0, 0
		if s.Version >= t.Later {
			t.Later, t.LaterUntil, t.LaterUsed = 0, 0, 0
		}
	case sent == SentRefused && s.Version > t.Failed:
		t.Failed, t.TriedAt = s.Version, 0
	case sent == SentLater && s.Version >= t.Later:
		t.Later, t.LaterUntil, t.LaterUsed = s.Version, s.Until, s.Used
	case sent == SentPassing:
		t.TriedAt, t.DoubtedAt = s.SentAt, s.SentAt
		if s.Stale {
			t.StaleAt, t.SeenQuantity = s.ScanFrom, s.Seen
		}
	case sent == SentLowered:
		t.TriedAt, t.DirtySince = 0, s.SentAt // what was sold before is in it
		t.StaleAt, t.SeenQuantity = s.ScanFrom, s.Seen
	}
	return sent
}

// UnknownSeen means that a quantity could not be read.
const UnknownSeen = math.MinInt32

// Expectation is what a channel should list, before what its buyers have bought since.
type Expectation struct {
	Quantity int
	At       int64 // units have left the quantity that were bought later
	Placed   bool  // bought later is an order placed later, by the channel's clock; otherwise one that was first seen later
}

// Expected returns what the channel should list: the newer of what it accepted and what its listings showed (or UnknownListed). After a
// refusal to overwrite it is exactly what was read then: it includes the sales of before, seen or not, and none that was placed after the moment
// from which orders were to be scanned. A sale in between is refused again.
func (t Track) Expected(shown int, shownAt int64) (e Expectation, known bool) {
	switch {
	case t.StaleAt > 0 && t.SeenQuantity != UnknownSeen:
		return Expectation{t.SeenQuantity, t.StaleAt, true}, true
	case t.Accepted > 0 && t.AcceptedAt >= shownAt:
		return Expectation{t.AcceptedQuantity, t.AcceptedAt, false}, true
	}
	return Expectation{shown, shownAt, false}, shown != UnknownListed
}

// Shows applies what the channel shows of an accepted level. A level that is shown differently is sent again; one that is given
// up waits for its next change.
func (t *Track) Shows(r Reading, now int64) Answer {
	r.Misses = t.Misses
	answer := r.Answer()
	t.Theirs = r.Theirs
	if answer != WaitsOnce {
		t.Checked, t.DoubtedAt = t.Accepted, 0
	}
	switch answer {
	case NoAnswer:
	case Confirmed:
		t.ConfirmedAt, t.Misses = now, 0
	case WaitsOnce:
		t.AcceptedAt = now
		t.Misses++
	case Missed:
		t.Change(now)
		t.Misses++
	case GivenUp:
		t.Change(now)
		t.Failed, t.Misses = t.Dirty, 0
	}
	return answer
}

// MaxMisses is how many times in a row an accepted level may fail to show before it waits for a person. Otherwise a listing that
// never shows it would be pushed forever.
const MaxMisses = 7

// Reading is a quantity that a channel shows for a level that it accepted.
type Reading struct {
	Accepted int
	Shown    int  // as listed, or UnknownListed
	Missing  bool // the channel has no such listing
	Theirs   bool // the channel fulfils it itself by now: its level is not ours to set
	Misses   int  // how often in a row it was shown otherwise before
}

// Answer is the meaning of a reading.
type Answer int

// The answers.
const (
	NoAnswer  Answer = iota // the channel names no quantity that could be compared
	Confirmed               // it shows what it accepted
	Missed                  // it shows something else: the level is sent again
	WaitsOnce               // it shows less, and is looked at once more
	GivenUp                 // it has shown something else time and again
)

// Answer returns the meaning of the reading. A level shown lower is read once more, because a buyer may have bought units that no
// scan has seen; pushing now would list them again.
func (r Reading) Answer() Answer {
	switch {
	case r.Theirs || !r.Missing && r.Shown == UnknownListed:
		return NoAnswer
	case !r.Missing && r.Shown == r.Accepted:
		return Confirmed
	case r.Misses+1 >= MaxMisses:
		return GivenUp
	case !r.Missing && r.Shown < r.Accepted && r.Misses%2 == 0:
		return WaitsOnce
	}
	return Missed
}

// Text returns the reading as text for operators, empty when it was confirmed.
func (r Reading) Text() string {
	switch r.Answer() {
	case Confirmed:
		return ""
	case NoAnswer:
		return "the channel names no quantity that could be compared"
	case WaitsOnce:
		return r.differs() + ": looked at again, in case a buyer has bought"
	case Missed, GivenUp:
	}
	return r.differs()
}

func (r Reading) differs() string {
	if r.Missing {
		return fmt.Sprintf("the channel accepted %d and shows no such listing", r.Accepted)
	}
	return fmt.Sprintf("the channel accepted %d and shows %d", r.Accepted, r.Shown)
}

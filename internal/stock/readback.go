package stock

import "fmt"

// MaxMisses is how often in a row an accepted level may fail to show before it waits for a person: a listing that never
// takes it would otherwise be pushed for ever.
const MaxMisses = 7

// Reading is what a channel shows of a level that it accepted.
type Reading struct {
	Accepted int
	Shown    int  // as listed, or UnknownListed
	Missing  bool // the channel has no such listing
	Theirs   bool // the channel fulfils it itself by now: its level is not ours to set
	Misses   int  // how often in a row it was shown otherwise before
}

// Answer is what a reading means.
type Answer int

// The answers.
const (
	NoAnswer  Answer = iota // the channel names no quantity that could be compared
	Confirmed               // it shows what it accepted
	Missed                  // it shows something else: the level is sent again
	WaitsOnce               // it shows less, and is looked at once more
	GivenUp                 // it has shown something else time and again
)

// Answer says what the reading means. A level that is shown lower gets its time once more: a buyer may have bought what no
// scan has seen yet, and pushing now would list it again; if it was a buyer, the scan makes the level dirty meanwhile.
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

// Text is the reading as an operator reads it; nothing where it was confirmed.
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

package wording

import (
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/listing"
)

// Listed is what is known about the level of one listing.
type Listed struct {
	Fulfils   bool      // the channel ships it
	StruckOff bool      // an operator has struck the listing off
	Left      bool      // an operator leaves the level to another tool
	Observing bool      // its account writes nothing
	Paused    bool      // its account does nothing
	Refused   bool      // the channel refused the newest level
	Braked    bool      // the brake holds back some of it
	Waits     bool      // a newer level is to be sent
	Sent      bool      // a level was sent before
	EndedAt   time.Time // since when Towpath has ended the listing at 0; zero: it has not
	Relists   bool      // its account may put listings up again
	Stocked   bool      // its level would be above 0
	Later
}

// Later says why a level is sent later: its channel lets a listing be revised only so often.
type Later struct {
	Until     time.Time // zero: it is sent as soon as possible
	Revisions int       // used when that was decided
	ADay      int       // that the channel takes on a day
}

// Text returns it as text, empty for what is sent as soon as possible.
func (l Later) Text() string {
	if l.Until.IsZero() {
		return ""
	}
	return fmt.Sprintf("waits until %s: %d of %d revisions used", Moment(l.Until), l.Revisions, l.ADay)
}

// State returns the state of the level.
func (l Listed) State() Said {
	switch {
	case l.Fulfils:
		return Said{"the channel fulfils it: never sent", Quiet}
	case l.Observing:
		return Said{"observing: not sent", Quiet}
	case l.Left:
		return Said{"left to another tool: not sent", Warn}
	case !l.EndedAt.IsZero() && l.Relists && l.Stocked:
		return Said{"ended at 0 since " + Moment(l.EndedAt) + ": has stock again and is not up yet", Warn}
	case !l.EndedAt.IsZero() && l.Relists:
		return Said{"ended at 0 since " + Moment(l.EndedAt) + ": put up again when there is stock", Quiet}
	case !l.EndedAt.IsZero():
		return Said{"ended at 0 since " + Moment(l.EndedAt) + ": stays ended, relist is off", Warn}
	case l.Refused:
		return Said{"refused by the channel", Bad}
	case l.Braked:
		return Said{"held by the brake", Warn}
	case l.Waits && l.Paused:
		return Said{"paused: waits", Bad}
	case l.Waits && !l.Until.IsZero():
		return Said{l.Text(), Busy}
	case l.StruckOff && l.Waits:
		return Said{"struck off: 0 is to be sent", Busy}
	case l.StruckOff:
		return Said{"struck off: stays at 0", Quiet}
	case l.Waits:
		return Said{"waits to be sent", Busy}
	case !l.Sent:
		return Said{"nothing sent yet", Quiet}
	}
	return Said{"sent", Good}
}

// Offer is what an account could list of a SKU, and what keeps it from it.
type Offer struct {
	Units       int  // free at its locations, less what is backordered
	Located     bool // it has locations that count
	Buffer, Cap int
}

// WhyNone says why nothing of it is listed, without a full stop.
func WhyNone(o Offer) string {
	switch {
	case !o.Located:
		return "no stock is counted at its locations"
	case o.Units < 0:
		return Count(-o.Units, "unit is", "units are") + " missing for orders that wait"
	case o.Units == 0:
		return "no unit is free"
	case o.Units <= o.Buffer:
		return "the buffer keeps back all"
	case o.Cap <= 0:
		return "its cap is 0"
	}
	return "the brake holds all of it"
}

// Step returns the progress of an item of a publication.
func Step(s listing.Step) string {
	if s == listing.Listed {
		return "listed, sold out"
	}
	return string(s)
}

package wording

import "github.com/towpath/towpath/internal/listing"

// Listed is what is known about the level of one listing.
type Listed struct {
	Fulfils   bool // the channel ships it
	StruckOff bool // an operator has struck the listing off
	Observing bool // its account writes nothing
	Paused    bool // its account does nothing
	Refused   bool // the channel refused the newest level
	Braked    bool // the brake holds back some of it
	Waits     bool // a newer level is to be sent
	Sent      bool // a level was sent before
}

// State returns the state of the level.
func (l Listed) State() Said {
	switch {
	case l.Fulfils:
		return Said{"the channel fulfils it: never sent", Quiet}
	case l.Observing:
		return Said{"observing: not sent", Quiet}
	case l.Refused:
		return Said{"refused by the channel", Bad}
	case l.Braked:
		return Said{"held by the brake", Warn}
	case l.Waits && l.Paused:
		return Said{"paused: waits", Bad}
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

// Step returns the progress of an item of a publication.
func Step(s listing.Step) string {
	if s == listing.Listed {
		return "listed, sold out"
	}
	return string(s)
}

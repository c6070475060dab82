package console

import (
	"context"
	"strings"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/remedy"
	"github.com/towpath/towpath/internal/store/incidents"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/wording"
)

// advice is what to do about a fault.
type advice struct {
	remedy.Remedy
	Parked bool // the automatic attempts are used up: it waits for a person
}

// Actor says who acts next, in words.
func (a advice) Actor() string { return a.Remedy.Actor(a.Parked) }

// Tone is the actor's.
func (a advice) Tone() tone {
	if a.Parked || a.Who == remedy.You {
		return wording.Bad
	}
	return wording.Quiet
}

// advised is what to do about a fault for a page, nil where there is none.
func advised(r *remedy.Remedy) *advice {
	if r == nil {
		return nil
	}
	return &advice{Remedy: *r}
}

// adviseParked is what to do about something that waits for a person.
func (c *console) adviseParked(ctx context.Context, kind channel.Kind, p incidents.Parked) *advice {
	a := advised(c.starter.ParkedAdvice(ctx, p, kind))
	if a != nil {
		a.Parked = true
	}
	return a
}

// segment is a part of a text; commands in it are set apart.
type segment struct {
	Text string
	Code bool
}

// segments splits a text at its back quotes.
func segments(text string) []segment {
	var list []segment
	for i, part := range strings.Split(text, "`") {
		if part != "" {
			list = append(list, segment{part, i%2 == 1})
		}
	}
	return list
}

// health is how an account's runs of one kind have gone lately.
type health struct{ remedy.Health }

// Tone is the state's.
func (h health) Tone() tone {
	switch h.State {
	case remedy.Attention:
		return wording.Bad
	case remedy.Watch:
		return wording.Warn
	case remedy.OK:
	}
	return wording.Quiet
}

// healthOf returns the health that runs show, newest first. Those that still run do not count yet.
func healthOf(list []runs.Run) health {
	var recent []bool
	for i := len(list) - 1; i >= 0; i-- {
		if !list[i].EndedAt.IsZero() {
			recent = append(recent, list[i].FaultID == "")
		}
	}
	return health{remedy.HealthOf(recent)}
}

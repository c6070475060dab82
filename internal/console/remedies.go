package console

import (
	"context"
	"strings"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/remedy"
	"github.com/towpath/towpath/internal/store/incidents"
	"github.com/towpath/towpath/internal/wording"
)

// advice has what to do about a fault.
type advice struct{ remedy.Remedy }

// Tone returns the actor's tone.
func (a advice) Tone() tone {
	if a.Who == remedy.You {
		return wording.Bad
	}
	return wording.Quiet
}

// advised returns what to do about a fault for a page, or nil if there is no fault.
func advised(r *remedy.Remedy) *advice {
	if r == nil {
		return nil
	}
	return &advice{Remedy: *r}
}

// adviseParked returns what to do about something that waits for a person.
func (c *console) adviseParked(ctx context.Context, kind channel.Kind, p incidents.Parked) *advice {
	return advised(c.starter.ParkedAdvice(ctx, p, kind))
}

// segment is a part of a text; commands in it are marked.
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

// health is how well an account's recent runs of one kind went.
type health struct{ remedy.Health }

// Tone returns the tone of the state.
func (h health) Tone() tone {
	switch h.State {
	case remedy.Failing:
		return wording.Bad
	case remedy.Degraded, remedy.Paused:
		return wording.Warn
	case remedy.OK, remedy.Isolated:
	}
	return wording.Quiet
}

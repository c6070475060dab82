package console

import (
	"context"
	"regexp"
	"strings"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/remedy"
	"github.com/towpath/towpath/internal/store/incidents"
	"github.com/towpath/towpath/internal/store/runs"
)

// builtIn is the built-in list of remedies; a mistake in it is a mistake of the build.
func builtIn() *remedy.Catalogue {
	c, err := remedy.BuiltIn()
	if err != nil {
		panic(err)
	}
	return c
}

// advice is what to do about a fault.
type advice struct {
	remedy.Remedy
	Parked bool // the automatic attempts are used up: it waits for a person
}

// Actor says who acts next, in words.
func (a advice) Actor() string {
	switch {
	case a.Who == remedy.You:
		return "you act"
	case a.Parked:
		return "you retry"
	case a.Who == remedy.Channel:
		return "the channel acts"
	}
	return "Towpath goes on by itself"
}

// Tone is the actor's.
func (a advice) Tone() tone {
	if a.Parked || a.Who == remedy.You {
		return toneBad
	}
	return toneQuiet
}

// failure is a fault with all that finding its remedy takes.
type failure struct {
	fault     *channel.Fault
	words     string // the channel's own
	kind      channel.Kind
	account   string
	reference string // of the order; empty: none
	endpoint  string // of a publication; empty: none
}

// advise answers what to do about a fault, nil when there is none. The names in the steps become the real ones.
func (c *console) advise(i failure) *advice {
	if i.fault == nil {
		return nil
	}
	r := c.remedies.For(i.kind, i.fault, i.words)
	for n, text := range r.Steps {
		r.Steps[n] = named(text, map[string]string{"ACCOUNT": i.account, "ENDPOINT": i.endpoint, "REF": i.reference})
	}
	return &advice{Remedy: r}
}

// adviseParked looks up the words of the fault that parked something and what to do about it.
func (c *console) adviseParked(ctx context.Context, kind channel.Kind, p incidents.Parked) *advice {
	if p.Fault == nil {
		return nil
	}
	i := failure{fault: p.Fault, words: p.Fault.Raw, kind: kind, account: p.Account, reference: p.Reference}
	if row, err := c.starter.Store.Runs.Fault(ctx, p.Fault.ID); err == nil {
		i.words = row.Words
	}
	a := c.advise(i)
	a.Parked = true
	if a.Who == remedy.Towpath {
		a.Steps = []string{"The automatic attempts are used up, and what waits here does not go on by itself: press Retry once the cause has passed."}
	}
	return a
}

var placeholder = regexp.MustCompile(`\b(ACCOUNT|ENDPOINT|REF)\b`)

func named(text string, names map[string]string) string {
	return placeholder.ReplaceAllStringFunc(text, func(word string) string {
		if name := names[word]; name != "" {
			return name
		}
		return word
	})
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
		return toneBad
	case remedy.Watch:
		return toneWarn
	case remedy.OK:
	}
	return toneQuiet
}

// healthOf judges runs, newest first. Those that still run say nothing yet.
func healthOf(list []runs.Run) health {
	var recent []bool
	for i := len(list) - 1; i >= 0; i-- {
		if !list[i].EndedAt.IsZero() {
			recent = append(recent, list[i].FaultID == "")
		}
	}
	return health{remedy.HealthOf(recent)}
}

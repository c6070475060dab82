package console

import (
	"context"
	"fmt"
	"math"
	"strings"
	"sync"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

// busyHold is how long backlogs and budgets are reused.
const busyHold = 5 * time.Second

// busyCache has how busy the accounts were a moment ago.
type busyCache struct {
	mu       sync.Mutex
	at       time.Time
	backlogs map[string]store.Backlog
	busiest  map[string]starter.Limit
}

// busy is how busy an account is, in words.
type busy struct {
	Waits  string       // what waits for calls to its channel
	Budget wording.Said // the budget of which most was used in the last minute
	Access wording.Said // which part of its access ends first
}

// busyOf returns how busy an account is. What is read for it is read of all accounts at once.
func (c *console) busyOf(ctx context.Context, account string, ends []channel.Expiry) (busy, error) {
	b := &c.busy
	b.mu.Lock()
	defer b.mu.Unlock()
	if time.Since(b.at) >= busyHold {
		backlogs, err := c.starter.Store.Backlogs(ctx)
		if err != nil {
			return busy{}, err
		}
		busiest, err := c.starter.Busiest(ctx)
		if err != nil {
			return busy{}, err
		}
		b.backlogs, b.busiest, b.at = backlogs, busiest, time.Now()
	}
	return busy{waits(b.backlogs[account]), budget(b.busiest[account]), access(ends)}, nil
}

// waits names what waits; empty: nothing does.
func waits(b store.Backlog) string {
	var parts []string
	add := func(n int, noun string) {
		if n > 0 {
			parts = append(parts, wording.Plural(n, noun))
		}
	}
	add(b.Levels, "level")
	add(b.Feeds, "feed")
	add(b.Packages, "package")
	add(b.Scans, "scan")
	return strings.Join(parts, ", ")
}

// nearlyAll is the share of a budget from which on calls wait for it.
const nearlyAll = 0.9

// budget says how much of a budget was used in the last minute, with its arithmetic; empty: nothing was.
func budget(l starter.Limit) wording.Said {
	if l.Used == 0 {
		return wording.Said{}
	}
	if l.Allowed < 1 { // a share of less than one turn says nothing: a few at once are what such a budget is saved up for
		return wording.Said{Tone: wording.Good, Text: fmt.Sprintf("%s for %s in the last minute; the budget gives one in %s",
			wording.Plural(l.Used, "turn"), l.Operation, wording.Took(time.Duration(float64(time.Minute)/l.Allowed)))}
	}
	s := wording.Said{Tone: wording.Good, Text: fmt.Sprintf("%s of the budget for %s: %s of %s in the last minute",
		wording.Percent(l.Share), l.Operation, wording.Number(l.Used), wording.Plural(int(math.Round(l.Allowed)), "turn"))}
	switch {
	case l.Schedule:
		s.Text += ", which the schedule keeps"
	case l.Share >= nearlyAll:
		s.Tone = wording.Warn
	}
	return s
}

// access says what ends first; empty: no end is known.
func access(ends []channel.Expiry) wording.Said {
	var first *channel.Expiry
	for i := range ends {
		if first == nil || ends[i].Ends.Before(first.Ends) {
			first = &ends[i]
		}
	}
	if first == nil {
		return wording.Said{}
	}
	if first.Days <= 0 {
		return wording.Said{Tone: wording.EndTone(*first), Text: first.Text()}
	}
	return wording.Said{Tone: wording.EndTone(*first), Text: fmt.Sprintf("%s left of the %s, until %s", wording.Plural(first.Days, "day"), first.What, wording.Day(first.Ends))}
}

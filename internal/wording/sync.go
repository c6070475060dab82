package wording

import (
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/message"
)

// Syncing is how many pieces of work are in progress and queued, and how many problems need a person.
type Syncing struct{ Running, Queued, Incidents int }

// RunningText returns how much is in progress.
func (s Syncing) RunningText() string { return "Running " + Number(s.Running) }

// QueuedText returns how much is queued.
func (s Syncing) QueuedText() string { return "Queued " + Number(s.Queued) }

// IncidentsText returns how many problems need a person.
func (s Syncing) IncidentsText() string {
	if s.Incidents == 0 {
		return "no incidents"
	}
	return Plural(s.Incidents, "incident")
}

// Line returns all three on one line.
func (s Syncing) Line() Said {
	tone := Good
	if s.Incidents > 0 {
		tone = Bad
	}
	return Said{s.RunningText() + " · " + s.QueuedText() + " · " + s.IncidentsText(), tone}
}

// Work is a run in progress.
type Work struct {
	Since      time.Time
	Usual      time.Duration   // how long such a run usually takes; 0: not known
	Status     *message.Status // nil: no worker has answered
	NoTemporal bool            // nobody was asked
}

// muchLonger is how many times as long as usual a run takes before that is said, and a short one at least.
const (
	muchLonger = 3
	least      = time.Minute
)

// Progress returns how far a run in progress is, and how long it will go on if that is known.
func (w Work) Progress(now time.Time) Said {
	took := now.Sub(w.Since)
	if w.Status == nil {
		said := Said{NoAnswer, Warn}
		if w.NoTemporal {
			said = Said{InProgress, Busy}
		}
		return said
	}
	s := *w.Status
	if s.Left == 0 && s.WaitingFor == "" && w.Usual > took {
		s.Left = max(w.Usual-took, time.Second).Round(time.Second)
	}
	said := Live(s)
	said.Text = LiveLine(s, now)
	if w.Usual > 0 && took > muchLonger*w.Usual && took > least {
		said = Said{said.Text + fmt.Sprintf(", longer than the usual %s", Took(w.Usual)), Warn}
	}
	return said
}

// ClockIn returns a time of today as the time of the day, another as MomentIn; both name the zone.
func ClockIn(t, now time.Time, zone *time.Location) string {
	if zone == nil {
		zone = time.UTC
	}
	switch {
	case t.In(zone).Format(time.DateOnly) != now.In(zone).Format(time.DateOnly):
		return MomentIn(t, zone)
	case zone == time.UTC:
		return t.UTC().Format("15:04:05Z")
	}
	return t.In(zone).Format("15:04:05 MST")
}

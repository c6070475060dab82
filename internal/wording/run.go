package wording

import (
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
)

// Run is what is known about a run.
type Run struct {
	Ended  bool
	Failed bool // a fault has ended it
	Class  channel.Class
	Code   string // the channel's
	Counts message.Counts
}

// The outcomes of a run. A publication has the first two as well.
const (
	Queued     = "queued"
	InProgress = "in progress"
)

// Outcome returns how a run ended, or that it is running.
func (r Run) Outcome() Said {
	switch {
	case !r.Ended:
		return Said{InProgress, Busy}
	case r.Failed:
		return Said{"failed", Warn} // it is an incident, and red, only if it needs a person
	case r.Counts.Errors > 0:
		return Said{"with errors", Warn}
	}
	return Said{"done", Good}
}

// Result returns the outcome with the counts: "failed: auth", "2 errors", "12 done".
func (r Run) Result() Said {
	out := r.Outcome()
	switch {
	case !r.Ended:
	case r.Failed:
		out.Text += ": " + string(r.Class)
	case r.Counts.Errors > 0:
		out.Text = Count(r.Counts.Errors, "error", "errors")
	case r.Counts.Saved == 0 && r.Counts.Same > 0: // a scan reads the last minutes again
		out.Text = Number(r.Counts.Same) + " unchanged"
	default:
		out.Text = Number(r.Counts.Saved+r.Counts.Same) + " done"
	}
	return out
}

// Never returns the text for a run that has not happened.
const Never = "never"

// NextRun returns when the next run starts, or why that is unknown.
func NextRun(noTime string, next, now time.Time) string {
	switch {
	case noTime != "":
		return noTime
	case next.IsZero():
		return "not known"
	}
	return Due(next, now)
}

// Publication is what is known about a publication.
type Publication struct {
	Started, Ended, Stopped, DryRun bool
	Wrong                           int // items that failed our check or that the channel refused
}

// State returns the state of a publication.
func (p Publication) State() Said {
	switch {
	case !p.Ended && !p.Started:
		return Said{Queued, Busy}
	case !p.Ended:
		return Said{InProgress, Busy}
	}
	s := Said{"ended", Good}
	switch {
	case p.Stopped:
		s = Said{"stopped", Quiet}
	case p.DryRun:
		s.Text = "checked"
	}
	if p.Wrong > 0 {
		s.Tone = Warn
	}
	return s
}

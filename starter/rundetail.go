package starter

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/wording"
)

// How much of a run is shown: items in error, different faults, lines of its log.
const (
	InErrorShown = 20
	faultsShown  = 5
	logShown     = 25
)

// RunDetail is one run with all that is known about it.
type RunDetail struct {
	runs.Run
	Waits   Waited          `json:"waits"`           // for another attempt
	Asked   *runs.Wait      `json:"asked,omitempty"` // until when the channel has asked to wait with such runs; nil: it has not
	Live    *message.Status `json:"live,omitempty"`  // while it is in progress and a worker answers
	InError []LogLine       `json:"inError"`         // items in error, the oldest first
	Faults  []FaultShown    `json:"faults"`          // the different ones, the newest of each, with what to do
	Log     LogPage         `json:"log"`             // its end
}

// Waited is how often and how long a run waited for another attempt.
type Waited struct {
	Times int           `json:"times"`
	Long  time.Duration `json:"long"`
	More  bool          `json:"more,omitempty"` // only the newest were counted
}

// mostWaits is how many failed calls of a run are looked at.
const mostWaits = 200

// RunDetail returns one run; a *UsageError when there is none with the id.
func (s *Starter) RunDetail(ctx context.Context, id string) (RunDetail, error) {
	run, err := s.Run(ctx, id)
	if err != nil {
		return RunDetail{}, err
	}
	d := RunDetail{Run: run, InError: []LogLine{}, Faults: []FaultShown{}}
	f := runs.LogFilter{Account: run.Account, RunID: id, Limit: logShown}
	if d.Log, err = s.Log(ctx, f); err != nil {
		return d, err
	}
	f.Errors, f.Limit = true, mostWaits
	rows, err := s.Store.Runs.Log(ctx, f)
	if err != nil {
		return d, err
	}
	d.Waits.More = len(rows) == mostWaits
	for _, r := range rows {
		if r.Source == runs.LogFault && !r.Again.IsZero() {
			d.Waits.Times++
			d.Waits.Long += r.Again.Sub(r.At)
		}
	}
	if d.InError, err = s.itemsInError(ctx, f); err != nil {
		return d, err
	}
	if d.Faults, err = s.differentFaults(ctx, run); err != nil {
		return d, err
	}
	if w, asked, err := s.Store.Runs.Wait(ctx, run.Account, run.Kind); err != nil {
		return d, err
	} else if asked {
		d.Asked = &w
	}
	if !run.Ended() {
		if st, answered := s.Query(ctx, run.WorkflowID); answered {
			d.Live = &st
		}
	}
	return d, nil
}

// itemsInError returns the first items in error of a run, in words.
func (s *Starter) itemsInError(ctx context.Context, f runs.LogFilter) ([]LogLine, error) {
	p, err := s.Log(ctx, f)
	if err != nil {
		return nil, err
	}
	out := []LogLine{}
	for _, l := range p.Lines {
		if l.Item() && len(out) < InErrorShown {
			out = append(out, l)
		}
	}
	return out, nil
}

// differentFaults returns the newest fault of each class and code that the run met, with what to do.
func (s *Starter) differentFaults(ctx context.Context, run runs.Run) ([]FaultShown, error) {
	account, err := s.Store.Accounts.Account(ctx, run.Account)
	if err != nil {
		return nil, fmt.Errorf("read account %s: %w", run.Account, err)
	}
	found, err := s.Store.Runs.Faults(ctx, runs.FaultFilter{Account: run.Account, RunID: run.ID, Limit: mostWaits})
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	found = slices.DeleteFunc(found, func(f runs.FaultRow) bool {
		name := wording.Fault(f.Class, f.Code)
		known := seen[name] || len(seen) >= faultsShown
		seen[name] = true
		return known
	})
	shown, err := s.faultsShown(ctx, found, account.Channel)
	return append([]FaultShown{}, shown...), err
}

// WaitsText returns how often and how long the run waited; an empty text: it did not.
func (d RunDetail) WaitsText() string {
	if d.Waits.Times == 0 {
		return ""
	}
	text := wording.Took(d.Waits.Long) + " for " + wording.Count(d.Waits.Times, "further attempt", "further attempts")
	if d.Waits.More {
		text += ", of the newest failed calls alone"
	}
	return text
}

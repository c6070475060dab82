package starter

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/towpath/towpath/internal/backfill"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/wording"
)

// Syncing is what is in progress and what is queued, on all accounts.
type Syncing struct {
	Running []Working `json:"running"`
	Queued  []Queued  `json:"queued"`
	// NoTemporal is set when the Temporal server was not asked: then nothing is known of the progress.
	NoTemporal string `json:"noTemporal,omitempty"`
}

// Working is a run in progress, or packages that are being sent.
type Working struct {
	Account    string           `json:"account"`
	Endpoint   channel.Endpoint `json:"endpoint"`
	Kind       runs.RunKind     `json:"kind"`
	RunID      string           `json:"runId,omitempty"` // empty: packages, which have no run
	WorkflowID string           `json:"workflowId,omitempty"`
	Since      time.Time        `json:"since,omitzero"`
	Usual      time.Duration    `json:"usual,omitempty"`  // how long such runs take, the median of the last ones; 0: not known
	Status     *message.Status  `json:"status,omitempty"` // nil: no worker has answered
	Progress   string           `json:"progress"`         // how far it is, in words
	Tone       wording.Tone     `json:"-"`
}

// Syncing returns what is in progress and queued on accounts. noTemporal is why the Temporal server can't be asked; when it is empty, the
// workflows in progress are asked how far they are, which takes a second at most.
func (s *Starter) Syncing(ctx context.Context, noTemporal string, accounts []store.AccountSummary) (Syncing, error) {
	out := Syncing{Running: []Working{}, Queued: []Queued{}, NoTemporal: noTemporal}
	going, err := s.Store.GoingOn(ctx)
	if err != nil {
		return out, err
	}
	asked, err := s.working(ctx, noTemporal, going)
	if err != nil {
		return out, err
	}
	packages, err := s.Store.PackagesOnTheirWay(ctx)
	if err != nil {
		return out, err
	}
	now := time.Now()
	q := queue{now: now, accounts: accounts}
	for _, w := range asked {
		switch {
		case w.Status != nil && !wording.AtWork(w.Status): // it has just ended
		case q.throttled(w):
		default:
			out.Running = append(out.Running, w.said(noTemporal, now))
		}
	}
	for _, a := range accounts {
		if n := packages[a.ID]; n > 0 && !a.Paused {
			out.Running = append(out.Running, Working{Account: a.ID, Endpoint: a.Endpoint, Kind: runs.RunShipments, Tone: wording.Busy,
				Progress: wording.Count(n, "package is", "packages are") + " on the way to the channel"})
		}
	}
	if err := s.queued(ctx, &q, out.Running); err != nil {
		return out, err
	}
	out.Queued = append(out.Queued, q.list...)
	slices.SortStableFunc(out.Running, func(a, b Working) int { return cmp.Compare(a.Account, b.Account) })
	slices.SortStableFunc(out.Queued, func(a, b Queued) int { return cmp.Compare(a.Account, b.Account) })
	return out, nil
}

// queued adds what waits and has no run: levels, scans, publications, backfills.
func (s *Starter) queued(ctx context.Context, q *queue, running []Working) error {
	held, err := s.Store.Incidents.HeldUntilLive(ctx)
	if err != nil {
		return err
	}
	for _, a := range q.accounts {
		q.account(a, held[a.ID], running)
	}
	waiting, err := s.Store.QueuedPublications(ctx)
	if err != nil {
		return err
	}
	for _, p := range waiting {
		q.publication(p)
	}
	open, err := s.Store.Backfills.GoingOn(ctx)
	if err != nil {
		return err
	}
	for _, b := range open {
		if b.State == backfill.Paused {
			q.backfill(b)
		}
	}
	return nil
}

// working asks the workflows of runs how far they are, and how long such runs usually take.
func (s *Starter) working(ctx context.Context, noTemporal string, going []runs.Run) ([]Working, error) {
	out := make([]Working, len(going))
	var g errgroup.Group
	g.SetLimit(deliveries)
	for i, run := range going {
		w := &out[i]
		*w = Working{Account: run.Account, Endpoint: run.Endpoint, Kind: run.Kind, RunID: run.ID, WorkflowID: run.WorkflowID, Since: run.StartedAt}
		g.Go(func() error {
			took, err := s.Store.Runs.RunDurations(ctx, run.Account, run.Kind)
			if err != nil {
				return fmt.Errorf("read how long runs of %s take: %w", run.Kind, err)
			}
			w.Usual = median(took)
			if noTemporal != "" {
				return nil
			}
			if st, answered := s.Query(ctx, run.WorkflowID); answered {
				w.Status = &st
			}
			return nil
		})
	}
	return out, g.Wait()
}

// median returns the middle of durations; 0 of none.
func median(list []time.Duration) time.Duration {
	if len(list) == 0 {
		return 0
	}
	return slices.Sorted(slices.Values(list))[len(list)/2]
}

// said completes a run in progress with its progress in words.
func (w Working) said(noTemporal string, now time.Time) Working {
	if w.WorkflowID == "" && w.Kind == runs.RunShipments { // the workflows of its packages do the work
		w.Progress, w.Tone = wording.SendingAgain, wording.Busy
		return w
	}
	said := wording.Work{Since: w.Since, Usual: w.Usual, Status: w.Status, NoTemporal: noTemporal != ""}.Progress(now)
	w.Progress, w.Tone = said.Text, said.Tone
	return w
}

// Counts returns how much is in progress and queued, and how many problems need a person, for package wording.
func (s Syncing) Counts(incidents int) wording.Syncing {
	return wording.Syncing{Running: len(s.Running), Queued: len(s.Queued), Incidents: incidents}
}

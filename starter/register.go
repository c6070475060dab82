package starter

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/wording"
)

// Activity is a row of the activity register for one account and kind of run: what is in progress, the last run and its result,
// when the next one starts or why that is unknown, and what is queued.
type Activity struct {
	store.Activity
	Channel channel.Kind      `json:"channel"`
	Live    []*message.Status `json:"live,omitempty"` // the statuses of what is in progress; nil: no worker answered
	Next    time.Time         `json:"next,omitzero"`
	NoTime  string            `json:"noTime,omitempty"` // why Next is unknown: paused, observing, no schedule, or what starts a run
	Levels  int               `json:"levels,omitempty"` // of stock: levels that are to be sent
}

// Register is the activity register at this moment.
type Register struct {
	Activities []Activity `json:"activities"`
	// NoTemporal is set when the Temporal server was not asked: then Live and Next are missing.
	NoTemporal string `json:"noTemporal,omitempty"`
}

// Register returns the activity register. noTemporal is why the Temporal server can't be asked; when it is empty, the server is
// asked.
func (s *Starter) Register(ctx context.Context, noTemporal string) (Register, error) {
	out := Register{Activities: []Activity{}, NoTemporal: noTemporal}
	known, err := s.Activities(ctx)
	if err != nil {
		return out, err
	}
	out.Activities = append(out.Activities, known...)
	if noTemporal == "" {
		s.Listen(ctx, out.Activities)
	}
	return out, nil
}

// Activities returns the rows of the activity register with what the store knows: without Live, and without Next where a schedule has it.
func (s *Starter) Activities(ctx context.Context) ([]Activity, error) {
	summaries, err := s.Store.Summaries(ctx)
	if err != nil {
		return nil, fmt.Errorf("read accounts: %w", err)
	}
	accounts := make(map[string]store.AccountSummary, len(summaries))
	for _, a := range summaries {
		accounts[a.ID] = a
	}
	known, err := s.Store.Register(ctx)
	if err != nil {
		return nil, err
	}
	all := make([]Activity, len(known))
	for i, k := range known {
		acc := accounts[k.Account]
		all[i] = Activity{Activity: k, Channel: acc.Channel, NoTime: noTime(acc, k.Kind)}
		if k.Kind == runs.RunStock {
			all[i].Levels = acc.Dirty
		}
	}
	return all, nil
}

// Listen asks the Temporal server for what the store does not have of these rows: Live and Next.
func (s *Starter) Listen(ctx context.Context, rows []Activity) {
	var g errgroup.Group
	g.SetLimit(deliveries)
	for i := range rows {
		g.Go(func() error { s.listen(ctx, &rows[i]); return nil })
	}
	_ = g.Wait() // listening has no errors: what is not answered is missing
}

// listen asks for the statuses of running workflows, and when the schedule starts the next.
func (s *Starter) listen(ctx context.Context, a *Activity) {
	for _, run := range a.Running {
		var live *message.Status
		if status, ok := s.Query(ctx, run.WorkflowID); ok {
			live = &status
		}
		a.Live = append(a.Live, live)
	}
	if id := scheduleOf(a.Account, a.Kind); id != "" && a.NoTime == "" {
		a.Next = s.schedule(ctx, id).Next
	}
}

// scheduleOf returns the id of the schedule that starts runs of a kind, or an empty string.
func scheduleOf(account string, kind runs.RunKind) string {
	if kind == runs.RunOrders {
		return message.OrdersScheduleID(account)
	}
	if kind == runs.RunListings {
		return message.PublicationsScheduleID(account)
	}
	return ""
}

// onlyWhenLive reports whether no run of a kind starts because the account observes.
func onlyWhenLive(a store.AccountSummary, kind runs.RunKind) bool {
	switch kind {
	case runs.RunStock, runs.RunLevels:
		return !a.SendsLevels()
	case runs.RunShipments, runs.RunListings:
		return a.Observing
	case runs.RunOrders, runs.RunLinks, runs.RunMigration, runs.RunBackfill, runs.RunCoverage:
	}
	return false
}

// noTime returns why the start of the next run is unknown, or an empty string when a schedule has it.
func noTime(a store.AccountSummary, kind runs.RunKind) string {
	switch {
	case !a.Enabled:
		return wording.SwitchedOff
	case !a.Does(workOfRun(kind)):
		return wording.Paused
	case onlyWhenLive(a, kind):
		return wording.Observing
	}
	switch kind {
	case runs.RunStock:
		return "at a new level"
	case runs.RunShipments:
		return "at a package"
	case runs.RunLevels:
		return "after a push"
	case runs.RunCoverage:
		return "with a sweep"
	case runs.RunListings:
		if a.PublishChanged > 0 {
			return ""
		}
		return "no schedule"
	case runs.RunLinks, runs.RunMigration, runs.RunBackfill:
		return "no schedule"
	case runs.RunOrders:
	}
	return ""
}

package starter

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store"
)

// Activity is a row of the activity register (seed 004): what goes on of one kind on an account, when the last one was and what came of
// it, when the next one starts or why there is no time for it, and what is queued.
type Activity struct {
	Account  string              `json:"account"`
	Channel  channel.Kind        `json:"channel"`
	Kind     store.RunKind       `json:"kind"`
	Endpoint channel.Endpoint    `json:"endpoint"`
	Running  *store.Run          `json:"running,omitempty"` // in progress
	Live     *message.Status     `json:"live,omitempty"`    // its own word; nil: no worker answered
	Last     *store.Run          `json:"last,omitempty"`    // the last that has ended
	Next     time.Time           `json:"next,omitzero"`
	NoTime   string              `json:"noTime,omitempty"` // why Next is not known: paused, observing, no schedule, or what starts one
	Queued   []store.Publication `json:"queued,omitempty"` // publications behind the one in progress, the next first
	Levels   int                 `json:"levels,omitempty"` // of stock: levels that are to be sent
}

// Register is the activity register at this moment.
type Register struct {
	Activities []Activity `json:"activities"`
	// NoTemporal is set when the Temporal server was not asked: then Live and Next are missing.
	NoTemporal string `json:"noTemporal,omitempty"`
}

// Register gathers the activity register. noTemporal says why the Temporal server can't be asked; empty: it is.
func (s *Starter) Register(ctx context.Context, noTemporal string) (Register, error) {
	out := Register{Activities: []Activity{}, NoTemporal: noTemporal}
	accounts, err := s.Store.Summaries(ctx)
	if err != nil {
		return out, fmt.Errorf("read accounts: %w", err)
	}
	queue, err := s.Store.Publications(ctx, "", "")
	if err != nil {
		return out, err
	}
	for i := range accounts {
		of, err := s.activities(ctx, accounts[i], queue)
		if err != nil {
			return out, err
		}
		out.Activities = append(out.Activities, of...)
	}
	if noTemporal != "" {
		return out, nil
	}
	schedules := make(map[string]ScheduleNow, len(accounts))
	var g errgroup.Group
	g.SetLimit(deliveries)
	for i := range out.Activities {
		if a := &out.Activities[i]; a.Running != nil {
			g.Go(func() error { a.listen(ctx, s); return nil })
		}
	}
	found := make([]ScheduleNow, len(accounts))
	for i := range accounts {
		g.Go(func() error { found[i] = s.schedule(ctx, message.OrdersScheduleID(accounts[i].ID)); return nil })
	}
	err = g.Wait()
	for i := range accounts {
		schedules[accounts[i].ID] = found[i]
	}
	for i := range out.Activities {
		if a := &out.Activities[i]; a.Kind == store.RunOrders && a.NoTime == "" {
			a.Next = schedules[a.Account].Next
		}
	}
	return out, err
}

// listen asks the workflow of what is in progress for its own word.
func (a *Activity) listen(ctx context.Context, s *Starter) {
	if status, ok := s.Query(ctx, a.Running.WorkflowID); ok {
		a.Live = &status
	}
}

// registered are the kinds of the register, in its order; those that are Rare are shown once they have run.
var registered = []struct {
	kind store.RunKind
	rare bool
}{
	{store.RunOrders, false}, {store.RunStock, false}, {store.RunShipments, false}, {store.RunListings, false},
	{store.RunLinks, true}, {store.RunLevels, true}, {store.RunMigration, true},
}

// activities are an account's, without what only Temporal knows. Publications have a row per endpoint that was used.
func (s *Starter) activities(ctx context.Context, acc store.AccountSummary, queue []store.Publication) (list []Activity, err error) {
	for _, r := range registered {
		endpoints := []channel.Endpoint{acc.Endpoint}
		if r.kind == store.RunListings {
			endpoints = []channel.Endpoint{channel.Production, channel.Test}
		}
		for _, endpoint := range endpoints {
			a := Activity{Account: acc.ID, Channel: acc.Channel, Kind: r.kind, Endpoint: endpoint, NoTime: noTime(acc, r.kind)}
			switch r.kind {
			case store.RunStock:
				a.Levels = acc.Dirty
			case store.RunListings:
				a.queue(queue)
			}
			ran, err := s.place(ctx, &a)
			if err != nil {
				return nil, err
			}
			if ran || len(a.Queued) > 0 || !r.rare && endpoint == acc.Endpoint {
				list = append(list, a)
			}
		}
	}
	return list, nil
}

// queue takes the publications that wait for their turn.
func (a *Activity) queue(all []store.Publication) {
	for _, q := range all {
		if q.Account == a.Account && q.Endpoint == a.Endpoint && q.StartedAt.IsZero() {
			a.Queued = append(a.Queued, q)
		}
	}
}

// place tells what is in progress from what was last: while a run goes on, the last one is the one before it.
func (s *Starter) place(ctx context.Context, a *Activity) (ran bool, err error) {
	runs, err := s.Store.Runs(ctx, store.RunFilter{Kind: a.Kind, Account: a.Account, Endpoint: a.Endpoint, Limit: 2})
	if err != nil {
		return false, err
	}
	for i := range runs {
		switch {
		case !runs[i].EndedAt.IsZero():
			a.Last = &runs[i]
			return true, nil
		case i == 0:
			a.Running = &runs[i]
		}
	}
	return len(runs) > 0, nil
}

// noTime says why no time is known at which the next run of a kind starts.
func noTime(a store.AccountSummary, kind store.RunKind) string {
	switch {
	case !a.Enabled:
		return "switched off in the accounts file"
	case a.Paused:
		return "paused"
	case a.Observing && kind != store.RunOrders && kind != store.RunLinks && kind != store.RunMigration:
		return "observing: nothing is sent"
	}
	switch kind {
	case store.RunStock:
		return "when a level changes"
	case store.RunShipments:
		return "when a package is processed"
	case store.RunLevels:
		return "when levels were accepted"
	case store.RunLinks, store.RunListings, store.RunMigration:
		return "no schedule"
	case store.RunOrders:
	}
	return ""
}

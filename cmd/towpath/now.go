package main

import (
	"cmp"
	"context"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/remedy"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/incidents"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

// temporalAnswers limits the wait for the Temporal server; then only the store's data is shown.
const temporalAnswers = 2 * time.Second

// now is the output of status. NoTemporal is why statuses and next times are missing.
type now struct {
	starter.Now
	Parked     []parked `json:"parked"`   // in place of the starter's
	EndsSoon   []ending `json:"endsSoon"` // within 30 days, or over
	NoTemporal string   `json:"noTemporal,omitempty"`

	Sync         starter.Syncing     `json:"sync"`         // what is in progress and queued
	Health       []starter.HealthNow `json:"health"`       // of the accounts that are not switched off
	Promises     wording.Promises    `json:"promises"`     // orders that are late or at risk
	Needs        []incident.Need     `json:"needs"`        // first what needs a person, then what is good to know
	Publications []openPublication   `json:"publications"` // unfinished ones
	Backfills    []openBackfill      `json:"backfills"`    // those that run or are paused
}

// openPublication is an unfinished run, with its workflow's status while it is in progress.
type openPublication struct {
	publications.Publication
	Live *message.Status `json:"live,omitempty"`
}

// openPublications returns the unfinished runs. With noTemporal no workflow is asked.
func openPublications(ctx context.Context, pf *platform.Platform, noTemporal string) ([]openPublication, error) {
	runs, err := pf.Store.Publications.List(ctx, "", "")
	list := make([]openPublication, len(runs))
	for i, run := range runs {
		list[i].Publication = run
		if noTemporal != "" || run.StartedAt.IsZero() {
			continue
		}
		if s, ok := pf.Starter.PublicationStatus(ctx, run.Account, run.Endpoint); ok {
			list[i].Live = &s
		}
	}
	return list, err
}

// ending is a part of an account's access that ends.
type ending struct {
	Account string `json:"account"`
	channel.Expiry
}

// parked is a parked entry with its remedy, and the command that has it sent: it retries it, or ends the pause that it waits for.
type parked struct {
	incidents.Parked
	Remedy  *remedy.Remedy `json:"remedy,omitempty"`
	Command string         `json:"command"`
}

// collect asks the workflows if the Temporal server answers, otherwise only the store.
func collect(ctx context.Context, pf *platform.Platform) (now, error) {
	short, cancel := context.WithTimeout(ctx, temporalAnswers)
	defer cancel()
	if err := pf.Reachable(short); err != nil {
		all, err := stored(ctx, pf)
		if err != nil {
			return now{}, err
		}
		return complete(ctx, pf, all, wording.NoTemporal, incident.Builds{})
	}
	var all starter.Now
	var builds incident.Builds
	var g errgroup.Group
	g.Go(func() (err error) {
		all, err = pf.Starter.Now(ctx)
		return err
	})
	g.Go(func() error {
		builds = pf.Starter.RunningBuilds(ctx)
		return nil
	})
	if err := g.Wait(); err != nil {
		return now{}, err
	}
	return complete(ctx, pf, all, "", builds)
}

// stored returns what the store has, and what Temporal last said to this process.
func stored(ctx context.Context, pf *platform.Platform) (all starter.Now, err error) {
	accounts, err := pf.Store.Summaries(ctx)
	if err != nil {
		return all, err
	}
	parked, err := pf.Store.Incidents.ParkedList(ctx, "")
	return pf.Starter.Stored(accounts, parked), err
}

// complete adds what needs a person, and the remedies of parked entries.
func complete(ctx context.Context, pf *platform.Platform, all starter.Now, noTemporal string, builds incident.Builds) (now, error) {
	kinds := make(map[string]channel.Kind)
	for _, a := range all.Accounts {
		kinds[a.ID] = a.Channel
	}
	n := now{Now: all, Parked: make([]parked, len(all.Parked)), NoTemporal: noTemporal}
	var err error
	if n.Needs, err = pf.Starter.NeedsYou(ctx, noTemporal, builds); err != nil {
		return now{}, err
	}
	n.Needs = filled(n.Needs)
	if n.Health, err = pf.Starter.Healths(ctx, accountsOf(all)); err != nil {
		return now{}, err
	}
	if n.Promises, err = pf.Starter.Promises(ctx); err != nil {
		return now{}, err
	}
	if err := n.ask(ctx, pf, noTemporal); err != nil {
		return now{}, err
	}
	n.Accounts, n.EndsSoon = filled(n.Accounts), []ending{}
	for _, a := range n.Accounts {
		for _, e := range a.Warnings(time.Now()) {
			n.EndsSoon = append(n.EndsSoon, ending{a.ID, e})
		}
	}
	for i, k := range all.Parked {
		n.Parked[i] = parked{k, pf.Starter.ParkedAdvice(ctx, k, kinds[k.Account]), cmp.Or(starter.EndsPause(k, n.Needs), retryCommandOf(k))}
	}
	return n, nil
}

// ask asks workflows how far they are, all at the same time: each may take its second.
func (n *now) ask(ctx context.Context, pf *platform.Platform, noTemporal string) error {
	var g errgroup.Group
	g.Go(func() (err error) {
		n.Sync, err = pf.Starter.Syncing(ctx, noTemporal, summariesOf(n.Now))
		return err
	})
	g.Go(func() (err error) {
		n.Publications, err = openPublications(ctx, pf, noTemporal)
		return err
	})
	g.Go(func() (err error) {
		n.Backfills, err = openBackfills(ctx, pf, noTemporal)
		return err
	})
	return g.Wait()
}

func summariesOf(all starter.Now) []store.AccountSummary {
	list := make([]store.AccountSummary, len(all.Accounts))
	for i, a := range all.Accounts {
		list[i] = a.AccountSummary
	}
	return list
}

func accountsOf(all starter.Now) []accounts.Account {
	list := make([]accounts.Account, len(all.Accounts))
	for i, a := range all.Accounts {
		list[i] = a.Account
	}
	return list
}

// attention returns an error when something needs a person.
func (n now) attention() error {
	if sentence := incident.Sentence(n.Needs); sentence != "" {
		return &attention{sentence}
	}
	return nil
}

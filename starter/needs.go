package starter

import (
	"context"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/register"
	"github.com/towpath/towpath/internal/remedy"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/runs"
)

// NeedsYou returns what needs a person and what is good to know, for the console's header and pages, `towpath status` and its
// exit code. noTemporal is why the Temporal server can't be asked, or empty. builds is the result of RunningBuilds.
func (s *Starter) NeedsYou(ctx context.Context, noTemporal string, builds incident.Builds) ([]incident.Need, error) {
	marks, err := s.marks(ctx)
	if err != nil {
		return nil, err
	}
	facts, err := s.facts(ctx, marks)
	if err != nil {
		return nil, err
	}
	facts.NoTemporal, facts.Builds = noTemporal, builds
	cases, err := s.Store.Incidents.Cases(ctx)
	return incident.WithCases(incident.WithMarks(incident.Triage(facts), marks), cases), err
}

// facts returns what the store knows of what may need a person. marks are what persons have asked so far.
func (s *Starter) facts(ctx context.Context, marks []incident.Mark) (facts incident.Facts, err error) {
	accounts, err := s.Store.Accounts.List(ctx)
	if err != nil {
		return facts, fmt.Errorf("read accounts: %w", err)
	}
	if facts.Incidents, err = s.Store.Incidents.List(ctx, "", false); err != nil {
		return facts, err
	}
	facts.Unwritable = s.trial.why(ctx, s.Store.TrialWrite)
	known, err := s.knownOf(ctx)
	if err != nil {
		return facts, err
	}
	for _, a := range accounts {
		fact, err := s.accountFacts(ctx, a, facts.Incidents)
		if err != nil {
			return facts, err
		}
		if err := s.publicationFacts(ctx, a, known, &fact); err != nil {
			return facts, err
		}
		if fact.Failing, err = s.failing(ctx, a.ID, known.often, marks); err != nil {
			return facts, err
		}
		e := known.ended[a.ID]
		fact.Ended = incident.StaysEnded{Listings: e.Listings, Refused: e.Refused, Sample: e.Sample, Since: e.Since}
		fact.Off.Ended = e.Listings
		for _, r := range known.refused {
			if r.Account == a.ID {
				fact.Refused = append(fact.Refused, incident.RefusedLevels{Code: r.Code, Levels: r.Levels, Sample: r.Sample, Since: r.Since, Test: a.Endpoint == channel.Test})
			}
		}
		fact.Late = lateOrders(known.promises[a.ID], a.Endpoint == channel.Test)
		facts.Accounts = append(facts.Accounts, fact)
	}
	return facts, nil
}

// knownOf is what is read of all accounts at once.
type knownOf struct {
	refused  []levels.Refused
	ended    map[string]levels.StaysEnded
	pending  []store.PendingItems
	failed   []publications.Failed
	promises map[string]*orders.Promises
	often    []runs.Work // failed often enough of late
	began    []string    // accounts that have published something
}

func (s *Starter) knownOf(ctx context.Context) (k knownOf, err error) {
	if k.refused, err = s.Store.Levels.RefusedLevels(ctx); err != nil {
		return k, err
	}
	if k.ended, err = s.Store.Levels.StayEnded(ctx, incident.MaxSample); err != nil {
		return k, err
	}
	if k.pending, err = s.Store.PendingPublished(ctx); err != nil {
		return k, err
	}
	if k.failed, err = s.Store.Publications.Failed(ctx); err != nil {
		return k, err
	}
	if k.often, err = s.Store.Runs.OftenFailed(ctx, register.Recurring(), remedy.LeastForAttention); err != nil {
		return k, err
	}
	if k.began, err = s.Store.Publications.Begun(ctx); err != nil {
		return k, err
	}
	k.promises, err = s.Store.Orders.Promises(ctx)
	return k, err
}

func lateOrders(p *orders.Promises, test bool) incident.LateOrders {
	if p == nil || p.Late == 0 {
		return incident.LateOrders{}
	}
	late := incident.LateOrders{Orders: p.Late, Since: p.First[0].ShipBy, Test: test}
	for _, o := range p.First[:min(len(p.First), p.Late)] {
		late.Sample = append(late.Sample, o.Reference)
	}
	return late
}

func (s *Starter) accountFacts(ctx context.Context, a accounts.Account, incidents []incident.Incident) (incident.Account, error) {
	fact := incident.Account{ID: a.ID, PausedReason: a.PausedReason, PausedAt: a.PausedAt, Observing: a.Observing && a.Enabled}
	for _, p := range a.PausedWork {
		fact.PausedWork = append(fact.PausedWork, string(p.Work))
	}
	for _, e := range a.Warnings(time.Now()) {
		fact.Endings = append(fact.Endings, incident.End{Text: e.Text(), Do: e.Do, Urgent: e.Urgent()})
	}
	if !fact.Observing {
		return fact, nil
	}
	for _, i := range incidents {
		if i.Kind == incident.Parked && i.Account == a.ID && i.Code == incident.CodeObserving {
			fact.Held = i.Subjects
		}
	}
	counts, err := s.Store.Links.LinkCounts(ctx, a.ID)
	if err != nil {
		return fact, err
	}
	fact.Unlinked = counts.Unlinked
	return fact, nil
}

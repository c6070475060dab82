package starter

import (
	"context"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/orders"
)

// NeedsYou returns what needs a person and what is good to know, for the console's header and pages, `towpath status` and its
// exit code. noTemporal is why the Temporal server can't be asked, or empty. builds is the result of RunningBuilds.
func (s *Starter) NeedsYou(ctx context.Context, noTemporal string, builds incident.Builds) ([]incident.Need, error) {
	accounts, err := s.Store.Accounts.List(ctx)
	if err != nil {
		return nil, fmt.Errorf("read accounts: %w", err)
	}
	incidents, err := s.Store.Incidents.List(ctx, "", false)
	if err != nil {
		return nil, err
	}
	facts := incident.Facts{Incidents: incidents, NoTemporal: noTemporal, Builds: builds, Unwritable: s.trial.why(ctx, s.Store.TrialWrite)}
	refused, err := s.Store.Levels.RefusedLevels(ctx)
	if err != nil {
		return nil, err
	}
	ended, err := s.Store.Levels.StayEnded(ctx, incident.MaxSample)
	if err != nil {
		return nil, err
	}
	pending, err := s.Store.PendingPublished(ctx)
	if err != nil {
		return nil, err
	}
	promises, err := s.Store.Orders.Promises(ctx)
	if err != nil {
		return nil, err
	}
	for _, a := range accounts {
		fact, err := s.accountFacts(ctx, a, incidents)
		if err != nil {
			return nil, err
		}
		if err := s.publicationFacts(ctx, a, pending, &fact); err != nil {
			return nil, err
		}
		if fact.Failing, err = s.failing(ctx, a.ID); err != nil {
			return nil, err
		}
		r, e := refused[a.ID], ended[a.ID]
		fact.Ended = incident.StaysEnded{Listings: e.Listings, Refused: e.Refused, Sample: e.Sample, Since: e.Since}
		fact.Off.Ended = e.Listings
		fact.Refused = incident.RefusedLevels{Levels: r.Levels, Sample: r.Sample, Since: r.Since, Test: a.Endpoint == channel.Test}
		fact.Late = lateOrders(promises[a.ID], a.Endpoint == channel.Test)
		facts.Accounts = append(facts.Accounts, fact)
	}
	cases, err := s.Store.Incidents.Cases(ctx)
	return incident.WithCases(incident.Triage(facts), cases), err
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

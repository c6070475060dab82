package starter

import (
	"context"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/runs"
)

// publicationFacts adds what needs a person in an account's publications: items that are pending for longer than its runs usually
// take, and SKUs whose last item ended in error.
func (s *Starter) publicationFacts(ctx context.Context, a accounts.Account, known knownOf, fact *incident.Account) error {
	if err := s.stalled(ctx, a, known.pending, fact); err != nil {
		return err
	}
	for _, f := range known.failed {
		if f.Account == a.ID {
			fact.InError = append(fact.InError, incident.InError{
				Endpoint: string(f.Endpoint), Code: f.Code, Items: f.SKUs, Sample: f.Sample, Since: f.Since, Test: f.Endpoint == channel.Test,
			})
		}
	}
	if !slices.Contains(known.began, a.ID) {
		return nil
	}
	return s.switchedOff(ctx, a, fact)
}

// switchedOff adds what waits on an account that may change, end and relist nothing. One that has published nothing has nothing to change.
func (s *Starter) switchedOff(ctx context.Context, a accounts.Account, fact *incident.Account) error {
	if !a.Enabled || a.Listings != (channel.Permissions{}) {
		return nil
	}
	refused, err := s.Store.Publications.NotPermitted(ctx, a.ID)
	if err != nil || refused.Run == "" {
		return err
	}
	fact.Off = incident.SwitchedOff{Off: true, Refused: refused.Items, AtLeast: refused.AtLeast, Sample: refused.Sample, Since: refused.Since}
	return nil
}

// stalled adds the account's items that are pending for too long.
func (s *Starter) stalled(ctx context.Context, a accounts.Account, pending []store.PendingItems, fact *incident.Account) error {
	var normal listing.Normal
	for _, p := range pending {
		if p.Account != a.ID {
			continue
		}
		if normal.Duration == 0 {
			var err error
			if normal, err = s.NormalDuration(ctx, a.ID); err != nil {
				return err
			}
		}
		if normal.Stalled(p.Since, time.Now()) {
			fact.Stalled = append(fact.Stalled, incident.StalledItems{
				Endpoint: string(p.Endpoint), RunID: p.RunID, Items: p.Items, Example: p.Example, Since: p.Since, WaitingFor: p.WaitingFor(), Normal: normal.String(),
			})
		}
	}
	return nil
}

// NormalDuration returns how long an account's publications usually take at most, computed from the last ones.
func (s *Starter) NormalDuration(ctx context.Context, account string) (listing.Normal, error) {
	took, err := s.Store.Runs.RunDurations(ctx, account, runs.RunListings)
	if err != nil {
		return listing.Normal{}, err
	}
	return listing.NormalOf(took), nil
}

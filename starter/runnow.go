package starter

import (
	"context"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/runs"
)

// ByRunNow is the requester of publications that RunNow starts.
const ByRunNow = "run now"

// RunNow starts a kind of run for an account now, unless it is running. For listings it publishes changes on production. It
// returns a *UsageError for runs that start from packages, which a person has to choose.
func (s *Starter) RunNow(ctx context.Context, id string, kind runs.RunKind) error {
	switch kind {
	case runs.RunOrders:
		_, err := s.SyncOrders(ctx, id, false)
		return err
	case runs.RunStock:
		return s.SyncStock(ctx, id, false)
	case runs.RunLinks:
		return s.ImportLinks(ctx, id)
	case runs.RunLevels:
		if _, err := s.syncable(ctx, id, account.Listings); err != nil {
			return err
		}
		if err := s.askNow(ctx, id, kind, message.LevelsWorkflowID(id)); err != nil {
			return err
		}
		return s.CheckLevels(ctx, id, 0)
	case runs.RunCoverage:
		if _, err := s.syncable(ctx, id, account.Orders); err != nil {
			return err
		}
		return s.CheckCoverage(ctx, id)
	case runs.RunListings:
		_, err := s.Publish(ctx, PublishRequest{Account: id, Endpoint: channel.Production, Selection: listing.Selection{Changed: true}, By: ByRunNow})
		return err
	case runs.RunShipments:
		return usagef("packages are sent as soon as they are processed; parked ones are tried again with `towpath retry --account %s`", id)
	case runs.RunMigration:
		return usagef("a migration needs your consent: `towpath links migrate --account %s --dry-run`", id)
	case runs.RunBackfill:
		return usagef("a backfill needs its range: `towpath backfill orders --help`")
	}
	return usagef("%q is not a kind of run", kind)
}

// StopRun ends a backfill, or a publication that is running or queued. Other runs can't be stopped: they end soon, and continue from where they
// were.
func (s *Starter) StopRun(ctx context.Context, id, by string) (changed bool, err error) {
	list, err := s.Store.Runs.List(ctx, runs.RunFilter{ID: id, Limit: 1})
	if err != nil {
		return false, err
	}
	if len(list) > 0 && list[0].Kind == runs.RunBackfill {
		b, err := s.Store.Backfills.Get(ctx, id)
		if err != nil || b.State.Over() {
			return false, err
		}
		return true, s.StopBackfill(ctx, b, by)
	}
	if len(list) > 0 && list[0].Kind != runs.RunListings {
		return false, usagef("run %s is one of %s, which ends by itself: `towpath accounts pause %s` prevents another one", id, list[0].Kind, list[0].Account)
	}
	return s.StopPublication(ctx, id, by)
}

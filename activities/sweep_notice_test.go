package activities_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/settings"
)

// quick is a fake caller whose lifecycles send at once what they are told of.
type quick struct {
	*partly
	sends func(orders.OutboxEntry)
	told  []string
}

func (q *quick) Deliver(_ context.Context, entries []orders.OutboxEntry) []orders.OutboxEntry {
	for _, e := range entries {
		for _, u := range e.Unshown {
			q.told = append(q.told, u.PackageID)
		}
		q.sends(e)
	}
	return entries
}

// Case B1: only the packages that a lifecycle was told of count as noticed, and from before it was told: one that it sends again at once,
// and one that was confirmed later, are looked for as soon as their channel should show them, not a day later.
func TestTheSweepNoticesOnlyTheUnshownPackagesThatItTellsOf(t *testing.T) {
	t.Parallel()
	s := openStore(t, channel.EBay)
	ctx := t.Context()
	_, err := s.store.Settings.GoLive(ctx, account, settings.Live{By: "test"})
	require.NoError(t, err)
	require.NoError(t, s.store.Links.SaveLinks(ctx, []links.Link{{Account: account, ChannelSKU: "LAMP", SKU: "lamp"}}))
	_, err = s.store.Ledger.ApplyStock(ctx, []stock.Change{{Key: "open", SKU: "lamp", Location: "main", Kind: stock.Opening, Quantity: 9}})
	require.NoError(t, err)
	placed := placedOrder("1", order.FulfilmentUnshipped)
	placed.Lines[0].Quantity = 2
	s.saveOrders(placed)
	rows, err := s.store.Orders.Find(ctx, orders.OrderFilter{Account: account, Reference: "1", Limit: 1})
	require.NoError(t, err)
	row, lifecycle := rows[0].Key.RowID, message.OrderWorkflowID(account, "1")
	set := func(query string, args ...any) {
		require.NoError(t, s.store.Write(ctx, "set times", func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, query, args...)
			return err
		}))
	}
	for id, ago := range map[string]time.Duration{"old": 3 * time.Hour, "new": 90 * time.Minute} {
		p := shipment.Package{ID: id, Carrier: "Royal Mail", TrackingNumber: "T" + id, Contents: []shipment.Content{{LineID: "1-1", Quantity: 1}}}
		require.NoError(t, s.store.Packages.SavePackages(ctx, row, []shipment.Package{p}))
		_, err = s.store.Packages.ProcessPackage(ctx, row, id)
		require.NoError(t, err)
		_, err = s.store.Packages.PreparePackage(ctx, row, id, lifecycle)
		require.NoError(t, err)
		_, err = s.store.Packages.PackageConfirmed(ctx, row, id, channel.Confirmation{})
		require.NoError(t, err)
		set(`UPDATE packages SET confirmed_at = $1 WHERE package_id = $2`, time.Now().Add(-ago).UnixMicro(), id)
	}
	caller := &quick{partly: &partly{noted: s.caller, running: map[string]bool{lifecycle: true}}}
	caller.sends = func(e orders.OutboxEntry) {
		for _, u := range e.Unshown {
			_, err := s.store.Packages.PrepareAgain(ctx, row, u.PackageID, lifecycle)
			require.NoError(t, err)
			_, err = s.store.Packages.PackageConfirmed(ctx, row, u.PackageID, channel.Confirmation{})
			require.NoError(t, err)
		}
	}
	sweep := &activities.Sweep{Environment: s.environment, Starter: caller}
	told := func(readUntil time.Time) []string {
		caller.told = nil
		set(`UPDATE accounts SET watermark = $1 WHERE id = $2`, readUntil.UnixMicro(), account)
		do[message.SweepResult](s, sweep.SweepOnce, message.SweepInput{OlderThan: time.Hour})
		return caller.told
	}
	require.Equal(t, []string{"old"}, told(time.Now().Add(-time.Hour)))
	require.Equal(t, []string{"new"}, told(time.Now()))
	require.ElementsMatch(t, []string{"old", "new"}, told(time.Now().Add(2*time.Hour)), "both were sent again and are not shown")
}

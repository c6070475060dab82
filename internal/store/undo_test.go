package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/store/settings"
	"github.com/towpath/towpath/internal/store/storetest"
)

func TestASampleIsSentAndGoesBackAlone(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		_, err := s.Settings.Observe(ctx, "amazon-uk")
		require.NoError(t, err)
		change(t, s, "open", "", 10, "A", "B", "C")
		link(t, s, "A", "B", "C")
		read := []channel.Listed{{SKU: "amazon-uk:A", ListingID: "A", Ref: "ref-A", State: channel.ListingLive, Quantity: 4}, {SKU: "amazon-uk:B", ListingID: "B", Ref: "ref-B", State: channel.ListingLive, Quantity: 4}}
		_, err = s.Links.SaveListings(ctx, links.ListingsPage{Account: "amazon-uk", RunID: "r", SeenAt: time.Now(), Listings: read, Last: true})
		require.NoError(t, err)
		n, err := s.Settings.GoLiveSample(ctx, "amazon-uk", []string{"amazon-uk:A", "amazon-uk:C"}, settings.Live{By: "ann"})
		require.NoError(t, err)
		require.Equal(t, 2, n)
		require.Equal(t, map[string]int{"amazon-uk:A": 10, "amazon-uk:C": 10}, push(t, s, "amazon-uk"))
		for sku, observing := range map[string]bool{"A": false, "B": true} {
			d, err := s.Ledger.StockDetail(ctx, sku)
			require.NoError(t, err)
			require.Equal(t, "amazon-uk", d.Lists[0].Account)
			require.Equal(t, observing, d.Lists[0].Observing, sku)
		}
		_, live, err := s.Levels.Candidates(ctx, "amazon-uk")
		require.NoError(t, err)
		require.Equal(t, []string{"amazon-uk:A", "amazon-uk:C"}, live)

		out, err := s.Settings.Undo(ctx, "amazon-uk", time.Now().Add(time.Hour))
		require.NoError(t, err)
		require.Zero(t, out.Links, "it is too late")
		change(t, s, "more", "", 1, "A")
		require.Equal(t, map[string]int{"amazon-uk:A": 11}, push(t, s, "amazon-uk"), "it is live")
		change(t, s, "most", "", 1, "A", "C")
		way := wayBack(t, s)
		require.Equal(t, settings.WayBack{LiveAt: out.LiveAt, Levels: 1, Unknown: 1}, way)
		out, err = s.Settings.Undo(ctx, "amazon-uk", time.Now().Add(-time.Hour))
		require.NoError(t, err)
		require.Equal(t, 1, out.Links)
		way.Going = 1
		require.Equal(t, way, wayBack(t, s))
		require.Equal(t, []string{"amazon-uk:C"}, out.Unknown)
		back, err := s.Levels.GoingBack(ctx, "amazon-uk")
		require.NoError(t, err)
		require.Len(t, back, 1)
		require.Equal(t, []int{4, 12}, []int{back[0].Quantity, back[0].Free})
		require.Equal(t, map[string]int{"amazon-uk:A": 4}, push(t, s, "amazon-uk"))
		way.Listed = 1
		require.Equal(t, way, wayBack(t, s))
		require.NoError(t, s.Runs.EndRun(ctx, runs.Run{ID: "scan", Kind: runs.RunOrders, Account: "amazon-uk", Endpoint: channel.Production, StartedAt: time.Now(), EndedAt: time.Now()}))
		ended, err := s.Settings.EndUndone(ctx, "amazon-uk", true, 0)
		require.NoError(t, err)
		require.Zero(t, ended, "the channel has not shown it")
		ended, err = s.Settings.EndUndone(ctx, "amazon-uk", false, 0)
		require.NoError(t, err)
		require.Equal(t, 1, ended)
		change(t, s, "last", "", 1, "A", "B", "C")
		require.Empty(t, push(t, s, "amazon-uk"), "it only observes")
	})
}

// A level that is left while it goes back is not going back any more: it would do so for ever.
func TestWhatIsLeftDoesNotGoBack(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		const account, lamp = "amazon-uk", "amazon-uk:A"
		_, err := s.Settings.Observe(ctx, account)
		require.NoError(t, err)
		change(t, s, "open", "", 10, "A", "B")
		link(t, s, "A", "B")
		read := []channel.Listed{{SKU: lamp, ListingID: "A", Ref: "ref-A", State: channel.ListingLive, Quantity: 4}, {SKU: "amazon-uk:B", ListingID: "B", Ref: "ref-B", State: channel.ListingLive, Quantity: 4}}
		_, err = s.Links.SaveListings(ctx, links.ListingsPage{Account: account, RunID: "r", SeenAt: time.Now(), Listings: read, Last: true})
		require.NoError(t, err)
		_, err = s.Settings.GoLiveSample(ctx, account, []string{lamp, "amazon-uk:B"}, settings.Live{By: "ann"})
		require.NoError(t, err)
		require.Len(t, push(t, s, account), 2)
		change(t, s, "more", "", 1, "A", "B")
		undone, err := s.Settings.Undo(ctx, account, time.Now().Add(-time.Hour))
		require.NoError(t, err)
		require.Equal(t, 2, undone.Links)
		require.NoError(t, storetest.Exec(ctx, s.DB, `UPDATE links SET contested_at = 1 WHERE channel_sku = 'amazon-uk:A'`))
		left, err := s.Levels.Leave(ctx, account, listing.FieldLevel, nil, "ann")
		require.NoError(t, err)
		require.Equal(t, []string{lamp}, left)
		back, err := s.Levels.GoingBack(ctx, account)
		require.NoError(t, err)
		require.Len(t, back, 1, "B alone")
		acc, err := s.Accounts.Account(ctx, account)
		require.NoError(t, err)
		require.Equal(t, 1, acc.GoingBack)
		require.Equal(t, map[string]int{"amazon-uk:B": 4}, push(t, s, account))
		_, err = s.Levels.RestoreLeft(ctx, account, listing.FieldLevel)
		require.NoError(t, err)
		require.Empty(t, push(t, s, account), "it only observes, as before it went live")
	})
}

func wayBack(t *testing.T, s *store.Store) settings.WayBack {
	t.Helper()
	way, err := s.Settings.WayBack(context.Background(), "amazon-uk")
	require.NoError(t, err)
	return way
}

func TestCasesAndWhatFailedCallsKeepAreStored(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		c := incident.Case{Name: incident.Name{Kind: incident.Paused, Account: "ebay-uk"}, Number: "42", By: "ann", Since: epoch}
		require.NoError(t, s.Incidents.KeepCase(ctx, c))
		require.NoError(t, s.Incidents.KeepCase(ctx, c))
		cases, err := s.Incidents.Cases(ctx)
		require.NoError(t, err)
		require.Len(t, cases, 1)
		require.Equal(t, c.Name, cases[0].Name)
		require.True(t, cases[0].Since.Equal(epoch))
		call := runs.Call{Account: "ebay-uk", Endpoint: channel.Production, Call: channel.Call{Operation: "publishOffer", RequestID: "r-1", At: epoch, Request: "POST /x", Answer: "HTTP 400"}}
		require.NoError(t, s.Runs.SaveCalls(ctx, []runs.Call{call}))
		found, err := s.Runs.CallsWith(ctx, "ebay-uk", []string{"r-1", "r-2"}, epoch.Add(-time.Hour), 10)
		require.NoError(t, err)
		require.Equal(t, []runs.Call{call}, found)
		known, err := s.Runs.KnowsItem(ctx, "ebay-uk", "nothing")
		require.NoError(t, err)
		require.False(t, known)
		list, err := s.Runs.ErrorsOf(ctx, "ebay-uk", "nothing", 5)
		require.NoError(t, err)
		require.Empty(t, list)
		faults, err := s.Runs.Faults(ctx, runs.FaultFilter{Account: "ebay-uk", IDs: []string{"a", "b"}, RunID: "r", SKU: "s", PackageID: "p", OrderRow: 4})
		require.NoError(t, err)
		require.Empty(t, faults)
	})
}

package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/store/storetest"
)

func TestTheRegisterSaysWhatGoesOnAndWhatWaits(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		saveGoods(t, s, sized("MUG", 2))
		now := time.Now().UTC().Truncate(time.Microsecond)
		for n, id := range []string{"old", "new"} {
			began := now.Add(time.Duration(n-3) * time.Minute)
			require.NoError(t, s.Runs.EndRun(ctx, runs.Run{ID: id, Kind: runs.RunOrders, Account: "ebay-uk", StartedAt: began, EndedAt: began.Add(time.Duration(n+1) * time.Second)}))
		}
		require.NoError(t, s.Runs.EndRun(ctx, runs.Run{ID: "bad", Kind: runs.RunOrders, Account: "ebay-uk", StartedAt: now.Add(-5 * time.Minute), EndedAt: now, FaultID: "f"}))
		require.NoError(t, s.Runs.StartRun(ctx, runs.Run{ID: "lost", Kind: runs.RunStock, Account: "ebay-uk", StartedAt: now.Add(-48 * time.Hour)}))
		publish(t, s, "run-1", "ebay-uk", listing.Selection{})
		for _, id := range []string{"run-2", "run-3"} {
			require.NoError(t, s.Publications.AskPublication(ctx, publications.Publication{ID: id, Account: "ebay-uk", Endpoint: channel.Production, By: "ann", AskedAt: epoch.Add(time.Minute)}))
		}
		all, err := s.Register(ctx)
		require.NoError(t, err)
		require.Len(t, all, 2)
		require.Equal(t, runs.RunOrders, all[0].Kind)
		require.Equal(t, "new", all[0].Last.ID)
		listings := all[1]
		require.Equal(t, runs.RunListings, listings.Kind)
		require.Nil(t, listings.Last)
		require.Len(t, listings.Running, 1)
		require.Equal(t, 4, listings.Running[0].Counts.Seen)
		require.Len(t, listings.Queued, 2)
		require.Equal(t, []string{"run-1", "run-2"}, []string{listings.Queued[0].Behind, listings.Queued[1].Behind})

		took, err := s.Runs.RunDurations(ctx, "ebay-uk", runs.RunOrders)
		require.NoError(t, err)
		require.Equal(t, []time.Duration{2 * time.Second, time.Second}, took, "without the one that ended with a fault")

		next, ok, err := s.Publications.NextPublication(ctx, "ebay-uk", channel.Production)
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, "run-1", next.ID)
		stopped, err := s.Publications.StopPublication(ctx, "run-2", "ann")
		require.NoError(t, err)
		require.True(t, stopped)
		stopped, err = s.Publications.StopPublication(ctx, "run-2", "bob")
		require.NoError(t, err)
		require.False(t, stopped)
		_, err = s.Publications.EndPublication(ctx, "run-1", nil)
		require.NoError(t, err)
		next, _, err = s.Publications.NextPublication(ctx, "ebay-uk", channel.Production)
		require.NoError(t, err)
		require.Equal(t, "ann", next.StoppedBy)
		require.True(t, next.Stopped)
	})
}

func TestWhatIsPendingSaysWhatItWaitsFor(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		saveGoods(t, s, sized("MUG", 4))
		publish(t, s, "run-1", "ebay-uk", listing.Selection{})
		var checks []publications.ItemVerdict
		for _, sku := range []string{"MUG-1", "MUG-2", "MUG-3"} {
			checks = append(checks, publications.ItemVerdict{Product: "MUG", SKU: sku, Step: listing.Validated})
		}
		_, err := s.Publications.SaveChecks(ctx, "run-1", checks)
		require.NoError(t, err)
		require.NoError(t, s.Publications.Submitted(ctx, "run-1", "feed-1", []publications.SentSKU{{ChannelSKU: "c", Product: "MUG", SKU: "MUG-1"}}))
		handles, err := s.Publications.PendingHandles(ctx, "run-1", "", "")
		require.NoError(t, err)
		require.Equal(t, []string{"feed-1"}, handles)
		pending, err := s.PendingPublished(ctx)
		require.NoError(t, err)
		waits := map[string]int{}
		for _, p := range pending {
			require.Equal(t, "run-1", p.RunID)
			require.False(t, p.Since.IsZero())
			waits[p.WaitingFor()] = p.Items
		}
		require.Equal(t, map[string]int{"Towpath's own check": 1, "their turn to be sent": 2, "the channel's answer to what was sent": 1}, waits)
		_, err = s.Publications.EndPublication(ctx, "run-1", nil)
		require.NoError(t, err)
		require.Contains(t, item(t, s, "run-1", "MUG-1").Reason, "has not answered")
		pending, err = s.PendingPublished(ctx)
		require.NoError(t, err)
		require.Empty(t, pending, "a run that has ended leaves nothing pending")
		handles, err = s.Publications.PendingHandles(ctx, "run-1", "", "")
		require.NoError(t, err)
		require.Empty(t, handles)
	})
}

func TestTypesAndNeeds(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		_, err := s.Products.SetType(ctx, "ebay-uk", listing.TypeSettings{Category: "Kitchen", Values: map[string][]string{"a": {"1"}}})
		require.ErrorContains(t, err, "--type")
		_, err = s.Products.SetType(ctx, "nobody", listing.TypeSettings{Type: "1"})
		require.ErrorIs(t, err, store.ErrNotFound)
		_, err = s.Products.SetType(ctx, "ebay-uk", listing.TypeSettings{Category: "Kitchen", Type: "29585", Values: map[string][]string{"a": {"1"}}})
		require.NoError(t, err)
		now, err := s.Products.SetType(ctx, "ebay-uk", listing.TypeSettings{Category: "Kitchen", Values: map[string][]string{"a": nil, "b": {"2", "3"}}})
		require.NoError(t, err)
		want := listing.TypeSettings{Category: "Kitchen", Type: "29585", Values: map[string][]string{"b": {"2", "3"}}}
		require.Equal(t, want, now)
		all, err := s.Products.Types(ctx, "ebay-uk")
		require.NoError(t, err)
		require.Equal(t, []listing.TypeSettings{want}, all)

		pan := sized("PAN", 1)
		pan.Category, pan.Type = "Pans", "PAN"
		saveGoods(t, s, sized("MUG", 2), sized("CUP", 1), pan)
		publish(t, s, "run-1", "ebay-uk", listing.Selection{})
		missing := func(attributes ...string) []listing.Issue {
			return []listing.Issue{{Stage: listing.Validation, Severity: listing.Error, Code: "attribute-missing", Attributes: attributes, Message: "it lacks something"}}
		}
		_, err = s.Publications.SaveChecks(ctx, "run-1", []publications.ItemVerdict{{Product: "MUG", SKU: "MUG-1", Issues: missing("Brand", "Colour")}, {Product: "MUG", SKU: "MUG-2", Issues: missing("Brand")},
			{Product: "CUP", Issues: missing("Brand")}, {Product: "PAN", Issues: missing("Material")}})
		require.NoError(t, err)
		needs, err := s.Publications.Needs(ctx, "ebay-uk", "")
		require.NoError(t, err)
		require.Equal(t, []listing.Need{{Type: "29585", Attribute: "Brand", Products: 2, Example: "MUG-1"}, {Type: "29585", Attribute: "Colour", Products: 1, Example: "MUG-1"},
			{Type: "PAN", Attribute: "Material", Products: 1, Example: "PAN"}}, needs)

		removed, err := s.Products.RemoveType(ctx, "ebay-uk", "Kitchen")
		require.NoError(t, err)
		require.True(t, removed)
		removed, err = s.Products.RemoveType(ctx, "ebay-uk", "Kitchen")
		require.NoError(t, err)
		require.False(t, removed)
	})
}

func TestTheNewestDefinitionIsKept(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		one := func(version string, minute int) listing.Definition {
			return listing.Definition{Type: "MUG", Version: version, Checksum: "sum", FetchedAt: epoch.Add(time.Duration(minute) * time.Minute), Body: []byte("{\"v\": \"" + version + "\", \x00\xff}")}
		}
		for _, d := range []listing.Definition{one("1", 1), one("3", 3), one("2", 2), one("3", 3)} {
			require.NoError(t, s.Products.SaveDefinition(ctx, "amazon/GB", d))
		}
		require.NoError(t, s.Products.SaveDefinition(ctx, "amazon/GB", listing.Definition{Type: "", FetchedAt: epoch}))
		require.NoError(t, s.Products.SaveDefinition(ctx, "amazon/US", one("4", 4)))
		kept, err := s.Products.Definitions(ctx, "amazon/GB", []string{"MUG", "", "PAN"})
		require.NoError(t, err)
		require.Len(t, kept, 2)
		require.Empty(t, kept[0].Body)
		require.Equal(t, one("3", 3), kept[1], "byte by byte")
		versions, err := s.Products.DefinitionVersions(ctx, "amazon/GB", []string{"MUG"})
		require.NoError(t, err)
		require.Nil(t, versions[0].Body)
		require.Equal(t, "3", versions[0].Version)
	})
}

func TestPublicationsThatCanNotBe(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		p := publications.Publication{ID: "run-1", Account: "nobody", Endpoint: channel.Production, By: "ann"}
		require.ErrorIs(t, s.Publications.AskPublication(ctx, p), store.ErrNotFound)
		require.ErrorContains(t, s.Publications.AskPublication(ctx, publications.Publication{Account: "ebay-uk", By: "ann"}), "an id")
		off := storetest.Accounts()[1]
		off.Enabled = false
		require.NoError(t, s.Settings.SaveAccounts(ctx, []accounts.Account{off}))
		p.Account = "ebay-uk"
		require.ErrorContains(t, s.Publications.AskPublication(ctx, p), "switched off")
		p.Account = "shopify-uk"
		require.NoError(t, s.Publications.AskPublication(ctx, p))
		_, _, err := s.Publications.SelectGoods(ctx, "run-9", "", 10)
		require.ErrorIs(t, err, store.ErrNotFound)
		_, err = s.Publications.SaveChecks(ctx, "run-1", []publications.ItemVerdict{{SKU: "A"}})
		require.ErrorContains(t, err, "names no product")
		_, err = s.Publications.SaveChecks(ctx, "run-1", []publications.ItemVerdict{{Product: "A", Plan: string(make([]byte, listing.MaxPlan+1))}})
		require.ErrorContains(t, err, "at most")
		counts, err := s.Publications.SaveAnswers(ctx, "run-1", []publications.ItemVerdict{{Product: "A", SKU: "of no run", Step: listing.Accepted}})
		require.NoError(t, err)
		require.Zero(t, counts)
		require.NoError(t, s.Publications.Submitted(ctx, "run-1", "h", []publications.SentSKU{{ChannelSKU: "c\x00\xff", Product: "p", SKU: "s"}}))
		_, err = s.Products.SaveCatalogue(ctx, []catalogue.Product{sized("A", 1)})
		require.NoError(t, err)
		_, err = s.Publications.StopPublication(ctx, "run-1", "")
		require.ErrorContains(t, err, "a name must be given")
	})
}

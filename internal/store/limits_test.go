package store_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/storetest"
)

func TestRatesOfTheFileAndByHandLiveApart(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		file := map[string]map[channel.Operation]float64{
			"amazon-uk": {channel.OpOrder: 0.25, channel.OpShipment: 1}, "ebay-uk": {channel.OpLevels: 2.5},
		}
		require.NoError(t, s.Accounts.SaveFileRates(ctx, file))
		require.NoError(t, s.Accounts.SetRate(ctx, "amazon-uk", channel.OpOrder, 0.001))
		require.NoError(t, s.Accounts.SetRate(ctx, "amazon-uk", channel.OpOrder, 0.1))
		require.Equal(t, map[string]float64{
			"amazon-uk order file": 0.25, "amazon-uk order hand": 0.1, "amazon-uk shipment file": 1, "ebay-uk levels file": 2.5,
		}, rates(t, s, ""))

		// A rate that is removed from the file is forgotten; an account that the file does not have is unchanged.
		require.NoError(t, s.Accounts.SaveFileRates(ctx, map[string]map[channel.Operation]float64{"amazon-uk": {}}))
		require.Equal(t, map[string]float64{"amazon-uk order hand": 0.1, "ebay-uk levels file": 2.5}, rates(t, s, ""))
		require.Equal(t, map[string]float64{"ebay-uk levels file": 2.5}, rates(t, s, "ebay-uk"))

		n, err := s.Accounts.ResetRate(ctx, "amazon-uk", channel.OpShipment)
		require.NoError(t, err)
		require.Zero(t, n)
		n, err = s.Accounts.ResetRate(ctx, "amazon-uk", "")
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.Error(t, s.Accounts.SetRate(ctx, "nobody", channel.OpOrder, 1))
	})
}

func rates(t *testing.T, s *store.Store, account string) map[string]float64 {
	t.Helper()
	list, err := s.Accounts.Rates(t.Context(), account)
	require.NoError(t, err)
	out := make(map[string]float64)
	for _, r := range list {
		require.False(t, r.SetAt.IsZero())
		out[r.Account+" "+string(r.Operation)+" "+string(r.Source)] = r.PerSecond
	}
	return out
}

func TestTheLastWordOfAChannelStays(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		now := time.Now().UTC().Truncate(time.Microsecond)
		late := channel.ObservedRate{Call: "orders", PerSecond: 0.5714, Burst: 5.7, Left: 4, Restores: 200, At: now}
		early := channel.ObservedRate{Call: "orders", PerSecond: 0.2857, Burst: 2.8, Left: 1, Restores: 100, At: now.Add(-time.Second)}
		require.NoError(t, s.Accounts.SaveObservedRates(ctx, "shopify-uk", []channel.ObservedRate{late}))
		require.NoError(t, s.Accounts.SaveObservedRates(ctx, "shopify-uk", []channel.ObservedRate{early}))
		require.NoError(t, s.Accounts.SaveObservedRates(ctx, "shopify-uk", []channel.ObservedRate{{Call: "order", PerSecond: math.Inf(1), At: now}}))
		observed, err := s.Accounts.ObservedRates(ctx)
		require.NoError(t, err)
		require.Equal(t, map[string][]channel.ObservedRate{"shopify-uk": {late}}, observed)
	})
}

func TestBacklogsCountWhatWaits(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		link(t, s, "A", "B")
		backlogs, err := s.Backlogs(ctx)
		require.NoError(t, err)
		require.Equal(t, 2, backlogs["amazon-uk"].Levels)
		list, err := s.Levels.DirtyLevels(ctx, "amazon-uk", 10)
		require.NoError(t, err)
		var sent []levels.Push
		for _, l := range list {
			sent = append(sent, levels.Push{ChannelSKU: l.ChannelSKU, Version: l.Version, Quantity: l.Quantity, SentAt: time.Now().UTC()})
		}
		require.NoError(t, s.Levels.SavePendingPushes(ctx, "amazon-uk", "feed-1", sent))
		backlogs, err = s.Backlogs(ctx)
		require.NoError(t, err)
		require.Equal(t, store.Backlog{Levels: 2, Feeds: 1}, backlogs["amazon-uk"])

		for i := range sent {
			sent[i].AckedAt = time.Now().UTC()
		}
		_, err = s.Levels.SaveFeed(ctx, "amazon-uk", "run", "feed-1", sent)
		require.NoError(t, err)
		backlogs, err = s.Backlogs(ctx)
		require.NoError(t, err)
		require.NotContains(t, backlogs, "amazon-uk")
	})
}

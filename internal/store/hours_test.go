package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/bulk"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/storetest"
)

// What happens is counted in its hour, once, whatever is saved again.
func TestWhatHappensIsCountedByTheHour(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		since := time.Now().UTC().Truncate(time.Hour)
		link(t, s, "LAMP")
		receive(t, s, "first", "LAMP", 5)
		for range 2 {
			save(t, s, "amazon-uk", sale("amazon-uk", "1", 0, units("LAMP", 1)))
			save(t, s, "ebay-uk", sale("ebay-uk", "2", 1, units("LAMP", 1)))
		}
		require.NoError(t, s.Runs.SaveFaults(ctx, "ebay-uk", []*channel.Fault{channel.NewFault(channel.Timeout, "updateOffer", "late")}))
		require.Equal(t, 2, sum(t, since)(s.Orders.SavedByHour(ctx, since)))
		require.Equal(t, 1, sum(t, since)(s.Runs.FaultsByHour(ctx, since)))
		later := since.Add(3 * time.Hour)
		require.Zero(t, sum(t, since)(s.Orders.SavedByHour(ctx, later)))
		require.Zero(t, sum(t, since)(s.Runs.FaultsByHour(ctx, later)))
	})
}

// sum adds the counts of a map by hours, all of which must begin with an hour.
func sum(t *testing.T, since time.Time) func(map[time.Time]int, error) int {
	return func(counts map[time.Time]int, err error) (n int) {
		t.Helper()
		require.NoError(t, err)
		for hour, count := range counts {
			require.Equal(t, hour.Truncate(time.Hour), hour)
			require.False(t, hour.Before(since))
			n += count
		}
		return n
	}
}

// How long a level waited is counted when its channel accepts it, and not again with the same answer; refusals count nothing.
func TestLagsAreCountedWhenALevelIsAccepted(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		since := time.Now().UTC().Truncate(time.Hour)
		link(t, s, "LAMP", "MUG")
		receive(t, s, "first", "LAMP", 5)
		receive(t, s, "second", "MUG", 5)
		list, err := s.Levels.DirtyLevels(ctx, "ebay-uk", 10)
		require.NoError(t, err)
		require.Len(t, list, 2)
		sent := list[0].DirtySince.Add(time.Minute)
		accepted := levels.Push{ChannelSKU: list[0].ChannelSKU, Version: list[0].Version, Quantity: list[0].Quantity, SentAt: sent, AckedAt: sent.Add(30 * time.Second)}
		refused := levels.Push{ChannelSKU: list[1].ChannelSKU, Version: list[1].Version, Quantity: list[1].Quantity, SentAt: sent, Fault: channel.NewFault(channel.Invalid, "updateOffer", "no")}
		for range 2 {
			_, err := s.Levels.SavePushes(ctx, "ebay-uk", "run", []levels.Push{accepted, refused})
			require.NoError(t, err)
		}
		found, err := s.Levels.LagsByHour(ctx, since)
		require.NoError(t, err)
		require.Len(t, found, 1)
		for _, lags := range found {
			require.Equal(t, 1, lags.Levels)
			require.Equal(t, 90*time.Second, lags.Worst)
		}
		push(t, s, "shopify-uk")
		found, err = s.Levels.LagsByHour(ctx, since)
		require.NoError(t, err)
		n := 0
		for _, lags := range found {
			n += lags.Levels
			require.Equal(t, 90*time.Second, lags.Worst)
		}
		require.Equal(t, 3, n, "all accounts count together")
		for i := range 3 {
			receive(t, s, fmt.Sprint("more", i), "LAMP", 1)
			push(t, s, "shopify-uk")
		}
		found, err = s.Levels.LagsByHour(ctx, since)
		require.NoError(t, err)
		for _, lags := range found {
			n -= lags.Levels
		}
		require.Equal(t, -3, n, "one answer after the other is added up")
		require.NoError(t, s.Levels.ForgetLags(ctx, since))
		found, err = s.Levels.LagsByHour(ctx, since)
		require.NoError(t, err)
		require.NotEmpty(t, found, "only what is older is forgotten")
		require.NoError(t, s.Levels.ForgetLags(ctx, time.Now().Add(time.Hour)))
		found, err = s.Levels.LagsByHour(ctx, since)
		require.NoError(t, err)
		require.Empty(t, found)
	})
}

// The charts read the part of an index that belongs to their hours, and no table as a whole, among 20,000 orders.
func TestHoursAreReadByIndexes(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		require.NoError(t, bulk.Fill(ctx, s, 20_000))
		sent := map[string][]any{}
		s.Watch(func(text string, args []any) { sent[text] = args })
		since := time.Now().Add(-24 * time.Hour)
		_, err := s.Orders.SavedByHour(ctx, since)
		require.NoError(t, err)
		_, err = s.Runs.FaultsByHour(ctx, since)
		require.NoError(t, err)
		_, err = s.Levels.LagsByHour(ctx, since)
		require.NoError(t, err)
		s.Watch(func(string, []any) {})
		require.Len(t, sent, 3)
		var all strings.Builder
		for text, args := range sent {
			all.WriteString(planOf(t, s, text, args...) + "\n")
		}
		if strings.HasSuffix(t.Name(), "/sqlite") {
			for _, want := range []string{"SEARCH o USING COVERING INDEX orders_by_saved (saved_at>?)", "SEARCH f USING COVERING INDEX faults_of_account (account=? AND at>?)", "SEARCH push_lags USING INDEX sqlite_autoindex_push_lags_1 (hour>?)"} {
				require.Contains(t, all.String(), want)
			}
		}
		require.NotContains(t, all.String(), "Seq Scan on orders")
	})
}

package store_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/store/settings"
	"github.com/towpath/towpath/internal/store/storetest"
)

// next returns the channel SKUs of the next levels to be sent.
func next(t *testing.T, s *store.Store, account string, limit int) (skus []string) {
	t.Helper()
	list, err := s.Levels.DirtyLevels(ctx, account, limit)
	require.NoError(t, err)
	for _, l := range list {
		skus = append(skus, l.ChannelSKU)
	}
	return skus
}

// A1: what failed goes behind all others, so that it never stands at the head twice.
func TestALevelThatWasSentInVainGoesBehindTheOthers(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "A", "B", "C")
		require.Equal(t, []string{"amazon-uk:A", "amazon-uk:B", "amazon-uk:C"}, next(t, s, "amazon-uk", 3))
		busy := channel.NewFault(channel.Unavailable, "levels", "busy")
		list, err := s.Levels.DirtyLevels(ctx, "amazon-uk", 1)
		require.NoError(t, err)
		counts, err := s.Levels.SavePushes(ctx, "amazon-uk", "run", []levels.Push{{ChannelSKU: "amazon-uk:A", Version: list[0].Version, SentAt: epoch, Fault: busy}})
		require.NoError(t, err)
		require.Zero(t, counts)
		require.Equal(t, []string{"amazon-uk:B", "amazon-uk:C", "amazon-uk:A"}, next(t, s, "amazon-uk", 3))
		require.NoError(t, s.Levels.TriedInVain(ctx, "amazon-uk", []string{"amazon-uk:B"}))
		require.Equal(t, []string{"amazon-uk:C", "amazon-uk:A"}, next(t, s, "amazon-uk", 2))
		require.Len(t, push(t, s, "amazon-uk"), 3)
		receive(t, s, "1", "B", 1)
		receive(t, s, "2", "A", 1)
		require.Equal(t, []string{"amazon-uk:B", "amazon-uk:A"}, next(t, s, "amazon-uk", 2), "what was accepted since stands in line again")
	})
}

// Issue 12, point 6: a level that its channel did not want to overwrite waits for a scan of orders that began later.
func TestALevelThatIsNotOverwrittenWaitsForAScan(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "A")
		receive(t, s, "1", "A", 5)
		const sku = "shopify-uk:A"
		push(t, s, "shopify-uk")
		expected := func() map[string]int {
			found, err := s.Levels.Expected(ctx, "shopify-uk", []string{sku})
			require.NoError(t, err)
			return found
		}
		require.Equal(t, map[string]int{sku: 5}, expected())
		sold := pageOf("shopify-uk", sale("shopify-uk", "1", 1, units("A", 2)))
		sold.SeenAt = time.Now().UTC()
		_, err := s.Orders.SavePage(ctx, sold)
		require.NoError(t, err)
		elsewhere := pageOf("ebay-uk", sale("ebay-uk", "1", 1, units("A", 1)))
		elsewhere.SeenAt = time.Now().UTC()
		_, err = s.Orders.SavePage(ctx, elsewhere)
		require.NoError(t, err)
		require.Equal(t, map[string]int{sku: 3}, expected(), "its own buyers have taken two; what eBay sold is still listed")

		list, err := s.Levels.DirtyLevels(ctx, "shopify-uk", 1)
		require.NoError(t, err)
		seen := epoch.Add(time.Hour)
		stale := channel.NewFault(channel.Conflict, "inventorySetQuantities", "stale")
		_, err = s.Levels.SavePushes(ctx, "shopify-uk", "run-1", []levels.Push{{
			ChannelSKU: sku, Version: list[0].Version, SentAt: seen, Fault: stale, Stale: true, Seen: 1, ScanFrom: seen.Add(15 * time.Second),
		}})
		require.NoError(t, err)
		items, err := s.Runs.Items(ctx, "run-1", "", "", 1)
		require.NoError(t, err)
		require.Equal(t, runs.ItemPending, items[0].Status)
		require.Contains(t, items[0].Reason, "orders are read before it is overwritten")
		waits := func(want bool) {
			t.Helper()
			n, err := s.Levels.SendableCount(ctx, "shopify-uk")
			require.NoError(t, err)
			require.Equal(t, want, n == 0)
			again, err := s.Levels.Rescanned(ctx, "shopify-uk")
			require.NoError(t, err)
			require.Equal(t, want, !again)
		}
		waits(true)
		scan := func(id string, started time.Time, fault string) {
			run := runs.Run{ID: id, Kind: runs.RunOrders, Account: "shopify-uk", Endpoint: channel.Production, WorkflowID: id, StartedAt: started, EndedAt: started.Add(time.Second), Counts: message.Counts{}}
			run.FaultID = fault
			require.NoError(t, s.Runs.EndRun(ctx, run))
		}
		scan("too early for the search to know all", seen.Add(time.Second), "")
		scan("failed", seen.Add(time.Minute), "fault-1")
		waits(true)
		scan("good", seen.Add(time.Minute), "")
		waits(false)
		require.Equal(t, map[string]int{sku: 1}, expected(), "what was read: the sales of before are in it, whenever they were seen")
		unclear, later := sale("shopify-uk", "2", 1, units("A", 1)), sale("shopify-uk", "3", 1, units("A", 1))
		unclear.PlacedAt, later.PlacedAt = seen.Add(time.Second), seen.Add(16*time.Second)
		page := pageOf("shopify-uk", unclear, later)
		page.SeenAt = time.Now().UTC()
		_, err = s.Orders.SavePage(ctx, page)
		require.NoError(t, err)
		require.Equal(t, map[string]int{sku: 0}, expected(), "less what was bought after it was read for certain; the other one is refused again if it was, too")
		require.Equal(t, map[string]int{sku: 0}, push(t, s, "shopify-uk"))
		waits(true)
	})
}

// What was sold has left the channel's quantity, also when it is packed or shipped before the level is sent again. Otherwise the channel
// would refuse levels that are right.
func TestUnitsThatArePackedHaveLeftTheChannelToo(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		const account, sku = "shopify-uk", "shopify-uk:A"
		receive(t, s, "1", "A", 9)
		link(t, s, "A", "B")
		early := pageOf(account, sale(account, "0", 0, units("A", 1)))
		early.SeenAt = epoch.Add(-time.Minute)
		_, err := s.Orders.SavePage(ctx, early)
		require.NoError(t, err)
		push(t, s, account)
		expects := func(want int) {
			t.Helper()
			found, err := s.Levels.Expected(ctx, account, []string{sku, "shopify-uk:B"})
			require.NoError(t, err)
			require.Equal(t, map[string]int{sku: want, "shopify-uk:B": 0}, found)
		}
		expects(8)
		sold := pageOf(account, sale(account, "1", 1, units("A", 2)), sale(account, "2", 1, units("A", 1)))
		sold.SeenAt = time.Now().UTC()
		_, err = s.Orders.SavePage(ctx, sold)
		require.NoError(t, err)
		expects(5)
		process(t, s, rowID(t, s, account, "1"), pack("p1", content("1-1", 2)))
		expects(5)
		require.NoError(t, storetest.Exec(ctx, s.DB, `UPDATE order_lines SET shipped = packed, packed = 0 WHERE packed > 0`))
		expects(5)
	})
}

// Neither a level of a listing that only a report has, nor one of an account that observes, can be sent: nobody is woken for it, and
// none is counted as unsent.
func TestLevelsThatNobodyMaySendAreNotCounted(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		sendable := func(want int) {
			t.Helper()
			n, err := s.Levels.SendableCount(ctx, "ebay-uk")
			require.NoError(t, err)
			require.Equal(t, want, n)
			n, err = s.Levels.DirtyCount(ctx, "ebay-uk")
			require.NoError(t, err)
			require.Equal(t, want, n)
			list, err := s.Levels.DirtyLevels(ctx, "ebay-uk", 10)
			require.NoError(t, err)
			require.Len(t, list, want)
			woken, err := s.Levels.DirtyAccounts(ctx, time.Now().Add(time.Hour))
			require.NoError(t, err)
			require.Equal(t, want > 0, slices.Contains(woken, "ebay-uk"))
		}
		reported(t, s, "file-1", found("1", "KET"))
		require.NoError(t, s.Links.SaveLinks(ctx, []links.Link{{Account: "ebay-uk", ChannelSKU: "KET", SKU: "KET"}}))
		sendable(0)
		imported(t, s, "ebay-uk", "run-1", listed("KET", "1", "off-1", 0))
		sendable(1)
		changed, err := s.Settings.Observe(ctx, "ebay-uk")
		require.NoError(t, err)
		require.True(t, changed)
		sendable(0)
		_, err = s.Settings.GoLive(ctx, "ebay-uk", settings.Live{By: "test"})
		require.NoError(t, err)
		sendable(1)
	})
}

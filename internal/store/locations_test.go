package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/storetest"
)

// receiveAt puts units of a SKU on the shelf of a location.
func receiveAt(t testing.TB, s *store.Store, key, sku, location string, n int) {
	t.Helper()
	_, err := s.Ledger.ApplyStock(context.Background(), []stock.Change{{Key: key, SKU: sku, Location: location, Kind: stock.Receipt, Quantity: n}})
	require.NoError(t, err)
}

// reservedAt returns the reserved and the backordered units of a SKU at a location.
func reservedAt(t testing.TB, s *store.Store, sku, location string) [2]int {
	t.Helper()
	rows, err := s.Ledger.Stock(context.Background(), sku, "", 0)
	require.NoError(t, err)
	for _, r := range rows {
		if r.Location == location {
			return [2]int{r.Reserved, r.Backordered}
		}
	}
	return [2]int{}
}

// from makes a line leave from a location by the channel's word.
func from(location string, l order.SnapshotLine) order.SnapshotLine {
	l.Location = location
	return l
}

func TestEachLineIsReservedWhereTheChannelShipsIt(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "LAMP", "ROPE")
		receiveAt(t, s, "r1", "LAMP", "main", 5)
		receiveAt(t, s, "r2", "LAMP", "attic", 5)
		receiveAt(t, s, "r3", "ROPE", "attic", 1)
		o := sale("shopify-uk", "a", 0, from("main", units("LAMP", 1)), from("attic", units("LAMP", 2)), from("attic", units("ROPE", 2)))
		save(t, s, "shopify-uk", o)
		d := detail(t, s, "shopify-uk", "a")
		require.Equal(t, "main and attic", d.Locations())
		require.Equal(t, order.Units{Reserved: 4, Backordered: 1}, d.Units)
		require.Equal(t, [2]int{1, 0}, reservedAt(t, s, "LAMP", "main"))
		require.Equal(t, [2]int{2, 0}, reservedAt(t, s, "LAMP", "attic"))
		require.Equal(t, [2]int{1, 1}, reservedAt(t, s, "ROPE", "attic"))

		// The reservation follows a move, also in a version of the same time.
		save(t, s, "shopify-uk", version(o, 0, func(o *order.Snapshot) { o.Lines[1].Location = "main" }))
		require.Equal(t, [2]int{3, 0}, reservedAt(t, s, "LAMP", "main"))
		require.Equal(t, [2]int{0, 0}, reservedAt(t, s, "LAMP", "attic"))
		require.Equal(t, []string{"main", "main", "attic"}, locationsOf(t, s, "a"))

		// What is packed stays, and is a contradiction until it has left.
		row := d.Key.RowID
		process(t, s, row, pack("P1", content("a-1", 1)))
		moved := version(o, 2, func(o *order.Snapshot) { o.Lines[0].Location, o.Lines[1].Location = "attic", "attic" })
		save(t, s, "shopify-uk", moved)
		d = detail(t, s, "shopify-uk", "a")
		require.Equal(t, "1 unit of line a-1 packed or reserved at main, and the channel has moved the line to attic", d.Contradiction)
		require.Equal(t, []string{"main", "attic", "attic"}, locationsOf(t, s, "a"))
		out, err := s.Packages.PreparePackage(context.Background(), row, "P1", "order/1")
		require.NoError(t, err)
		require.Equal(t, "main", out.Shipment.Lines[0].Location, "the channel is told where it was packed")
		confirm(t, s, row, "P1")
		save(t, s, "shopify-uk", version(moved, 1, func(o *order.Snapshot) { o.Lines[0].Shipped, o.Fulfilment = 1, order.FulfilmentPartlyShipped }))
		require.Empty(t, detail(t, s, "shopify-uk", "a").Contradiction)
	})
}

func TestALineAtALocationThatIsNotMappedIsNotOurs(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "LAMP")
		receive(t, s, "r1", "LAMP", 5)
		o := sale("shopify-uk", "a", 0, from("main", units("LAMP", 1)), units("LAMP", 2))
		o.Lines[1].Sender = order.SenderUnmapped
		save(t, s, "shopify-uk", o)
		d := detail(t, s, "shopify-uk", "a")
		require.Equal(t, order.Units{Reserved: 1}, d.Units)
		require.Equal(t, "the channel ships it from a location that the accounts file does not map", d.Lines[1].Elsewhere)
		save(t, s, "shopify-uk", version(o, 0, func(o *order.Snapshot) { o.Lines[1].Sender, o.Lines[1].Location = order.SenderUs, "attic" }))
		require.Equal(t, [2]int{0, 2}, reservedAt(t, s, "LAMP", "attic"), "it is mapped now")

		b := sale("shopify-uk", "b", 0, units("LAMP", 1))
		b.Lines[0].Sender = order.SenderUnmapped
		save(t, s, "shopify-uk", b)
		d = detail(t, s, "shopify-uk", "b")
		require.Equal(t, []any{order.Skipped, order.ReasonLocation}, []any{d.State, d.Reason})
		save(t, s, "shopify-uk", version(b, 0, func(o *order.Snapshot) { o.Lines[0].Sender, o.Lines[0].Location = order.SenderUs, "main" }))
		require.Equal(t, order.Open, detail(t, s, "shopify-uk", "b").State, "it is decided again")

		c := sale("shopify-uk", "c", 0, from("main", units("LAMP", 2)))
		c.Parted = true
		save(t, s, "shopify-uk", c)
		require.Equal(t, order.HoldParted, detail(t, s, "shopify-uk", "c").Hold)
		require.NotEmpty(t, refusal(t, s, rowID(t, s, "shopify-uk", "c"), pack("P1", content("c-1", 2))))
	})
}

// byLocation lets the Shopify account list each location's stock at its own location.
func byLocation(t testing.TB, s *store.Store) {
	t.Helper()
	set(t, s, "shopify-uk", func(a *accounts.Account) { a.StockLocations, a.ByLocation = []string{"attic", "main"}, true })
}

func TestEachLocationIsListedAtItsOwn(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx, sent := context.Background(), time.Now().UTC().Add(-time.Minute)
		byLocation(t, s)
		link(t, s, "LAMP")
		receiveAt(t, s, "r1", "LAMP", "main", 5)
		receiveAt(t, s, "r2", "LAMP", "attic", 3)
		at := func(account string) stock.ByLocation {
			list, err := s.Levels.DirtyLevels(ctx, account, 10)
			require.NoError(t, err)
			require.Len(t, list, 1)
			return list[0].At
		}
		require.Equal(t, stock.ByLocation{{Location: "attic", Units: 3}, {Location: "main", Units: 5}}, at("shopify-uk"))
		require.Nil(t, at("ebay-uk"), "one level for all")

		sku := "shopify-uk:LAMP"
		list, err := s.Levels.DirtyLevels(ctx, "shopify-uk", 10)
		require.NoError(t, err)
		push := levels.Push{ChannelSKU: sku, Version: list[0].Version, Quantity: 8, SentAt: sent, AckedAt: sent, Wanted: list[0].At,
			At: []levels.LocationLevel{{Location: "main", Quantity: 5, AsOf: sent}, {Location: "attic", Quantity: 3, AsOf: sent}}}
		_, err = s.Levels.SavePushes(ctx, "shopify-uk", "push", []levels.Push{push})
		require.NoError(t, err)
		expected := func() map[string]int {
			all, err := s.Levels.ExpectedAt(ctx, "shopify-uk", []string{sku})
			require.NoError(t, err)
			return all[sku]
		}
		require.Equal(t, map[string]int{"main": 5, "attic": 3}, expected())

		// An import says where the item is stocked now; one that is older than what is known says nothing.
		for seconds, shown := range []map[string]int{{}, {"main": 4}, {"main": 5, "attic": 3}} {
			item := listed(sku, "v1", "i1", 8)
			item.At = shown
			_, err = s.Links.SaveListings(ctx, links.ListingsPage{Account: "shopify-uk", RunID: "import", SeenAt: sent.Add(time.Duration(seconds) * time.Second), Listings: []channel.Listed{item}})
			require.NoError(t, err)
			require.Equal(t, shown, orEmpty(expected()))
			_, err = s.Links.SaveListings(ctx, links.ListingsPage{Account: "shopify-uk", RunID: "import", SeenAt: sent.Add(-time.Second), Listings: []channel.Listed{item}})
			require.NoError(t, err)
			require.Equal(t, shown, orEmpty(expected()))
		}

		// A sale at one location is expected to have left its quantity there.
		page := pageOf("shopify-uk", sale("shopify-uk", "a", 0, from("attic", units("LAMP", 2))))
		page.SeenAt = time.Now()
		_, err = s.Orders.SavePage(ctx, page)
		require.NoError(t, err)
		require.Equal(t, map[string]int{"main": 5, "attic": 1}, expected())
		require.Equal(t, stock.ByLocation{{Location: "attic", Units: 1}, {Location: "main", Units: 5}}, at("shopify-uk"))

		// What was read after a refusal counts as it is, until something is accepted.
		push.AckedAt, push.Version, push.Fault, push.Stale, push.Seen = time.Time{}, push.Version+1, channel.NewFault(channel.Conflict, "set", "stale"), true, 6
		push.At = []levels.LocationLevel{{Location: "main", Quantity: 5, AsOf: levels.Exact}, {Location: "attic", Quantity: 1, AsOf: levels.Exact}}
		push.ScanFrom = time.Now().UTC()
		_, err = s.Levels.SavePushes(ctx, "shopify-uk", "push", []levels.Push{push})
		require.NoError(t, err)
		require.Equal(t, map[string]int{"main": 5, "attic": 1}, expected())

		// What was bought for certain after that reading has left it.
		later := pageOf("shopify-uk", sale("shopify-uk", "b", 0, from("attic", units("LAMP", 1))))
		later.Orders[0].PlacedAt, later.SeenAt = push.ScanFrom.Add(time.Second), time.Now()
		_, err = s.Orders.SavePage(ctx, later)
		require.NoError(t, err)
		require.Equal(t, map[string]int{"main": 5, "attic": 0}, expected())

		// A location that no longer stocks the item is forgotten: nothing can be replaced there.
		push.At = push.At[:1]
		_, err = s.Levels.SavePushes(ctx, "shopify-uk", "push", []levels.Push{push})
		require.NoError(t, err)
		require.Equal(t, map[string]int{"main": 5}, expected())
	})
}

func orEmpty(m map[string]int) map[string]int {
	if m == nil {
		return map[string]int{}
	}
	return m
}

func locationsOf(t testing.TB, s *store.Store, id string) []string {
	t.Helper()
	var out []string
	for _, l := range detail(t, s, "shopify-uk", id).Lines {
		out = append(out, l.Location)
	}
	return out
}

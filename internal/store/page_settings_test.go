package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/books"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/store/storetest"
)

// set changes one account's settings as a worker with another accounts file does.
func set(t testing.TB, s *store.Store, id string, change func(a *accounts.Account)) {
	t.Helper()
	a, err := s.Accounts.Account(context.Background(), id)
	require.NoError(t, err)
	change(&a)
	require.NoError(t, s.Settings.SaveAccounts(context.Background(), []accounts.Account{a}))
}

func refusal(t testing.TB, s *store.Store, row int64, p shipment.Package) string {
	t.Helper()
	ctx := context.Background()
	require.NoError(t, s.Packages.SavePackages(ctx, row, []shipment.Package{p}))
	out, err := s.Packages.ProcessPackage(ctx, row, p.ID)
	require.NoError(t, err)
	return out.Refused
}

func TestSettingsAreReadBackAsTheyWereSaved(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		set(t, s, "ebay-uk", func(a *accounts.Account) {
			a.Statuses = map[string]order.Status{"FULFILLED, PAID": order.StatusSkip, "it's \"odd\"": "shipped"}
			a.ShipFrom = map[string]string{"DE": "Köln"}
			a.Listings = channel.Permissions{Revise: true, Relist: true}
			a.AtZero, a.ProcessAt = accounts.EndAtZero, order.AtPlaced
			a.Host, a.Simulated = "127.0.0.1:7", true
			a.AuthorisedOn, a.SecretIssuedOn = epoch.Truncate(24*time.Hour), epoch.Truncate(time.Hour)
			saved := *a
			t.Cleanup(func() {
				back, err := s.Accounts.Account(context.Background(), "ebay-uk")
				require.NoError(t, err)
				require.Equal(t, saved, back)
			})
		})
		other, err := s.Accounts.Account(context.Background(), "shopify-uk")
		require.NoError(t, err)
		require.Equal(t, order.AtPaid, other.ProcessAt, "the default")
		require.Equal(t, accounts.KeepAtZero, other.AtZero, "the default")
	})
}

// An unpaid order reserves stock in both cases: the setting `process` decides when it may be packed.
func TestProcessSaysWhenAnUnpaidOrderMayBePacked(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		link(t, s, "lamp")
		receive(t, s, "a", "lamp", 3)
		o := sale("ebay-uk", "1", 1, units("lamp", 2))
		o.Paid = false
		res := save(t, s, "ebay-uk", o)
		require.NoError(t, s.Orders.MarkDelivered(ctx, res.Outbox))
		row := rowID(t, s, "ebay-uk", "1")
		require.Equal(t, order.AwaitingPayment, detail(t, s, "ebay-uk", "1").State)
		require.Equal(t, 1, level(t, s, "lamp").Free(), "others can't be sold what it holds")
		require.Equal(t, "the order is not paid, and its account processes only paid orders", refusal(t, s, row, pack("p", content("1-1", 1))))
		ready, err := s.Packages.ReadyOrders(ctx, time.Now().Add(time.Hour), 0, 10)
		require.NoError(t, err)
		require.Empty(t, ready)

		// The merchant changes the setting: the change is pending in the outbox.
		set(t, s, "ebay-uk", func(a *accounts.Account) { a.ProcessAt = order.AtPlaced })
		require.Equal(t, order.Open, detail(t, s, "ebay-uk", "1").State)
		pending, err := s.Orders.Pending(ctx, time.Now().Add(time.Hour), orders.OutboxEntry{}, 10)
		require.NoError(t, err)
		require.Len(t, pending, 1)
		require.Equal(t, order.Open, pending[0].State)
		ready, err = s.Packages.ReadyOrders(ctx, time.Now().Add(time.Hour), 0, 10)
		require.NoError(t, err)
		require.Len(t, ready, 1)
		set(t, s, "ebay-uk", func(a *accounts.Account) { a.ProcessAt = order.AtPaid })
		require.Equal(t, order.AwaitingPayment, detail(t, s, "ebay-uk", "1").State)
		set(t, s, "ebay-uk", func(a *accounts.Account) { a.ProcessAt = order.AtPlaced })

		out, err := s.Packages.ProcessPackage(ctx, row, "p")
		require.NoError(t, err)
		require.Empty(t, out.Refused, "a refused package is checked again")
		next := sale("ebay-uk", "2", 2, units("lamp", 1))
		next.Paid = false
		require.Equal(t, order.Open, save(t, s, "ebay-uk", next).Outbox[0].State)

		// The order is paid, and saved when it is paid.
		set(t, s, "shopify-uk", func(a *accounts.Account) { a.ProcessAt = order.AtPaid })
		receive(t, s, "b", "lamp", 1)
		paid := sale("shopify-uk", "3", 3, units("lamp", 1))
		paid.Paid = false
		save(t, s, "shopify-uk", paid)
		row = rowID(t, s, "shopify-uk", "3")
		require.NotEmpty(t, refusal(t, s, row, pack("q", content("3-1", 1))))
		paid.Paid, paid.UpdatedAt = true, paid.UpdatedAt.Add(time.Minute)
		save(t, s, "shopify-uk", paid)
		require.Empty(t, refusal(t, s, row, pack("q", content("3-1", 1))))
	})
}

func TestAnAccountMayMapStatuses(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "lamp")
		receive(t, s, "a", "lamp", 9)
		set(t, s, "shopify-uk", func(a *accounts.Account) {
			a.Statuses = map[string]order.Status{"ON_HOLD": order.StatusSkip, "paid/collected": "shipped", "COLLECTED": "unshipped"}
		})
		with := func(id, status string, f order.Fulfilment) order.Snapshot {
			o := sale("shopify-uk", id, 1, units("lamp", 1))
			o.ChannelStatus, o.Fulfilment = status, f
			return o
		}
		held := with("1", "PAID/ON_HOLD", order.FulfilmentUnshipped)
		save(t, s, "shopify-uk", held, with("2", "PAID/COLLECTED", order.FulfilmentUnmapped), with("3", "PENDING/COLLECTED", order.FulfilmentUnmapped), with("4", "PAID/UNFULFILLED", order.FulfilmentUnshipped))
		d := detail(t, s, "shopify-uk", "1")
		require.Equal(t, order.Skipped, d.State)
		require.Equal(t, order.ReasonSetting, d.Reason)
		require.Zero(t, sumUnits(d))
		require.Equal(t, order.ReasonShipped, detail(t, s, "shopify-uk", "2").Reason, "the whole status comes before a word of it")
		require.Equal(t, order.Open, detail(t, s, "shopify-uk", "3").State)
		require.Equal(t, order.Open, detail(t, s, "shopify-uk", "4").State)
		items, err := s.Runs.Items(context.Background(), "run", runs.ItemSkipped, "", 10)
		require.NoError(t, err)
		require.Len(t, items, 2)
		require.Equal(t, "the account's settings skip orders with its status on the channel", items[0].Reason)

		// The setting is removed: the same version of the order is decided again when it is seen again.
		set(t, s, "shopify-uk", func(a *accounts.Account) { a.Statuses = nil })
		res := save(t, s, "shopify-uk", held)
		require.Len(t, res.Outbox, 1)
		require.Equal(t, order.Open, detail(t, s, "shopify-uk", "1").State)
	})
}

// levelAt returns the level of a SKU at one of several locations.
func levelAt(t testing.TB, s *store.Store, sku, location string) stock.Level {
	t.Helper()
	rows, err := s.Ledger.Stock(context.Background(), sku, "", 0)
	require.NoError(t, err)
	for _, r := range rows {
		if r.Location == location {
			return r.Level
		}
	}
	return stock.Level{}
}

func TestAnOrderMovesToTheLocationOfItsCountryOnceTheAddressIsShown(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		link(t, s, "lamp", "rope")
		receive(t, s, "a", "lamp", 3)
		_, err := s.Ledger.ApplyStock(ctx, []stock.Change{{Key: "d", SKU: "lamp", Location: "depot", Kind: stock.Receipt, Quantity: 1}})
		require.NoError(t, err)
		o := sale("amazon-uk", "1", 1, units("lamp", 2), units("rope", 1))
		o.Buyer, o.Paid = nil, false
		save(t, s, "amazon-uk", o, sale("amazon-uk", "2", 2, units("lamp", 2)))
		require.Equal(t, "main", detail(t, s, "amazon-uk", "1").Location)
		require.Equal(t, order.Units{Reserved: 1, Backordered: 1}, sumUnits(detail(t, s, "amazon-uk", "2")))
		push(t, s, "amazon-uk")

		o.Buyer, o.Paid, o.UpdatedAt = &order.Buyer{CountryCode: "de"}, true, o.UpdatedAt.Add(time.Minute)
		o.Lines = append(o.Lines, order.SnapshotLine{ID: "1-3", SKU: "amazon-uk:rope", Quantity: 1})
		for range 2 {
			save(t, s, "amazon-uk", o)
			d := detail(t, s, "amazon-uk", "1")
			require.Equal(t, "depot", d.Location)
			require.Equal(t, order.Units{Reserved: 1, Backordered: 1}, d.Lines[0].Units)
			require.Equal(t, order.Units{Backordered: 1}, d.Lines[1].Units)
			require.Equal(t, order.Units{Backordered: 1}, d.Lines[2].Units)
			require.Equal(t, order.Units{Reserved: 2}, sumUnits(detail(t, s, "amazon-uk", "2")), "what became free went to who waited")
			require.Equal(t, stock.Level{OnHand: 3, Reserved: 2}, levelAt(t, s, "lamp", "main"))
			require.Equal(t, stock.Level{OnHand: 1, Reserved: 1}, levelAt(t, s, "lamp", "depot"))
		}
		require.Equal(t, 1, push(t, s, "amazon-uk")["amazon-uk:lamp"])

		// A packed order stays at its location, whatever the address becomes.
		row := rowID(t, s, "amazon-uk", "1")
		process(t, s, row, pack("p", content("1-1", 1)))
		o.Buyer, o.UpdatedAt = &order.Buyer{CountryCode: "GB"}, o.UpdatedAt.Add(time.Minute)
		save(t, s, "amazon-uk", o)
		require.Equal(t, "depot", detail(t, s, "amazon-uk", "1").Location)
		require.Equal(t, stock.Level{}, levelAt(t, s, "lamp", "depot"))

		// An order whose address is known goes to its location at once.
		known := sale("amazon-uk", "9", 9, units("lamp", 1))
		known.Buyer.CountryCode = "DE"
		save(t, s, "amazon-uk", known)
		require.Equal(t, "depot", detail(t, s, "amazon-uk", "9").Location)
		require.Equal(t, order.Units{Backordered: 1}, sumUnits(detail(t, s, "amazon-uk", "9")))
	})
}

// Changing an account's endpoint would turn test orders into real ones, at the latest with the next link.
func TestAnAccountWithOrdersKeepsItsEndpoint(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		set(t, s, "sandbox", func(a *accounts.Account) { a.Endpoint = channel.Production })
		set(t, s, "sandbox", func(a *accounts.Account) { a.Endpoint = channel.Test })
		_, err := s.Orders.SavePage(ctx, orders.Page{Account: "sandbox", Last: true, NewWatermark: epoch})
		require.NoError(t, err)
		set(t, s, "sandbox", func(a *accounts.Account) { a.Endpoint = channel.Production })
		a, err := s.Accounts.Account(ctx, "sandbox")
		require.NoError(t, err)
		require.Zero(t, a.Watermark, "how far the other endpoint was scanned says nothing")
		set(t, s, "sandbox", func(a *accounts.Account) { a.Endpoint = channel.Test })

		save(t, s, "sandbox", sale("sandbox", "1", 1, units("lamp", 2)))
		a, err = s.Accounts.Account(ctx, "sandbox")
		require.NoError(t, err)
		a.Endpoint, a.Name = channel.Production, "renamed"
		err = s.Settings.SaveAccounts(ctx, []accounts.Account{a})
		require.ErrorContains(t, err, "account sandbox has orders of the test endpoint of amazon: give the other endpoint an account with an id of its own")
		a, err = s.Accounts.Account(ctx, "sandbox")
		require.NoError(t, err)
		require.Equal(t, "sandbox", a.Name, "nothing was saved")
	})
}

// Whatever happens to an order of a test endpoint, and whenever its links are saved, no stock moves.
func TestNothingDoneToATestOrderTouchesStock(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		list := []links.Link{{Account: "sandbox", ChannelSKU: "sandbox:lamp", SKU: "lamp"}, {Account: "sandbox", ChannelSKU: "sandbox:rope", SKU: "lamp"}}
		require.NoError(t, s.Links.SaveLinks(ctx, list[:1]))
		receive(t, s, "a", "lamp", 5)
		untouched := func(what string) {
			t.Helper()
			require.Equal(t, stock.Level{OnHand: 5}, level(t, s, "lamp").Level, what)
			written, err := s.Books.All(ctx)
			require.NoError(t, err)
			require.Equal(t, []books.AuditMovement{{Place: stock.Place{SKU: "lamp", Location: "main"}, Sums: stock.Sums{OnHand: 5, Entered: 5}}}, written.Movements, what)
		}
		o := sale("sandbox", "1", 1, units("lamp", 2), units("rope", 2))
		save(t, s, "sandbox", o)
		untouched("saved")
		require.NoError(t, s.Links.SaveLinks(ctx, list))
		untouched("linked afterwards")
		row := rowID(t, s, "sandbox", "1")
		require.Equal(t, "line 1-1: 1 units are packed, but it is unlinked: test endpoint", refusal(t, s, row, pack("p", content("1-1", 1))))
		untouched("processed")
		require.NoError(t, s.Orders.SaveCancellation(ctx, row, orders.Cancellation{ID: "c", Lines: []order.LineQuantity{{LineID: "1-1", Quantity: 1}}}))
		out, err := s.Orders.ApplyCancellation(ctx, row, "c")
		require.NoError(t, err)
		require.Empty(t, out.Refused)
		untouched("cancelled here")
		o.UpdatedAt, o.Lines[1].Quantity = o.UpdatedAt.Add(time.Minute), 4
		save(t, s, "sandbox", o)
		untouched("grown")
		o.UpdatedAt, o.Lines[1].Cancelled = o.UpdatedAt.Add(time.Minute), 1
		save(t, s, "sandbox", o)
		untouched("cancelled there")
		o.UpdatedAt, o.Buyer = o.UpdatedAt.Add(time.Minute), &order.Buyer{CountryCode: "DE"}
		set(t, s, "sandbox", func(a *accounts.Account) { a.ShipFrom = map[string]string{"DE": "depot"} })
		save(t, s, "sandbox", o)
		untouched("moved")
		o.UpdatedAt, o.Fulfilment = o.UpdatedAt.Add(time.Minute), order.FulfilmentShipped
		save(t, s, "sandbox", o)
		untouched("shipped")
		require.Equal(t, order.Completed, detail(t, s, "sandbox", "1").State)
		for key, restock := range map[string]bool{"back": true, "broken": false} {
			_, err = s.Orders.ReturnGoods(ctx, row, orders.GoodsReturn{Key: key, Restock: restock, Lines: []order.LineQuantity{{LineID: "1-2", Quantity: 1}}})
			require.NoError(t, err)
			untouched("returned")
		}
		require.Equal(t, message.Account{ID: "sandbox", Channel: channel.Amazon, Endpoint: channel.Test}, detail(t, s, "sandbox", "1").Key.Account)
	})
}

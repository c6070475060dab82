package starter_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/explain"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/store/storetest"
	"github.com/towpath/towpath/starter"
)

// marketplace answers for the channels; a nil order is one that it does not have.
type marketplace struct {
	shown *order.Snapshot
	fault error
	asked []string
}

func (s *marketplace) ReadOrder(_ context.Context, a message.Account, id string, _ int64) (order.Snapshot, string, error) {
	s.asked = append(s.asked, a.ID+" "+id)
	switch {
	case s.fault != nil:
		return order.Snapshot{}, "ask", s.fault
	case s.shown == nil:
		return order.Snapshot{}, "ask", channel.NewFault(channel.Missing, "getOrder", "")
	}
	return *s.shown, "ask", nil
}

// explained is a store with accounts that were scanned an hour ago, and one order that is looked for.
type explained struct {
	*starter.Starter
	t    *testing.T
	st   *store.Store
	now  time.Time
	shop *marketplace
}

const wanted = "14-12345-67890"

func newExplained(t *testing.T, st *store.Store) *explained {
	x := &explained{t: t, st: st, now: time.Now().UTC().Truncate(time.Second), shop: &marketplace{}, Starter: &starter.Starter{Store: st, Logger: zap.NewNop()}}
	x.scan("first", 48*time.Hour)
	x.scan("last", time.Hour)
	return x
}

// scan records a run of orders of ebay-uk that ended well, and moves the watermark.
func (x *explained) scan(id string, ago time.Duration) {
	r := runs.Run{ID: id, Kind: runs.RunOrders, Account: "ebay-uk", Endpoint: channel.Production, StartedAt: x.now.Add(-ago), EndedAt: x.now.Add(-ago + time.Second)}
	require.NoError(x.t, x.st.Runs.EndRun(context.Background(), r))
	require.NoError(x.t, storetest.Exec(context.Background(), x.st.DB, `UPDATE accounts SET watermark = $1 WHERE id = 'ebay-uk'`, r.StartedAt.UnixMicro()))
}

func (x *explained) snapshot() order.Snapshot {
	return order.Snapshot{ID: wanted, Reference: wanted, PlacedAt: x.now.Add(-3 * time.Hour), UpdatedAt: x.now.Add(-3 * time.Hour), Paid: true,
		Fulfilment: order.FulfilmentUnshipped, ChannelStatus: "NOT_STARTED, PAID", Currency: "GBP",
		Lines: []order.SnapshotLine{{ID: "1", SKU: "LAMP", Quantity: 1}}, Buyer: &order.Buyer{Name: secret, Line1: secret, CountryCode: "GB"}}
}

const secret = "Ann Secret"

// save saves the order as a scan does, on an account.
func (x *explained) save(account string, change func(*order.Snapshot)) orders.OrderRow {
	x.t.Helper()
	s := x.snapshot()
	if change != nil {
		change(&s)
	}
	_, err := x.st.Orders.SavePage(context.Background(), orders.Page{Account: account, RunID: "last", RequestID: "read-1", SeenAt: x.now, Orders: []order.Snapshot{s}})
	require.NoError(x.t, err)
	rows, err := x.st.Orders.Find(context.Background(), orders.OrderFilter{Account: account, Reference: s.ID})
	require.NoError(x.t, err)
	if len(rows) == 0 {
		return orders.OrderRow{}
	}
	return rows[0]
}

func (x *explained) stock() {
	ctx := context.Background()
	require.NoError(x.t, x.st.Links.SaveLinks(ctx, []links.Link{{Account: "ebay-uk", ChannelSKU: "LAMP", SKU: "lamp"}}))
	_, err := x.st.Ledger.ApplyStock(ctx, []stock.Change{{Key: "open", SKU: "lamp", Location: "main", Kind: stock.Opening, Quantity: 3}})
	require.NoError(x.t, err)
}

func (x *explained) pack(row orders.OrderRow) {
	ctx := context.Background()
	p := shipment.Package{ID: "P1", Label: "L", Carrier: "DPD", TrackingNumber: "T", ShippedAt: x.now, Contents: []shipment.Content{{LineID: "1", Quantity: 1}}}
	require.NoError(x.t, x.st.Packages.SavePackages(ctx, row.Key.RowID, []shipment.Package{p}))
	out, err := x.st.Packages.ProcessPackage(ctx, row.Key.RowID, "P1")
	require.NoError(x.t, err)
	require.Empty(x.t, out.Refused)
}

func (x *explained) setting(change func(a *accounts.Account)) {
	list := storetest.Accounts()
	for i := range list {
		if list[i].ID == "ebay-uk" {
			change(&list[i])
		}
	}
	require.NoError(x.t, x.st.Settings.SaveAccounts(context.Background(), list))
}

// seeds puts each cause into a store. What is not said to be asked of the channel: it does not have the order.
var seeds = []struct {
	name  string
	cause explain.Cause
	seed  func(x *explained)
}{
	{"another location", explain.OtherLocation, func(x *explained) {
		x.setting(func(a *accounts.Account) { a.ShipFrom = map[string]string{"GB": "depot"} })
		x.save("ebay-uk", nil)
		x.answers(nil)
	}},
	{"a filtered view", explain.OtherView, func(x *explained) {
		x.stock()
		x.save("ebay-uk", nil)
		x.answers(nil)
	}},
	{"waits for a link", explain.Waiting, func(x *explained) {
		x.save("ebay-uk", nil)
		x.answers(nil)
	}},
	{"packed", explain.Processed, func(x *explained) {
		x.stock()
		x.pack(x.save("ebay-uk", nil))
		x.answers(nil)
	}},
	{"packed while it observes", explain.NotSent, func(x *explained) {
		x.stock()
		x.pack(x.save("ebay-uk", nil))
		x.answers(nil)
		_, err := x.st.Settings.Observe(context.Background(), "ebay-uk")
		require.NoError(x.t, err)
	}},
	{"the account is off", explain.AccountOff, func(x *explained) { x.setting(func(a *accounts.Account) { a.Enabled = false }) }},
	{"the account is paused", explain.AccountPaused, func(x *explained) {
		_, err := x.st.Accounts.Pause(context.Background(), "ebay-uk", "stock take")
		require.NoError(x.t, err)
	}},
	{"the connection fails", explain.Connection, func(x *explained) {
		f := channel.NewFault(channel.Auth, "getOrders", "invalid_grant")
		require.NoError(x.t, x.st.Runs.SaveFaults(context.Background(), "ebay-uk", []*channel.Fault{f}))
		require.NoError(x.t, x.st.Runs.EndRun(context.Background(), runs.Run{ID: "bad", Kind: runs.RunOrders, Account: "ebay-uk", StartedAt: x.now, EndedAt: x.now,
			FaultID: f.ID, FaultClass: f.Class, Counts: message.Counts{Errors: 1}}))
		x.shop.fault = f
	}},
	{"shipped before it was downloaded", explain.Cause(order.ReasonShipped), func(x *explained) {
		x.save("ebay-uk", func(s *order.Snapshot) { s.Fulfilment = order.FulfilmentShipped })
		x.answers(nil)
	}},
	{"its status is not mapped", explain.Cause(order.ReasonUnmapped), func(x *explained) {
		x.save("ebay-uk", func(s *order.Snapshot) { s.Fulfilment, s.Lines = order.FulfilmentUnmapped, nil })
		x.answers(nil)
	}},
	{"the settings skip it", explain.Cause(order.ReasonSetting), func(x *explained) {
		x.setting(func(a *accounts.Account) { a.Statuses = map[string]order.Status{"NOT_STARTED": order.StatusSkip} })
		x.save("ebay-uk", nil)
		x.answers(nil)
	}},
	{"held", explain.Held, func(x *explained) {
		x.save("ebay-uk", func(s *order.Snapshot) { s.BuyerCancels = true })
		x.answers(nil)
	}},
	{"deleted by hand", explain.Deleted, func(x *explained) {
		out, err := x.st.Orders.Delete(context.Background(), x.save("ebay-uk", nil).Key.RowID, "Ann", "a test order")
		require.NoError(x.t, err)
		require.Empty(x.t, out.Refused)
		x.answers(nil)
	}},
	{"in error in the runs", explain.Unusable, func(x *explained) {
		x.save("ebay-uk", func(s *order.Snapshot) { s.Lines[0].ID = "" })
	}},
	{"set aside", explain.SetAside, func(x *explained) {
		_, err := x.st.Orders.SavePage(context.Background(), orders.Page{Account: "ebay-uk", RunID: "last", SeenAt: x.now, Aside: []*channel.OrderError{
			{ID: wanted, Body: []byte(`{}`), Fault: channel.NewFault(channel.Invalid, "getOrders", "lineItems[0].quantity")}}})
		require.NoError(x.t, err)
	}},
	{"another account", explain.OtherAccount, func(x *explained) { x.save("late-uk", nil) }},
	{"not on the channel", explain.NotOnChannel, func(*explained) {}},
	{"not scanned yet", explain.NotScannedYet, func(x *explained) { x.answers(func(s *order.Snapshot) { s.UpdatedAt = x.now }) }},
	{"outside the window", explain.OutsideWindow, func(x *explained) {
		x.answers(func(s *order.Snapshot) {
			s.PlacedAt = x.now.Add(-48*time.Hour - order.ConnectWindow - time.Hour)
			s.UpdatedAt = s.PlacedAt
		})
	}},
	{"missed", explain.Missed, func(x *explained) { x.answers(nil) }},
	{"missed, on a site of another seller's account", explain.Missed, func(x *explained) {
		for id, seller := range map[string]string{"ebay-uk": "this", "late-uk": "another"} {
			require.NoError(x.t, storetest.Exec(context.Background(), x.st.DB, `UPDATE accounts SET marketplace = 'site of ' || id, seller = $1 WHERE id = $2`, seller, id))
		}
		x.answers(func(s *order.Snapshot) { s.Site = "site of late-uk" })
	}},
	{"the budget is used up", explain.NothingIsKnown, func(x *explained) { x.shop.fault = channel.NewFault(channel.Throttled, "getOrder", "") }},
	{"it can't be asked from here", explain.NothingIsKnown, func(x *explained) { x.shop.fault = errors.New("no accounts file") }},
}

// answers has the channel show the order.
func (x *explained) answers(change func(*order.Snapshot)) {
	s := x.snapshot()
	if change != nil {
		change(&s)
	}
	x.shop.shown = &s
}

func TestEachCauseInTheStoreGivesItsOwnAnswer(t *testing.T) {
	t.Parallel()
	for _, tc := range seeds {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			storetest.Both(t, func(t *testing.T, st *store.Store) {
				x := newExplained(t, st)
				tc.seed(x)
				out, err := x.Explain(context.Background(), wanted, "ebay-uk", x.shop)
				require.NoError(t, err)
				require.Len(t, out.Explanations, 1)
				first := out.Explanations[0].First()
				require.Equal(t, tc.cause, first.Cause, first.Says)
				text := explain.SupportText(out.Reference, "test", out.At, out.Explanations)
				require.Contains(t, text, string(tc.cause))
				require.NotContains(t, text, secret)
				require.LessOrEqual(t, len(x.shop.asked), 1, "one read")
				switch tc.cause {
				case explain.AccountOff, explain.AccountPaused:
					require.Empty(t, x.shop.asked, "an account that is paused or off is not called")
				}
			})
		})
	}
}

func TestTwoAccountsWithOneNumberAreBothExplained(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, st *store.Store) {
		x := newExplained(t, st)
		x.answers(nil)
		name := func(s *order.Snapshot) { s.ID, s.Reference = s.ID+"/7 a", "#10/01 b" }
		x.save("ebay-uk", name)
		x.save("shopify-uk", name)
		for _, ref := range []string{"#10/01 b", " 10/01 b", wanted + "/7 a"} {
			out, err := x.Explain(context.Background(), ref, "", x.shop)
			require.NoError(t, err)
			require.Len(t, out.Explanations, 2, ref)
			for _, one := range out.Explanations {
				require.Equal(t, explain.Waiting, one.First().Cause)
				require.Equal(t, wanted+"/7 a", one.OrderID)
				require.Positive(t, one.RowID)
			}
		}
		out, err := x.Explain(context.Background(), "#10/01 b", "ebay-uk", x.shop)
		require.NoError(t, err)
		require.Len(t, out.Explanations, 1)
	})
}

func TestWhereAnOrderThatNobodyHasIsLookedFor(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, st *store.Store) {
		x := newExplained(t, st)
		out, err := x.Explain(context.Background(), wanted, "", x.shop)
		require.NoError(t, err)
		require.Len(t, out.Explanations, 2, "both accounts of eBay")
		require.ElementsMatch(t, []string{"ebay-uk " + wanted, "late-uk " + wanted}, x.shop.asked)
		out, err = x.Explain(context.Background(), "#1001", "", x.shop)
		require.NoError(t, err)
		require.Equal(t, "shopify-uk", out.Explanations[0].Account)
		require.Contains(t, out.Explanations[0].Answer.Why, "not by the name")
		for ref, account := range map[string]string{"": "", " ": "", strings.Repeat("x", 300): "", wanted: "nobody"} {
			_, err := x.Explain(context.Background(), ref, account, x.shop)
			var usage *starter.UsageError
			require.ErrorAs(t, err, &usage, ref)
		}
	})
}

package store_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/buyer"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/keyring"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/aside"
	"github.com/towpath/towpath/internal/store/buyers"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/store/storetest"
)

// unreadable is an order of larkmoor's that can't be read.
func unreadable(id string, minute int, body string) *channel.OrderError {
	body = `{"buyer":"` + larkmoor.Name + `","email":"` + larkmoor.Email + `","to":"` + larkmoor.Line1 + `","lines":"` + body + `"}`
	return channel.NewOrderError("getOrders", "request-1", []byte(body), id, epoch.Add(time.Duration(minute)*time.Minute), "line 1 has no id")
}

func unfinished(id string, minute int) *channel.OrderError {
	return channel.Unfinished(channel.Refusal(channel.Unavailable, "getShippingFulfillments", "30500", "boom"), []byte(`{"name":"`+larkmoor.Name+`"}`), id,
		epoch.Add(time.Duration(minute)*time.Minute))
}

// setAside saves a page with orders that can't be saved, beside readable ones.
func setAside(t testing.TB, s *store.Store, run string, bad []*channel.OrderError, good ...order.Snapshot) orders.PageResult {
	t.Helper()
	p := pageOf("ebay-uk", good...)
	p.RunID, p.Aside, p.With, p.RequestID = run, bad, "1.0", "request-1"
	res, err := s.Orders.SavePage(ctx, p)
	require.NoError(t, err)
	return res
}

func asides(t testing.TB, s *store.Store) []aside.Order {
	t.Helper()
	list, err := s.Aside.List(ctx, aside.Filter{})
	require.NoError(t, err)
	return list
}

func incidentOf(t testing.TB, s *store.Store, kind incident.Kind) *incident.Incident {
	t.Helper()
	list, err := s.Incidents.List(ctx, "ebay-uk", false)
	require.NoError(t, err)
	for _, i := range list {
		if i.Kind == kind {
			return &i
		}
	}
	return nil
}

// An order that can't be read costs itself: the others of its page are saved and the watermark moves. It is kept encrypted, with its
// fault; it is an item in error, and an incident (case A3).
func TestAnUnreadableOrderCostsItselfAlone(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "mug")
		receive(t, s, "open", "mug", 10)
		p := pageOf("ebay-uk", sale("ebay-uk", "1", 1, units("mug", 1)), sale("ebay-uk", "2", 2, units("mug", 2)))
		p.Aside = []*channel.OrderError{unreadable("3", 3, "?"), unreadable("", 4, "!")}
		p.With, p.Last, p.NewWatermark = "1.0", true, epoch.Add(time.Hour)
		res, err := s.Orders.SavePage(ctx, p)
		require.NoError(t, err)
		require.Equal(t, []int{4, 2, 2}, []int{res.Counts.Seen, res.Counts.Saved, res.Counts.Errors})
		require.Equal(t, 3, level(t, s, "mug").Reserved)
		acc, err := s.Accounts.Account(ctx, "ebay-uk")
		require.NoError(t, err)
		require.True(t, acc.Watermark.Equal(epoch.Add(time.Hour)))

		list := asides(t, s)
		require.Len(t, list, 2)
		one := list[0]
		require.Equal(t, "3", one.OrderID)
		require.Equal(t, channel.CodeOrderUnreadable, one.Fault.Code)
		require.Equal(t, "request-1", one.Fault.RequestID)
		require.Contains(t, one.Words, "line 1 has no id")
		require.True(t, one.Kept)
		require.False(t, one.Known)
		require.Equal(t, "aside-2", list[1].Name())
		items, err := s.Runs.Items(ctx, "run", runs.ItemError, "", 10)
		require.NoError(t, err)
		require.Len(t, items, 2)
		require.Equal(t, "3", items[0].Reference)
		require.Equal(t, one.Fault.ID, items[0].FaultID)
		i := incidentOf(t, s, incident.Aside)
		require.Equal(t, 2, i.Subjects)
		require.Equal(t, []string{"3", "aside-2"}, i.Sample)

		bodies, err := s.Aside.Open(ctx, []int64{list[0].ID, list[1].ID})
		require.NoError(t, err)
		require.Equal(t, p.Aside[0].Body, bodies[one.ID])
		all := everything(t, s)
		for _, word := range canaries {
			require.NotContains(t, all, word)
		}
	})
}

// The same bytes seen again change when they were last seen; other bytes take their place.
func TestAnOrderThatIsSetAsideAgain(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		setAside(t, s, "run-1", []*channel.OrderError{unreadable("3", 3, "?")})
		first, keys := asides(t, s)[0], keyIDs(t, s)
		setAside(t, s, "run-2", []*channel.OrderError{unreadable("3", 3, "?")})
		second := asides(t, s)[0]
		require.Equal(t, 2, second.Times)
		require.False(t, second.LastSeen.Before(first.LastSeen))
		second.Times, second.LastSeen = first.Times, first.LastSeen
		require.Equal(t, first, second, "the same fault, the same key")
		require.Equal(t, keys, keyIDs(t, s))
		items, err := s.Runs.Items(ctx, "run-2", runs.ItemError, "", 10)
		require.NoError(t, err)
		require.Equal(t, first.Fault.ID, items[0].FaultID)

		changed := unreadable("3", 4, "other")
		setAside(t, s, "run-3", []*channel.OrderError{changed, changed})
		third := asides(t, s)
		require.Len(t, third, 1)
		require.NotEqual(t, first.Fault.ID, third[0].Fault.ID)
		require.Equal(t, 3, third[0].Times)
		bodies, err := s.Aside.Open(ctx, []int64{third[0].ID})
		require.NoError(t, err)
		require.Equal(t, changed.Body, bodies[third[0].ID])

		long := unreadable("3", 5, strings.Repeat("x", channel.MaxAside))
		require.Nil(t, long.Body)
		setAside(t, s, "run-4", []*channel.OrderError{long})
		last := asides(t, s)[0]
		require.False(t, last.Kept, "what is too long is not kept, and neither is what was there before")
		require.Greater(t, last.Size, channel.MaxAside)
		require.Contains(t, last.Words, "not kept")
	})
}

// An order leaves the list when a page brings it in a form that can be read, of the same version or a later one.
func TestAnOrderThatCanBeReadLeavesTheList(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		setAside(t, s, "run-1", []*channel.OrderError{unreadable("3", 3, "?"), unreadable("4", 4, "?")})
		save(t, s, "ebay-uk", sale("ebay-uk", "3", 2, units("mug", 1)))
		require.Len(t, asides(t, s), 2, "that was an earlier version")
		require.True(t, asides(t, s)[0].Known)
		save(t, s, "ebay-uk", sale("ebay-uk", "3", 3, units("mug", 1)))
		list := asides(t, s)
		require.Len(t, list, 1)
		require.Equal(t, "4", list[0].OrderID)
		require.Equal(t, 1, incidentOf(t, s, incident.Aside).Subjects)
		save(t, s, "ebay-uk", sale("ebay-uk", "4", 9, units("mug", 1)))
		require.Empty(t, asides(t, s))
		require.Nil(t, incidentOf(t, s, incident.Aside))
		require.Len(t, keyIDs(t, s), 2, "those of the buyers; the orders' own are gone")
	})
}

// An order that somebody else has changed in the store can't be opened; the others can.
func TestOneOrderThatCannotBeOpenedStopsNoOther(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		setAside(t, s, "run-1", []*channel.OrderError{unreadable("3", 3, "?"), unreadable("4", 4, "?")})
		list := asides(t, s)
		ids := []int64{list[0].ID, list[1].ID}
		require.NoError(t, storetest.Exec(ctx, s.DB, `UPDATE aside_orders SET sealed = 'AAAA' WHERE id = $1`, ids[0]))
		bodies, err := s.Aside.Open(ctx, ids)
		require.ErrorIs(t, err, buyer.ErrTampered)
		require.Len(t, bodies, 1)
		require.NotEmpty(t, bodies[ids[1]])
	})
}

// What was set aside is removed at somebody's request, or when its time is over, with its keys. What the channel then sends again of a
// forgotten one is not kept.
func TestOrdersThatAreSetAsideAreForgotten(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		setAside(t, s, "run-1", []*channel.OrderError{unreadable("3", 3, "?"), unreadable("4", 4, "?")})
		list := asides(t, s)
		n, err := s.Aside.Forget(ctx, []int64{list[0].ID})
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.Len(t, keyIDs(t, s), 1)
		setAside(t, s, "run-2", []*channel.OrderError{unreadable("3", 5, "again")})
		one := asides(t, s)[0]
		require.True(t, one.Forgotten)
		require.False(t, one.Kept)
		require.Len(t, keyIDs(t, s), 1)
		bodies, err := s.Aside.Open(ctx, []int64{one.ID})
		require.NoError(t, err)
		require.Empty(t, bodies)

		for kind, want := range map[channel.Kind]int{channel.Amazon: 0, channel.EBay: 2} {
			n, err = s.Aside.Expire(ctx, kind, time.Hour, 10)
			require.NoError(t, err)
			require.Zero(t, n, "not yet")
			n, err = s.Aside.Expire(ctx, kind, -time.Hour, 10) // an hour from now
			require.NoError(t, err)
			require.Equal(t, want, n)
		}
		require.Empty(t, asides(t, s))
		require.Empty(t, keyIDs(t, s))
		require.Nil(t, incidentOf(t, s, incident.Aside))
	})
}

// Whoever was forgotten while his order was set aside stays so when the channel shows the order in a readable form, and in every later
// version of it; also when an earlier version of the order is saved with him.
func TestABuyerForgottenWhileHisOrderWasSetAsideDoesNotComeBack(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		shown := func(id string, minute int) order.Snapshot {
			o := sale("ebay-uk", id, minute, units("mug", 1))
			buyer := larkmoor
			o.Buyer = &buyer
			return o
		}
		known := shown("known", 1)
		setAside(t, s, "run-1", nil, known)
		setAside(t, s, "run-2", []*channel.OrderError{unreadable("known", 5, "?"), unreadable("new", 5, "?"), unreadable("other", 5, "?")})
		var ids []int64
		for _, a := range asides(t, s) {
			if a.OrderID != "other" {
				ids = append(ids, a.ID)
			}
		}
		n, err := s.Aside.Forget(ctx, ids)
		require.NoError(t, err)
		require.Equal(t, 2, n)

		for _, minute := range []int{4, 6, 8} { // the first one is older than what was forgotten, and the entry stays
			later := version(known, minute-1, func(*order.Snapshot) {})
			setAside(t, s, "run-3", nil, later, shown("new", minute), shown("other", minute))
		}
		require.Empty(t, asides(t, s))
		for id, want := range map[string]string{"known": "", "new": "", "other": larkmoor.Name} {
			row := rowID(t, s, "ebay-uk", id)
			found, err := s.Buyers.Open(ctx, []int64{row})
			require.NoError(t, err)
			require.Equal(t, want, found[row].Name, id)
		}
		require.Len(t, keyIDs(t, s), 1, "no key is left of the two")
		found, err := s.Buyers.Find(ctx, larkmoor.Email, 10)
		require.NoError(t, err)
		require.Equal(t, []int64{rowID(t, s, "ebay-uk", "other")}, found)
		views, err := s.Buyers.Views(ctx, buyers.ViewFilter{})
		require.NoError(t, err)
		require.Len(t, views, 2, "it is on record")
	})
}

// With several accounts on one grant, one per site, an order that can't be read is set aside once: by the account of its site, or by the
// grant's first one where the site can't be read either. An account with another grant is shown other orders.
func TestAnUnreadableOrderIsSetAsideByOneAccountOfItsGrant(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		list := storetest.Accounts()
		for _, a := range [][3]string{{"ebay-de", "EBAY_DE", "ours"}, {"ebay-gb", "EBAY_GB", "ours"}, {"ebay-other", "EBAY_US", "another's"}} {
			one := list[1]
			one.ID, one.Name, one.Marketplace, one.Seller = a[0], a[0], a[1], a[2]
			list = append(list, one)
		}
		require.NoError(t, s.Settings.SaveAccounts(ctx, list))
		at := func(id, site string) *channel.OrderError {
			e := unreadable(id, 3, "?")
			e.Site = site
			return e
		}
		kept := map[string][]string{}
		for _, account := range []string{"ebay-de", "ebay-gb", "ebay-other"} {
			p := pageOf(account)
			p.Aside = []*channel.OrderError{at("german", "EBAY_DE"), at("british", "EBAY_GB"), at("american", "EBAY_US"), at("no-site", "")}
			_, err := s.Orders.SavePage(ctx, p)
			require.NoError(t, err)
		}
		for _, o := range asides(t, s) {
			kept[o.Account] = append(kept[o.Account], o.OrderID)
		}
		require.Equal(t, map[string][]string{"ebay-de": {"german", "american", "no-site"}, "ebay-gb": {"british"},
			"ebay-other": {"german", "british", "american", "no-site"}}, kept)

		p := pageOf("ebay-other", sale("ebay-other", "1", 1, units("mug", 1)))
		p.Orders[0].Site = "EBAY_GB"
		res, err := s.Orders.SavePage(ctx, p)
		require.NoError(t, err)
		require.Equal(t, 1, res.Counts.Saved, "the account of that site is another seller's")
	})
}

// An order of which a further call failed is due with every scan, and a person hears of it when that has not helped (case G11). Others are
// due when a person asks, or when another version of the program runs.
func TestWhatIsTriedAgain(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		setAside(t, s, "run-1", []*channel.OrderError{unreadable("3", 3, "?"), unfinished("5", 5)})
		due := func(with string) (names []string) {
			list, err := s.Aside.Due(ctx, "ebay-uk", with, 10)
			require.NoError(t, err)
			for _, d := range list {
				names = append(names, d.Name())
			}
			return names
		}
		list := asides(t, s)
		require.Equal(t, []string{"5"}, due("1.0"))
		require.Equal(t, []string{"3", "5"}, due("1.1"), "another version may read it")
		n, err := s.Aside.Ask(ctx, []int64{list[0].ID})
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.Equal(t, []string{"3", "5"}, due("1.0"))
		require.True(t, asides(t, s)[0].Asked)

		require.Equal(t, []string{"3"}, incidentOf(t, s, incident.Aside).Sample)
		for range incident.UnfinishedAfter {
			require.NoError(t, s.Aside.Tried(ctx, "ebay-uk", []int64{list[0].ID, list[1].ID}, "1.0"))
		}
		require.Equal(t, []string{"5"}, due("1.0"), "it was tried")
		require.Equal(t, []string{"3", "5"}, incidentOf(t, s, incident.Aside).Sample)
		require.NoError(t, s.Aside.Remove(ctx, "ebay-uk", []int64{list[0].ID, list[1].ID}))
		require.Nil(t, incidentOf(t, s, incident.Aside))
	})
}

// Fields that the channel withholds are told once per account, until a page has them again (case A2).
func TestWithheldFieldsAreToldOnce(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		page := func(minute int, fields ...string) {
			p := pageOf("ebay-uk", sale("ebay-uk", "1", minute, units("mug", 1)))
			p.Withheld = fields
			_, err := s.Orders.SavePage(ctx, p)
			require.NoError(t, err)
		}
		page(1, "email", "shippingAddress")
		first := incidentOf(t, s, incident.Withheld)
		require.Equal(t, []string{"email", "shippingAddress"}, first.Sample)
		page(2, "email", "shippingAddress")
		require.Equal(t, first, incidentOf(t, s, incident.Withheld), "no news")
		_, err := s.Orders.SavePage(ctx, pageOf("ebay-uk"))
		require.NoError(t, err)
		require.NotNil(t, incidentOf(t, s, incident.Withheld), "an empty page says nothing")
		page(3)
		require.Nil(t, incidentOf(t, s, incident.Withheld))
	})
}

// Money that can't be read is not 0: the order says so (case A3).
func TestAnOrderSaysWhatOfItCouldNotBeRead(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		o := sale("ebay-uk", "1", 1, units("mug", 1))
		o.WithoutAmounts()
		save(t, s, "ebay-uk", o)
		d := detail(t, s, "ebay-uk", "1")
		require.Equal(t, "amounts", d.Unread)
		require.Empty(t, d.Currency)
		require.Equal(t, 1, d.Units.Backordered+d.Units.Reserved+d.Units.Unlinked)
		save(t, s, "ebay-uk", sale("ebay-uk", "1", 2, units("mug", 1)))
		d = detail(t, s, "ebay-uk", "1")
		require.Empty(t, d.Unread)
		require.Equal(t, "GBP", d.Currency)
	})
}

// Orders that are set aside open with the key that replaces the key of the environment.
func TestOrdersThatAreSetAsideAreWrappedAnew(t *testing.T) {
	t.Parallel()
	for name, address := range storetest.Openers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url, newer := address(t), keyring.New()
			s := storetest.Fresh(t, url)
			setAside(t, s, "run-1", []*channel.OrderError{unreadable("3", 3, "?")})
			ids := []int64{asides(t, s)[0].ID}
			open := func(keys string) *store.Store {
				ring, err := keyring.Parse(buyer.Setting, keys)
				require.NoError(t, err)
				s, err := store.Open(ctx, url, ring)
				require.NoError(t, err)
				t.Cleanup(func() { _ = s.Close() })
				return s
			}
			_, err := open(newer).Aside.Open(ctx, ids)
			require.ErrorIs(t, err, buyer.ErrOtherKey)
			_, err = open(newer+","+keyring.PublicKey).Buyers.Rewrap(ctx, func(int) {})
			require.NoError(t, err)
			bodies, err := open(newer).Aside.Open(ctx, ids)
			require.NoError(t, err)
			require.Contains(t, string(bodies[ids[0]]), larkmoor.Name)
		})
	}
}

package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/backfill"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/backfills"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/storetest"
)

// past saves orders as a backfill reads them.
func past(t testing.TB, s *store.Store, account string, r order.Reading, list ...order.Snapshot) orders.PageResult {
	t.Helper()
	r.Backfill = true
	page := pageOf(account, list...)
	page.Reading = r
	res, err := s.Orders.SavePage(t.Context(), page)
	require.NoError(t, err)
	return res
}

func over(o order.Snapshot) order.Snapshot {
	return version(o, 5, func(o *order.Snapshot) { o.Fulfilment = order.FulfilmentShipped })
}

// Old orders that are over are kept without stock, buyers and lifecycles, and make no level dirty; open ones are taken as a scan takes
// them. A second time nothing changes.
func TestPastOrdersAreHistoryUnlessTheyAreOpen(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "LAMP")
		receive(t, s, "r1", "LAMP", 10)
		scan := pageOf("amazon-uk")
		scan.Last, scan.NewWatermark = true, epoch.Add(time.Hour)
		_, err := s.Orders.SavePage(t.Context(), scan)
		require.NoError(t, err)
		push(t, s, "amazon-uk")
		push(t, s, "ebay-uk")
		list := []order.Snapshot{over(sale("amazon-uk", "shipped", 0, units("LAMP", 3), units("LAMP", 2))), sale("amazon-uk", "open", 1, units("LAMP", 4))}

		first := past(t, s, "amazon-uk", order.Reading{}, list[0])
		require.Empty(t, first.Outbox)
		require.Empty(t, first.Dirty, "what was sold long ago is not pushed again")
		require.Equal(t, message.Counts{Seen: 1, Skipped: 1}, first.Counts)
		d := detail(t, s, "amazon-uk", "shipped")
		require.Equal(t, order.Skipped, d.State)
		require.Equal(t, order.ReasonShipped, d.Reason)
		require.Len(t, d.Lines, 2, "the same SKU in two lines")
		_, known := opened(t, s, rowID(t, s, "amazon-uk", "shipped"))
		require.False(t, known, "no buyer")
		require.Zero(t, level(t, s, "LAMP").Reserved)

		second := past(t, s, "amazon-uk", order.Reading{}, list...)
		require.Equal(t, message.Counts{Seen: 2, Saved: 1, Same: 1}, second.Counts)
		require.Len(t, second.Outbox, 1, "its lifecycle starts")
		require.Equal(t, 4, level(t, s, "LAMP").Reserved)

		require.Equal(t, message.Counts{Seen: 2, Same: 2}, past(t, s, "amazon-uk", order.Reading{}, list...).Counts)
		require.Equal(t, message.Counts{Seen: 1, Same: 1}, past(t, s, "amazon-uk", order.Reading{}, version(list[1], -1, func(o *order.Snapshot) {
			o.Fulfilment = order.FulfilmentCancelled
		})).Counts, "an older version changes nothing")
		require.Equal(t, 4, level(t, s, "LAMP").Reserved)

		// Shipped by hand since the last scan: the channel's own listing went down, so the level is sent.
		fresh := over(sale("amazon-uk", "just-now", 60, units("LAMP", 1)))
		require.NotEmpty(t, past(t, s, "amazon-uk", order.Reading{}, fresh).Dirty)
	})
}

// Two accounts with one order number are two orders, and a backfill of shipments takes up no order that is not in the books.
func TestABackfillIsOfOneAccount(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "LAMP")
		receive(t, s, "r1", "LAMP", 10)
		const name = "#1 / 2"
		past(t, s, "amazon-uk", order.Reading{}, sale("amazon-uk", name, 0, units("LAMP", 1)))
		past(t, s, "ebay-uk", order.Reading{}, sale("ebay-uk", name, 0, units("LAMP", 2)))
		require.Equal(t, 3, level(t, s, "LAMP").Reserved)
		require.Equal(t, 2, sumUnits(detail(t, s, "ebay-uk", name)).Reserved)

		seen := past(t, s, "ebay-uk", order.Reading{KnownOnly: true},
			over(sale("ebay-uk", name, 0, units("LAMP", 2))), sale("ebay-uk", "elsewhere", 0, units("LAMP", 1)))
		require.Equal(t, message.Counts{Seen: 2, Saved: 1, Skipped: 1}, seen.Counts)
		require.Equal(t, 2, sumUnits(detail(t, s, "ebay-uk", name)).Shipped)
		require.Equal(t, 1, sumUnits(detail(t, s, "amazon-uk", name)).Reserved, "the other account's is as it was")
	})
}

// A report changes no known order. Of one that is only known from a report, the channel's lines replace those of the report.
func TestAReportGivesWayToTheChannel(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "LAMP")
		receive(t, s, "r1", "LAMP", 10)
		reported := over(sale("amazon-uk", "a", 0, units("LAMP", 1), units("LAMP", 2)))
		reported.Buyer = nil
		for i := range reported.Lines {
			reported.Lines[i].ID = order.ReportLineID(reported.ID, i+1)
		}
		require.Equal(t, 1, past(t, s, "amazon-uk", order.Reading{Report: true}, reported).Counts.Skipped)
		require.Len(t, detail(t, s, "amazon-uk", "a").Lines, 2)
		later := version(reported, 60, func(o *order.Snapshot) { o.Fulfilment = order.FulfilmentUnshipped })
		require.Equal(t, message.Counts{Seen: 1, Same: 1}, past(t, s, "amazon-uk", order.Reading{Report: true}, later).Counts)

		shown := version(over(sale("amazon-uk", "a", 0, units("LAMP", 1), units("LAMP", 2))), 60, func(*order.Snapshot) {})
		save(t, s, "amazon-uk", shown)
		lines := detail(t, s, "amazon-uk", "a").Lines
		require.Len(t, lines, 2)
		require.Equal(t, "a-1", lines[0].LineID)
		require.Zero(t, level(t, s, "LAMP").Reserved)
	})
}

func TestAnAccountHasOneBackfillAtATime(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		r := backfill.Range{From: epoch, To: epoch.Add(48 * time.Hour)}
		first := backfills.Backfill{ID: "b1", Account: "amazon-uk", Records: backfill.Orders, Range: r}
		require.NoError(t, s.Backfills.Ask(ctx, first, nil))
		require.NoError(t, s.Backfills.Ask(ctx, first, nil), "it may be repeated")
		require.ErrorIs(t, s.Backfills.Ask(ctx, backfills.Backfill{ID: "b2", Account: "amazon-uk", Records: backfill.Orders, Range: r}, nil), backfills.ErrGoesOn)
		takes, err := s.Backfills.TakesTurns(ctx, "amazon-uk")
		require.NoError(t, err)
		require.True(t, takes)

		counts := message.Counts{Seen: 200, Same: 200}
		require.NoError(t, s.Backfills.Moved(ctx, backfills.Progress{ID: "b1", Position: epoch.Add(24 * time.Hour), Took: time.Minute, Counts: counts}))
		require.NoError(t, s.Backfills.Moved(ctx, backfills.Progress{ID: "b1", Position: epoch, Counts: message.Counts{Seen: 100}}), "a repeated step")
		b, err := s.Backfills.Get(ctx, "b1")
		require.NoError(t, err)
		require.Equal(t, counts, b.Counts)
		require.Equal(t, 0.5, b.Share())

		require.NoError(t, s.Backfills.Mark(ctx, "b1", backfill.Stopped))
		rows := []string{`{"ID":"1"}`, `{"ID":"2"}`, `{"ID":"3"}`}
		second := backfills.Backfill{ID: "b2", Account: "amazon-uk", Records: backfill.Orders, Range: r, Report: "orders.txt"}
		require.NoError(t, s.Backfills.Ask(ctx, second, rows))
		require.ErrorIs(t, s.Backfills.Resume(ctx, b), backfills.ErrGoesOn)
		takes, err = s.Backfills.TakesTurns(ctx, "amazon-uk")
		require.NoError(t, err)
		require.False(t, takes, "a report needs no search")
		read, err := s.Backfills.Rows(ctx, "b2", 1, 10)
		require.NoError(t, err)
		require.Equal(t, rows[1:], read)
		require.NoError(t, s.Backfills.Mark(ctx, "b2", backfill.Done))
		read, err = s.Backfills.Rows(ctx, "b2", 0, 10)
		require.NoError(t, err)
		require.Empty(t, read)
		require.NoError(t, s.Backfills.Resume(ctx, b))
		list, err := s.Backfills.List(ctx, "", 0)
		require.NoError(t, err)
		require.Len(t, list, 2)
		require.Equal(t, "b2", list[0].ID)
		require.Equal(t, backfill.Running, list[1].State)
	})
}

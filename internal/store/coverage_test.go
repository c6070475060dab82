package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/backfill"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/coverage"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/backfills"
	"github.com/towpath/towpath/internal/store/coverages"
	"github.com/towpath/towpath/internal/store/storetest"
)

// settle has a check read what a channel lists of two hours, and compares it.
func settle(t *testing.T, s *store.Store, run string, listed ...string) message.Counts {
	t.Helper()
	var page []coverage.Listed
	for i, id := range listed {
		page = append(page, coverage.Listed{ID: id, PlacedAt: epoch.Add(time.Duration(i) * time.Minute)})
	}
	require.NoError(t, s.Coverage.SavePage(t.Context(), "ebay-uk", run, true, page, nil))
	n, err := s.Coverage.Settle(t.Context(), "ebay-uk", coverages.Reading{Run: run, Window: twoHours, Listed: len(listed)})
	require.NoError(t, err)
	return n
}

var twoHours = backfill.Range{From: epoch.Truncate(time.Hour), To: epoch.Truncate(time.Hour).Add(2 * time.Hour)}

// stands returns what the first hour needs now.
func stands(t *testing.T, s *store.Store) coverage.State {
	t.Helper()
	hours, err := s.Coverage.Hours(t.Context(), "ebay-uk", twoHours.From)
	require.NoError(t, err)
	require.Len(t, hours, 2)
	return hours[0].State()
}

// An order of the channel that is in no table is found, its gap starts one backfill, however often it is looked at, and it is whole when
// the order comes. What the backfill does not bring needs a person, until it comes all the same.
func TestAGapStartsOneBackfillAndIsHealed(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		link(t, s, "LAMP")
		save(t, s, "ebay-uk", sale("ebay-uk", "saved", 0, units("LAMP", 1)), over(sale("ebay-uk", "skipped", 0, units("LAMP", 1))))
		save(t, s, "ebay-uk", sale("ebay-uk", "deleted", 0, units("LAMP", 1)))
		_, err := s.Orders.Delete(ctx, rowID(t, s, "ebay-uk", "deleted"), "ann", "a test")
		require.NoError(t, err)
		aside := pageOf("ebay-uk")
		aside.Aside = []*channel.OrderError{channel.NewOrderError("getOrders", "req", []byte("{}"), "aside", epoch, "")}
		_, err = s.Orders.SavePage(ctx, aside)
		require.NoError(t, err)
		all := []string{"saved", "skipped", "deleted", "aside"}

		require.Equal(t, message.Counts{Seen: 4, Same: 4}, settle(t, s, "r1", all...), "saved, skipped, deleted and unreadable orders are known")
		require.Equal(t, coverage.Whole, stands(t, s))
		_, asked, err := s.Coverage.Follow(ctx, "ebay-uk")
		require.NoError(t, err)
		require.False(t, asked)

		all = append(all, "lost", "lost-too")
		require.Equal(t, message.Counts{Seen: 6, Same: 4}, settle(t, s, "r2", all...))
		again, err := s.Coverage.Settle(ctx, "ebay-uk", coverages.Reading{Run: "r2", Window: twoHours})
		require.NoError(t, err)
		require.Equal(t, message.Counts{Seen: 6, Same: 4}, again, "a repeated step changes nothing")
		require.Equal(t, coverage.Backfilling, stands(t, s))
		require.Equal(t, 2, openOnes(t, s, incident.Missing)[incident.CodeBackfilling].Subjects)

		b, asked, err := s.Coverage.Follow(ctx, "ebay-uk")
		require.NoError(t, err)
		require.True(t, asked)
		require.Equal(t, backfill.Range{From: twoHours.From, To: twoHours.From.Add(time.Hour)}, b.Range, "only the hour of the gap")
		kept, err := s.Backfills.Get(ctx, b.ID)
		require.NoError(t, err)
		require.Equal(t, backfill.OfCoverage, kept.Cause)
		for range 2 {
			settle(t, s, "r3", all...)
			_, asked, err = s.Coverage.Follow(ctx, "ebay-uk")
			require.NoError(t, err)
			require.False(t, asked, "a gap starts one backfill")
		}

		save(t, s, "ebay-uk", sale("ebay-uk", "lost", 3, units("LAMP", 1)))
		require.Equal(t, coverage.Backfilling, stands(t, s), "the other one is not here yet")
		require.NoError(t, s.Backfills.Mark(ctx, b.ID, backfill.Done))
		require.Equal(t, coverage.Lost, stands(t, s))
		_, asked, err = s.Coverage.Follow(ctx, "ebay-uk")
		require.NoError(t, err)
		require.False(t, asked, "it is not read in vain again")
		require.Equal(t, []string{"lost-too"}, openOnes(t, s, incident.Missing)[""].Sample)

		save(t, s, "ebay-uk", sale("ebay-uk", "lost-too", 4, units("LAMP", 1)))
		require.Equal(t, coverage.Healed, stands(t, s))
		_, _, err = s.Coverage.Follow(ctx, "ebay-uk")
		require.NoError(t, err)
		require.Empty(t, openOnes(t, s, incident.Missing))
		require.Equal(t, message.Counts{Seen: 6, Same: 6}, settle(t, s, "r4", all...))
		require.Equal(t, coverage.Healed, stands(t, s), "it is not forgotten that orders were missing")
	})
}

// While the account has a backfill of its own, a gap waits for its end. What the channel lists no longer is not missing.
func TestAGapWaitsForTheBackfillThatRuns(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		person := backfillOf("b1")
		require.NoError(t, s.Backfills.Ask(ctx, person, nil))
		settle(t, s, "r1", "lost", "gone")
		_, asked, err := s.Coverage.Follow(ctx, "ebay-uk")
		require.NoError(t, err)
		require.False(t, asked)
		require.NoError(t, s.Backfills.Mark(ctx, person.ID, backfill.Done))
		_, asked, err = s.Coverage.Follow(ctx, "ebay-uk")
		require.NoError(t, err)
		require.True(t, asked)

		settle(t, s, "r2", "lost")
		list, err := s.Coverage.Missing(ctx, "ebay-uk", 0)
		require.NoError(t, err)
		require.Len(t, list, 1)
		require.Equal(t, "lost", list[0].OrderID)
		require.Equal(t, coverage.Backfilling, list[0].Stands())
	})
}

// A page is kept once, what a check before has left does not count, and old hours are forgotten.
func TestAPageOfIDsMayBeRepeated(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		at := func(id string) []coverage.Listed {
			return []coverage.Listed{{ID: id, PlacedAt: epoch}, {ID: id, PlacedAt: epoch}}
		}
		require.NoError(t, s.Coverage.SavePage(ctx, "ebay-uk", "killed", true, at("old"), nil))
		require.NoError(t, s.Coverage.SavePage(ctx, "ebay-uk", "r1", true, at("a"), nil))
		for range 2 {
			require.NoError(t, s.Coverage.SavePage(ctx, "ebay-uk", "r1", false, at("b"), nil))
		}
		require.NoError(t, s.Coverage.SavePage(ctx, "ebay-uk", "r1", true, at("a"), nil), "a first page that was given up is saved late")
		n, err := s.Coverage.Settle(ctx, "ebay-uk", coverages.Reading{Run: "r1", Window: twoHours})
		require.NoError(t, err)
		require.Equal(t, message.Counts{Seen: 2}, n)

		check, err := s.Coverage.Check(ctx, "ebay-uk")
		require.NoError(t, err)
		require.Equal(t, twoHours.To, check.Until)
		p, err := s.Coverage.Progress(ctx, "ebay-uk")
		require.NoError(t, err)
		require.Equal(t, twoHours.To, p.Until)

		forgotten, err := s.Coverage.Forget(ctx, twoHours.To)
		require.NoError(t, err)
		require.Equal(t, 2, forgotten)
		list, err := s.Coverage.Missing(ctx, "ebay-uk", 0)
		require.NoError(t, err)
		require.Empty(t, list)
	})
}

func backfillOf(id string) (b backfills.Backfill) {
	b.ID, b.Account, b.Records, b.Range = id, "ebay-uk", backfill.Orders, twoHours
	return b
}

// Where the channel gave no list nothing is judged: what is missing stays so, no hour is whole, and the hours are compared once there is a
// list. So it is when the store has lost what was listed.
func TestWithoutAListNothingIsJudged(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		for n, r := range []coverages.Reading{{Run: "cancelled", Window: twoHours, Unknown: true}, {Run: "restored", Window: twoHours, Listed: 2}} {
			for range 2 {
				counts, err := s.Coverage.Settle(ctx, "ebay-uk", r)
				require.NoError(t, err)
				require.Equal(t, message.Counts{}, counts)
			}
			require.Equal(t, coverage.Unknown, stands(t, s))
			p, err := s.Coverage.Progress(ctx, "ebay-uk")
			require.NoError(t, err)
			require.Equal(t, twoHours.To, p.Unknown)
			require.True(t, p.Until.IsZero(), "it was not compared")
			if n > 0 {
				break
			}
		}

		require.Equal(t, message.Counts{Seen: 1}, settle(t, s, "listed", "lost"))
		require.Equal(t, coverage.Backfilling, stands(t, s))
		p, err := s.Coverage.Progress(ctx, "ebay-uk")
		require.NoError(t, err)
		require.Equal(t, twoHours.To, p.Until)
		require.True(t, p.Unknown.IsZero())

		_, err = s.Coverage.Settle(ctx, "ebay-uk", coverages.Reading{Run: "again", Window: twoHours, Unknown: true})
		require.NoError(t, err)
		require.Equal(t, coverage.Backfilling, stands(t, s), "what was compared stays")
		list, err := s.Coverage.Missing(ctx, "ebay-uk", 0)
		require.NoError(t, err)
		require.Len(t, list, 1)
	})
}

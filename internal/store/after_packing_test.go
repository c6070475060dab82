package store_test

import (
	"database/sql"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/buyers"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/storetest"
)

// sentTo is an order of two lamps to an address.
func sentTo(line string) order.Snapshot {
	o := sale("amazon-uk", "a", 0, units("LAMP", 2))
	o.Buyer = &order.Buyer{Name: "Ann Bell", Line1: line, City: "Leeds", PostalCode: "LS1 4AP", CountryCode: "GB"}
	return o
}

func movesTo(line string) func(*order.Snapshot) {
	return func(o *order.Snapshot) {
		b := *o.Buyer
		b.Line1, o.Buyer = line, &b
	}
}

// further adds a line of one rope.
func further(o *order.Snapshot) {
	l := units("amazon-uk:ROPE", 1)
	l.ID = "a-9"
	o.Lines = append(o.Lines, l)
}

// afterPacking returns how many orders were changed after they were packed, as incidents count them.
func afterPacking(t testing.TB, s *store.Store) int {
	t.Helper()
	return openOnes(t, s, incident.Contradicted)[incident.CodeAfterPacking].Subjects
}

// What changes before anything is packed is followed, and nobody need know.
func TestAnOrderThatChangesBeforeItIsPackedIsFollowed(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "LAMP", "ROPE")
		receive(t, s, "r1", "LAMP", 9)
		receive(t, s, "r2", "ROPE", 9)
		o := sentTo("12 High St")
		save(t, s, "amazon-uk", o)
		for minutes, change := range []func(*order.Snapshot){
			movesTo("14 High St"), further, func(o *order.Snapshot) { o.Lines[0].Quantity = 4 }, func(o *order.Snapshot) { o.Lines[0].Quantity = 1 },
		} {
			o = version(o, minutes+1, change)
			require.Equal(t, 1, save(t, s, "amazon-uk", o).Counts.Saved, "change %d", minutes)
			d := detail(t, s, "amazon-uk", "a")
			require.Empty(t, d.Contradiction, "change %d", minutes)
			require.Equal(t, order.Open, d.State)
		}
		require.Equal(t, order.Units{Reserved: 2}, sumUnits(detail(t, s, "amazon-uk", "a")))
		require.Equal(t, 1, level(t, s, "LAMP").Reserved)
		require.Empty(t, openOnes(t, s, incident.Contradicted))
	})
}

// Another address after packing is an incident, without the address, until a person confirms it; a further one is another. The old address
// closes it.
func TestAnotherAddressAfterPackingIsAnIncident(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "LAMP")
		receive(t, s, "r1", "LAMP", 9)
		o := sentTo("12 High St")
		save(t, s, "amazon-uk", o)
		row := rowID(t, s, "amazon-uk", "a")
		process(t, s, row, pack("P1", content("a-1", 1)))
		require.Equal(t, 1, save(t, s, "amazon-uk", version(o, 1, movesTo("12, HIGH St."))).Counts.Saved, "written otherwise")
		require.Equal(t, 1, save(t, s, "amazon-uk", version(o, 2, func(o *order.Snapshot) { o.Buyer = &order.Buyer{CountryCode: "GB"} })).Counts.Saved, "hidden")

		require.Equal(t, 1, save(t, s, "amazon-uk", version(o, 3, movesTo("14 High St"))).Counts.Errors)
		d := detail(t, s, "amazon-uk", "a")
		require.Equal(t, "the address was changed after package 1 was packed", d.Contradiction)
		require.Equal(t, epoch, d.ContradictedAt)
		require.Equal(t, 1, afterPacking(t, s))
		process(t, s, row, pack("P2", content("a-1", 1)))
		out, err := s.Orders.Keep(ctx, row)
		require.NoError(t, err)
		require.Empty(t, out.Refused)
		require.Zero(t, afterPacking(t, s))
		require.Equal(t, 1, save(t, s, "amazon-uk", version(o, 4, func(o *order.Snapshot) {
			movesTo("14 High St")(o)
			o.Total++
		})).Counts.Saved, "a person has confirmed it")

		save(t, s, "amazon-uk", version(o, 5, movesTo("16 High St")))
		require.Equal(t, "the address was changed after packages 1 and 2 were packed", detail(t, s, "amazon-uk", "a").Contradiction)
		require.Equal(t, 1, afterPacking(t, s), "a further address, also for the package of the second one")
		save(t, s, "amazon-uk", version(o, 6, movesTo("12 High St")))
		require.Equal(t, "the address was changed after package 2 was packed", detail(t, s, "amazon-uk", "a").Contradiction)

		_, err = s.Buyers.Forget(ctx, []int64{row}, buyers.Act{By: "test", What: buyers.Forgotten})
		require.NoError(t, err)
		kept := 0
		require.NoError(t, s.Read(ctx, `SELECT COUNT(*) FROM packages WHERE address_hash <> ''`, func(rows *sql.Rows) error { return rows.Scan(&kept) }))
		require.Zero(t, kept, "nothing of a forgotten buyer is left")
		save(t, s, "amazon-uk", version(o, 7, movesTo("18 High St")))
		require.Zero(t, afterPacking(t, s))
	})
}

// Units that are added after packing are reserved, and an incident until they are packed, or given up.
func TestUnitsThatAreAddedAfterPackingAreAnIncident(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "LAMP", "ROPE")
		receive(t, s, "r1", "LAMP", 9)
		receive(t, s, "r2", "ROPE", 9)
		o := sentTo("12 High St")
		save(t, s, "amazon-uk", o)
		row := rowID(t, s, "amazon-uk", "a")
		process(t, s, row, pack("P1", content("a-1", 2)))
		confirm(t, s, row, "P1")
		o = version(o, 1, func(o *order.Snapshot) {
			o.Lines[0].Quantity = 4
			further(o)
		})
		require.Equal(t, 1, save(t, s, "amazon-uk", o).Counts.Errors)
		d := detail(t, s, "amazon-uk", "a")
		require.Equal(t, "2 units of line a-1 added after package 1 was packed; 1 unit of line a-9 added after package 1 was packed", d.Contradiction)
		require.Equal(t, order.Units{Reserved: 3, Shipped: 2}, sumUnits(d))
		require.Equal(t, 1, afterPacking(t, s))

		process(t, s, row, pack("P2", content("a-1", 1), content("a-9", 1)))
		require.Equal(t, "2 units of line a-1 added after package 1 was packed", detail(t, s, "amazon-uk", "a").Contradiction)
		_, err := s.Orders.Keep(ctx, row)
		require.NoError(t, err)
		save(t, s, "amazon-uk", version(o, 1, func(o *order.Snapshot) { o.Total++ }))
		require.Zero(t, afterPacking(t, s), "a person knows it, and that one of them is packed is no news")
		o = version(o, 2, func(o *order.Snapshot) { o.Lines[0].Quantity = 5 })
		save(t, s, "amazon-uk", o)
		require.Equal(t, "2 units of line a-1 added after packages 1 and 2 were packed", detail(t, s, "amazon-uk", "a").Contradiction)
		require.Equal(t, 1, afterPacking(t, s))

		process(t, s, row, pack("P3", content("a-1", 2)))
		require.Empty(t, detail(t, s, "amazon-uk", "a").Contradiction, "it closes by itself")
		require.Zero(t, afterPacking(t, s))
	})
}

// An order that is cancelled while it is packed is no second incident, and what was said of its address or its units is settled.
func TestAnOrderThatIsCancelledAfterPackingIsNoChange(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "LAMP")
		receive(t, s, "r1", "LAMP", 9)
		o := sentTo("12 High St")
		save(t, s, "amazon-uk", o)
		row := rowID(t, s, "amazon-uk", "a")
		process(t, s, row, pack("P1", content("a-1", 2)))
		o = version(o, 1, func(o *order.Snapshot) {
			movesTo("14 High St")(o)
			o.Lines[0].Quantity = 3
		})
		save(t, s, "amazon-uk", o)
		require.Equal(t, 1, afterPacking(t, s))
		cancelled := version(o, 2, func(o *order.Snapshot) {
			movesTo("16 High St")(o)
			o.Fulfilment = order.FulfilmentCancelled
		})
		require.Equal(t, 1, save(t, s, "amazon-uk", cancelled).Counts.Saved)
		d := detail(t, s, "amazon-uk", "a")
		require.Equal(t, order.Cancelled, d.State)
		require.Empty(t, d.Contradiction)
		require.Empty(t, openOnes(t, s, incident.Contradicted))
	})
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "LAMP")
		receive(t, s, "r1", "LAMP", 9)
		o := sentTo("12 High St")
		save(t, s, "amazon-uk", o)
		row := rowID(t, s, "amazon-uk", "a")
		process(t, s, row, pack("P1", content("a-1", 2)))
		save(t, s, "amazon-uk", version(o, 1, movesTo("14 High St")))
		require.NoError(t, s.Orders.SaveCancellation(ctx, row, orders.Cancellation{ID: "c1"}))
		out, err := s.Orders.ApplyCancellation(ctx, row, "c1")
		require.NoError(t, err)
		require.Empty(t, out.Refused)
		require.Zero(t, afterPacking(t, s), "also when a person cancels it here")
	})
}

package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/storetest"
)

// offered returns how many orders are offered for packing, and how many are left out because they are held.
func offered(t testing.TB, s *store.Store) (ready, held int) {
	t.Helper()
	list, err := s.Packages.ReadyOrders(ctx, time.Now().Add(time.Hour), 0, 10)
	require.NoError(t, err)
	left, err := s.Packages.LeftOut(ctx, "amazon-uk")
	require.NoError(t, err)
	return len(list), left.Held
}

// packedNow packs one unit of the first line, or returns why it can't be.
func packedNow(t testing.TB, s *store.Store, row int64, p shipment.Package) (refused string) {
	t.Helper()
	require.NoError(t, s.Packages.SavePackages(ctx, row, []shipment.Package{p}))
	out, err := s.Packages.ProcessPackage(ctx, row, p.ID)
	require.NoError(t, err)
	return out.Refused
}

// A pre-order is reserved and not offered for packing until its date, which needs no version of the channel; nobody has to decide about it.
func TestAPreOrderIsPackedFromItsDateOn(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "LAMP")
		receive(t, s, "r1", "LAMP", 3)
		date := time.Now().UTC().Add(240 * time.Hour).Truncate(time.Second)
		o := sale("amazon-uk", "a", 0, units("LAMP", 2))
		o.Lines[0].NotBefore = date
		require.Equal(t, 1, save(t, s, "amazon-uk", o).Counts.Saved)
		row := rowID(t, s, "amazon-uk", "a")
		d := detail(t, s, "amazon-uk", "a")
		require.Equal(t, []any{order.Open, date, []orders.Held{{Hold: order.HoldNotYet}}}, []any{d.State, d.NotBefore, d.Holds})
		require.Equal(t, 2, level(t, s, "LAMP").Reserved)
		require.Empty(t, openOnes(t, s, incident.OnHold), "nobody need decide")
		list, err := s.Orders.Find(ctx, orders.OrderFilter{Undecided: true})
		require.NoError(t, err)
		require.Empty(t, list)
		ready, held := offered(t, s)
		require.Equal(t, []int{0, 1}, []int{ready, held})
		require.Contains(t, packedNow(t, s, row, pack("P1", content("a-1", 1))), "its date has not come. To ship it all the same, repeat the command with --anyway")

		n, err := s.Orders.ReleaseNotYet(ctx, date.Add(-time.Second), 10)
		require.NoError(t, err)
		require.Zero(t, n)
		n, err = s.Orders.ReleaseNotYet(ctx, date, 10)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		n, err = s.Orders.ReleaseNotYet(ctx, date, 10)
		require.NoError(t, err)
		require.Zero(t, n, "once")
		d = detail(t, s, "amazon-uk", "a")
		require.Empty(t, d.Holds)
		require.Zero(t, d.NotBefore)
		pending, err := s.Orders.PendingOf(ctx, row)
		require.NoError(t, err)
		require.Len(t, pending, 1, "only the first version: no lifecycle need hear of the date")
		ready, held = offered(t, s)
		require.Equal(t, []int{1, 0}, []int{ready, held})
		require.Empty(t, packedNow(t, s, row, pack("P2", content("a-1", 1))))
	})
}

// Of an order with a line for later, what is ready can be packed by hand; files wait for the rest. A person may pack all of it.
func TestALineThatIsNotToBePackedYetHoldsUpOnlyItself(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "LAMP", "ROPE")
		receive(t, s, "r1", "LAMP", 3)
		receive(t, s, "r2", "ROPE", 3)
		o := sale("amazon-uk", "a", 0, units("LAMP", 1), units("ROPE", 2))
		o.Lines[1].NotBefore = order.Undated
		save(t, s, "amazon-uk", o)
		row := rowID(t, s, "amazon-uk", "a")
		d := detail(t, s, "amazon-uk", "a")
		require.Empty(t, d.Holds)
		require.Equal(t, order.Undated, d.NotBefore)
		ready, held := offered(t, s)
		require.Equal(t, []int{0, 1}, []int{ready, held})
		require.Contains(t, packedNow(t, s, row, pack("P1", content("a-1", 1), content("a-2", 1))), "line a-2: its date has not come")
		require.Empty(t, packedNow(t, s, row, pack("P2", content("a-1", 1))))
		require.NoError(t, s.Packages.SavePackagesAnyway(ctx, row, "Ann", []shipment.Package{pack("P3", content("a-2", 1))}))
		out, err := s.Packages.ProcessPackage(ctx, row, "P3")
		require.NoError(t, err)
		require.Empty(t, out.Refused)

		save(t, s, "amazon-uk", version(o, 1, func(o *order.Snapshot) { o.Lines[1].NotBefore = time.Time{} }))
		require.Empty(t, packedNow(t, s, row, pack("P4", content("a-2", 1))), "the channel has released it")
	})
}

// What the channel holds is held here until it releases it; an order that is not paid waits for that alone.
func TestAnOrderThatItsChannelHoldsIsReleasedByIt(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "LAMP")
		receive(t, s, "r1", "LAMP", 3)
		o := sale("amazon-uk", "a", 0, units("LAMP", 2))
		o.OnHold, o.Paid = true, false
		save(t, s, "amazon-uk", o)
		row := rowID(t, s, "amazon-uk", "a")
		d := detail(t, s, "amazon-uk", "a")
		require.Equal(t, order.AwaitingPayment, d.State)
		require.Empty(t, d.Holds)
		o = version(o, 1, func(o *order.Snapshot) { o.Paid = true })
		save(t, s, "amazon-uk", o)
		require.Equal(t, []orders.Held{{Hold: order.HoldOnChannel}}, detail(t, s, "amazon-uk", "a").Holds)
		require.Empty(t, openOnes(t, s, incident.OnHold))
		ready, held := offered(t, s)
		require.Equal(t, []int{0, 1}, []int{ready, held})
		require.Contains(t, packedNow(t, s, row, pack("P1", content("a-1", 1))), "the channel does not let it be shipped yet")
		save(t, s, "amazon-uk", version(o, 1, func(o *order.Snapshot) { o.OnHold = false }))
		require.Empty(t, detail(t, s, "amazon-uk", "a").Holds)
		require.Empty(t, packedNow(t, s, row, pack("P2", content("a-1", 1))))
	})
}

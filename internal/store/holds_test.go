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

// Two holds of one order are both stored: lifting the first lets nothing pass the second.
func TestAllThatHoldsAnOrderIsStored(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "LAMP")
		receive(t, s, "r1", "LAMP", 1)
		o := sale("amazon-uk", "a", 0, units("LAMP", 1))
		o.BuyerCancels, o.Refunded = true, true
		save(t, s, "amazon-uk", o)
		row := rowID(t, s, "amazon-uk", "a")
		require.NoError(t, s.Packages.SavePackages(ctx, row, []shipment.Package{pack("P1", content("a-1", 1))}))
		out, err := s.Orders.Allow(ctx, row, "Ann", nil)
		require.NoError(t, err)
		require.Contains(t, out.Refused, "--hold buyer-cancels --hold refunded")
		out, err = s.Orders.Allow(ctx, row, "Ann", []order.Hold{order.HoldBuyerCancels})
		require.NoError(t, err)
		require.Empty(t, out.Refused)
		require.Equal(t, 1, openOnes(t, s, incident.OnHold)["refunded"].Subjects)
		require.Equal(t, []orders.Held{{Hold: order.HoldBuyerCancels, Lifted: true}, {Hold: order.HoldRefunded}}, detail(t, s, "amazon-uk", "a").Holds)
		out, err = s.Packages.ProcessPackage(ctx, row, "P1")
		require.NoError(t, err)
		require.Contains(t, out.Refused, "all of its money was refunded")
		anyway(t, s, row, pack("P1", content("a-1", 1)))
		require.True(t, detail(t, s, "amazon-uk", "a").Allowed)
		require.Empty(t, openOnes(t, s, incident.OnHold))
	})
}

// anyway processes a package of a held order with a person's word.
func anyway(t *testing.T, s *store.Store, row int64, p shipment.Package) {
	t.Helper()
	require.NoError(t, s.Packages.SavePackagesAnyway(ctx, row, "Ann", []shipment.Package{p}))
	out, err := s.Packages.ProcessPackage(ctx, row, p.ID)
	require.NoError(t, err)
	require.Empty(t, out.Refused)
}

// The word lifted whatever held the order when its package was looked at, and a buyer's request that came in between with it.
func TestAWordForAPackageLiftsNoHoldThatCameSince(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "LAMP")
		receive(t, s, "r1", "LAMP", 2)
		o := sale("amazon-uk", "a", 0, units("LAMP", 1))
		o.Refunded = true
		save(t, s, "amazon-uk", o)
		row := rowID(t, s, "amazon-uk", "a")
		p := pack("P1", content("a-1", 1))
		require.NoError(t, s.Packages.SavePackagesAnyway(ctx, row, "Ann", []shipment.Package{p}))

		o.UpdatedAt, o.BuyerCancels = o.UpdatedAt.Add(time.Minute), true
		save(t, s, "amazon-uk", o)
		out, err := s.Packages.ProcessPackage(ctx, row, "P1")
		require.NoError(t, err)
		require.Contains(t, out.Refused, "the buyer wants to cancel")
		require.NotContains(t, out.Refused, "refunded", "this was known")
		require.Len(t, detail(t, s, "amazon-uk", "a").OpenHolds(), 2)

		anyway(t, s, row, p)
	})
}

// The word was lifted before the package was looked at: one that was refused left the order without its hold, for the next file to ship.
func TestAPackageThatIsRefusedAnywayLiftsNoHold(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "LAMP")
		receive(t, s, "r1", "LAMP", 1)
		o := sale("amazon-uk", "a", 0, units("LAMP", 2))
		o.Refunded = true
		save(t, s, "amazon-uk", o)
		row := rowID(t, s, "amazon-uk", "a")
		tooMany, right := pack("P1", content("a-1", 2)), pack("P1", content("a-1", 1))
		require.NoError(t, s.Packages.SavePackagesAnyway(ctx, row, "Ann", []shipment.Package{tooMany}))
		out, err := s.Packages.ProcessPackage(ctx, row, "P1")
		require.NoError(t, err)
		require.Contains(t, out.Refused, "2 units are packed, but 1 are reserved")
		require.Len(t, detail(t, s, "amazon-uk", "a").OpenHolds(), 1)

		require.NoError(t, s.Packages.SavePackages(ctx, row, []shipment.Package{right}))
		out, err = s.Packages.ProcessPackage(ctx, row, "P1")
		require.NoError(t, err)
		require.Contains(t, out.Refused, "the order is held", "the word was for the other package")

		anyway(t, s, row, right)
		require.Empty(t, detail(t, s, "amazon-uk", "a").OpenHolds())
	})
}

// A person's hold outlasts the channel's versions, names who gave it, and is no incident.
func TestAnOrderIsHeldByHand(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "LAMP")
		receive(t, s, "r1", "LAMP", 1)
		o := sale("amazon-uk", "a", 0, units("LAMP", 1))
		save(t, s, "amazon-uk", o)
		row := rowID(t, s, "amazon-uk", "a")
		for _, who := range []string{"Ann", "Bob"} {
			out, err := s.Orders.Hold(ctx, row, who, "a fraud check")
			require.NoError(t, err)
			require.Empty(t, out.Refused)
		}
		save(t, s, "amazon-uk", version(o, 1, func(o *order.Snapshot) { o.Total++ }))
		held := detail(t, s, "amazon-uk", "a").OpenHolds()
		require.Len(t, held, 1)
		require.Equal(t, "Ann held it: a fraud check", held[0].Text(), "the first counts")
		require.Empty(t, openOnes(t, s, incident.OnHold))
		list, err := s.Orders.Find(ctx, orders.OrderFilter{Undecided: true})
		require.NoError(t, err)
		require.Len(t, list, 1)
		left, err := s.Packages.LeftOut(ctx, "amazon-uk")
		require.NoError(t, err)
		require.Equal(t, 1, left.Held)
		_, err = s.Orders.Allow(ctx, row, "Bob", nil)
		require.NoError(t, err)
		require.Empty(t, detail(t, s, "amazon-uk", "a").Holds)
		_, err = s.Orders.Hold(ctx, row, "Bob", "once more")
		require.NoError(t, err)
		held = detail(t, s, "amazon-uk", "a").OpenHolds()
		require.Equal(t, "Bob held it: once more", held[0].Text())
		require.Equal(t, 1, level(t, s, "LAMP").Reserved)
	})
}

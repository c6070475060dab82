package store_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/incidents"
	"github.com/towpath/towpath/internal/store/storetest"
)

// A buyer cancels units of a package that the channel took and never showed: sent again as it was, it was refused for ever.
func TestUnitsCancelledBeforeTheirPackageWasShownAreNotSentAgain(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "lamp", "rope")
		receive(t, s, "a", "lamp", 3)
		receive(t, s, "b", "rope", 1)
		o := sale("amazon-uk", "1", 1, units("lamp", 3), units("rope", 1))
		save(t, s, "amazon-uk", o)
		row := rowID(t, s, "amazon-uk", "1")
		process(t, s, row, pack("P1", content("1-1", 3), content("1-2", 1)))
		confirm(t, s, row, "P1")
		save(t, s, "amazon-uk", version(o, 5, func(o *order.Snapshot) { o.Lines[0].Cancelled, o.Lines[1].Cancelled = 2, 1 }))
		d := detail(t, s, "amazon-uk", "1")
		require.Equal(t, "2 units of line 1-1 shipped here, and cancelled on the channel before it showed them as shipped; "+
			"1 unit of line 1-2 shipped here, and cancelled on the channel before it showed them as shipped", d.Contradiction)
		require.Equal(t, 4, sumUnits(d).Shipped, "they have left the shelf")
		require.NoError(t, s.Write(ctx, "move the watermark", func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE accounts SET watermark = $1 WHERE id = 'amazon-uk'`, time.Now().Add(2*time.Hour).UnixMicro())
			return err
		}))
		unshown := func() int {
			list, err := s.Packages.Unshown(ctx, time.Hour, 0, 10)
			require.NoError(t, err)
			return len(list)
		}
		require.Equal(t, 1, unshown())
		out, err := s.Packages.PrepareAgain(ctx, row, "P1", "order/1")
		require.NoError(t, err)
		require.True(t, out.Send)
		require.Equal(t, []channel.ShipmentLine{{LineID: "1-1", Quantity: 1, Location: "main"}}, out.Shipment.Lines)

		over := version(o, 6, func(o *order.Snapshot) {
			o.Lines[0].Cancelled, o.Lines[1].Cancelled, o.Lines[0].Shipped, o.Fulfilment = 2, 1, 1, order.FulfilmentShipped
		})
		save(t, s, "amazon-uk", over)
		require.Equal(t, order.Completed, detail(t, s, "amazon-uk", "1").State)
		require.NotEmpty(t, detail(t, s, "amazon-uk", "1").Contradiction, "a person has to know where the goods are")
		require.Zero(t, unshown())
		balanced(t, s)
	})
}

// A package is sent again whole when only another one of the same line is not shown: Amazon replaces what it has of it.
func TestAPackageThatIsShownKeepsItsUnitsWhenItIsSentAgain(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "lamp", "rope")
		receive(t, s, "a", "lamp", 24)
		receive(t, s, "b", "rope", 1)
		o := sale("amazon-uk", "1", 1, units("lamp", 24), units("rope", 1))
		save(t, s, "amazon-uk", o)
		row := rowID(t, s, "amazon-uk", "1")
		process(t, s, row, pack("P1", content("1-1", 9)))
		process(t, s, row, pack("P2", content("1-1", 15), content("1-2", 1)))
		confirm(t, s, row, "P1")
		confirm(t, s, row, "P2")
		save(t, s, "amazon-uk", version(o, 5, func(o *order.Snapshot) {
			o.Fulfilment, o.Lines[0].Shipped, o.Lines[1].Shipped = order.FulfilmentPartlyShipped, 15, 1
		}))
		out, err := s.Packages.PrepareAgain(ctx, row, "P2", "order/1")
		require.NoError(t, err)
		require.Equal(t, []channel.ShipmentLine{{LineID: "1-1", Quantity: 15, Location: "main"}, {LineID: "1-2", Quantity: 1, Location: "main"}}, out.Shipment.Lines)
	})
}

// A package that was refused has left with nothing: the line is in no other one that could lack the units.
func TestUnitsOfAPackageThatWasRefusedAreNoOtherPackage(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "lamp")
		receive(t, s, "a", "lamp", 3)
		o := sale("amazon-uk", "1", 1, units("lamp", 3))
		save(t, s, "amazon-uk", o)
		row := rowID(t, s, "amazon-uk", "1")
		require.NotEmpty(t, packedNow(t, s, row, pack("P0", content("1-1", 4))))
		process(t, s, row, pack("P1", content("1-1", 3)))
		confirm(t, s, row, "P1")
		save(t, s, "amazon-uk", version(o, 5, func(o *order.Snapshot) { o.Lines[0].Cancelled = 2 }))
		out, err := s.Packages.PrepareAgain(ctx, row, "P1", "order/1")
		require.NoError(t, err)
		require.Equal(t, []channel.ShipmentLine{{LineID: "1-1", Quantity: 1, Location: "main"}}, out.Shipment.Lines)
	})
}

// Each of two transactions that counted at once, on PostgreSQL, saw the row that the other one had removed: the incident stayed for good.
func TestWhatGoesOnAtOnceIsCountedOnce(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		const n = 5
		var ids []string
		for i := range n {
			ids = append(ids, fmt.Sprintf("P%d", i))
		}
		row := packed(t, s, ids...)
		for range 5 {
			for _, id := range ids {
				w := waiting(row, channel.Refusal(channel.Config, "confirmShipment", "STOPPED", ""))
				w.PackageID, w.WorkflowID = id, "shipment/"+id
				parked, err := s.Packages.Park(ctx, w)
				require.NoError(t, err)
				require.True(t, parked)
			}
			require.Equal(t, n, openOnes(t, s, incident.Parked)["STOPPED"].Subjects)
			var g errgroup.Group
			for _, id := range ids {
				g.Go(func() error { return s.Incidents.Unpark(ctx, "shipment/"+id) })
			}
			require.NoError(t, g.Wait())
			require.Empty(t, openOnes(t, s, incident.Parked))
		}
	})
}

// A command that cancels counts first what is not cancelled on the channel, a page what is to be decided: neither waits for the other for ever.
func TestTransactionsThatCountInAnotherOrderDoNotWaitForEachOther(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		uncancelled := func(tx *db.Tx) { incidents.UpdateUncancelled(tx, "amazon-uk") }
		undecided := func(tx *db.Tx) { incidents.UpdateUndecided(tx, "amazon-uk") }
		var tries atomic.Int32
		var began sync.WaitGroup
		began.Add(2)
		var g errgroup.Group
		for _, count := range [][]func(*db.Tx){{uncancelled, undecided}, {undecided, uncancelled}} {
			g.Go(func() error {
				return s.Write(ctx, "count", func(_ context.Context, tx *db.Tx) error {
					count[0](tx)
					if n := tries.Add(1); n <= 2 && strings.HasSuffix(t.Name(), "/postgres") { // SQLite has one writer
						began.Done()
						began.Wait()
					}
					count[1](tx)
					return nil
				})
			})
		}
		require.NoError(t, g.Wait())
		require.EqualValues(t, 2, tries.Load(), "none was repeated")
	})
}

// An order that left here and is cancelled there is over: nothing of it can be sent, and its lifecycle does not wait for that.
func TestAnOrderCancelledBeforeItsPackageWasShownIsOver(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		row := packed(t, s, "P1")
		confirm(t, s, row, "P1")
		gone := sale("amazon-uk", "1", 9, units("lamp", 1))
		gone.Fulfilment, gone.Lines[0].Cancelled = order.FulfilmentCancelled, 1
		save(t, s, "amazon-uk", gone)
		d := detail(t, s, "amazon-uk", "1")
		require.Equal(t, order.Completed, d.State)
		require.Contains(t, d.Contradiction, "1 unit of line 1-1 shipped here, and cancelled on the channel")
		out, err := s.Packages.PrepareAgain(ctx, row, "P1", "order/1")
		require.NoError(t, err)
		require.False(t, out.Send)
	})
}

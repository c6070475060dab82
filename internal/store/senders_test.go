package store_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/packages"
	"github.com/towpath/towpath/internal/store/storetest"
)

// packed saves an order with a processed package for each id.
func packed(t *testing.T, s *store.Store, ids ...string) int64 {
	t.Helper()
	link(t, s, "lamp")
	receive(t, s, "a", "lamp", len(ids))
	save(t, s, "amazon-uk", sale("amazon-uk", "1", 1, units("lamp", len(ids))))
	row := rowID(t, s, "amazon-uk", "1")
	for _, id := range ids {
		process(t, s, row, pack(id, content("1-1", 1)))
	}
	return row
}

const lifecycleID = "order/amazon-uk/1"

// waiting is P1 of that order, parked by its lifecycle.
func waiting(row int64, f *channel.Fault) packages.Waiting {
	return packages.Waiting{OrderRow: row, PackageID: "P1", WorkflowID: message.ShipmentWorkflowID("amazon-uk", "1", "P1"), HandsOver: lifecycleID, Since: epoch, Fault: f}
}

// Case A4: the store says which workflow sends a package; parking hands over that package and no other.
func TestParkingHandsOverOnePackage(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		row := packed(t, s, "P1", "P2")
		sends := func(id, workflowID string) bool {
			out, err := s.Packages.PreparePackage(ctx, row, id, workflowID)
			require.NoError(t, err)
			return out.Send
		}
		require.True(t, sends("P1", lifecycleID))
		f := channel.NewFault(channel.Invalid, "confirmShipment", "no such carrier")
		require.NoError(t, s.Packages.PackageFailed(ctx, row, "P1", f, time.Time{}))
		w := waiting(row, f)
		stranger := w
		stranger.HandsOver = "order/amazon-uk/2"
		parked, err := s.Packages.Park(ctx, stranger)
		require.NoError(t, err)
		require.False(t, parked, "only its sender hands it over")
		require.Empty(t, detail(t, s, "amazon-uk", "1").Parked)
		for range 2 { // a crash repeats it
			parked, err = s.Packages.Park(ctx, w)
			require.NoError(t, err)
			require.True(t, parked)
		}
		d := detail(t, s, "amazon-uk", "1")
		require.Len(t, d.Parked, 1)
		require.Equal(t, w.WorkflowID, d.Parked[0].WorkflowID)
		require.Equal(t, []shipment.State{shipment.Parked, shipment.Processed}, []shipment.State{d.Packages[0].State, d.Packages[1].State})
		require.Equal(t, w.WorkflowID, d.Packages[0].Sender)

		out, err := s.Packages.PreparePackage(ctx, row, "P1", lifecycleID)
		require.NoError(t, err)
		require.False(t, out.Send)
		require.Equal(t, w.WorkflowID, out.Sender, "it says whose it is")
		require.Equal(t, shipment.Parked, detail(t, s, "amazon-uk", "1").Packages[0].State, "nothing was done")
		require.True(t, sends("P2", lifecycleID), "the other one is still the lifecycle's")

		require.NoError(t, s.Incidents.Unpark(ctx, w.WorkflowID))
		require.False(t, sends("P1", lifecycleID), "a retry does not give it back")
		require.True(t, sends("P1", w.WorkflowID))
		_, err = s.Packages.PackageConfirmed(ctx, row, "P1", channel.Confirmation{})
		require.NoError(t, err)
		parked, err = s.Packages.Park(ctx, w)
		require.NoError(t, err)
		require.False(t, parked, "it was confirmed meanwhile")
		require.Empty(t, detail(t, s, "amazon-uk", "1").Parked)
	})
}

// Of workflows that race for a package one sends it, also while it is parked.
func TestTwoWorkflowsNeverSendAPackage(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		row := packed(t, s, "P1")
		var sent atomic.Int64
		senders := make([]string, 6)
		race := func() {
			var g errgroup.Group
			for i := range senders {
				g.Go(func() error {
					out, err := s.Packages.PreparePackage(ctx, row, "P1", fmt.Sprintf("shipment/%d", i))
					senders[i] = out.Sender
					if out.Send {
						sent.Add(1)
					}
					return err
				})
			}
			require.NoError(t, g.Wait())
		}
		race()
		require.EqualValues(t, 1, sent.Load())
		for _, by := range senders {
			require.Equal(t, senders[0], by, "all hear the same name")
		}
		w := waiting(row, channel.NewFault(channel.Invalid, "confirmShipment", ""))
		w.HandsOver = senders[0]
		var g errgroup.Group
		g.Go(func() error { _, err := s.Packages.Park(ctx, w); return err })
		race()
		require.NoError(t, g.Wait())
		require.LessOrEqual(t, sent.Load(), int64(2), "only the one that had it, before it was handed over")
	})
}

// An order that the channel shows as open for the sake of a unit that was cancelled here only has no package that is not shown.
func TestAPackageOfAnOrderWithOtherOpenUnitsIsShown(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "lamp")
		receive(t, s, "a", "lamp", 3)
		o := sale("amazon-uk", "1", 1, units("lamp", 3))
		save(t, s, "amazon-uk", o)
		row := rowID(t, s, "amazon-uk", "1")
		cancelAgain(t, s, row, "C", order.LineQuantity{LineID: "1-1", Quantity: 1})
		process(t, s, row, pack("P1", content("1-1", 2)))
		confirm(t, s, row, "P1")
		require.Equal(t, order.Shipped, detail(t, s, "amazon-uk", "1").State)
		require.NoError(t, s.Write(ctx, "move the watermark", func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE accounts SET watermark = $1 WHERE id = 'amazon-uk'`, time.Now().Add(2*time.Hour).UnixMicro())
			return err
		}))
		shown := func(units int) []packages.UnshownOrder {
			save(t, s, "amazon-uk", version(o, 5+units, func(o *order.Snapshot) {
				o.Fulfilment, o.Lines[0].Shipped = order.FulfilmentPartlyShipped, units
			}))
			list, err := s.Packages.Unshown(ctx, time.Hour, 0, 10)
			require.NoError(t, err)
			return list
		}
		require.Len(t, shown(1), 1, "one of its units is not")
		require.Empty(t, shown(2))
	})
}

// Case B1: a confirmed package that the channel does not show is found when the scans have read past it, once, and again after it
// was sent again; not one that is parked, was forgotten, or is of an account that only observes.
func TestConfirmedPackagesThatAreNotShownAreFound(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		row := packed(t, s, "P1")
		_, err := s.Packages.PreparePackage(ctx, row, "P1", lifecycleID)
		require.NoError(t, err)
		out, err := s.Packages.PackageConfirmed(ctx, row, "P1", channel.Confirmation{})
		require.NoError(t, err)
		require.Equal(t, order.Shipped, out.State)
		read := func(until time.Time) {
			require.NoError(t, s.Write(ctx, "move the watermark", func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.Exec(ctx, `UPDATE accounts SET watermark = $1 WHERE id = 'amazon-uk'`, until.UnixMicro())
				return err
			}))
		}
		found := func() []packages.UnshownOrder {
			list, err := s.Packages.Unshown(ctx, time.Hour, 0, 10)
			require.NoError(t, err)
			return list
		}
		read(time.Now().Add(59 * time.Minute))
		require.Empty(t, found(), "the channel may still show it")
		read(time.Now().Add(2 * time.Hour))
		list := found()
		require.Len(t, list, 1)
		require.Equal(t, row, list[0].Key.RowID)
		require.Equal(t, "amazon-uk", list[0].Key.Account.ID)
		require.Len(t, list[0].Packages, 1)
		require.Equal(t, shipment.SendAgain, list[0].Packages[0].Judge(list[0].ReadUntil, time.Hour))
		require.NoError(t, s.Packages.NoticeUnshown(ctx, row, time.Now(), []string{"P1"}))
		require.Empty(t, found(), "its lifecycle knows")

		going, err := s.Packages.PrepareAgain(ctx, row, "P1", "shipment/other")
		require.NoError(t, err)
		require.False(t, going.Send, "another workflow sends it")
		going, err = s.Packages.PrepareAgain(ctx, row, "P1", lifecycleID)
		require.NoError(t, err)
		require.True(t, going.Send)
		require.True(t, going.Shipment.Attempted, "the channel is asked first")
		before := sumUnits(detail(t, s, "amazon-uk", "1"))
		_, err = s.Packages.PackageConfirmed(ctx, row, "P1", channel.Confirmation{})
		require.NoError(t, err)
		require.Equal(t, before, sumUnits(detail(t, s, "amazon-uk", "1")), "its units are shipped once")
		read(time.Now().Add(2 * time.Hour))
		list = found()
		require.Len(t, list, 1)
		require.Equal(t, shipment.AskPerson, list[0].Packages[0].Judge(list[0].ReadUntil, time.Hour))

		w := waiting(row, channel.Refusal(channel.Conflict, "shipment", shipment.CodeNotShown, ""))
		parked, err := s.Packages.Park(ctx, w)
		require.NoError(t, err)
		require.False(t, parked, "it is confirmed")
		w.Unshown = true
		parked, err = s.Packages.Park(ctx, w)
		require.NoError(t, err)
		require.True(t, parked)
		require.Empty(t, found())
		d := detail(t, s, "amazon-uk", "1")
		require.Len(t, d.Parked, 1)
		require.Equal(t, shipment.Confirmed, d.Packages[0].State)
		require.NoError(t, s.Incidents.Unpark(ctx, w.WorkflowID))
		require.Equal(t, shipment.Confirmed, detail(t, s, "amazon-uk", "1").Packages[0].State)

		shown := sale("amazon-uk", "1", 9, units("lamp", 1))
		shown.Fulfilment = order.FulfilmentShipped
		save(t, s, "amazon-uk", shown)
		require.Equal(t, order.Completed, detail(t, s, "amazon-uk", "1").State)
		require.Empty(t, found())
		going, err = s.Packages.PrepareAgain(ctx, row, "P1", w.WorkflowID)
		require.NoError(t, err)
		require.False(t, going.Send, "the channel shows it now")
		parked, err = s.Packages.Park(ctx, w)
		require.NoError(t, err)
		require.False(t, parked)
		balanced(t, s)
	})
}

// A shipment sync that was ended by hand while it was parked is started again, and sends or finds that it need not: then the package
// is no longer shown as parked.
func TestAPackageWhoseSenderGoesOnIsNotShownAsParked(t *testing.T) {
	t.Parallel()
	for name, meanwhile := range map[string]func(t *testing.T, s *store.Store, row int64){
		"it is sent": func(*testing.T, *store.Store, int64) {},
		"it was sent in another way": func(t *testing.T, s *store.Store, row int64) {
			_, err := s.Packages.ForgetPackage(ctx, row, "P1", "Ann")
			require.NoError(t, err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			storetest.Both(t, func(t *testing.T, s *store.Store) {
				row := packed(t, s, "P1")
				w := waiting(row, channel.NewFault(channel.Invalid, "confirmShipment", ""))
				_, err := s.Packages.Park(ctx, w)
				require.NoError(t, err)
				meanwhile(t, s, row)
				_, err = s.Packages.PreparePackage(ctx, row, "P1", lifecycleID)
				require.NoError(t, err)
				require.Len(t, detail(t, s, "amazon-uk", "1").Parked, 1, "its lifecycle asks who sends it")
				_, err = s.Packages.PreparePackage(ctx, row, "P1", w.WorkflowID)
				require.NoError(t, err)
				require.Empty(t, detail(t, s, "amazon-uk", "1").Parked)
				open, err := s.Incidents.List(ctx, "", false)
				require.NoError(t, err)
				require.Empty(t, open)
			})
		})
	}
}

// Case B1: calls that failed are no confirmations, so the fault that asks a person says how often it was confirmed.
func TestOnlyConfirmationsCountAsSentAgain(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		row := packed(t, s, "P1")
		_, err := s.Packages.PreparePackage(ctx, row, "P1", lifecycleID)
		require.NoError(t, err)
		_, err = s.Packages.PackageConfirmed(ctx, row, "P1", channel.Confirmation{})
		require.NoError(t, err)
		for range 2 {
			_, err = s.Packages.PrepareAgain(ctx, row, "P1", lifecycleID)
			require.NoError(t, err)
			require.NoError(t, s.Packages.PackageFailed(ctx, row, "P1", channel.NewFault(channel.Unavailable, "confirmShipment", ""), time.Time{}))
		}
		_, err = s.Packages.PrepareAgain(ctx, row, "P1", lifecycleID)
		require.NoError(t, err)
		_, err = s.Packages.PackageConfirmed(ctx, row, "P1", channel.Confirmation{})
		require.NoError(t, err)
		require.NoError(t, s.Write(ctx, "move the watermark", func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE accounts SET watermark = $1 WHERE id = 'amazon-uk'`, time.Now().Add(2*time.Hour).UnixMicro())
			return err
		}))
		list, err := s.Packages.Unshown(ctx, time.Hour, 0, 10)
		require.NoError(t, err)
		require.Len(t, list, 1)
		require.Equal(t, 1, list[0].Packages[0].Resent)
	})
}

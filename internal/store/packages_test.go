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
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/packages"
	"github.com/towpath/towpath/internal/store/storetest"
)

func TestPackageFromStockToChannel(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		link(t, s, "lamp", "rope")
		receive(t, s, "a", "lamp", 5)
		receive(t, s, "b", "rope", 5)
		o := sale("amazon-uk", "1", 1, units("lamp", 2), units("rope", 1))
		save(t, s, "amazon-uk", o)
		row := rowID(t, s, "amazon-uk", "1")

		for range 2 {
			out := process(t, s, row, pack("p1", content("1-1", 2)))
			require.Equal(t, order.Processing, out.State)
		}
		lamp := level(t, s, "lamp")
		require.Equal(t, 3, lamp.OnHand)
		require.Zero(t, lamp.Reserved)
		require.Equal(t, order.Processed, process(t, s, row, pack("p2", content("1-2", 1))).State)
		unsent, err := s.Packages.UnsentPackages(ctx, row)
		require.NoError(t, err)
		require.Equal(t, []string{"p1", "p2"}, unsent)

		forgotten, err := s.Orders.ForgottenPackages(ctx, time.Now().Add(time.Hour), 0, 10)
		require.NoError(t, err)
		require.Len(t, forgotten, 1)
		require.Equal(t, []string{"p1", "p2"}, forgotten[0].Unsent, "nobody has tried to send them")
		for _, id := range []string{"p1", "p2"} {
			_, err = s.Packages.PreparePackage(ctx, row, id, "order/1")
			require.NoError(t, err)
		}
		forgotten, err = s.Orders.ForgottenPackages(ctx, time.Now().Add(time.Hour), 0, 10)
		require.NoError(t, err)
		require.Empty(t, forgotten)
		require.NoError(t, s.Packages.PackageFailed(ctx, row, "p2", channel.NewFault(channel.Throttled, "ship", ""), time.Time{}))

		going, err := s.Packages.PreparePackage(ctx, row, "p2", "order/1")
		require.NoError(t, err)
		require.Equal(t, channel.Shipment{OrderID: "1", PackageID: "p2", Number: 2, Carrier: "Royal Mail", TrackingNumber: "Tp2", ShippedAt: epoch,
			Lines: []channel.ShipmentLine{{LineID: "1-2", Quantity: 1, Location: "main"}}}, going.Shipment)

		// The scan shows the order as shipped before the last answer is saved.
		o.UpdatedAt, o.Fulfilment = o.UpdatedAt.Add(time.Minute), order.FulfilmentShipped
		save(t, s, "amazon-uk", o)
		require.Equal(t, order.Processed, detail(t, s, "amazon-uk", "1").State)
		for range 2 {
			out, err := s.Packages.PackageConfirmed(ctx, row, "p2", channel.Confirmation{Ref: "F2", RequestID: "r"})
			require.NoError(t, err)
			require.Equal(t, order.Processed, out.State)
		}
		out, err := s.Packages.PackageConfirmed(ctx, row, "p1", channel.Confirmation{})
		require.NoError(t, err)
		require.Equal(t, order.Completed, out.State)
		d := detail(t, s, "amazon-uk", "1")
		require.Equal(t, order.Units{Shipped: 3}, sumUnits(d))
		require.Equal(t, "F2", d.Packages[1].ChannelRef)
		require.Equal(t, shipment.Confirmed, d.Packages[1].State)
	})
}

func TestPackagesThatCanNotBe(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		link(t, s, "lamp")
		receive(t, s, "a", "lamp", 1)
		o := sale("amazon-uk", "1", 1, units("lamp", 2))
		o.Paid = false
		save(t, s, "amazon-uk", o)
		row := rowID(t, s, "amazon-uk", "1")
		refused := func(id string, n int) string {
			require.NoError(t, s.Packages.SavePackages(ctx, row, []shipment.Package{pack(id, content("1-1", n))}))
			out, err := s.Packages.ProcessPackage(ctx, row, id)
			require.NoError(t, err)
			return out.Refused
		}
		require.Equal(t, "the order is not paid, and its account processes only paid orders", refused("p1", 1))
		o.Paid, o.UpdatedAt = true, o.UpdatedAt.Add(time.Minute)
		save(t, s, "amazon-uk", o)
		require.Contains(t, refused("p2", 2), "2 units are packed, but 1 are reserved (1 backordered")
		require.Equal(t, shipment.Refused, detail(t, s, "amazon-uk", "1").Packages[1].State)
		require.Empty(t, refused("p1", 1), "paid meanwhile: checked again")
		require.ErrorContains(t, s.Packages.SavePackages(ctx, row, []shipment.Package{pack("p1", content("1-1", 2))}), "other contents")
		require.ErrorContains(t, s.Packages.SavePackages(ctx, row, []shipment.Package{pack("p3", content("9-9", 1))}), `no line "9-9"; it has 1-1`)
		require.ErrorContains(t, s.Packages.SavePackages(ctx, row, []shipment.Package{pack("p4")}), "no products")
		_, err := s.Packages.ProcessPackage(ctx, row, "nope")
		require.ErrorIs(t, err, store.ErrNotFound)
		_, err = s.Packages.ProcessPackage(ctx, row+99, "p1")
		require.ErrorIs(t, err, store.ErrNotFound)
		_, err = s.Packages.PreparePackage(ctx, row, "p2", "order/1")
		require.ErrorContains(t, err, "must be processed")
	})
}

// It stays uncertain whether the channel has a package until the channel says that it has.
func TestAttemptsAndDoubt(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		link(t, s, "lamp")
		receive(t, s, "a", "lamp", 1)
		save(t, s, "amazon-uk", sale("amazon-uk", "1", 1, units("lamp", 1)))
		row := rowID(t, s, "amazon-uk", "1")
		process(t, s, row, pack("p", content("1-1", 1)))
		attempted := func() bool {
			going, err := s.Packages.PreparePackage(ctx, row, "p", "order/1")
			require.NoError(t, err)
			return going.Shipment.Attempted
		}
		fail := func(class channel.Class, ambiguous bool) *channel.Fault {
			f := channel.NewFault(class, "confirmShipment", "Ann of 1 Lock Lane")
			f.Ambiguous = ambiguous
			require.NoError(t, s.Packages.PackageFailed(ctx, row, "p", f, time.Time{}))
			return f
		}
		require.False(t, attempted())
		fail(channel.Throttled, false)
		require.False(t, attempted(), "the channel definitely did not do it")
		require.True(t, attempted(), "the call before was never answered: the worker was lost")
		fail(channel.Throttled, false)
		require.True(t, attempted(), "a later definite answer says nothing about the lost call")
		f := fail(channel.Timeout, true)
		require.True(t, attempted())

		// Units that are being reported to the channel are not cancelled.
		require.NoError(t, s.Orders.SaveCancellation(ctx, row, orders.Cancellation{ID: "c"}))
		out, err := s.Orders.ApplyCancellation(ctx, row, "c")
		require.NoError(t, err)
		require.Contains(t, out.Refused, "being reported")

		waits := message.ShipmentWorkflowID("amazon-uk", "1", "p")
		parked, err := s.Packages.Park(ctx, packages.Waiting{OrderRow: row, PackageID: "p", WorkflowID: waits, HandsOver: "order/1", Since: epoch, Fault: f})
		require.NoError(t, err)
		require.True(t, parked)
		d := detail(t, s, "amazon-uk", "1")
		require.Equal(t, shipment.Parked, d.Packages[0].State)
		require.Equal(t, 5, d.Packages[0].Attempts)
		require.Len(t, d.Parked, 1)
		require.Equal(t, channel.Timeout, d.Parked[0].Fault.Class)
		require.Empty(t, d.Parked[0].Fault.Raw, "raw words only where they are asked for")
		kept, err := s.Runs.Fault(ctx, f.ID)
		require.NoError(t, err)
		require.Equal(t, "Ann of 1 Lock Lane", kept.Words)
		require.NoError(t, s.Incidents.Unpark(ctx, waits))
		require.NoError(t, s.Incidents.Unpark(ctx, waits))
		require.Equal(t, shipment.Processed, detail(t, s, "amazon-uk", "1").Packages[0].State)
		_, err = s.Packages.PackageConfirmed(ctx, row, "p", channel.Confirmation{Found: true})
		require.NoError(t, err)
	})
}

func TestCancelAfterProcessingAndAfterShipping(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		link(t, s, "lamp")
		receive(t, s, "a", "lamp", 5)
		save(t, s, "amazon-uk", sale("amazon-uk", "1", 1, units("lamp", 4)))
		save(t, s, "ebay-uk", sale("ebay-uk", "2", 2, units("lamp", 2)))
		row := rowID(t, s, "amazon-uk", "1")
		process(t, s, row, pack("p1", content("1-1", 1)))
		process(t, s, row, pack("p2", content("1-1", 2)))
		cancel := func(id string, n int) orders.Outcome {
			c := orders.Cancellation{ID: id}
			if n > 0 {
				c.Lines = []order.LineQuantity{{LineID: "1-1", Quantity: n}}
			}
			require.NoError(t, s.Orders.SaveCancellation(ctx, row, c))
			out, err := s.Orders.ApplyCancellation(ctx, row, id)
			require.NoError(t, err)
			return out
		}
		// One reserved unit is freed, and two packed ones go back to stock: the newest package is emptied.
		require.Equal(t, order.Processed, cancel("c1", 3).State)
		d := detail(t, s, "amazon-uk", "1")
		require.Equal(t, order.Units{Packed: 1, Cancelled: 3}, sumUnits(d))
		require.Equal(t, shipment.Voided, d.Packages[1].State)
		require.Equal(t, order.Units{Reserved: 2}, sumUnits(detail(t, s, "ebay-uk", "2")), "what went back filled who waited")
		lamp := level(t, s, "lamp")
		require.Equal(t, 4, lamp.OnHand)
		require.Zero(t, lamp.Backordered)

		_, err := s.Packages.PackageConfirmed(ctx, row, "p1", channel.Confirmation{})
		require.NoError(t, err)
		out := cancel("c2", 1)
		require.Equal(t, "1 units are shipped: register a return instead", out.Refused)
		require.Equal(t, order.Shipped, out.State)
		require.NotEmpty(t, cancel("c3", 0).Refused)

		giveBack := func(key string, n int, restock bool) string {
			out, err := s.Orders.ReturnGoods(ctx, row, orders.GoodsReturn{Key: key, Lines: []order.LineQuantity{{LineID: "1-1", Quantity: n}}, Restock: restock})
			require.NoError(t, err)
			return out.Refused
		}
		require.Contains(t, giveBack("r0", 2, true), "1 are shipped")
		require.Empty(t, giveBack("r1", 1, true))
		require.Empty(t, giveBack("r1", 1, true))
		require.Equal(t, 5, level(t, s, "lamp").OnHand)
		require.Contains(t, giveBack("r2", 1, false), "0 are shipped")
	})
}

func TestChannelCancelsWhatIsPacked(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		link(t, s, "lamp")
		receive(t, s, "a", "lamp", 2)
		o := sale("ebay-uk", "1", 1, units("lamp", 2))
		save(t, s, "ebay-uk", o)
		row := rowID(t, s, "ebay-uk", "1")
		process(t, s, row, pack("p", content("1-1", 2)))
		_, err := s.Packages.PreparePackage(ctx, row, "p", "order/1")
		require.NoError(t, err)
		o.UpdatedAt, o.Fulfilment = o.UpdatedAt.Add(time.Minute), order.FulfilmentCancelled
		res := save(t, s, "ebay-uk", o)
		require.Equal(t, order.Cancelled, res.Outbox[0].State)
		require.Equal(t, 2, level(t, s, "lamp").Free())
		going, err := s.Packages.PreparePackage(ctx, row, "p", "order/1")
		require.NoError(t, err)
		require.Equal(t, shipment.Voided, going.State)
		out, err := s.Packages.PackageConfirmed(ctx, row, "p", channel.Confirmation{})
		require.NoError(t, err)
		require.Equal(t, order.Cancelled, out.State)
	})
}

// After a broken call the channel is asked for the package by its tracking number and contents: of two packages with
// the same ones, one could be taken for the other and never be reported.
func TestEqualPackagesAreRefused(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		link(t, s, "lamp")
		receive(t, s, "a", "lamp", 5)
		save(t, s, "amazon-uk", sale("amazon-uk", "1", 1, units("lamp", 3)))
		row := rowID(t, s, "amazon-uk", "1")
		first, second := pack("p1", content("1-1", 1)), pack("p2", content("1-1", 1))
		second.TrackingNumber = first.TrackingNumber
		require.ErrorContains(t, s.Packages.SavePackages(ctx, row, []shipment.Package{first, second}), "could not distinguish them")
		process(t, s, row, first)
		require.ErrorContains(t, s.Packages.SavePackages(ctx, row, []shipment.Package{second}), "could not distinguish them")
		second.Contents = []shipment.Content{content("1-1", 2)}
		require.NoError(t, s.Packages.SavePackages(ctx, row, []shipment.Package{second}), "a multi-package shipment shares its number")
	})
}

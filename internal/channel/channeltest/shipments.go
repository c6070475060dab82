package channeltest

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
)

// remainingPackage returns a package with everything left to ship of an order.
func remainingPackage(o market.Order, number int) channel.Shipment {
	s := channel.Shipment{
		OrderID: o.ID, PackageID: fmt.Sprintf("package-%s-%d", o.ID, number), Number: number, Carrier: "Royal Mail",
		TrackingNumber: fmt.Sprintf("RM%09dGB", number), ShippedAt: time.Now().UTC().Truncate(time.Second),
	}
	for _, l := range o.Lines {
		s.Lines = append(s.Lines, channel.ShipmentLine{LineID: l.ID, Quantity: l.Unshipped()})
	}
	return s
}

// shipments requires this number of shipments of the order at the marketplace, with this number of units in its
// ledger.
func (s *fixture) shipments(id string, packages, units int) {
	s.t.Helper()
	require.Len(s.t, s.truth(id).Shipments, packages)
	entries, err := s.market.Entries(s.t.Context(), 0, 100_000)
	require.NoError(s.t, err)
	total := 0
	for _, e := range entries {
		if e.Kind == market.EntryShipment && e.OrderID == id {
			total += e.Quantity
		}
	}
	require.Equal(s.t, units, total)
}

func shipTwice(t *testing.T, b Adapter) {
	s := setUp(t, b)
	s.list(2)
	o := s.buy(true, "SKU-1", "SKU-2")
	p := remainingPackage(o, 1)
	_, err := s.conn.ConfirmShipment(t.Context(), p)
	require.NoError(t, err)
	p.Attempted = true
	_, err = s.conn.ConfirmShipment(t.Context(), p)
	require.NoError(t, err)
	s.shipments(o.ID, 1, 6)
	require.Equal(t, p.TrackingNumber, s.truth(o.ID).Shipments[0].TrackingNumber)
	m := s.scanner()
	m.until("the scan shows the order as shipped", func() bool { return m.known[o.ID].Fulfilment == order.FulfilmentShipped })
	require.Equal(t, 3, m.known[o.ID].Lines[0].Shipped)
}

// A corrected package stays one shipment with the same units, also when the correction is repeated; a channel without such a call says what to do.
func corrected(t *testing.T, b Adapter) {
	s := setUp(t, b)
	s.list(1)
	o := s.buy(true, "SKU-1")
	for number, units := range map[int]int{1: 1, 2: 2} {
		p := remainingPackage(o, number)
		p.Lines[0].Quantity = units
		_, err := s.conn.ConfirmShipment(t.Context(), p)
		require.NoError(t, err)
	}
	corrector, can := s.conn.(channel.Corrector)
	require.Equal(t, can, b.Account.Kind.WhyNoCorrection() == "")
	if !can {
		return
	}
	p := remainingPackage(o, 2)
	p.Lines[0].Quantity = 2
	was := p.TrackingNumber
	p.Carrier, p.TrackingNumber = "DHL", "JD0002"
	for range 2 {
		answer, err := corrector.CorrectShipment(t.Context(), p, was)
		require.NoError(t, err)
		require.NotEmpty(t, answer.Ref)
	}
	s.shipments(o.ID, 2, 3)
	numbers := map[string]int{}
	for _, one := range s.truth(o.ID).Shipments {
		numbers[one.TrackingNumber] += one.Lines[0].Quantity
	}
	require.Equal(t, map[string]int{remainingPackage(o, 1).TrackingNumber: 1, "JD0002": 2}, numbers)
}

func lostShipment(t *testing.T, b Adapter) {
	s := setUp(t, b)
	s.list(1)
	o := s.buy(true, "SKU-1")
	p := remainingPackage(o, 1)
	s.faults.Next(faults.Lost, b.Operations.Ship, 1)
	_, err := s.conn.ConfirmShipment(t.Context(), p)
	require.True(t, fault(t, err).Ambiguous, "the package may have been taken")
	s.shipments(o.ID, 1, 3)
	p.Attempted = true
	_, err = s.conn.ConfirmShipment(t.Context(), p)
	require.NoError(t, err)
	s.shipments(o.ID, 1, 3)
}

func twoPackages(t *testing.T, b Adapter) {
	s := setUp(t, b)
	s.list(1)
	o := s.buy(true, "SKU-1")
	for number, units := range map[int]int{1: 1, 2: 2} {
		p := remainingPackage(o, number)
		p.Lines[0].Quantity = units
		p.Attempted = number == 2 // a repeated package must not be taken for another one
		_, err := s.conn.ConfirmShipment(t.Context(), p)
		require.NoError(t, err)
	}
	s.shipments(o.ID, 2, 3)
	now, err := s.conn.Order(t.Context(), o.ID)
	require.NoError(t, err)
	require.Equal(t, order.FulfilmentShipped, now.Fulfilment)
	require.Equal(t, 3, now.Lines[0].Shipped)
}

func shipCancelled(t *testing.T, b Adapter) {
	s := setUp(t, b)
	s.list(1)
	o := s.buy(true, "SKU-1")
	p := remainingPackage(o, 1)
	_, err := s.market.Cancel(t.Context(), "all", o.BookID, 0, 3)
	require.NoError(t, err)
	_, err = s.conn.ConfirmShipment(t.Context(), p)
	want := b.CancelledShipment
	if want == "" {
		want = channel.Conflict
	}
	require.Equal(t, want, fault(t, err).Class)
	s.shipments(o.ID, 0, 0)
}

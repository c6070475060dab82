package channeltest

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/polltest"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
)

// orderFault is what the adapter must read of an order with a fault: shown at once or, where it happens later, after the blow.
type orderFault struct {
	paid  bool
	ship  bool // the order is shipped before the blow
	blows int
	shown func(o order.Snapshot, truth market.Order) bool
	then  func(s *fixture, truth market.Order) // nil: nothing
}

var orderFaultsRead = map[faults.Kind]orderFault{
	faults.Unfulfil: {paid: true, ship: true, blows: 1, shown: allOpen},
	faults.Reopen:   {blows: 2, shown: allOpen},
	faults.CancelWithoutLines: {blows: 1, shown: func(o order.Snapshot, _ market.Order) bool {
		return o.Fulfilment == order.FulfilmentCancelled && len(o.Lines) == 0
	}},
	faults.LineGone: {blows: 1, shown: func(o order.Snapshot, truth market.Order) bool {
		return len(o.Lines) == 1 && o.Lines[0].ID == truth.Lines[0].ID
	}},
	faults.MovedLine: {blows: 1, shown: func(o order.Snapshot, _ market.Order) bool { return allOpen(o, market.Order{}) && !o.Paid }, then: moved},
	faults.SKUChanged: {blows: 1, shown: func(o order.Snapshot, truth market.Order) bool {
		return len(o.Lines) == 2 && o.Lines[0].ID == truth.Lines[0].ID && o.Lines[0].SKU == "SKU-3"
	}},
	faults.Refunded: {paid: true, shown: func(o order.Snapshot, truth market.Order) bool { return o.Refunded && allOpen(o, truth) }},
	faults.UnknownStatus: {paid: true, shown: func(o order.Snapshot, _ market.Order) bool {
		return o.Fulfilment == order.FulfilmentUnmapped && o.ChannelStatus != "" && units(o) == [3]int{6, 0, 0}
	}},
	faults.BuyerCancels: {paid: true, shown: func(o order.Snapshot, truth market.Order) bool { return o.BuyerCancels && allOpen(o, truth) }},
	faults.ServiceShips: {paid: true, then: servedPart, shown: func(o order.Snapshot, _ market.Order) bool {
		return o.Lines[0].Sender == order.SenderService && o.Lines[1].Sender == order.SenderUs
	}},
	faults.Incomplete: {paid: true, shown: allOpen, then: func(s *fixture, truth market.Order) {
		_, err := s.conn.ConfirmShipment(s.t.Context(), remainingPackage(truth, 1))
		require.NoError(s.t, err, "supportedActions decides, not the status")
	}},
	faults.NoShipping: {paid: true, shown: func(o order.Snapshot, _ market.Order) bool {
		return len(o.Lines) == 3 && o.Lines[2].Sender == order.SenderNobody && o.Fulfilment == order.FulfilmentUnshipped
	}},
	faults.OtherSite: {paid: true, shown: func(o order.Snapshot, truth market.Order) bool { return o.Site == "EBAY_DE" && allOpen(o, truth) }},
	faults.PreOrder: {paid: true, then: released, shown: func(o order.Snapshot, truth market.Order) bool {
		return o.Lines[1].NotBefore.After(time.Now()) && !o.OnHold && allOpen(o, truth)
	}},
	faults.AddressChanged: {paid: true, blows: 1, shown: func(o order.Snapshot, truth market.Order) bool {
		return o.Buyer.Line1 != truth.Buyer.Line1 && o.Buyer.PostalCode == truth.Buyer.PostalCode && allOpen(o, truth)
	}},
	faults.UnitsAdded: {paid: true, blows: 1, shown: func(o order.Snapshot, _ market.Order) bool {
		return o.Lines[0].Quantity == 4 && units(o) == [3]int{7, 0, 0}
	}},
}

// allOpen reports whether all of an order is shown as to be shipped.
func allOpen(o order.Snapshot, _ market.Order) bool {
	return o.Fulfilment == order.FulfilmentUnshipped && units(o) == [3]int{6, 0, 0}
}

// moved requires that the order's lines are in another, paid order, with their ids.
func moved(s *fixture, truth market.Order) {
	o, err := s.conn.Order(s.t.Context(), s.truth(truth.ID).MovedTo)
	require.NoError(s.t, err)
	require.True(s.t, o.Paid && allOpen(o, truth), o)
	require.Equal(s.t, truth.Total, o.Total)
	require.Equal(s.t, []string{truth.Lines[0].ID, truth.Lines[1].ID}, []string{o.Lines[0].ID, o.Lines[1].ID})
}

// released requires that the order may be shipped once its date has come.
func released(s *fixture, truth market.Order) {
	require.NoError(s.t, s.market.Release(s.t.Context(), truth.BookID))
	o, err := s.conn.Order(s.t.Context(), truth.ID)
	require.NoError(s.t, err)
	require.True(s.t, o.Lines[1].NotBefore.Before(time.Now()) && allOpen(o, truth), o)
	_, err = s.conn.ConfirmShipment(s.t.Context(), remainingPackage(truth, 1))
	require.NoError(s.t, err)
}

// servedPart requires that the service's part of an order is not the seller's to ship, and that the rest is.
func servedPart(s *fixture, truth market.Order) {
	p := remainingPackage(truth, 1)
	_, err := s.conn.ConfirmShipment(s.t.Context(), p)
	require.Error(s.t, err)
	p.Lines = p.Lines[1:]
	_, err = s.conn.ConfirmShipment(s.t.Context(), p)
	require.NoError(s.t, err)
	require.NoError(s.t, s.market.Dispatch(s.t.Context(), truth.BookID))
	o, err := s.conn.Order(s.t.Context(), truth.ID)
	require.NoError(s.t, err)
	require.Equal(s.t, order.FulfilmentShipped, o.Fulfilment)
}

// units returns the units of an order: ordered, shipped, cancelled.
func units(o order.Snapshot) (n [3]int) {
	for _, l := range o.Lines {
		n[0], n[1], n[2] = n[0]+l.Quantity, n[1]+l.Shipped, n[2]+l.Cancelled
	}
	return n
}

// orderFaults plays each order fault of the channel: the adapter reads what the marketplace has done.
func orderFaults(t *testing.T, b Adapter) {
	require.Len(t, orderFaultsRead, len(faults.OrderFaults()), "every order fault has its answer here")
	for _, kind := range faults.OrderFaults() {
		if !slices.Contains(faults.On(kind), b.Account.Kind) {
			continue
		}
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			s := setUp(t, b)
			s.list(3)
			wanted := orderFaultsRead[kind]
			truth := s.buyFaulty(kind, wanted.paid)
			m := s.scanner()
			m.until("the scan shows the order", m.has(truth.ID))
			if wanted.ship {
				_, err := s.conn.ConfirmShipment(t.Context(), remainingPackage(truth, 1))
				require.NoError(t, err)
				m.until("the scan shows the order as shipped", func() bool { return m.known[truth.ID].Fulfilment == order.FulfilmentShipped })
			}
			for blow := 1; blow <= wanted.blows; blow++ {
				s.nextSecond(truth.ID)
				done, err := s.market.Strike(t.Context(), truth.BookID, market.Blow{SKU: "SKU-3"})
				require.NoError(t, err)
				require.Equal(t, blow == wanted.blows, done)
				if !done {
					m.until("the scan shows the order as cancelled", func() bool { return m.known[truth.ID].Fulfilment == order.FulfilmentCancelled })
				}
			}
			m.until("the scan shows what the marketplace did", func() bool { return wanted.shown(m.known[truth.ID], truth) })
			direct, err := s.conn.Order(t.Context(), truth.ID)
			require.NoError(t, err)
			require.True(t, wanted.shown(direct, truth), "%+v", direct)
			if wanted.then != nil {
				wanted.then(s, truth)
			}
		})
	}
}

// nextSecond waits until another second than that of the order's last change: some channels show no finer times.
func (s *fixture) nextSecond(id string) {
	last := s.truth(id).UpdatedAt.Truncate(time.Second)
	polltest.Until(s.t, "the next second", func() bool { return time.Now().UTC().Truncate(time.Second).After(last) })
}

// buyFaulty places an order with a fault, of three units each of two SKUs.
func (s *fixture) buyFaulty(kind faults.Kind, paid bool) market.Order {
	s.t.Helper()
	p := market.Purchase{BookID: "faulty", Currency: "GBP", Buyer: jane, Paid: paid, Fault: kind, Lines: []market.PurchaseLine{
		{SKU: "SKU-1", Title: "Mug No 1", Quantity: 3, UnitPrice: 1099}, {SKU: "SKU-2", Title: "Mug No 2", Quantity: 3, UnitPrice: 1099},
	}}
	switch kind {
	case faults.PreOrder:
		p.OnHold = market.PreOrder
	case faults.ServiceShips:
		p.Lines[0].Location = market.ServiceLocation
	case faults.NoShipping:
		p.Lines = append(p.Lines, market.PurchaseLine{Title: "Tip", Quantity: 1, UnitPrice: 250, NotStocked: true})
	}
	placed, err := s.market.Place(s.t.Context(), p)
	require.NoError(s.t, err)
	require.Empty(s.t, placed.Refused)
	return s.truth(placed.OrderID)
}

package channeltest

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/polltest"
	"github.com/towpath/towpath/internal/simulator/market"
)

// scanner stores orders as Towpath does: page by page, never an older version over a newer one, continuing from the
// watermark.
type scanner struct {
	fixture *fixture
	since   time.Time
	known   map[string]order.Snapshot
	aside   []*channel.OrderError
	query   channel.OrdersQuery
}

func (s *fixture) scanner() *scanner {
	return &scanner{fixture: s, since: time.Now().Add(-time.Hour), known: map[string]order.Snapshot{}}
}

// scan reads all pages once. It calls between after each page except the last.
func (m *scanner) scan(between func()) {
	t := m.fixture.t
	t.Helper()
	q := channel.OrdersQuery{Since: m.since, OpenOnly: m.query.OpenOnly}
	for range 1000 {
		page, err := m.fixture.conn.Orders(t.Context(), q)
		require.NoError(t, err)
		m.aside = append(m.aside, page.Aside...)
		for _, o := range page.Orders {
			if old, ok := m.known[o.ID]; !ok || !o.UpdatedAt.Before(old.UpdatedAt) {
				m.known[o.ID] = o
			}
		}
		if page.Next == "" {
			if !page.Watermark.IsZero() {
				m.since = page.Watermark
			}
			return
		}
		require.NotEqual(t, q.Cursor, page.Next, "the cursor does not move")
		q.Cursor = page.Next
		between()
	}
	require.Fail(t, "a scan has no end")
}

// until scans until the condition is true; what describes it.
func (m *scanner) until(what string, done func() bool) {
	m.fixture.t.Helper()
	polltest.Until(m.fixture.t, what, func() bool { m.scan(func() {}); return done() })
}

func (m *scanner) has(id string) func() bool {
	return func() bool { _, ok := m.known[id]; return ok }
}

func asPlaced(t *testing.T, b Adapter) {
	s := setUp(t, b)
	s.list(2)
	truth := s.buy(true, "SKU-1", "SKU-2")
	m := s.scanner()
	m.until("the scan shows the order", m.has(truth.ID))
	direct, err := s.conn.Order(t.Context(), truth.ID)
	require.NoError(t, err)
	for _, o := range []order.Snapshot{m.known[truth.ID], direct} {
		require.Equal(t, truth.ID, o.ID)
		require.NotEmpty(t, o.Reference)
		require.True(t, o.Paid)
		require.Equal(t, order.FulfilmentUnshipped, o.Fulfilment)
		require.False(t, o.ChannelFulfils)
		require.LessOrEqual(t, truth.PlacedAt.Sub(o.PlacedAt).Abs(), time.Second, "some channels send whole seconds")
		require.Equal(t, "GBP", o.Currency)
		require.Equal(t, truth.Total, o.Total)
		require.Equal(t, truth.Shipping, o.Shipping)
		require.Equal(t, truth.Discount, o.Discount)
		require.NotNil(t, o.Buyer)
		require.Equal(t, jane.Name, o.Buyer.Name)
		require.Equal(t, jane.Line1, o.Buyer.Line1)
		require.Equal(t, jane.City, o.Buyer.City)
		require.Equal(t, jane.PostalCode, o.Buyer.PostalCode)
		require.Equal(t, "GB", o.Buyer.CountryCode)
		require.Equal(t, jane.Note, o.Buyer.Note)
		if !b.HidesGiftMessages {
			written := o.Buyer.LineNote(o.Lines[0].ID)
			require.Contains(t, written.Gift+written.Text, jane.Gift)
		}
		require.Len(t, o.Lines, 2)
		for i, l := range o.Lines {
			require.Equal(t, truth.Lines[i].SKU, l.SKU)
			require.NotEmpty(t, l.Title)
			require.Equal(t, 3, l.Quantity)
			require.Zero(t, l.Cancelled)
			require.Zero(t, l.Shipped)
			require.EqualValues(t, 1099, l.UnitPrice)
			require.EqualValues(t, 3297, l.Total)
		}
	}
}

func shifting(t *testing.T, b Adapter) {
	s := setUp(t, b)
	s.list(1)
	orders := make([]market.Order, b.orders())
	for i := range orders {
		orders[i] = s.buy(true, "SKU-1")
	}
	m := s.scanner()
	moves := 0
	shift := func() {
		// An early and a late order move to the end, and a new one arrives, while the scan is between pages.
		if moves++; moves > 3 {
			return
		}
		for _, o := range []market.Order{orders[moves], orders[len(orders)-moves]} {
			_, err := s.market.Cancel(t.Context(), fmt.Sprintf("%s-%d", o.ID, moves), o.BookID, 0, 1)
			require.NoError(t, err)
		}
		orders = append(orders, s.buy(true, "SKU-1"))
	}
	m.scan(shift)
	polltest.Until(t, "a scan has several pages", func() bool { // the newest orders may not be in the first window yet
		if moves == 0 {
			m.since = time.Now().Add(-time.Hour)
			m.scan(shift)
		}
		return moves > 0
	})
	m.until("the newest version of every order is seen", func() bool {
		for _, o := range orders {
			known, ok := m.known[o.ID]
			if !ok || !b.HidesCancelledUnits && known.Lines[0].Cancelled != s.truth(o.ID).Lines[0].Cancelled {
				return false
			}
		}
		return true
	})
}

func openOnly(t *testing.T, b Adapter) {
	s := setUp(t, b)
	s.list(1)
	open, shipped, pending := s.buy(true, "SKU-1"), s.buy(true, "SKU-1"), s.buy(false, "SKU-1")
	_, err := s.conn.ConfirmShipment(t.Context(), remainingPackage(shipped, 1))
	require.NoError(t, err)
	m := s.scanner()
	m.query.OpenOnly = true
	m.until("the open order is in the sweep", m.has(open.ID))
	m.until("the unpaid order is in the sweep", m.has(pending.ID))
	require.NotContains(t, m.known, shipped.ID)
}

func longOrder(t *testing.T, b Adapter) {
	s := setUp(t, b)
	var skus []string
	for _, l := range s.list(300) {
		skus = append(skus, l.SKU)
	}
	truth := s.buy(true, skus...)
	m := s.scanner()
	m.until("the scan shows the order", m.has(truth.ID))
	require.Len(t, m.known[truth.ID].Lines, 300)
	ids := map[string]bool{}
	for _, l := range m.known[truth.ID].Lines {
		ids[l.ID] = true
	}
	require.Len(t, ids, 300, "lines are keyed by id")
	o, err := s.conn.Order(t.Context(), truth.ID)
	require.NoError(t, err)
	require.Len(t, o.Lines, 300)
}

func paying(t *testing.T, b Adapter) {
	s := setUp(t, b)
	s.list(1)
	truth := s.buy(false, "SKU-1")
	before, err := s.conn.Order(t.Context(), truth.ID)
	require.NoError(t, err)
	require.False(t, before.Paid)
	require.Equal(t, 3, before.Lines[0].Quantity, "an unpaid order holds stock all the same")
	if b.HidesUnpaid {
		require.Nil(t, before.Buyer)
		require.Empty(t, before.Currency)
	}
	require.NoError(t, s.market.Pay(t.Context(), truth.BookID))
	after, err := s.conn.Order(t.Context(), truth.ID)
	require.NoError(t, err)
	require.True(t, after.Paid)
	require.NotNil(t, after.Buyer)
	require.Equal(t, truth.Total, after.Total)
	require.False(t, after.UpdatedAt.Before(before.UpdatedAt))
	m := s.scanner()
	m.until("the scan shows the payment", func() bool { return m.known[truth.ID].Paid })
}

func cancelled(t *testing.T, b Adapter) {
	s := setUp(t, b)
	s.list(1)
	truth := s.buy(true, "SKU-1")
	_, err := s.market.Cancel(t.Context(), "some", truth.BookID, 0, 1)
	require.NoError(t, err)
	o, err := s.conn.Order(t.Context(), truth.ID)
	require.NoError(t, err)
	require.Equal(t, 3, o.Lines[0].Quantity, "the quantity stays as it was ordered")
	if !b.HidesCancelledUnits {
		require.Equal(t, 1, o.Lines[0].Cancelled)
	}
	require.Equal(t, order.FulfilmentUnshipped, o.Fulfilment)
	_, err = s.market.Cancel(t.Context(), "rest", truth.BookID, 0, 2)
	require.NoError(t, err)
	m := s.scanner()
	m.until("the scan shows the cancellation", func() bool { return m.known[truth.ID].Fulfilment == order.FulfilmentCancelled })
}

func fulfilledByChannel(t *testing.T, b Adapter) {
	if !b.Fulfils {
		t.Skip("the channel ships nothing itself")
	}
	s := setUp(t, b)
	require.NoError(t, s.market.List(t.Context(), []market.Listing{{SKU: "FBA-1", Title: "Mug", Price: 1099, Quantity: 9, FBA: true}}))
	o, err := s.conn.Order(t.Context(), s.buy(true, "FBA-1").ID)
	require.NoError(t, err)
	require.True(t, o.ChannelFulfils)
}

func missingOrder(t *testing.T, b Adapter) {
	s := setUp(t, b)
	_, err := s.conn.Order(t.Context(), b.NoSuchOrder)
	require.Equal(t, channel.Missing, fault(t, err).Class)
}

package market_test

import (
	"context"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/polltest"
	"github.com/towpath/towpath/internal/simulator/market"
)

// later is a shop whose clock the test sets.
type later struct {
	*shop
	clock atomic.Int64 // unix seconds
}

func openLater(t *testing.T, listings ...market.Listing) *later {
	t.Helper()
	l := &later{shop: &shop{file: filepath.Join(t.TempDir(), "m.db")}}
	l.clock.Store(1_800_000_000)
	l.restart(t)
	t.Cleanup(func() { _ = l.Close() })
	require.NoError(t, l.List(t.Context(), listings))
	return l
}

func (l *later) now() time.Time { return time.Unix(l.clock.Load(), 0) }

func (l *later) in(seconds int) time.Time { return l.now().Add(time.Duration(seconds) * time.Second) }

func (l *later) restart(t *testing.T) {
	t.Helper()
	if l.Market != nil {
		require.NoError(t, l.Close())
	}
	m, err := market.Open(t.Context(), l.file, market.Options{Now: l.now})
	require.NoError(t, err)
	l.Market = m
}

func (l *later) pending(t *testing.T, want int) {
	t.Helper()
	n, err := l.Pending(t.Context())
	require.NoError(t, err)
	require.Equal(t, want, n)
}

func (l *later) level(t *testing.T, at time.Time, sku string, quantity int) {
	t.Helper()
	answers, err := l.SetQuantitiesAt(t.Context(), at, []market.QuantityChange{{SKU: sku, Quantity: quantity}})
	require.NoError(t, err)
	require.NoError(t, answers[0])
}

// An accepted change takes effect at its time, also after a restart, and not before.
func TestAcceptedChangesTakeEffectInTime(t *testing.T) {
	t.Parallel()
	s := openLater(t, market.Listing{SKU: "a", Quantity: 1}, market.Listing{SKU: "gone", Quantity: 1})
	answers, err := s.SetQuantitiesAt(t.Context(), s.in(10), []market.QuantityChange{{SKU: "a", Quantity: 5}, {SKU: "x", Quantity: 1}, {SKU: "gone", Quantity: 3}})
	require.NoError(t, err)
	require.ErrorIs(t, answers[1], market.ErrNoListing, "it is checked now")
	require.NoError(t, s.SaveListingsAt(t.Context(), s.in(20), []market.Listing{{SKU: "new", Title: "New", Quantity: 7, Content: []byte(`{"x":1}`)}, {SKU: "a", Title: "A", Quantity: -1}}))
	s.pending(t, 4)
	_, err = s.EndListings(t.Context(), []string{"gone"})
	require.NoError(t, err)
	s.pending(t, 3)
	s.restart(t)
	require.Equal(t, 1, s.quantity(t, "a"))
	_, err = s.Listing(t.Context(), "new")
	require.ErrorIs(t, err, market.ErrNoListing)

	s.clock.Add(10)
	require.Equal(t, 5, s.quantity(t, "a"))
	s.pending(t, 2)
	s.restart(t)
	s.clock.Add(10)
	l, err := s.Listing(t.Context(), "new")
	require.NoError(t, err)
	require.Equal(t, 7, l.Quantity)
	require.JSONEq(t, `{"x":1}`, string(l.Content))
	require.Equal(t, 5, s.quantity(t, "a"))
	s.pending(t, 0)
	require.Zero(t, s.quantity(t, "gone"))
}

// The change that was submitted last is the final one, however long each of them takes.
func TestTheLastSubmissionStays(t *testing.T) {
	t.Parallel()
	s := openLater(t, market.Listing{SKU: "a"}, market.Listing{SKU: "b"}, market.Listing{SKU: "c"})
	s.level(t, s.in(30), "a", 1)
	s.level(t, s.in(5), "a", 2)
	s.level(t, s.in(5), "b", 3)
	s.level(t, s.now(), "b", 4)
	require.Equal(t, 4, s.quantity(t, "b"))
	require.NoError(t, s.SaveListingsAt(t.Context(), s.in(5), []market.Listing{{SKU: "c", Title: "Later", Quantity: 5}}))
	s.level(t, s.now(), "c", 6)
	s.clock.Add(60)
	require.Equal(t, 2, s.quantity(t, "a"))
	require.Equal(t, 4, s.quantity(t, "b"))
	c, err := s.Listing(t.Context(), "c")
	require.NoError(t, err)
	require.Equal(t, "Later", c.Title)
	require.Equal(t, 6, c.Quantity)
}

// Without any calls for a while, another process that reads the file still sees the change.
func TestAReaderElsewhereSeesWhatIsDue(t *testing.T) {
	t.Parallel()
	s := open(t, market.Listing{SKU: "a", Quantity: 1})
	r, err := market.OpenReadOnly(t.Context(), s.file)
	require.NoError(t, err)
	defer func() { require.NoError(t, r.Close()) }()
	_, err = s.SetQuantitiesAt(context.Background(), time.Now().Add(50*time.Millisecond), []market.QuantityChange{{SKU: "a", Quantity: 9}})
	require.NoError(t, err)
	polltest.Until(t, "the reader sees the level that was due", func() bool {
		l, err := r.Listing(t.Context(), "a")
		require.NoError(t, err)
		n, err := r.Pending(t.Context())
		require.NoError(t, err)
		return l.Quantity == 9 && n == 0
	})
}

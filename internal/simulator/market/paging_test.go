package market_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/simulator/market"
)

// A scan that pages by key returns every order that existed when it began, though orders change meanwhile.
func TestKeysetPagesMissNothingWhileOrdersChange(t *testing.T) {
	t.Parallel()
	s := open(t, market.Listing{SKU: "a", Quantity: 1000})
	ctx := t.Context()
	for i := range 60 {
		_, err := s.Place(ctx, purchase(fmt.Sprint(i), line("a", 2)))
		require.NoError(t, err)
	}
	seen := map[string]bool{}
	f := market.Filter{Limit: 7}
	for page := 0; ; page++ {
		orders, _, err := s.Orders(ctx, f)
		require.NoError(t, err)
		if len(orders) == 0 {
			break
		}
		for _, o := range orders {
			seen[o.BookID] = true
		}
		last := orders[len(orders)-1]
		f.AfterTime, f.AfterID = last.UpdatedAt, last.ID
		if page < 5 { // orders from read and from unread pages move to the end
			for _, book := range []string{fmt.Sprint(page), fmt.Sprint(59 - page)} {
				_, err := s.Cancel(ctx, "c"+book, book, 0, 1)
				require.NoError(t, err)
			}
		}
	}
	require.Len(t, seen, 60)
}

func TestFilters(t *testing.T) {
	t.Parallel()
	s := open(t, market.Listing{SKU: "a", Quantity: 1000})
	ctx := t.Context()
	var orders []market.Order
	for i := range 5 {
		_, err := s.Place(ctx, purchase(fmt.Sprint(i), line("a", 1)))
		require.NoError(t, err)
		o, err := s.ByBook(ctx, fmt.Sprint(i))
		require.NoError(t, err)
		orders = append(orders, o)
	}
	_, err := s.Cancel(ctx, "c", "1", 0, 1)
	require.NoError(t, err)

	for name, c := range map[string]struct {
		filter market.Filter
		want   []string
		total  int
	}{
		"all by update":      {market.Filter{}, []string{"0", "2", "3", "4", "1"}, 5},
		"all by creation":    {market.Filter{ByCreation: true}, []string{"0", "1", "2", "3", "4"}, 5},
		"open":               {market.Filter{OpenOnly: true}, []string{"0", "2", "3", "4"}, 4},
		"bounds inclusive":   {market.Filter{UpdatedFrom: orders[2].UpdatedAt, UpdatedTo: orders[3].UpdatedAt}, []string{"2", "3"}, 2},
		"from is rounded up": {market.Filter{CreatedFrom: orders[2].PlacedAt.Add(1), CreatedTo: orders[3].PlacedAt.Add(999), ByCreation: true}, []string{"3"}, 1},
		"offset":             {market.Filter{ByCreation: true, Offset: 3, Limit: 10}, []string{"3", "4"}, 5},
		"limit":              {market.Filter{ByCreation: true, Limit: 2}, []string{"0", "1"}, 5},
		"after":              {market.Filter{ByCreation: true, AfterTime: orders[3].PlacedAt, AfterID: orders[3].ID}, []string{"4"}, 5},
	} {
		found, total, err := s.Orders(ctx, c.filter)
		require.NoError(t, err)
		var books []string
		for _, o := range found {
			books = append(books, o.BookID)
			require.Len(t, o.Lines, 1, name)
		}
		require.Equal(t, c.want, books, name)
		require.Equal(t, c.total, total, name)
	}
}

// An order that a scan up to now does not return may not appear later with an earlier time.
func TestAScanUpToNowIsFinal(t *testing.T) {
	t.Parallel()
	s := open(t, market.Listing{SKU: "a", Quantity: 1000})
	ctx := t.Context()
	var group sync.WaitGroup
	for w := range 4 {
		group.Go(func() {
			for i := range 25 {
				_, _ = s.Place(context.Background(), purchase(fmt.Sprintf("%d/%d", w, i), line("a", 1)))
			}
		})
	}
	type scan struct {
		until time.Time
		total int
	}
	var scans []scan
	for len(scans) < 200 {
		until := time.Now()
		_, total, err := s.Orders(ctx, market.Filter{UpdatedTo: until, Limit: 1})
		require.NoError(t, err)
		scans = append(scans, scan{until, total})
		if total == 100 {
			break
		}
	}
	group.Wait()
	for _, sc := range scans {
		_, total, err := s.Orders(ctx, market.Filter{UpdatedTo: sc.until, Limit: 1})
		require.NoError(t, err)
		require.Equal(t, sc.total, total)
	}
}

// The times of ledger and updates increase even if the machine's clock goes back.
func TestTimeOnlyMovesForward(t *testing.T) {
	t.Parallel()
	clock := time.Now()
	file := filepath.Join(t.TempDir(), "m.db")
	last, seq := time.Time{}, int64(0)
	for day := range 3 {
		m, err := market.Open(t.Context(), file, market.Options{Now: func() time.Time { return clock.AddDate(0, 0, -day) }})
		require.NoError(t, err)
		require.NoError(t, m.List(t.Context(), []market.Listing{{SKU: "a", Quantity: 1000}}))
		for i := range 3 {
			lines := make([]market.PurchaseLine, 50)
			for n := range lines {
				lines[n] = line("a", 1)
			}
			book := fmt.Sprintf("%d/%d", day, i)
			_, err := m.Place(t.Context(), purchase(book, lines...))
			require.NoError(t, err)
			o, err := m.ByBook(t.Context(), book)
			require.NoError(t, err)
			require.True(t, o.UpdatedAt.After(last))
			last = o.UpdatedAt
		}
		entries, err := m.Entries(t.Context(), seq, 10_000)
		require.NoError(t, err)
		require.GreaterOrEqual(t, len(entries), 150)
		for _, e := range entries {
			require.Greater(t, e.Seq, seq)
			seq = e.Seq
		}
		require.NoError(t, m.Close())
	}
}

func TestAnotherProcessReadsWhileThisOneWrites(t *testing.T) {
	t.Parallel()
	s := open(t, market.Listing{SKU: "a", Quantity: 10})
	r, err := market.OpenReadOnly(t.Context(), s.file)
	require.NoError(t, err)
	defer func() { require.NoError(t, r.Close()) }()
	_, err = s.Place(t.Context(), purchase("1", line("a", 1)))
	require.NoError(t, err)
	o, err := r.ByBook(t.Context(), "1")
	require.NoError(t, err)
	require.Len(t, o.Lines, 1)
	entries, err := r.Entries(t.Context(), 0, 2)
	require.NoError(t, err)
	require.Len(t, entries, 2)
	_, err = market.OpenReadOnly(t.Context(), s.file+".none")
	require.Error(t, err)
}

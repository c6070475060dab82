package market_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/simulator/market"
)

// A listing can be drafted, published, revised without losing buyers' purchases, ended, and published again.
func TestAListingsLife(t *testing.T) {
	t.Parallel()
	s := open(t, market.Listing{SKU: "other", Quantity: 1})
	ctx := t.Context()
	save := func(l market.Listing) market.Listing {
		require.NoError(t, s.SaveListings(ctx, []market.Listing{l}))
		l, err := s.Listing(ctx, l.SKU)
		require.NoError(t, err)
		return l
	}
	buy := func(book string) string {
		placed, err := s.Place(ctx, purchase(book, line("a", 2)))
		require.NoError(t, err)
		return placed.Refused
	}
	l := save(market.Listing{SKU: "a", Title: "A", Price: 700, Quantity: 10, Status: market.Draft, Product: "p", Options: map[string]string{"Size": "M"}, Content: []byte(`{}`)})
	require.NotEmpty(t, l.Ref)
	require.False(t, l.UpdatedAt.IsZero())
	require.Equal(t, "a is not listed", buy("1"))
	l.Status, l.ListingID = market.Live, "110"
	live := save(l)
	require.True(t, live.UpdatedAt.After(l.UpdatedAt))
	require.Empty(t, buy("2"))
	revised := save(market.Listing{SKU: "a", Title: "B", Price: 900, Quantity: -1})
	require.Equal(t, []any{8, "B", market.Live, live.ID, live.Ref, "110"},
		[]any{revised.Quantity, revised.Title, revised.Status, revised.ID, revised.Ref, revised.ListingID})

	answers, err := s.EndListings(ctx, []string{"a", "nothing"})
	require.NoError(t, err)
	require.NoError(t, answers[0])
	require.ErrorIs(t, answers[1], market.ErrNoListing)
	require.Equal(t, "a is not listed", buy("3"))
	answers, err = s.SetQuantities(ctx, []market.QuantityChange{{SKU: "a", Quantity: 5}})
	require.NoError(t, err)
	require.ErrorIs(t, answers[0], market.ErrNoListing)
	require.Equal(t, 5, save(market.Listing{SKU: "a", Quantity: 5, Status: market.Live}).Quantity)
	require.Error(t, s.SaveListings(ctx, []market.Listing{{SKU: "a", Status: "sold"}}))
	var kinds []market.EntryKind
	var told []string
	for _, e := range s.ledger(t) {
		if e.SKU == "a" {
			kinds, told = append(kinds, e.Kind), append(told, fmt.Sprint(e.Amount, " ", e.Note))
		}
	}
	require.Equal(t, []string{"700 draft", "700 live", "500 ", "900 live", "0 ", "0 live"}, told, "the prices and statuses of what was saved")
	require.Equal(t, []market.EntryKind{market.EntryList, market.EntryList, market.EntryPlace, market.EntryRevise, market.EntryEnd, market.EntryList}, kinds)
}

func TestListingsArePaged(t *testing.T) {
	t.Parallel()
	s := open(t)
	var all []market.Listing
	for i := range 25 {
		all = append(all, market.Listing{SKU: fmt.Sprintf("%02d", 24-i), Status: []market.ListingStatus{market.Live, market.Draft}[i%2]})
	}
	require.NoError(t, s.SaveListings(t.Context(), all))
	skus := func(f market.ListingFilter, wantTotal int) (skus []string) {
		page, total, err := s.Listings(t.Context(), f)
		require.NoError(t, err)
		require.Equal(t, wantTotal, total)
		for _, l := range page {
			skus = append(skus, l.SKU)
		}
		return skus
	}
	require.Len(t, skus(market.ListingFilter{}, 25), 25)
	require.Equal(t, []string{"22", "21"}, skus(market.ListingFilter{AfterID: 2, Limit: 2}, 25))
	require.Equal(t, []string{"20", "18"}, skus(market.ListingFilter{Status: []market.ListingStatus{market.Live}, Offset: 2, Limit: 2}, 13))
	require.Equal(t, []string{"07", "03"}, skus(market.ListingFilter{SKUs: []string{"03", "07", "x"}, Status: []market.ListingStatus{market.Draft}}, 2))
}

func TestDocumentsAreKept(t *testing.T) {
	t.Parallel()
	s := open(t)
	ctx := t.Context()
	require.NoError(t, s.PutDocuments(ctx, []market.Document{{"offer", "1", []byte("x")}, {"offer", "2", nil}, {"item", "1", []byte("i")}}))
	require.NoError(t, s.PutDocuments(ctx, []market.Document{{"offer", "1", []byte("y")}}))
	s.reopen(t)
	body, found, err := s.Document(ctx, "offer", "1")
	require.NoError(t, err)
	require.True(t, found)
	require.Equal(t, "y", string(body))
	page, err := s.Documents(ctx, "offer", "1", 10)
	require.NoError(t, err)
	require.Len(t, page, 1)
	require.NoError(t, s.DeleteDocuments(ctx, "offer", []string{"1", "9"}))
	_, found, err = s.Document(ctx, "offer", "1")
	require.NoError(t, err)
	require.False(t, found)
	page, err = s.Documents(ctx, "item", "", 0)
	require.NoError(t, err)
	require.Len(t, page, 1)
}

func TestAnOrderOnHoldIsShippedAfterItsRelease(t *testing.T) {
	t.Parallel()
	s := open(t, market.Listing{SKU: "a", Quantity: 10})
	ctx := t.Context()
	p := purchase("1", line("a", 1), line("a", 1))
	p.OnHold, p.Combined, p.Lines[1].Location = "high risk of fraud", true, "second"
	_, err := s.Place(ctx, p)
	require.NoError(t, err)
	o, err := s.ByBook(ctx, "1")
	require.NoError(t, err)
	require.True(t, o.Combined)
	require.Equal(t, "high risk of fraud", o.OnHold)
	require.Equal(t, "second", o.Lines[1].Location)
	shipment := market.Shipment{Lines: []market.ShipmentLine{{LineID: o.Lines[0].ID, Quantity: 1}}}
	_, err = s.Ship(ctx, o.ID, shipment)
	require.ErrorIs(t, err, market.ErrOnHold)
	for range 2 {
		require.NoError(t, s.Release(ctx, "1"))
	}
	released, err := s.Order(ctx, o.ID)
	require.NoError(t, err)
	require.True(t, released.UpdatedAt.After(o.UpdatedAt), "the seller's scan sees it")
	_, err = s.Ship(ctx, o.ID, shipment)
	require.NoError(t, err)
	require.ErrorIs(t, s.Release(ctx, "nobody"), market.ErrNoOrder)
}

// A file with the first schema can still be used; a file of a newer program is refused, not damaged.
func TestFilesOfOtherVersions(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "old.db")
	first, err := os.ReadFile("schema.sql")
	require.NoError(t, err)
	db, err := sql.Open("sqlite", file)
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	_, err = db.ExecContext(t.Context(), string(first)+`;
		INSERT INTO listings VALUES (1, 'a', 'A', 100, 'r', 3, 0);
		INSERT INTO orders VALUES (1, '1', 'b', 5, 5, 1, 0, 1, 'GBP', 100, 0, 0, '{}');
		INSERT INTO lines VALUES (1, 1, '1-1', 'a', 'A', 1, 0, 0, 0, 100, 100, 0);`)
	require.NoError(t, err)
	_, err = market.OpenReadOnly(t.Context(), file)
	require.ErrorContains(t, err, "--fresh")
	for range 2 {
		m, err := market.Open(t.Context(), file, market.Options{})
		require.NoError(t, err)
		l, err := m.Listing(t.Context(), "a")
		require.NoError(t, err)
		require.Equal(t, market.Live, l.Status)
		o, err := m.ByBook(t.Context(), "b")
		require.NoError(t, err)
		require.Empty(t, o.Lines[0].Location)
		require.NoError(t, m.Close())
	}
	_, err = db.ExecContext(t.Context(), `PRAGMA user_version = 99`)
	require.NoError(t, err)
	_, err = market.Open(t.Context(), file, market.Options{})
	require.ErrorContains(t, err, "newer")
}

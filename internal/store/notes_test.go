package store_test

import (
	"database/sql"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/buyers"
	"github.com/towpath/towpath/internal/store/storetest"
)

// A note is encrypted, counts once, and is gone with the buyer's data.
func TestANoteIsSealedAndForgottenWithItsBuyer(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		o := sale("ebay-uk", "1", 1, units("A", 1))
		o.Buyer = &order.Buyer{Name: "Ann Bell", Line1: "12 High St", PostalCode: "LS1 4AP", CountryCode: "GB"}
		save(t, s, "ebay-uk", o)
		row := rowID(t, s, "ebay-uk", "1")
		for _, text := range []string{"the door code is 4711", "two parcels", "two parcels"} {
			require.NoError(t, s.Buyers.AddNote(ctx, row, "Bob", text))
		}
		notes, err := s.Buyers.Notes(ctx, []int64{row})
		require.NoError(t, err)
		require.Len(t, notes[row], 2, "the same one counts once")
		require.Equal(t, "the door code is 4711", notes[row][0].Text)
		require.Equal(t, "Bob", notes[row][0].By)
		require.False(t, notes[row][0].At.IsZero())
		require.NoError(t, s.Read(ctx, `SELECT sealed, digest FROM order_notes`, func(rows *sql.Rows) error {
			var sealed, digest string
			err := rows.Scan(&sealed, &digest)
			require.NotContains(t, sealed+digest, "4711")
			return err
		}))
		require.ErrorIs(t, s.Buyers.AddNote(ctx, row+1, "Bob", "no such order"), store.ErrNotFound)

		_, err = s.Buyers.Forget(ctx, []int64{row}, buyers.Act{By: "test", What: buyers.Forgotten})
		require.NoError(t, err)
		notes, err = s.Buyers.Notes(ctx, []int64{row})
		require.NoError(t, err)
		require.Len(t, notes[row], 2)
		require.True(t, notes[row][0].Gone)
		require.Empty(t, notes[row][0].Text)
		require.ErrorIs(t, s.Buyers.AddNote(ctx, row, "Bob", "her door code"), buyers.ErrForgotten)
	})
}

// On PostgreSQL a note could be saved while its buyer was being forgotten, with a key of its own that nothing deleted.
func TestNoNoteOutlivesItsBuyer(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		for i := range 20 {
			o := sale("ebay-uk", fmt.Sprint(i), i, units("A", 1))
			o.Buyer = &order.Buyer{Name: "Ann Bell", Line1: "12 High St", PostalCode: "LS1 4AP", CountryCode: "GB"}
			save(t, s, "ebay-uk", o)
			row := rowID(t, s, "ebay-uk", o.ID)
			var both errgroup.Group
			both.Go(func() error {
				_, err := s.Buyers.Forget(ctx, []int64{row}, buyers.Act{By: "test", What: buyers.Forgotten})
				return err
			})
			both.Go(func() error {
				if err := s.Buyers.AddNote(ctx, row, "Bob", "the door code is 4711"); !errors.Is(err, buyers.ErrForgotten) {
					return err
				}
				return nil
			})
			require.NoError(t, both.Wait())
			notes, err := s.Buyers.Notes(ctx, []int64{row})
			require.NoError(t, err)
			for _, n := range notes[row] {
				require.True(t, n.Gone, "order %d", i)
			}
		}
	})
}

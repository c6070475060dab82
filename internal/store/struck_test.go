package store_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/ledger"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/storetest"
)

// A listing that is struck off is sent 0 once, and stays there through receipts, imports, another link, a new one and the first day again.
func TestWhatIsStruckOffStaysAtZero(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		skus := parts(t, s, 2)
		const listing = "ebay-uk:sku-00"
		struck, err := s.Levels.Strike(ctx, "ebay-uk", []string{listing, listing}, "not sold there", "ann")
		require.NoError(t, err)
		require.Equal(t, []string{listing}, struck)
		again, err := s.Levels.Strike(ctx, "ebay-uk", []string{listing}, "another reason", "bob")
		require.NoError(t, err)
		require.Empty(t, again)
		require.Equal(t, map[string]int{listing: 0}, push(t, s, "ebay-uk"), "only it, and once")
		require.Empty(t, push(t, s, "amazon-uk"), "other accounts are left alone")

		change(t, s, "receipt", stock.ByImport, 5, skus...)
		require.Equal(t, map[string]int{listing: 0, "ebay-uk:sku-01": 15}, push(t, s, "ebay-uk"))
		detail, err := s.Ledger.StockDetail(ctx, "sku-00")
		require.NoError(t, err)
		require.Equal(t, []int{15, 0, 15}, listedOf(detail))
		require.NoError(t, s.Links.SaveLinks(ctx, []links.Link{{Account: "ebay-uk", ChannelSKU: listing, SKU: "sku-01", ListingRef: "r"}}))
		require.Equal(t, map[string]int{listing: 0}, push(t, s, "ebay-uk"), "linked to another SKU")
		_, err = s.Links.RemoveLink(ctx, "ebay-uk", listing)
		require.NoError(t, err)
		link(t, s, "sku-00")
		require.Equal(t, map[string]int{listing: 0}, push(t, s, "ebay-uk"), "linked anew")
		diff, err := s.Levels.Diff(ctx, "ebay-uk", levels.DiffFilter{})
		require.NoError(t, err)
		require.Equal(t, 0, diff.Rows[0].Would)

		list, err := s.Levels.StruckListings(ctx, "", "", 1)
		require.NoError(t, err)
		require.Equal(t, []string{"ebay-uk", listing, "sku-00", "not sold there", "ann"}, []string{list[0].Account, list[0].ChannelSKU, list[0].SKU, list[0].Reason, list[0].By})
		rest, err := s.Levels.StruckListings(ctx, "ebay-uk", list[0].Cursor, 1)
		require.NoError(t, err)
		require.Empty(t, rest)
		of, err := s.Levels.StruckOf(ctx, "sku-00")
		require.NoError(t, err)
		require.Equal(t, list, of)
		of, err = s.Levels.StruckOf(ctx, "sku-01")
		require.NoError(t, err)
		require.Empty(t, of)
		among, err := s.Levels.StruckAmong(ctx, "ebay-uk", []string{listing, "ebay-uk:sku-01"})
		require.NoError(t, err)
		require.Equal(t, list, among)

		back, err := s.Levels.PutBack(ctx, "ebay-uk", []string{listing, "other"})
		require.NoError(t, err)
		require.Equal(t, []string{listing}, back)
		require.Equal(t, map[string]int{listing: 15}, push(t, s, "ebay-uk"), "a person said so: no brake")
	})
}

func listedOf(d ledger.StockDetail) (out []int) {
	for _, l := range d.Lists {
		out = append(out, l.Listed)
	}
	return out
}

// A strike wins over what is left to another tool: the level is Towpath's again, its 0 is sent, and it can't be left while it is off.
func TestAStrikeEndsThatALevelIsLeft(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		parts(t, s, 2)
		const account, one, other = "ebay-uk", "ebay-uk:sku-00", "ebay-uk:sku-01"
		_, err := s.Levels.Leave(ctx, account, listing.FieldLevel, []string{one}, "ann")
		require.NoError(t, err)
		_, err = s.Levels.Strike(ctx, account, []string{one}, "broken", "ann")
		require.NoError(t, err)
		require.Equal(t, map[string]int{one: 0}, push(t, s, account))
		require.Empty(t, openOf(t, s, incident.Left, "level"))

		var off *levels.StruckOffError
		_, err = s.Levels.Leave(ctx, account, listing.FieldLevel, []string{one, other}, "ann")
		require.ErrorAs(t, err, &off)
		require.Equal(t, []string{one}, off.ChannelSKUs)
		left, err := s.Levels.LeftFields(ctx, account, "", 10)
		require.NoError(t, err)
		require.Empty(t, left, "nothing is half done")
		require.NoError(t, storetest.Exec(ctx, s.DB, `UPDATE links SET contested_at = 1 WHERE account = 'ebay-uk'`))
		all, err := s.Levels.Leave(ctx, account, listing.FieldLevel, nil, "ann")
		require.NoError(t, err)
		require.Equal(t, []string{other}, all, "of all, it is left out")
	})
}

// Striking off lets go of what the brake holds of the listing, and the brake never holds it again.
func TestTheBrakeHoldsNothingOfWhatIsStruckOff(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		skus := parts(t, s, 30)
		change(t, s, "count", stock.ByCount, -10, skus[:22]...)
		require.Len(t, held(t, s, "amazon-uk"), 22)
		_, err := s.Levels.Strike(ctx, "amazon-uk", []string{"amazon-uk:sku-00"}, "gone", "ann")
		require.NoError(t, err)
		require.Equal(t, map[string]int{"amazon-uk:sku-00": 0}, push(t, s, "amazon-uk"))
		require.Equal(t, 21, open(t, s, "amazon-uk")[incident.Brake])
		_, err = s.Levels.Strike(ctx, "amazon-uk", []string{"amazon-uk:sku-25"}, "gone", "ann")
		require.NoError(t, err)
		change(t, s, "again", stock.ByCount, 1, skus[0], skus[25])
		require.Equal(t, map[string]int{"amazon-uk:sku-00": 0, "amazon-uk:sku-25": 0}, push(t, s, "amazon-uk"))
		require.Len(t, held(t, s, "amazon-uk"), 21)
	})
}

package ebay_test

import (
	"bytes"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/simulator/ebay"
	"github.com/towpath/towpath/internal/simulator/market"
)

const migratePath = inventory + "/bulk_migrate_listing"

// hub creates listings as Seller Hub does.
func (s *seller) hub(t *testing.T, listings ...ebay.SellerHub) {
	t.Helper()
	for _, h := range listings {
		all, err := h.Listings()
		require.NoError(t, err)
		require.NoError(t, s.market.List(t.Context(), all))
	}
}

func kettle(id, sku string) ebay.SellerHub {
	return ebay.SellerHub{ListingID: id, Title: "Kettle", Items: []ebay.SellerHubItem{{SKU: sku, Price: 3450, Quantity: 14}}}
}

func mugs(id string, red int) ebay.SellerHub {
	return ebay.SellerHub{ListingID: id, Title: "Mug", Items: []ebay.SellerHubItem{
		{SKU: "MUG-BLU", Options: map[string]string{"Colour": "Blue"}, Price: 995, Quantity: 60},
		{SKU: "MUG-RED", Options: map[string]string{"Colour": "Red"}, Price: 995, Quantity: red},
	}}
}

// The Inventory API shows no listing that was made in Seller Hub, while buyers can buy from it.
func TestSellerHubIsHiddenFromTheInventoryAPI(t *testing.T) {
	t.Parallel()
	s := newSeller(t)
	s.hub(t, kettle("285000000001", "KET-001"), kettle("285000000002", ""))
	require.NoError(t, s.market.List(t.Context(), []market.Listing{{SKU: "LAMP", Title: "Lamp", Price: 4200, Quantity: 6}}))

	_, _, answer := s.call(t, http.MethodGet, inventory+"/inventory_item?limit=10&offset=0", "")
	require.Contains(t, answer, `"total":1`)
	require.NotContains(t, answer, "KET-001")
	status, code, _ := s.call(t, http.MethodGet, inventory+"/offer?sku=KET-001", "")
	require.Equal(t, []int{http.StatusNotFound, 25713}, []int{status, code})
	_, _, answer = s.call(t, http.MethodPost, inventory+"/bulk_update_price_quantity",
		`{"requests":[{"sku":"KET-001","shipToLocationAvailability":{"quantity":3}}]}`)
	require.Contains(t, answer, "25702")

	placed, err := s.market.Place(t.Context(), market.Purchase{BookID: "b1", Currency: "GBP", Paid: true, Lines: []market.PurchaseLine{
		{SKU: "KET-001", Title: "Kettle", Quantity: 2, UnitPrice: 3450}, {SKU: ebay.HubKey("285000000002", 1), Title: "Kettle", Quantity: 1, UnitPrice: 3450},
	}})
	require.NoError(t, err)
	require.Empty(t, placed.Refused)
	_, _, answer = s.call(t, http.MethodGet, "/sell/fulfillment/v1/order/"+placed.OrderID, "")
	require.Contains(t, answer, `"sku":"KET-001"`)
	require.Contains(t, answer, `"legacyItemId":"285000000002","title"`, "a line without a custom label has no SKU")
}

func TestAMigratedListingIsUnderTheInventoryAPI(t *testing.T) {
	t.Parallel()
	s := newSeller(t)
	s.hub(t, kettle("285000000001", "KET-001"), mugs("285000000002", 0))
	status, _, answer := s.call(t, http.MethodPost, migratePath, `{"requests":[{"listingId":"285000000001"},{"listingId":"285000000002"}]}`)
	require.Equal(t, http.StatusOK, status, answer)
	require.Contains(t, answer, `"inventoryItemGroupKey":"group-of-285000000002"`)
	require.NotContains(t, answer, "MUG-RED", "a variation that is sold out is left out")
	_, _, answer = s.call(t, http.MethodGet, inventory+"/offer?sku=KET-001", "")
	require.Contains(t, answer, `"listingId":"285000000001"`)
	require.Contains(t, answer, `"availableQuantity":14`)
	_, _, answer = s.call(t, http.MethodPost, inventory+"/bulk_update_price_quantity",
		`{"requests":[{"sku":"KET-001","shipToLocationAvailability":{"quantity":3}}]}`)
	require.NotContains(t, answer, "errors")
	l, err := s.market.Listing(t.Context(), "KET-001")
	require.NoError(t, err)
	require.Equal(t, 3, l.Quantity)

	// A second migration is refused: alone with 400, and among others with 207.
	status, code, answer := s.call(t, http.MethodPost, migratePath, `{"requests":[{"listingId":"285000000001"}]}`)
	require.Equal(t, []int{http.StatusBadRequest, 25718}, []int{status, code})
	require.Contains(t, answer, "already migrated")
}

func TestWhatCannotBeMigratedSaysWhy(t *testing.T) {
	t.Parallel()
	s := newSeller(t)
	auction, terms, later, nowhere := kettle("1", "A"), kettle("2", "B"), kettle("3", "C"), kettle("4", "D")
	auction.Auction, terms.OwnTerms, later.PayLater, nowhere.NoLocation = true, true, true, true
	s.hub(t, auction, terms, later, nowhere, kettle("5", ""))
	status, _, answer := s.call(t, http.MethodPost, migratePath,
		`{"requests":[{"listingId":"1"},{"listingId":"2"},{"listingId":"3"},{"listingId":"4"},{"listingId":"5"}]}`)
	require.Equal(t, http.StatusMultiStatus, status)
	for _, want := range []string{"format is not supported", "Business policies", "Immediate payment", "location is missing", "SKU is missing"} {
		require.Contains(t, answer, want)
	}
	status, code, _ := s.call(t, http.MethodPost, migratePath, `{"requests":[]}`)
	require.Equal(t, []int{http.StatusBadRequest, 25709}, []int{status, code})
	_, code, _ = s.call(t, http.MethodPost, migratePath, `{"requests":[{"listingId":"1"},{"listingId":"2"},{"listingId":"3"},{"listingId":"4"},{"listingId":"5"},{"listingId":"6"}]}`)
	require.Equal(t, 25709, code)
}

func TestTheReportHasWhatTheAPIHides(t *testing.T) {
	t.Parallel()
	s := newSeller(t)
	s.hub(t, kettle("285000000001", "KET-001"), mugs("285000000002", 41))
	var file bytes.Buffer
	require.NoError(t, ebay.WriteReport(t.Context(), &file, s.market))
	require.Equal(t, "\ufeff"+`Item number,Title,Variation details,Custom label (SKU),Available quantity,Format,Currency,Start price,Current price,Sold quantity,Condition,Listing site
285000000001,Kettle,,KET-001,14,FIXED_PRICE,GBP,34.50,34.50,0,New,UK
285000000002,Mug,Colour=Blue;Red,,101,FIXED_PRICE,GBP,9.95,9.95,0,New,UK
285000000002,Mug,Colour=Blue,MUG-BLU,60,FIXED_PRICE,GBP,9.95,9.95,0,New,UK
285000000002,Mug,Colour=Red,MUG-RED,41,FIXED_PRICE,GBP,9.95,9.95,0,New,UK
`, file.String())
}

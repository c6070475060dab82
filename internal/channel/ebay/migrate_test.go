package ebay

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	marketplace "github.com/towpath/towpath/internal/simulator/ebay"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
)

// hub creates listings as Seller Hub does.
func (f *fixture) hub(t *testing.T, listings ...marketplace.SellerHub) {
	t.Helper()
	for _, h := range listings {
		all, err := h.Listings()
		require.NoError(t, err)
		require.NoError(t, f.market.List(t.Context(), all))
	}
}

func kettle(id, sku string) marketplace.SellerHub {
	return marketplace.SellerHub{ListingID: id, Title: "Kettle", Items: []marketplace.SellerHubItem{{SKU: sku, Price: 3450, Quantity: 14}}}
}

func towels(id string) marketplace.SellerHub {
	return marketplace.SellerHub{ListingID: id, Title: "Towel", Items: []marketplace.SellerHubItem{
		{SKU: "TOW-S", Options: map[string]string{"Size": "S"}, Price: 700, Quantity: 120},
		{SKU: "TOW-M", Options: map[string]string{"Size": "M"}, Price: 800, Quantity: 88},
		{SKU: "TOW-L", Options: map[string]string{"Size": "L"}, Price: 900},
	}}
}

func TestListingsOfSellerHubAreMigratedEachWithItsOutcome(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	auction := kettle("285000000003", "BID")
	auction.Auction = true
	f.hub(t, kettle("285000000001", "KET-001"), towels("285000000002"), auction)
	m, err := f.conn.Migrate(t.Context(), []channel.Unmanaged{
		{ListingID: "285000000001", SKUs: []string{"KET-001"}}, {ListingID: "285000000002", SKUs: []string{"TOW-S", "TOW-M", "TOW-L"}},
		{ListingID: "285000000003", SKUs: []string{"BID"}}, {ListingID: "285000000009"},
	})
	require.NoError(t, err)
	require.Len(t, m.Results, 4)
	kettles, towels := m.Results[0], m.Results[1]
	require.Nil(t, kettles.Fault)
	require.False(t, kettles.Before)
	require.Empty(t, kettles.Group)
	l, err := f.market.Listing(t.Context(), "KET-001")
	require.NoError(t, err)
	require.Equal(t, []channel.Offer{{SKU: "KET-001", Ref: l.Ref}}, kettles.Offers)
	require.NotEmpty(t, towels.Group)
	require.Len(t, towels.Offers, 2, "a variation that is sold out is left out, and nothing says so")
	for _, refused := range m.Results[2:] {
		require.Equal(t, codeNotMigrated, refused.Fault.Code)
		require.True(t, refused.Fault.Permanent())
		require.Contains(t, refused.Fault.Raw, "Cannot migrate listing.")
		require.Empty(t, refused.Offers)
	}

	page, err := f.conn.Listings(t.Context(), channel.ListingsQuery{SKUs: []string{"KET-001", "TOW-M"}})
	require.NoError(t, err)
	require.Len(t, page.Listings, 2)
	require.Equal(t, []string{"285000000001", "285000000002"}, []string{page.Listings[0].ListingID, page.Listings[1].ListingID})
}

// A listing can't be migrated twice: a second call returns what the first call made.
func TestAMigrationMayBeRepeated(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.hub(t, kettle("285000000001", "KET-001"), towels("285000000002"))
	asked := []channel.Unmanaged{
		{ListingID: "285000000001", SKUs: []string{"KET-001"}}, {ListingID: "285000000002", SKUs: []string{"TOW-S", "TOW-M", "TOW-L"}},
	}
	f.injector.Next(faults.Lost, opMigrate, 1) // eBay carries the call out, and its answer is lost
	_, err := f.conn.Migrate(t.Context(), asked)
	require.True(t, channel.AsFault(err, "").Ambiguous)
	for _, listings := range [][]channel.Unmanaged{asked, asked[:1], asked[1:]} { // several listings are answered with 207, a single one with 400
		m, err := f.conn.Migrate(t.Context(), listings)
		require.NoError(t, err)
		for i, r := range m.Results {
			require.Nil(t, r.Fault)
			require.True(t, r.Before)
			require.Len(t, r.Offers, min(len(listings[i].SKUs), 2))
		}
	}
}

// An offer of the SKU proves nothing if it belongs to another listing.
func TestASKUThatIsListedElsewhereIsNoSuccess(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	m, err := f.conn.Migrate(t.Context(), []channel.Unmanaged{{ListingID: "285000000001", SKUs: []string{"MUG"}}})
	require.NoError(t, err)
	require.Equal(t, codeNotMigrated, m.Results[0].Fault.Code)
	require.Empty(t, m.Results[0].Offers)
}

// If eBay refuses the whole call because of one listing, the others are still migrated.
func TestARefusalOfTheWholeCallIsAskedForOneByOne(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	var calls []string
	serve(t, f, func(body string) (int, string) {
		calls = append(calls, body)
		switch body {
		case `{"requests":[{"listingId":"1"}]}`:
			return http.StatusOK, `{"responses":[{"statusCode":200,"listingId":"1","inventoryItems":[{"sku":"A","offerId":7}],"warnings":[{"errorId":25401}]}]}`
		case `{"requests":[{"listingId":"3"}]}`:
			return http.StatusInternalServerError, `{"errors":[{"errorId":25001}]}`
		}
		return http.StatusBadRequest, `{"errors":[{"errorId":25718,"message":"Cannot migrate listing."}]}`
	})
	m, err := f.conn.Migrate(t.Context(), []channel.Unmanaged{{ListingID: "1"}, {ListingID: "2"}, {ListingID: "3"}, {ListingID: "4"}})
	require.NoError(t, err)
	require.Len(t, calls, 4, "after a failure of eBay's own the rest is not asked for")
	require.Equal(t, []channel.Offer{{SKU: "A", Ref: "7"}}, m.Results[0].Offers)
	require.Equal(t, []string{"25401"}, m.Results[0].Warnings)
	require.Equal(t, []string{"25718", "25001", "25001"}, []string{m.Results[1].Fault.Code, m.Results[2].Fault.Code, m.Results[3].Fault.Code})
	require.Equal(t, channel.Unavailable, m.Results[3].Fault.Class)
}

func TestAListingThatTheAnswerLeavesOutIsUnknown(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	serve(t, f, func(string) (int, string) {
		return http.StatusMultiStatus, `{"responses":[{"statusCode":500,"listingId":2,"errors":[{"errorId":25001}]},{"listingId":[]},null]}`
	})
	m, err := f.conn.Migrate(t.Context(), []channel.Unmanaged{{ListingID: "1"}, {ListingID: "2"}})
	require.NoError(t, err)
	require.Equal(t, codeListingNotAnswered, m.Results[0].Fault.Code)
	require.True(t, m.Results[0].Fault.Ambiguous && m.Results[1].Fault.Ambiguous)
	require.Equal(t, "25001", m.Results[1].Fault.Code)

	_, err = f.conn.Migrate(t.Context(), make([]channel.Unmanaged, channel.MaxMigrated+1))
	require.Equal(t, channel.Invalid, channel.AsFault(err, "").Class)
}

// Units that buyers bought before are not listed again.
func TestAMigrationLeavesTheQuantityAlone(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.hub(t, kettle("285000000001", "KET-001"))
	_, err := f.market.Place(t.Context(), market.Purchase{BookID: "b", Currency: "GBP", Paid: true, Lines: []market.PurchaseLine{{SKU: "KET-001", Quantity: 4, UnitPrice: 1}}})
	require.NoError(t, err)
	_, err = f.conn.Migrate(t.Context(), []channel.Unmanaged{{ListingID: "285000000001", SKUs: []string{"KET-001"}}})
	require.NoError(t, err)
	l, err := f.market.Listing(t.Context(), "KET-001")
	require.NoError(t, err)
	require.Equal(t, 10, l.Quantity)
}

// serve connects the connection to a server that answers migrations.
func serve(t *testing.T, f *fixture, answer func(body string) (int, string)) {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+tokenPath, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"access_token":"t","expires_in":7200}`))
	})
	mux.HandleFunc("POST "+inventory+"/bulk_migrate_listing", func(w http.ResponseWriter, r *http.Request) {
		body := make([]byte, r.ContentLength)
		_, _ = r.Body.Read(body)
		status, text := answer(string(body))
		w.WriteHeader(status)
		_, _ = fmt.Fprint(w, text)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	a := f.account
	a.BaseURL, a.AuthURL = server.URL, server.URL+tokenPath
	f.conn = f.open(t, a)
}

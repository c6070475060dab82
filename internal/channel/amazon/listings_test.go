package amazon_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/amazon"
	"github.com/towpath/towpath/internal/polltest"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/wire"
)

// seller is the part of the adapter that the tests use.
type seller interface {
	channel.Connection
	channel.ListingReader
	channel.Publisher
	channel.Checker
}

func open(t *testing.T, a channel.Account) seller {
	t.Helper()
	conn, err := amazon.Open(a)
	require.NoError(t, err)
	return conn.(seller)
}

func faultOf(t *testing.T, err error) *channel.Fault {
	t.Helper()
	var f *channel.Fault
	require.ErrorAs(t, err, &f)
	return f
}

// offered reads all pages and returns how often each SKU came.
func offered(t *testing.T, conn seller) (seen map[string]int, total int, err error) {
	t.Helper()
	seen = map[string]int{}
	for q := (channel.ListingsQuery{}); ; {
		page, err := conn.Listings(t.Context(), q)
		if err != nil {
			return seen, total, err
		}
		for _, l := range page.Listings {
			seen[l.SKU]++
		}
		require.Less(t, len(seen), 100_000)
		if q.Cursor, total = page.Next, page.Total; q.Cursor == "" {
			return seen, total, nil
		}
	}
}

// TestListingsBeyondWhatASearchShowsAreRead: a search pages through 1,000 items, so it takes three of them.
func TestListingsBeyondWhatASearchShowsAreRead(t *testing.T) {
	t.Parallel()
	var searches atomic.Int32
	a, _ := place(t, 2345, 20_000, func(_ http.ResponseWriter, r *http.Request) bool {
		if q := r.URL.Query(); strings.Contains(r.URL.Path, "/listings/") && q.Get("pageToken") == "" {
			searches.Add(1)
		}
		return false
	})
	seen, total, err := offered(t, open(t, a))
	require.NoError(t, err)
	require.Len(t, seen, 2345)
	require.Equal(t, 2345, total)
	require.EqualValues(t, 3, searches.Load())
	for sku, times := range seen {
		require.Equal(t, 1, times, sku)
	}
}

// More than a thousand listings created at one moment can't all be read: an error is better than half of them.
func TestListingsCreatedAtOneMoment(t *testing.T) {
	t.Parallel()
	a, _ := place(t, 1, 20_000, func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.Contains(r.URL.Path, "/listings/") {
			return false
		}
		items := []any{map[string]any{"sku": "A", "summaries": []any{map[string]any{
			"marketplaceId": "A1F83G8C2ARO7P", "createdDate": "2026-11-01T12:00:00Z", "lastUpdatedDate": "2026-11-01T12:00:00Z", "status": []any{},
		}}}}
		wire.WriteJSON(w, http.StatusOK, map[string]any{"numberOfResults": 1500, "items": items})
		return true
	})
	_, _, err := offered(t, open(t, a))
	f := faultOf(t, err)
	require.Equal(t, channel.Limit, f.Class)
	require.Equal(t, "LISTINGS_CREATED_AT_ONCE", f.Code)
}

func TestASKUWithACommaIsOneSKU(t *testing.T) {
	t.Parallel()
	a, m := place(t, 2, 20_000, nil)
	require.NoError(t, m.List(t.Context(), []market.Listing{{SKU: "MUG, red", Title: "Mug", Price: 999, Quantity: 3}}))
	page, err := open(t, a).Listings(t.Context(), channel.ListingsQuery{SKUs: []string{"SKU-1", "MUG, red", "SKU-2"}})
	require.NoError(t, err)
	require.Len(t, page.Listings, 3)
}

// TestSKUsThatAmazonShipsAreNeverLevelled: a quantity would change them into listings that the seller ships.
func TestSKUsThatAmazonShipsAreNeverLevelled(t *testing.T) {
	t.Parallel()
	var patches atomic.Int32
	a, m := place(t, 4, 20_000, func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPatch {
			patches.Add(1)
		}
		return false
	})
	a.FeedAbove = 3
	require.NoError(t, m.List(t.Context(), []market.Listing{{SKU: "FBA-1", Title: "Mug", Price: 999, Quantity: 9, FBA: true}}))
	conn := open(t, a)
	own := channel.Level{SKU: "FBA-1", Quantity: 1}
	answer, err := conn.SetLevels(t.Context(), []channel.Level{own})
	require.NoError(t, err)
	require.Equal(t, channel.Invalid, answer.Results[0].Fault.Class, "Amazon says it, while we don't know")

	_, _, err = offered(t, conn)
	require.NoError(t, err)
	patches.Store(0)
	answer, err = conn.SetLevels(t.Context(), append([]channel.Level{own}, levels(1)...))
	require.NoError(t, err)
	require.Equal(t, "FULFILLED_BY_AMAZON", answer.Results[0].Fault.Code)
	require.Nil(t, answer.Results[1].Fault, "the next one is sent")
	require.EqualValues(t, 1, patches.Load())

	answer, err = conn.SetLevels(t.Context(), append([]channel.Level{own}, levels(4)...))
	require.NoError(t, err)
	results := outcome(t, open(t, a), answer.Pending, "SKU-1", "SKU-2", "SKU-3", "SKU-4", "FBA-1")
	for sku, f := range results {
		require.Equal(t, sku == "FBA-1", f != nil, sku)
	}
	require.Equal(t, "FULFILLED_BY_AMAZON", results["FBA-1"].Code)
	l, err := m.Listing(t.Context(), "FBA-1")
	require.NoError(t, err)
	require.Equal(t, 9, l.Quantity)
}

// outcome waits for a feed, on any connection.
func outcome(t *testing.T, conn seller, pending string, skus ...string) map[string]*channel.Fault {
	t.Helper()
	results := map[string]*channel.Fault{}
	polltest.Until(t, "the feed "+pending+" has its outcome", func() bool {
		answer, err := conn.LevelsOutcome(t.Context(), pending, skus)
		for _, r := range answer.Results {
			results[r.SKU] = r.Fault
		}
		return err == nil && answer.Pending == ""
	})
	require.Len(t, results, len(skus))
	return results
}

// TestTheTestEndpointOnlyValidates: Amazon's sandbox knows no listings, so production validates them, and writes nothing.
func TestTheTestEndpointOnlyValidates(t *testing.T) {
	t.Parallel()
	var calls sync.Map
	a, m := place(t, 4, 20_000, func(_ http.ResponseWriter, r *http.Request) bool {
		if strings.Contains(r.URL.Path, "/listings/") && r.Method != http.MethodGet {
			calls.Store(r.Method, r.URL.Query().Get("mode"))
		}
		return false
	})
	a.Endpoint, a.FeedAbove, a.Listings = channel.Test, 2, channel.Permissions{Revise: true, End: true}
	conn := open(t, a)
	size, operation := conn.Batch(4)
	require.Equal(t, channel.OpLevels, operation, "a feed can't be tried")
	answer, err := conn.SetLevels(t.Context(), levels(4)[:size])
	require.NoError(t, err)
	for _, r := range answer.Results {
		require.Nil(t, r.Fault)
	}
	for _, sku := range []string{"SKU-1", "NEW-1"} {
		results := submitted(t, a, false, cup(sku))
		require.Nil(t, results[sku].Fault)
		require.Equal(t, "VALID", results[sku].Step)
	}
	_, err = conn.End(t.Context(), []string{"SKU-1"})
	require.Equal(t, "ENDPOINT_IS_TEST", faultOf(t, err).Code)
	for _, method := range []string{http.MethodPatch, http.MethodPut} {
		mode, _ := calls.Load(method)
		require.Equal(t, "VALIDATION_PREVIEW", mode, method)
	}
	_, deleted := calls.Load(http.MethodDelete)
	require.False(t, deleted)
	for i := range 4 {
		l, err := m.Listing(t.Context(), fmt.Sprintf("SKU-%d", i+1))
		require.NoError(t, err)
		require.Equal(t, 50, l.Quantity)
		require.Equal(t, "Mug", l.Title)
	}
}

// TestAQuotaWaitsForItsRate: a 429 has no Retry-After, and the first answer of all has no rate.
func TestAQuotaWaitsForItsRate(t *testing.T) {
	t.Parallel()
	a, _ := place(t, 1, 20_000, func(w http.ResponseWriter, r *http.Request) bool {
		if strings.HasPrefix(r.URL.Path, "/auth/") {
			return false
		}
		wire.WriteJSON(w, http.StatusTooManyRequests, map[string]any{"errors": []map[string]string{{"code": "QuotaExceeded", "message": "later"}}})
		return true
	})
	a.FeedAbove = 1
	conn := open(t, a)
	for operation, call := range map[string]struct {
		wait time.Duration
		do   func() error
	}{
		"searchOrders": {178 * time.Second, func() error { _, err := conn.Orders(t.Context(), channel.OrdersQuery{}); return err }},
		"getOrder":     {2 * time.Second, func() error { _, err := conn.Order(t.Context(), "1"); return err }},
		"confirmShipment": {500 * time.Millisecond, func() error {
			_, err := conn.ConfirmShipment(t.Context(), channel.Shipment{Number: 1, Carrier: "DPD"})
			return err
		}},
		"searchListingsItems":          {200 * time.Millisecond, func() error { _, err := conn.Listings(t.Context(), channel.ListingsQuery{}); return err }},
		"getDefinitionsProductType":    {200 * time.Millisecond, func() error { _, err := lister(t, a).Define(t.Context(), "HOME"); return err }},
		"patchListingsItem":            {200 * time.Millisecond, func() error { _, err := conn.SetLevels(t.Context(), levels(1)); return err }},
		"createFeedDocument":           {2 * time.Second, func() error { _, err := conn.SetLevels(t.Context(), levels(2)); return err }},
		"getFeed":                      {500 * time.Millisecond, func() error { _, err := conn.LevelsOutcome(t.Context(), "1.0", nil); return err }},
		"getMarketplaceParticipations": {62 * time.Second, func() error { return conn.Test(t.Context()) }},
	} {
		f := faultOf(t, call.do())
		require.Equal(t, channel.Throttled, f.Class, operation)
		require.Equal(t, operation, f.Operation)
		require.InDelta(t, call.wait.Seconds(), f.RetryAfter.Seconds(), 1, operation)
		require.Positive(t, f.RetryAfter, operation)
	}
}

func TestACapabilityThatIsMissingIsTheOnlyOneThatFails(t *testing.T) {
	t.Parallel()
	a, m := place(t, 0, 20_000, func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasPrefix(r.URL.Path, "/feeds/") {
			return false
		}
		w.Header().Set("x-amzn-RequestId", "request-7")
		wire.WriteJSON(w, http.StatusForbidden, map[string]any{"errors": []map[string]string{{"code": "Unauthorized", "message": "Access to requested resource is denied."}}})
		return true
	})
	require.NoError(t, m.List(t.Context(), []market.Listing{{SKU: "FBA-1", Title: "Mug", Price: 999, Quantity: 9, FBA: true}}))
	untried := map[string]bool{}
	for _, c := range open(t, a).Checks(t.Context()) {
		untried[c.Capability] = c.Untried
		require.Equal(t, c.Capability == "set many stock levels at once", c.Fault != nil, c.Capability)
		if c.Fault != nil {
			require.Equal(t, channel.Config, c.Fault.Class)
			require.Equal(t, "request-7", c.RequestID)
		}
	}
	require.True(t, untried["set stock levels and publish"], "the only listing is Amazon's to level")
	require.True(t, untried["confirm shipments"])
}

// quirky is a marketplace with faults that can be switched.
func quirky(t *testing.T, n int) (channel.Account, *market.Market, *faults.Injector) {
	t.Helper()
	injector := faults.New(7, faults.Rates{})
	a, m := placeWith(t, n, 20_000, injector, nil)
	return a, m, injector
}

package shopify

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/shop"
	"github.com/towpath/towpath/internal/simulator/faults"
	marketplace "github.com/towpath/towpath/internal/simulator/shopify"
)

// settings are the definitions of an account: those of its shop.
type settings struct{ shop *listing.Definition }

func (s settings) Definition(productType string) *listing.Definition {
	if productType != "" {
		return nil
	}
	return s.shop
}

func (f *fixture) define(t *testing.T) settings {
	t.Helper()
	d, err := f.conn.Define(t.Context(), "")
	require.NoError(t, err)
	return settings{&d}
}

// check requires one answer per product.
func (f *fixture) check(t *testing.T, products ...channel.Product) []listing.Checked {
	t.Helper()
	got, err := f.conn.Check(t.Context(), products, f.define(t))
	require.NoError(t, err)
	require.Len(t, got, len(products))
	return got
}

// codes returns the codes of all issues, by what they are about.
func codes(c listing.Checked) map[string]string {
	all := map[string]string{}
	for of, issues := range c.Issues {
		for _, i := range issues {
			all[of] = strings.TrimSpace(all[of] + " " + i.Code)
		}
	}
	return all
}

func TestTheShopsSettings(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	d := f.define(t).shop
	require.NotEmpty(t, d.Version)
	require.False(t, d.FetchedAt.IsZero())
	s, err := shop.ParseSettings(d.Body)
	require.NoError(t, err)
	require.Equal(t, "GBP", s.Currency)
	require.Equal(t, 2048, s.MaxVariants)
	require.Equal(t, marketplace.Location, s.Location.ID)
	again := f.define(t).shop
	require.Equal(t, d.Version, again.Version, "nothing has changed")
	_, err = f.conn.Define(t.Context(), "Shirts")
	requireFault(t, err, channel.Missing, CodeNotFound)
	require.Equal(t, []string{""}, f.conn.Wants(shirt("A")))
}

// If the shop's data can't be read, every product says so, and nothing is sent.
func TestACheckWithoutSettings(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, d := range []settings{{}, {&listing.Definition{Body: []byte("{")}}} {
		got, err := f.conn.Check(t.Context(), []channel.Product{shirt("A"), shirt("B")}, d)
		require.NoError(t, err)
		require.Equal(t, map[string]string{"Linen Shirt/2026": noDefinition}, codes(got[0]))
		require.Len(t, got, 2)
	}
	moved := f.account
	moved.Location = "gid://shopify/Location/7"
	got, err := open(t, moved).Check(t.Context(), []channel.Product{shirt("A")}, f.define(t))
	require.NoError(t, err)
	require.Equal(t, listing.CodeSettingsMissing, codes(got[0])["Linen Shirt/2026"], "the account names another location since the settings were read")
}

// A product is found by its handle, or by its SKUs.
func TestWhatTheShopHasIsFound(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	fresh := shirt("A", "B")
	require.Empty(t, codes(f.check(t, fresh)[0]))
	accepted(t, f.publish(t, fresh))

	known := f.check(t, fresh)[0]
	require.Empty(t, codes(known))
	require.Equal(t, f.stored(t, fresh.Key).ID, planOf(listing.Draft{Product: fresh, Plans: known.Plans}).ID)

	renamed := shirt("A", "B")
	renamed.Key, renamed.Title = "SHIRT-26", "Linen shirt, new"
	adopted := f.check(t, renamed)[0]
	require.Empty(t, codes(adopted))
	accepted(t, f.submit(t, listing.Draft{Product: renamed, Plans: adopted.Plans}))
	require.Nil(t, f.stored(t, renamed.Key), "no second product was made")
	l, err := f.market.Listing(t.Context(), "A")
	require.NoError(t, err)
	require.Contains(t, l.Title, "new")

	single := shirt("MUG") // it was listed before Towpath, as a product of its own
	single.Key = "Mug"
	single.Options, single.Variants[0].Options = nil, nil
	found := f.check(t, single)[0]
	require.Empty(t, codes(found))
	accepted(t, f.submit(t, listing.Draft{Product: single, Plans: found.Plans}))
	require.Equal(t, 100_000, f.quantity(t, "MUG"), "a revision sets no quantity")

	mixed := shirt("A", "MUG")
	mixed.Key = "Another"
	require.Equal(t, map[string]string{"A": listing.CodeSKUElsewhere, "MUG": listing.CodeSKUElsewhere}, codes(f.check(t, mixed)[0]))
	taken := shirt("X", "Y")
	require.Equal(t, map[string]string{taken.Key: listing.CodeHandleInUse}, codes(f.check(t, taken)[0]), "nothing of it is ours")
}

func TestProductsOfOneHandle(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	a, b, c := shirt("A"), shirt("B"), shirt("C")
	a.Key, b.Key, c.Key = "Shirt 1", "SHIRT-1", "Shirt 2"
	got := f.check(t, a, b, c)
	require.Empty(t, codes(got[0]))
	require.Equal(t, map[string]string{"SHIRT-1": listing.CodeHandleInUse}, codes(got[1]))
	require.Empty(t, codes(got[2]))
}

// One wrong product among right ones fails alone, at every position.
func TestOneBadAmongGood(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for bad := range 3 {
		drafts := make([]listing.Draft, 3)
		for i := range drafts {
			p := shirt(fmt.Sprintf("A%d%d", bad, i), fmt.Sprintf("B%d%d", bad, i))
			p.Key = fmt.Sprintf("Shirt %d %d", bad, i)
			if i == bad {
				p.Variants[1].Options = p.Variants[0].Options
			}
			drafts[i].Product = p
		}
		got := f.submit(t, drafts...)
		require.Len(t, got.Results, 6)
		for i, r := range got.Results {
			require.Equal(t, drafts[i/2].Product.Variants[i%2].SKU, r.SKU)
			if i/2 != bad {
				require.Nil(t, r.Fault)
				require.Empty(t, r.Issues)
				continue
			}
			require.True(t, r.Fault.Permanent())
			require.Equal(t, listing.Response, r.Issues[0].Stage)
			require.Equal(t, listing.Error, r.Issues[0].Severity)
			require.Equal(t, []string{productFailed, "INVALID_VARIANT"}[i%2], r.Issues[0].Code)
			require.NotEmpty(t, r.Issues[0].Message)
			require.Equal(t, r.RequestID, r.Issues[0].RequestID)
		}
		require.Equal(t, "/variants/1", got.Results[2*bad+1].Issues[0].Pointer)
		require.Equal(t, []string{"variants"}, got.Results[2*bad+1].Issues[0].Attributes)
	}
}

// A product that was deleted after the check is not created again without the merchant's knowledge.
func TestAProductThatWasDeletedMeanwhile(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	accepted(t, f.publish(t, shirt("A", "B")))
	checked := f.check(t, shirt("A", "B"))[0]
	require.NoError(t, f.injector.Set(faults.Rates{ProductGone: 1}))
	other := shirt("C")
	other.Key = "Other"
	got := f.submit(t, listing.Draft{Product: shirt("A", "B"), Plans: checked.Plans}, listing.Draft{Product: other})
	for _, r := range got.Results[:2] {
		require.Equal(t, channel.Missing, r.Fault.Class)
		require.Equal(t, CodeProductDeleted, r.Fault.Code)
		require.Equal(t, CodeProductDeleted, r.Issues[0].Code)
	}
	require.Nil(t, got.Results[2].Fault, "the others go on")
}

// Without the permission to revise, a first publication whose answer was lost can still be repeated.
func TestAFirstPublicationIsRepeatedWithoutRevising(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	a := f.account
	a.Listings = channel.Permissions{}
	f.conn = open(t, a)
	checked := f.check(t, shirt("A", "B"))[0]
	draft := listing.Draft{Product: shirt("A", "B"), Plans: checked.Plans}
	f.injector.Next(faults.Lost, opProductSet.name, 1)
	_, err := f.conn.Submit(t.Context(), []listing.Draft{draft}, false, nil)
	require.True(t, channel.AsFault(err, "").Ambiguous)
	ctx, calls := channel.WithCalls(t.Context())
	got, err := f.conn.Submit(ctx, []listing.Draft{draft}, false, nil)
	require.NoError(t, err)
	accepted(t, got)
	require.Len(t, calls.List(), 1, "it is read, and not written again")
	require.Equal(t, map[string]string{draft.Product.Key: listing.CodeNotPermitted}, codes(f.check(t, draft.Product)[0]))
}

// The points are enough for some products: the others are not sent, and the result says when to try again.
func TestPointsPayForSomeProducts(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		left := 1000 - 60*calls.Add(1)
		_, _ = fmt.Fprintf(w, `{"data":{"shop":{"currencyCode":"GBP"},"productByIdentifier":null,"productSet":{"product":{"id":"p","status":"ACTIVE",
			"publishedAt":"x","variants":{"nodes":[{"id":"v","sku":"A","inventoryItem":{"id":"i"}}],"pageInfo":{}}},"userErrors":[]}},
			"extensions":{"cost":{"requestedQueryCost":60,"actualQueryCost":60,"throttleStatus":{"maximumAvailable":1000,
			"currentlyAvailable":%d,"restoreRate":0.1}}}}`, left)
	}))
	t.Cleanup(server.Close)
	conn := open(t, channel.Account{BaseURL: server.URL, Simulated: true, Location: "l", Credentials: map[string]string{"accessToken": "x"}})
	drafts := make([]listing.Draft, 20)
	for i := range drafts {
		drafts[i].Product = shirt("A")
		drafts[i].Product.Key = fmt.Sprint("shirt ", i)
	}
	got, err := conn.Submit(t.Context(), drafts, false, nil)
	require.NoError(t, err)
	require.Len(t, got.Results, len(drafts))
	done, later := 0, 0
	for _, r := range got.Results {
		if r.Fault == nil {
			done++
			continue
		}
		later++
		require.Equal(t, channel.Throttled, r.Fault.Class)
		require.False(t, r.Fault.Ambiguous)
		require.False(t, r.Fault.Permanent())
		require.Greater(t, r.Fault.RetryAfter, time.Minute) // the exact wait depends on which answer came first
		require.Empty(t, r.Issues)
	}
	require.Positive(t, done)
	require.Positive(t, later)
	// A fifth of the bucket is reserved for orders and levels: 13 calls, the second one for a product that had begun,
	// and one more product if an answer overtook a newer one.
	require.LessOrEqual(t, calls.Load(), int32(16))

	for err = nil; err == nil && calls.Load() <= 16; {
		_, err = conn.Submit(t.Context(), drafts[:1], false, nil)
	}
	requireFault(t, err, channel.Throttled, "THROTTLED")
}

// A revoked grant concerns the whole account: after the first refusal nothing more is sent, and the result is one
// fault for all.
func TestARefusedAccountEndsASubmission(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		calls.Add(1)
		w.WriteHeader(http.StatusUnauthorized)
	}))
	t.Cleanup(server.Close)
	conn := open(t, channel.Account{BaseURL: server.URL, Simulated: true, Location: "l", Credentials: map[string]string{"accessToken": "x"}})
	drafts := make([]listing.Draft, 40)
	for i := range drafts {
		drafts[i].Product = shirt("A")
	}
	_, err := conn.Submit(t.Context(), drafts, false, nil)
	require.Equal(t, channel.Auth, channel.AsFault(err, "").Class)
	require.LessOrEqual(t, calls.Load(), int32(atOnce))
}

// The number of SKUs in a turn depends on the cost of the turns before.
func TestHowManySKUsATurnHas(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	n, op := f.conn.Load(1000, false)
	require.Equal(t, firstTurn, n)
	require.Equal(t, channel.OpPublish, op)
	n, _ = f.conn.Load(3, false)
	require.Equal(t, 3, n)
	skus := make([]string, 40)
	for i := range skus {
		skus[i] = fmt.Sprint("S", i)
	}
	accepted(t, f.publish(t, shirt(skus...)))
	many, _ := f.conn.Load(1000, false)
	require.Greater(t, many, firstTurn, "variants of one product are cheap")
	for i := range 10 {
		p := shirt(fmt.Sprint("T", i))
		p.Key = fmt.Sprint("T", i)
		accepted(t, f.publish(t, p))
	}
	fewer, _ := f.conn.Load(1000, false)
	require.Less(t, fewer, many)
	require.GreaterOrEqual(t, fewer, smallestTurn)
}

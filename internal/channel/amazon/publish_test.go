package amazon_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/amazon"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/polltest"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/wire"
)

// cup returns a product as the simulated Amazon requires it, with a colour per SKU if there are several.
func cup(skus ...string) channel.Product {
	p := channel.Product{
		Key: "CUP", Type: "DRINKING_CUP", Title: "Enamel mug", Description: "Holds half a pint.", Brand: "Quill", Currency: "GBP",
		Images: []string{"https://images.example/mug.jpg"}, Aspects: demanded(),
	}
	if len(skus) > 1 {
		p.Options = []string{"Colour"}
	}
	for n, sku := range skus {
		v := channel.Variant{SKU: sku, Price: 1099, Quantity: 5}
		if len(skus) > 1 {
			v.Options = map[string]string{"Colour": fmt.Sprintf("Colour %d", n)}
		}
		p.Variants = append(p.Variants, v)
	}
	return p
}

func lister(t *testing.T, a channel.Account) channel.Lister {
	t.Helper()
	conn, err := amazon.Open(a)
	require.NoError(t, err)
	return conn.(channel.Lister)
}

// kept are definitions by type.
type kept map[string]*listing.Definition

func (k kept) Definition(productType string) *listing.Definition { return k[productType] }

// defined fetches the definitions that products need.
func defined(t *testing.T, l channel.Lister, products ...channel.Product) kept {
	t.Helper()
	all := kept{}
	for _, p := range products {
		for _, productType := range l.Wants(p) {
			if all[productType] == nil {
				d, err := l.Define(t.Context(), productType)
				require.NoError(t, err)
				all[productType] = &d
			}
		}
	}
	return all
}

// checked checks products against their definitions.
func checked(t *testing.T, l channel.Lister, definitions kept, products ...channel.Product) []listing.Checked {
	t.Helper()
	all, err := l.Check(t.Context(), products, definitions)
	require.NoError(t, err)
	require.Len(t, all, len(products))
	return all
}

// submitted checks products, requires that there are no errors, and submits them until every SKU has its result.
func submitted(t *testing.T, a channel.Account, preview bool, products ...channel.Product) map[string]channel.VariantResult {
	t.Helper()
	l := lister(t, a)
	definitions := defined(t, l, products...)
	var drafts []listing.Draft
	var skus []string
	for n, c := range checked(t, l, definitions, products...) {
		for reference, issues := range c.Issues {
			require.False(t, listing.Failed(issues), "%s: %+v", reference, issues)
		}
		drafts = append(drafts, listing.Draft{Product: products[n], Plans: c.Plans})
		for sku, plan := range c.Plans {
			require.LessOrEqual(t, len(plan), listing.MaxPlan)
			skus = append(skus, sku)
		}
	}
	p, err := l.Submit(t.Context(), drafts, preview, definitions)
	require.NoError(t, err)
	results := map[string]channel.VariantResult{}
	polltest.Until(t, "the submission has its outcome", func() bool {
		for _, r := range p.Results {
			results[r.SKU] = r
		}
		if p.Pending == "" {
			return true
		}
		p, err = l.SubmitOutcome(t.Context(), p.Pending, skus)
		require.NoError(t, err)
		return false
	})
	for _, sku := range skus {
		require.Contains(t, results, sku)
	}
	return results
}

// accepted requires that Amazon accepted all of it, and waits until the listings show it.
func accepted(t *testing.T, a channel.Account, m *market.Market, products ...channel.Product) map[string]channel.VariantResult {
	t.Helper()
	results := submitted(t, a, false, products...)
	for sku, r := range results {
		require.Nil(t, r.Fault, "%s: %+v", sku, r.Issues)
		require.Empty(t, r.Issues, sku)
		require.Contains(t, []string{"DRINKING_CUP", "PRODUCT"}, r.Ref)
	}
	processFeeds(t, m)
	return results
}

func processFeeds(t *testing.T, m *market.Market) {
	t.Helper()
	polltest.Until(t, "all that the marketplace accepted shows", func() bool {
		n, err := m.Pending(t.Context())
		require.NoError(t, err)
		return n == 0
	})
}

// content returns what the marketplace has of a listing's attributes, by name.
func content(t *testing.T, m *market.Market, sku string) map[string]json.RawMessage {
	t.Helper()
	l, err := m.Listing(t.Context(), sku)
	require.NoError(t, err)
	var put struct {
		ProductType string                     `json:"productType"`
		Attributes  map[string]json.RawMessage `json:"attributes"`
	}
	require.NoError(t, json.Unmarshal(l.Content, &put))
	require.NotEmpty(t, put.ProductType)
	return put.Attributes
}

// TestWhatIsThereAsWantedIsNotSentAgain, whether it is new, revised, or half published.
func TestWhatIsThereAsWantedIsNotSentAgain(t *testing.T) {
	t.Parallel()
	a, m := place(t, 0, 20_000, nil)
	a.Listings.Revise = true
	p := cup("RED", "BLUE", "GREEN")
	results := accepted(t, a, m, p)
	require.Len(t, results, 4, "the parent has a result, too")
	require.Equal(t, "ACCEPTED", results["CUP"].Step)
	l := lister(t, a)
	again := checked(t, l, defined(t, l, p), p)[0]
	require.Equal(t, map[string]bool{"CUP": true, "RED": true, "BLUE": true, "GREEN": true}, again.Same)
	require.Empty(t, again.Plans)

	p.Title, p.Variants[1].Price, p.Variants = "Enamel cup", 1299, append(p.Variants, channel.Variant{SKU: "WHITE", Price: 1099, Quantity: 2, Options: map[string]string{"Colour": "White"}})
	results = accepted(t, a, m, p)
	require.Len(t, results, 5)
	for _, sku := range []string{"RED", "BLUE", "GREEN", "WHITE"} {
		got, err := m.Listing(t.Context(), sku)
		require.NoError(t, err)
		require.Equal(t, "Enamel cup", got.Title)
		require.Equal(t, market.Live, got.Status)
		require.Equal(t, "CUP", got.Product)
	}
	blue, err := m.Listing(t.Context(), "BLUE")
	require.NoError(t, err)
	require.EqualValues(t, 1299, blue.Price)
	require.Len(t, checked(t, l, defined(t, l, p), p)[0].Same, 5)
}

// theirs patches a listing as another tool of the seller's does.
func theirs(t *testing.T, a channel.Account, sku, patches string) {
	t.Helper()
	require.Contains(t, directly(t, a, http.MethodPatch, sku, `{"productType":"DRINKING_CUP","patches":`+patches+`}`), "ACCEPTED")
}

// directly writes a listing without the adapter, and returns Amazon's answer.
func directly(t *testing.T, a channel.Account, write, sku, body string) string {
	t.Helper()
	do := func(method, address, token, body string) []byte {
		r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
		require.NoError(t, err)
		r.Header.Set("x-amz-access-token", token)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		defer func() { require.NoError(t, answer.Body.Close()) }()
		text, err := wire.ReadBody(&http.Request{Body: answer.Body})
		require.NoError(t, err)
		return text
	}
	var grant struct {
		Token string `json:"access_token"`
	}
	form := fmt.Sprintf("grant_type=refresh_token&refresh_token=%s&client_id=%s&client_secret=%s", a.Credentials["refreshToken"], a.Credentials["clientId"], a.Credentials["clientSecret"])
	require.NoError(t, json.Unmarshal(do(http.MethodPost, a.AuthURL, "", form), &grant))
	path := fmt.Sprintf("%s/listings/2021-08-01/items/%s/%s?marketplaceIds=%s", a.BaseURL, a.Credentials["sellerId"], sku, a.Marketplace)
	return string(do(write, path, grant.Token, body))
}

// TestAFullPutIsWhatWeNeverDoToAListing: the simulated Amazon is as strict as the real one. A full put deletes what
// it does not contain, and changes an FBA listing into one that the merchant ships.
func TestAFullPutIsWhatWeNeverDoToAListing(t *testing.T) {
	t.Parallel()
	a, m := place(t, 0, 20_000, nil)
	a.Listings.Revise = true
	require.NoError(t, m.List(t.Context(), []market.Listing{{SKU: "FBA-1", Title: "Mug", Price: 999, Quantity: 9, FBA: true}}))
	accepted(t, a, m, cup("FBA-1"))
	got := content(t, m, "FBA-1")
	require.Contains(t, got, "product_description")
	for _, name := range []string{"fulfillment_availability", "included_components"} {
		delete(got, name)
	}
	whole, err := json.Marshal(got)
	require.NoError(t, err)
	put := func(more string) string {
		return directly(t, a, http.MethodPut, "FBA-1", `{"productType":"DRINKING_CUP","requirements":"LISTING","attributes":{`+more+strings.TrimPrefix(string(whole), "{")+`}`)
	}
	answer := put("")
	require.Contains(t, answer, `"INVALID"`)
	require.Contains(t, answer, `"90220"`)
	require.Contains(t, answer, `"attributeNames":["fulfillment_availability"]`)
	require.Contains(t, put(`"no_such_thing":[{"value":"x"}],`), `"INVALID"`)
	require.Contains(t, directly(t, a, http.MethodPut, "FBA-1", `{"productType":"NO_SUCH_TYPE","attributes":{}}`), "NO_SUCH_TYPE")
	theirs(t, a, "FBA-1", `[{"op":"add","path":"/attributes/included_components","value":[{"value":"A spoon","language_tag":"en_GB"}]}]`)
	processFeeds(t, m)
	require.Contains(t, content(t, m, "FBA-1"), "included_components")
	require.Contains(t, put(`"fulfillment_availability":[{"fulfillment_channel_code":"DEFAULT","quantity":4}],`), `"ACCEPTED"`)
	processFeeds(t, m)
	l, err := m.Listing(t.Context(), "FBA-1")
	require.NoError(t, err)
	require.False(t, l.FBA)
	require.Equal(t, 4, l.Quantity)
	require.NotContains(t, content(t, m, "FBA-1"), "included_components")
}

// TestARevisionTouchesNothingOfOthers: attributes that a colleague added, a sale price, another language, the
// quantity.
func TestARevisionTouchesNothingOfOthers(t *testing.T) {
	t.Parallel()
	for name, above := range map[string]int{"one by one": 0, "by feed": 1} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var quantities, puts atomic.Int32
			var watching atomic.Bool
			a, m := place(t, 0, 20_000, func(_ http.ResponseWriter, r *http.Request) bool {
				if watching.Load() && r.Method != http.MethodGet && r.Method != http.MethodPost {
					body, _ := wire.ReadBody(r)
					r.Body = io.NopCloser(bytes.NewReader(body))
					if strings.Contains(string(body), "fulfillment_availability") || strings.Contains(string(body), "quantity") {
						quantities.Add(1)
					}
					if r.Method == http.MethodPut && strings.HasPrefix(r.URL.Path, "/listings/") || strings.Contains(string(body), `"UPDATE"`) {
						puts.Add(1)
					}
				}
				return false
			})
			a.Listings.Revise, a.FeedAbove = true, above
			p := cup("RED", "BLUE")
			p.Aspects["bullet_point"] = []string{"Light", "Tough"}
			p.Images = append(p.Images, "https://images.example/2.jpg")
			accepted(t, a, m, p)
			const here = `"marketplace_id":"A1F83G8C2ARO7P"`
			theirs(t, a, "RED", `[{"op":"add","path":"/attributes/included_components","value":[{"value":"A spoon","language_tag":"en_GB",`+here+`}]},
				{"op":"merge","path":"/attributes/item_name","value":[{"value":"Tasse","language_tag":"fr_FR",`+here+`}]},
				{"op":"add","path":"/attributes/other_product_image_locator_5","value":[{"media_location":"https://colleague.example/5.jpg",`+here+`}]},
				{"op":"merge","path":"/attributes/purchasable_offer","value":[{"currency":"GBP",`+here+`,"discounted_price":[{"schedule":[{"value_with_tax":7.99,"start_at":"2026-01-01","end_at":"2027-01-01"}]}]}]}]`)
			processFeeds(t, m)
			_, err := m.SetQuantities(t.Context(), []market.QuantityChange{{SKU: "RED", Quantity: 1}, {SKU: "BLUE", Quantity: 0}})
			require.NoError(t, err)

			l := lister(t, a)
			require.Len(t, checked(t, l, defined(t, l, p), p)[0].Same, 3, "what others added is no difference")
			p.Title, p.Variants[0].Price, p.Aspects["bullet_point"] = "Enamel cup", 1299, []string{"Light"}
			p.Images = p.Images[:1]
			for i := range p.Variants {
				p.Variants[i].Quantity = 77 // a quantity that is out of date
			}
			watching.Store(true)
			accepted(t, a, m, p)
			require.Zero(t, quantities.Load(), "a revision carries no quantity")
			require.Zero(t, puts.Load(), "and replaces no listing")
			red, err := m.Listing(t.Context(), "RED")
			require.NoError(t, err)
			require.Equal(t, 1, red.Quantity)
			require.EqualValues(t, 1299, red.Price)
			got := content(t, m, "RED")
			require.Contains(t, string(got["included_components"]), "A spoon")
			require.Contains(t, string(got["item_name"]), "Tasse")
			require.Contains(t, string(got["item_name"]), "Enamel cup")
			require.NotContains(t, string(got["item_name"]), "Enamel mug")
			require.Contains(t, string(got["purchasable_offer"]), "7.99")
			require.Contains(t, string(got["purchasable_offer"]), "12.99")
			require.Contains(t, string(got["other_product_image_locator_5"]), "colleague")
			require.NotContains(t, string(got["bullet_point"]), "Tough")
			require.Nil(t, got["other_product_image_locator_1"], "an image of ours is gone, since it is not wanted any more")
		})
	}
}

// TestAnFBAListingStaysAmazons, whatever the link says.
func TestAnFBAListingStaysAmazons(t *testing.T) {
	t.Parallel()
	a, m := place(t, 0, 20_000, nil)
	a.Listings.Revise = true
	require.NoError(t, m.List(t.Context(), []market.Listing{{SKU: "FBA-1", Title: "Mug", Price: 999, Quantity: 9, FBA: true}}))
	accepted(t, a, m, cup("FBA-1"))
	l, err := m.Listing(t.Context(), "FBA-1")
	require.NoError(t, err)
	require.True(t, l.FBA)
	require.Equal(t, 9, l.Quantity)
	require.Equal(t, "Enamel mug", l.Title)

	fresh := cup("FBA-2")
	fresh.Variants[0].ChannelFulfils = true
	accepted(t, a, m, fresh)
	l, err = m.Listing(t.Context(), "FBA-2")
	require.NoError(t, err)
	require.True(t, l.FBA, "a new one, too")
}

// TestAFeedComesToTheSameAsPuts lists goods in both ways, and then revises them.
func TestAFeedComesToTheSameAsPuts(t *testing.T) {
	t.Parallel()
	goods := func(title string) (all []channel.Product) {
		for n := range 6 {
			p := cup(fmt.Sprintf("A%d", n))
			if n%2 == 0 {
				p = cup(fmt.Sprintf("B%d", n), fmt.Sprintf("A%d", n), fmt.Sprintf("C%d", n))
			}
			p.Key, p.Title = fmt.Sprintf("KEY-%d", n), fmt.Sprintf("%s %d", title, n)
			all = append(all, p)
		}
		return all
	}
	var ledgers [2]map[string]string
	for n, above := range []int{0, 1} {
		a, m := place(t, 0, 20_000, nil)
		a.Listings.Revise, a.FeedAbove = true, above
		accepted(t, a, m, goods("Mug")...)
		accepted(t, a, m, goods("Cup")...)
		ledgers[n] = map[string]string{}
		all, err := m.AllListings(t.Context())
		require.NoError(t, err)
		require.Len(t, all, 12)
		for _, l := range all {
			ledgers[n][l.SKU] = fmt.Sprintf("%s %d %d %s %v %s", l.Title, l.Price, l.Quantity, l.Status, l.Options, l.Content)
		}
	}
	require.Equal(t, ledgers[0], ledgers[1])
}

// TestAForbiddenRevisionIsAnIssue of the check, and nothing is sent.
func TestAForbiddenRevisionIsAnIssue(t *testing.T) {
	t.Parallel()
	a, _ := place(t, 1, 20_000, nil)
	l := lister(t, a)
	p := cup("SKU-1")
	c := checked(t, l, defined(t, l, p), p)[0]
	require.Equal(t, "not-permitted", c.Issues["SKU-1"][0].Code)
	conn := open(t, a)
	_, err := conn.End(t.Context(), []string{"SKU-1"})
	require.Equal(t, "ENDING_NOT_PERMITTED", faultOf(t, err).Code)
}

// TestAThrottledSubmissionIsSentAgain from where it stopped: the items after it have the same fault, and were not
// sent.
func TestAThrottledSubmissionIsSentAgain(t *testing.T) {
	t.Parallel()
	var puts atomic.Int32
	a, m := place(t, 0, 20_000, func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPut || !strings.HasPrefix(r.URL.Path, "/listings/") || puts.Add(1) != 3 {
			return false
		}
		wire.WriteJSON(w, http.StatusTooManyRequests, map[string]any{"errors": []map[string]string{{"code": "QuotaExceeded", "message": "later"}}})
		return true
	})
	p := cup("RED", "BLUE", "GREEN")
	results := submitted(t, a, false, p)
	require.Nil(t, results["CUP"].Fault)
	require.Nil(t, results["RED"].Fault)
	for _, sku := range []string{"BLUE", "GREEN"} {
		f := results[sku].Fault
		require.Equal(t, channel.Throttled, f.Class)
		require.Positive(t, f.RetryAfter)
		require.False(t, f.Permanent())
		require.Empty(t, results[sku].Issues)
	}
	processFeeds(t, m)
	a.Listings.Revise = true
	accepted(t, a, m, p)
	require.EqualValues(t, 5, puts.Load(), "only what was missing is put")
}

// TestAQuirkOfTheMarketplaceIsOneItemsError: the rest of the run continues.
func TestAQuirkOfTheMarketplaceIsOneItemsError(t *testing.T) {
	t.Parallel()
	for name, above := range map[string]int{"one by one": 0, "by feed": 1} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, m, injector := quirky(t, 1)
			a.Listings.Revise, a.FeedAbove = true, above
			operation := map[int]string{0: "putListingsItem", 1: "createFeed"}[above]
			injector.Next(faults.ListingLimit, operation, 1)
			results := submitted(t, a, false, cup("NEW-1"), cup("NEW-2"))
			limited, fine := results["NEW-1"], results["NEW-2"]
			if above > 0 && fine.Fault != nil {
				limited, fine = fine, limited
			}
			require.Equal(t, channel.Limit, limited.Fault.Class)
			require.True(t, limited.Fault.Permanent())
			require.Contains(t, limited.Issues[0].Message, "listing limit")
			require.Equal(t, listing.Response, limited.Issues[0].Stage)
			require.NotEmpty(t, limited.Issues[0].RequestID)
			require.Nil(t, fine.Fault)

			operation = map[int]string{0: "patchListingsItem", 1: "createFeed"}[above]
			injector.Next(faults.ProductGone, operation, 1)
			results = submitted(t, a, false, cup("SKU-1"), cup("NEW-3"))
			require.Equal(t, channel.Missing, results["SKU-1"].Fault.Class)
			require.Equal(t, "13013", results["SKU-1"].Issues[0].Code)
			require.Nil(t, results["NEW-3"].Fault)
			processFeeds(t, m)
		})
	}
}

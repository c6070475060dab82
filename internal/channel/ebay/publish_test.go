package ebay

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/simulator/market"
)

// shirt returns a product with a variant per size.
func shirt(sizes ...string) channel.Product {
	p := channel.Product{
		Key: "SHIRT", Type: "38250", Title: "Linen shirt", Description: "A shirt.", Brand: "Quill", Currency: "GBP",
		Images: []string{"https://images.example/shirt.jpg"}, Aspects: map[string][]string{"Material": {"Linen"}}, Options: []string{"Size"},
	}
	for n, size := range sizes {
		p.Variants = append(p.Variants, channel.Variant{SKU: "SHIRT-" + size, Price: 2500, Quantity: 3 + n, Options: map[string]string{"Size": size}})
	}
	return p
}

func (f *fixture) publish(t *testing.T, p channel.Product) channel.Publication {
	t.Helper()
	got := f.submit(t, f.conn, p)
	for _, r := range got.Results {
		require.Nil(t, r.Fault, r.SKU)
	}
	return got
}

// submit submits products, which may have errors.
func (f *fixture) submit(t testing.TB, conn *connection, products ...channel.Product) channel.Publication {
	t.Helper()
	got, err := conn.Submit(t.Context(), drafts(products...), false, f.definitions(t, products...))
	require.NoError(t, err)
	return got
}

func drafts(products ...channel.Product) (drafts []listing.Draft) {
	for _, p := range products {
		drafts = append(drafts, listing.Draft{Product: p})
	}
	return drafts
}

// known are definitions by type.
type known map[string]listing.Definition

func (k known) Definition(productType string) *listing.Definition {
	if d, ok := k[productType]; ok {
		return &d
	}
	return nil
}

// definitions fetches the definitions that the products need, once.
func (f *fixture) definitions(t testing.TB, products ...channel.Product) known {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	out := known{}
	for _, p := range products {
		for _, one := range f.conn.Wants(p) {
			if _, ok := f.fetched[one]; !ok {
				d, err := f.conn.Define(t.Context(), one)
				if err != nil {
					continue
				}
				f.fetched[one] = d
			}
			out[one] = f.fetched[one]
		}
	}
	return out
}

// listed returns the listings of the SKUs.
func (f *fixture) listed(t *testing.T, skus ...string) map[string]channel.Listed {
	t.Helper()
	page, err := f.conn.Listings(t.Context(), channel.ListingsQuery{SKUs: skus})
	require.NoError(t, err)
	found := map[string]channel.Listed{}
	for _, l := range page.Listings {
		found[l.SKU] = l
	}
	return found
}

func TestARevisionKeepsWhatTowpathHasNoSayIn(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	first := f.publish(t, shirt("S", "M"))
	require.NotEmpty(t, first.ListingID)

	// Somebody adds a weight and a tax, and another size that Towpath does not know.
	items, _, fault := f.conn.items(t.Context(), []string{"SHIRT-S"})
	require.Nil(t, fault)
	item := recordOf(items["SHIRT-S"], "groupIds", "inventoryItemGroupKeys")
	item.set("sku", "SHIRT-S")
	item.set("packageWeightAndSize", map[string]any{"weight": map[string]any{"value": 1.25, "unit": "KILOGRAM"}})
	item.set("availability", map[string]any{"shipToLocationAvailability": map[string]int{"quantity": 3}})
	f.write(t, request{operation: opSaveItems, method: http.MethodPost, path: inventory + "/bulk_create_or_replace_inventory_item", body: map[string]any{"requests": []record{item}}})
	o, _, _, fault := f.conn.offer(t.Context(), "SHIRT-S")
	require.Nil(t, fault)
	offer := recordOf(o.fields, "offerId", "sku", "marketplaceId", "format", "status", "listing")
	offer.set("tax", map[string]any{"vatPercentage": 20.5})
	f.write(t, request{operation: opUpdateOffer, method: http.MethodPut, path: offerPath(o), body: offer})
	f.publish(t, shirt("L"))

	p := shirt("S", "XL")
	p.Title = "Linen shirt, washed"
	p.Variants[0].Price = 2750
	again := f.publish(t, p)
	require.Equal(t, first.ListingID, again.ListingID)
	require.Equal(t, []string{stepRevised, stepPublished}, []string{again.Results[0].Step, again.Results[1].Step})

	items, _, fault = f.conn.items(t.Context(), []string{"SHIRT-S"})
	require.Nil(t, fault)
	require.JSONEq(t, `{"weight":{"value":1.25,"unit":"KILOGRAM"}}`, string(items["SHIRT-S"]["packageWeightAndSize"]))
	o, _, _, fault = f.conn.offer(t.Context(), "SHIRT-S")
	require.Nil(t, fault)
	require.JSONEq(t, `{"vatPercentage":20.5}`, string(o.fields["tax"]))
	require.JSONEq(t, `{"price":{"value":"27.50","currency":"GBP"}}`, string(o.fields["pricingSummary"]))
	found := f.listed(t, "SHIRT-S", "SHIRT-M", "SHIRT-L", "SHIRT-XL")
	require.Len(t, found, 4, "sizes that the product does not name stay")
	for sku, l := range found {
		require.Equal(t, channel.ListingLive, l.State, sku)
		require.Equal(t, first.ListingID, l.ListingID)
		require.Equal(t, "Linen shirt, washed ("+strings.TrimPrefix(sku, "SHIRT-")+")", l.Title)
	}
}

func (f *fixture) write(t *testing.T, r request) {
	t.Helper()
	r.worded = true
	_, fault := f.conn.do(t.Context(), r)
	require.Nil(t, fault)
}

func TestVariantsHaveEachTheirOutcome(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	p := shirt("S", strings.Repeat("X", 60), "M")
	got := f.submit(t, f.conn, p)
	require.Equal(t, "25707", got.Results[1].Fault.Code)
	require.Empty(t, got.Results[1].Step)
	for _, n := range []int{0, 2} {
		require.Nil(t, got.Results[n].Fault)
		require.Equal(t, stepPublished, got.Results[n].Step)
	}

	// A variant without stock is refused with its group, and the steps before stay done.
	p = shirt("S", "M", "L")
	p.Variants[2].Quantity = 0
	got = f.submit(t, f.conn, p)
	require.Equal(t, []string{stepRevised, stepRevised, stepOffer}, []string{got.Results[0].Step, got.Results[1].Step, got.Results[2].Step})
	require.Equal(t, "25004", got.Results[2].Fault.Code)
	require.NotEmpty(t, got.Results[2].Ref)
	f.conn.account.Listings = channel.Permissions{Revise: true}
	p.Variants[2].Quantity = 1
	f.publish(t, p) // a draft does not count as an ended listing
}

func TestAWarningIsKept(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.publish(t, shirt("S", "M"))
	stray := record{}
	stray.set("sku", "STRAY")
	stray.set("locale", "en_GB")
	f.write(t, request{operation: opSaveItems, method: http.MethodPost, path: inventory + "/bulk_create_or_replace_inventory_item", body: map[string]any{"requests": []record{stray}}})
	g, fault := f.conn.group(t.Context(), "SHIRT")
	require.Nil(t, fault)
	group := recordOf(g, "inventoryItemGroupKey")
	group.set("variantSKUs", []string{"SHIRT-S", "SHIRT-M", "STRAY"})
	f.write(t, request{operation: opSaveGroup, method: http.MethodPut, path: groupPath("SHIRT"), body: group})
	got := f.publish(t, shirt("S", "M", "L"))
	require.Equal(t, []string{"25402"}, got.Results[2].Warnings)
}

func TestAnotherSitesOffersAreNotOurs(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	a := f.account
	a.Marketplace = "EBAY_DE"
	german := f.open(t, a)
	page, err := german.Listings(t.Context(), channel.ListingsQuery{})
	require.NoError(t, err)
	require.Empty(t, page.Listings)

	p := shirt("S")
	p.Options, p.Variants[0].SKU = nil, "MUG"
	p.Currency = "EUR"
	got := f.submit(t, german, p)
	require.Equal(t, []string{"25002", string(channel.Conflict)}, []string{got.Results[0].Fault.Code, string(got.Results[0].Fault.Class)})
}

func TestWhatPublishingNeedsIsNamed(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.conn.account.Publishing = map[string]string{"paymentPolicy": "1"}
	_, err := f.conn.Submit(t.Context(), drafts(shirt("S")), false, known{})
	fault := channel.AsFault(err, "")
	require.Equal(t, []string{codeNoPublishing, string(channel.Config)}, []string{fault.Code, string(fault.Class)})
	for _, name := range []string{"fulfillmentPolicy", "returnPolicy", "merchantLocation"} {
		require.Contains(t, fault.Raw, name)
	}
	require.NotContains(t, fault.Raw, "paymentPolicy")

	f.conn.account = f.account
	fault = f.submit(t, f.conn, channel.Product{Variants: []channel.Variant{{SKU: "A"}, {SKU: "A"}}}).Results[0].Fault
	require.Equal(t, channel.Invalid, fault.Class)
	require.Contains(t, fault.Raw, "a different SKU for each variant")
	require.Contains(t, fault.Raw, "currency")
}

func TestEndingVariations(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.publish(t, shirt("S", "M", "L"))
	results, err := f.conn.End(t.Context(), []string{"SHIRT-M", "NONE"})
	require.NoError(t, err)
	require.Nil(t, results[0].Fault)
	require.Equal(t, stepSoldOut, results[0].Step)
	require.Equal(t, channel.Missing, results[1].Fault.Class)
	found := f.listed(t, "SHIRT-S", "SHIRT-M")
	require.Equal(t, []int{3, 0}, []int{found["SHIRT-S"].Quantity, found["SHIRT-M"].Quantity})

	all := []string{"SHIRT-S", "SHIRT-M", "SHIRT-L"}
	for _, step := range []string{stepWithdrawn, stepEnded} { // the second call has nothing left to do
		results, err = f.conn.End(t.Context(), all)
		require.NoError(t, err)
		for _, r := range results {
			require.Nil(t, r.Fault)
			require.Equal(t, step, r.Step)
		}
		for sku, l := range f.listed(t, all...) {
			require.Equal(t, channel.ListingEnded, l.State, sku)
		}
	}
	l, err := f.market.Listing(t.Context(), "SHIRT-S")
	require.NoError(t, err)
	require.Equal(t, market.Ended, l.Status)
	f.publish(t, shirt("S", "M", "L")) // relisted
	require.Equal(t, channel.ListingLive, f.listed(t, "SHIRT-M")["SHIRT-M"].State)
}

func TestChecksReportTheLocation(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	location := func() channel.Check {
		for _, c := range f.conn.Checks(t.Context()) {
			if c.Operation == opLocations {
				return c
			}
		}
		return channel.Check{}
	}
	require.Contains(t, location().Detail, "enabled")
	f.conn.account.Publishing = maps.Clone(f.account.Publishing)
	f.conn.account.Publishing["merchantLocation"] = "attic"
	require.Equal(t, codeLocation, location().Fault.Code)
	f.conn.account.Publishing = nil
	require.Nil(t, location().Fault)
	require.Contains(t, location().Detail, "returnPolicy")
}

func TestStatesOfOffers(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]channel.ListingState{
		`{"status":"PUBLISHED","listing":{"listingStatus":"ACTIVE"}}`:                      channel.ListingLive,
		`{"status":"PUBLISHED","listing":{"listingStatus":"OUT_OF_STOCK"}}`:                channel.ListingLive,
		`{"status":"PUBLISHED","listing":{"listingStatus":"ACTIVE","listingOnHold":true}}`: channel.ListingInactive,
		`{"status":"PUBLISHED","listing":{"listingStatus":"EBAY_ENDED"}}`:                  channel.ListingEnded,
		`{"status":"PUBLISHED","listing":{"listingStatus":"INACTIVE"}}`:                    channel.ListingInactive,
		`{"status":"PUBLISHED"}`:                           channel.ListingLive,
		`{"status":"UNPUBLISHED","availableQuantity":5}`:   channel.ListingInactive,
		`{"status":"UNPUBLISHED"}`:                         channel.ListingInactive,
		`{"status":"UNPUBLISHED","availableQuantity":"0"}`: channel.ListingEnded,
	} {
		var o ebayOffer
		require.NoError(t, json.Unmarshal([]byte(body), &o))
		require.Equal(t, want, o.state(), body)
	}
}

func TestItemsThatAreDeletedMeanwhileSkipNone(t *testing.T) {
	t.Parallel()
	p, more, moved := place{Page: 2, Total: 60}.after([]record{{"sku": json.RawMessage(`"A"`)}}, 47)
	require.True(t, moved)
	require.True(t, more)
	require.Equal(t, 1, p.Page, "13 are gone: as many as two pages are read again")
	_, _, moved = place{Page: 1, Total: 60}.after(nil, 60)
	require.False(t, moved, "an empty page in the middle")
}

func TestCallsAreBounded(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	var sizes []string
	for n := range 60 {
		sizes = append(sizes, fmt.Sprint(n))
	}
	f.definitions(t, shirt())
	ctx, calls := channel.WithCalls(t.Context())
	got, err := f.conn.Submit(ctx, drafts(shirt(sizes...)), false, f.definitions(t, shirt()))
	require.NoError(t, err)
	for _, r := range got.Results {
		require.Nil(t, r.Fault, r.SKU)
		require.Equal(t, stepPublished, r.Step)
	}
	require.Equal(t, map[string]int{
		opGetItems: 3, opGroup: 1, // no offers are looked up, since the items do not exist yet
		opSaveItems: 3, opSaveGroup: 1, opCreateOffers: 3, opPublishGroup: 1,
	}, operations(calls))

	for n := range listingsPage { // the most expensive page: each item is in a group of its own
		p := shirt(fmt.Sprint("alone", n))
		p.Key = fmt.Sprint("ALONE-", n)
		f.publish(t, p)
	}
	for q := (channel.ListingsQuery{}); ; {
		ctx, calls := channel.WithCalls(t.Context())
		page, err := f.conn.Listings(ctx, q)
		require.NoError(t, err)
		require.LessOrEqual(t, len(calls.List()), 1+2*listingsPage)
		if q.Cursor = page.Next; q.Cursor == "" {
			break
		}
	}
}

// operations counts calls by their names.
func operations(calls *channel.Calls) map[string]int {
	counts := map[string]int{}
	for _, c := range calls.List() {
		counts[c.Operation]++
	}
	return counts
}

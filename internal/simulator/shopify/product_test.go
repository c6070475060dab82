package shopify_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/shopify"
	"github.com/towpath/towpath/internal/simulator/wire"
)

const productSet = `mutation m($input: ProductSetInput!) { productSet(identifier: {handle: "shirt"}, input: $input) {
	product { id tags collections(first: 9) { nodes { id } } variants(first: 9) { nodes { id sku inventoryItem { id } } } }
	userErrors { code field }
} }`

// variant returns a variant with one option, as productSet accepts it.
func variant(sku, size string) map[string]any {
	return map[string]any{"sku": sku, "price": "9.99", "optionValues": []any{map[string]any{"optionName": "Size", "name": size}}}
}

func sizes(names ...string) []any {
	var values []any
	for _, n := range names {
		values = append(values, map[string]any{"name": n})
	}
	return []any{map[string]any{"name": "Size", "values": values}}
}

// set calls productSet, and returns its payload.
func (f *fixture) set(t *testing.T, input map[string]any) map[string]any {
	t.Helper()
	input["handle"] = "shirt"
	a := f.call(t, productSet, map[string]any{"input": input})
	require.Empty(t, a.Errors)
	return a.Data["productSet"].(map[string]any)
}

func firstCode(t *testing.T, payload map[string]any) any {
	t.Helper()
	errs := payload["userErrors"].([]any)
	require.NotEmpty(t, errs)
	return errs[0].(map[string]any)["code"]
}

func variants(payload map[string]any) (skus, items []string) {
	for _, v := range payload["product"].(map[string]any)["variants"].(map[string]any)["nodes"].([]any) {
		one := v.(map[string]any)
		skus = append(skus, one["sku"].(string))
		items = append(items, one["inventoryItem"].(map[string]any)["id"].(string))
	}
	return skus, items
}

// Entries that a given list does not name are removed; a list that is not given stays unchanged.
func TestProductSetDeletesWhatAListOmits(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	created := f.set(t, map[string]any{
		"title": "Shirt", "tags": []any{"a", "b"}, "productOptions": sizes("S", "M"), "variants": []any{variant("S-1", "S"), variant("M-1", "M")},
	})
	require.Empty(t, created["userErrors"])
	_, before := variants(created)

	retagged := f.set(t, map[string]any{"tags": []any{"b"}})
	skus, _ := variants(retagged)
	require.Equal(t, []string{"S-1", "M-1"}, skus)
	require.Equal(t, []any{"b"}, retagged["product"].(map[string]any)["tags"])

	f.set(t, map[string]any{"productOptions": sizes("M"), "variants": []any{variant("M-2", "M")}})
	_, err := f.market.ListingByRef(t.Context(), before[0])
	require.ErrorIs(t, err, market.ErrNoListing, "an omitted variant is deleted, and its inventory item with it")
	again := f.set(t, map[string]any{"productOptions": sizes("S"), "variants": []any{variant("S-1", "S")}})
	_, after := variants(again)
	require.NotEqual(t, before[0], after[0], "made anew, it is another item")
}

func TestWhatProductSetRefuses(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for code, input := range map[string]map[string]any{
		"INVALID_PRODUCT":               {"productOptions": sizes("S"), "variants": []any{variant("A", "S")}},
		"VARIANTS_INPUT_MISSING":        {"title": "x", "productOptions": sizes("S")},
		"PRODUCT_OPTIONS_INPUT_MISSING": {"title": "x", "variants": []any{variant("A", "S")}},
		"OPTION_VALUE_DOES_NOT_EXIST":   {"title": "x", "productOptions": sizes("S"), "variants": []any{variant("A", "M")}},
		"INVALID_VARIANT":               {"title": "x", "productOptions": sizes("S"), "variants": []any{variant("A", "S"), variant("B", "S")}},
		"DUPLICATED_OPTION_VALUE":       {"title": "x", "productOptions": sizes("S", "S"), "variants": []any{variant("A", "S")}},
		"INVALID_INPUT":                 {"title": "x", "collections": []any{"gid://shopify/Collection/390000000003"}},
	} {
		require.Equal(t, code, firstCode(t, f.set(t, input)), code)
	}
	require.NoError(t, shopify.Grant(t.Context(), f.market, "read_products"))
	a := f.call(t, productSet, map[string]any{"input": map[string]any{"handle": "shirt"}})
	require.Equal(t, "ACCESS_DENIED", code(t, a))
}

// Shopify's rule since August 2026: a refresh token may be used again until its successor is.
func TestRefreshTokensRetire(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.handler = shopify.Handler(f.market, wire.Options{Account: "shopify-uk", Now: f.clock.now, Credentials: map[string]string{
		"clientId": "id", "clientSecret": "secret", "refreshToken": "first",
	}})
	trade := func(token string) (status int, access, refresh string) {
		form := url.Values{"grant_type": {"refresh_token"}, "client_id": {"id"}, "client_secret": {"secret"}, "refresh_token": {token}}
		r := httptest.NewRequest(http.MethodPost, "/admin/oauth/access_token", strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		f.handler.ServeHTTP(w, r)
		var got map[string]any
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &got))
		if w.Code == http.StatusOK {
			access, refresh = got["access_token"].(string), got["refresh_token"].(string)
		}
		return w.Code, access, refresh
	}
	_, lost, lostRefresh := trade("first")
	status, access, second := trade("first")
	require.Equal(t, http.StatusOK, status, "the answer was lost")
	require.NotEqual(t, lost, access)
	status, _, _ = trade(lostRefresh)
	require.Equal(t, http.StatusBadRequest, status)
	status, _, third := trade(second)
	require.Equal(t, http.StatusOK, status)
	status, _, _ = trade("first")
	require.Equal(t, http.StatusBadRequest, status, "its successor was used")
	f.clock.pass(91 * 24 * time.Hour)
	status, _, _ = trade(third)
	require.Equal(t, http.StatusBadRequest, status, "90 days")
}

// Each rule for a shop's texts and lists is broken once and refused; the next right product is accepted.
func TestTheBoundsOfAProduct(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	long, many := strings.Repeat("é", 256), make([]any, 251)
	for i := range many {
		many[i] = fmt.Sprint("tag ", i)
	}
	input := func(change func(in map[string]any)) map[string]any {
		in := map[string]any{"title": "Shirt", "productOptions": sizes("S", "M"), "variants": []any{variant("S-1", "S"), variant("M-1", "M")}}
		change(in)
		return in
	}
	with := func(name string, value any) map[string]any {
		return input(func(in map[string]any) { in[name] = value })
	}
	for field, tc := range map[string]struct {
		code  string
		input map[string]any
	}{
		"title":                     {"INVALID_PRODUCT", with("title", long)},
		"vendor":                    {"INVALID_PRODUCT", with("vendor", long)},
		"productType":               {"INVALID_PRODUCT", with("productType", long)},
		"descriptionHtml":           {"INVALID_PRODUCT", with("descriptionHtml", strings.Repeat("x", 512<<10+1))},
		"tags":                      {"INVALID_PRODUCT", with("tags", many)},
		"tags.1":                    {"INVALID_PRODUCT", with("tags", []any{"a", long})},
		"files.0":                   {"INVALID_INPUT", with("files", []any{map[string]any{"originalSource": "http://images.example/a.jpg"}})},
		"productOptions.0.values.1": {"DUPLICATED_OPTION_VALUE", with("productOptions", sizes("S", "s"))},
		"variants.1.sku":            {"INVALID_VARIANT", with("variants", []any{variant("S-1", "S"), variant(long, "M")})},
		"variants.1":                {"INVALID_VARIANT", with("variants", []any{variant("S-1", "S"), variant("M-1", "S")})},
	} {
		payload := f.set(t, tc.input)
		require.Equal(t, tc.code, firstCode(t, payload), field)
		path := payload["userErrors"].([]any)[0].(map[string]any)["field"].([]any)
		var parts []string
		for _, p := range path[1:] {
			parts = append(parts, p.(string))
		}
		require.Equal(t, field, strings.Join(parts, "."))
		require.Nil(t, payload["product"])
	}
	require.Empty(t, f.set(t, with("tags", many[:250]))["userErrors"])
}

// A product may be named by its id; one that is gone is reported, and no second one is made.
func TestAProductByItsID(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	created := f.set(t, map[string]any{"title": "Shirt", "productOptions": sizes("S"), "variants": []any{variant("S-1", "S")}})
	id := created["product"].(map[string]any)["id"]
	const byID = `mutation m($id: ID!, $input: ProductSetInput!) { productSet(identifier: {id: $id}, input: $input) {
		product { id handle title } userErrors { code field } } }`
	a := f.call(t, byID, map[string]any{"id": id, "input": map[string]any{"title": "Linen shirt"}})
	product := a.Data["productSet"].(map[string]any)["product"].(map[string]any)
	require.Equal(t, map[string]any{"id": id, "handle": "shirt", "title": "Linen shirt"}, product)
	a = f.call(t, byID, map[string]any{"id": "gid://shopify/Product/9100999999999", "input": map[string]any{"title": "x"}})
	require.Equal(t, "PRODUCT_DOES_NOT_EXIST", firstCode(t, a.Data["productSet"].(map[string]any)))
	a = f.call(t, byID, map[string]any{"id": id, "input": map[string]any{"id": id, "title": "x"}})
	require.Equal(t, "ID_NOT_ALLOWED", firstCode(t, a.Data["productSet"].(map[string]any)))
}

// Scripts are removed from a description, and all other HTML stays.
func TestScriptsAreRemoved(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.set(t, map[string]any{
		"title": "Shirt", "descriptionHtml": `<p>Light.</p><script src="x">steal()</script><b>Cool.</b>`,
		"productOptions": sizes("S"), "variants": []any{variant("S-1", "S")},
	})
	a := f.call(t, `query q { productByIdentifier(identifier: {handle: "shirt"}) { descriptionHtml } }`, nil)
	require.Equal(t, "<p>Light.</p><b>Cool.</b>", a.Data["productByIdentifier"].(map[string]any)["descriptionHtml"])
}

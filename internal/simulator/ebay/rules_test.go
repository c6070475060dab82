package ebay_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/simulator/ebay"
	"github.com/towpath/towpath/internal/simulator/market"
)

const (
	taxonomy = "/commerce/taxonomy/v1"
	metadata = "/sell/metadata/v1/marketplace/EBAY_GB/get_item_condition_policies"
	account  = "/sell/account/v1"
)

// introduce gets a token for the application itself.
func (s *seller) introduce(t *testing.T, scope string) (status int) {
	t.Helper()
	form := url.Values{"grant_type": {"client_credentials"}, "scope": {scope}}
	r := httptest.NewRequest(http.MethodPost, "/identity/v1/oauth2/token", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth("id", "secret")
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	var granted struct {
		Token string `json:"access_token"`
	}
	require.NoError(t, json.NewDecoder(w.Body).Decode(&granted))
	s.token = granted.Token
	return w.Code
}

func TestTheTaxonomyIsTheApplications(t *testing.T) {
	t.Parallel()
	s := newSeller(t)
	status, id, _ := s.call(t, http.MethodGet, taxonomy+"/get_default_category_tree_id?marketplace_id=EBAY_GB", "")
	require.Equal(t, []int{http.StatusForbidden, 1100}, []int{status, id}, "a seller's token has another scope")
	require.Equal(t, http.StatusBadRequest, s.introduce(t, "https://api.ebay.com/oauth/api_scope/sell.inventory"))
	require.Equal(t, http.StatusOK, s.introduce(t, "https://api.ebay.com/oauth/api_scope"))
	for path, want := range map[string]int{
		"/get_default_category_tree_id?marketplace_id=EBAY_GB":                   0,
		"/get_default_category_tree_id":                                          62002,
		"/get_default_category_tree_id?marketplace_id=EBAY_DE":                   62003,
		"/category_tree/3/get_item_aspects_for_category?category_id=38250":       0,
		"/category_tree/7/get_item_aspects_for_category?category_id=38250":       62004,
		"/category_tree/3/get_item_aspects_for_category?category_id=77":          62005,
		"/category_tree/3/get_item_aspects_for_category":                         62006,
		"/category_tree/3/get_item_aspects_for_category?category_id=1000001":     62009,
		"/category_tree/3/get_item_aspects_for_category?category_id=38250&x=any": 0,
	} {
		_, id, answer := s.call(t, http.MethodGet, taxonomy+path, "")
		require.Equal(t, want, id, "%s: %s", path, answer)
	}
	status, id, _ = s.call(t, http.MethodGet, account+"/fulfillment_policy?marketplace_id=EBAY_GB", "")
	require.Equal(t, []int{http.StatusForbidden, 1100}, []int{status, id}, "an application has no policies")
}

func TestConditionsArePerCategory(t *testing.T) {
	t.Parallel()
	s := newSeller(t)
	read := func(filter string) (categories []string, warned int) {
		_, _, answer := s.call(t, http.MethodGet, metadata+"?filter="+url.QueryEscape(filter), "")
		var body struct {
			Policies []struct{ CategoryID string } `json:"itemConditionPolicies"`
			Warnings []struct{ ErrorID int }
		}
		require.NoError(t, json.Unmarshal([]byte(answer), &body))
		for _, p := range body.Policies {
			categories = append(categories, p.CategoryID)
		}
		if len(body.Warnings) > 0 {
			warned = body.Warnings[0].ErrorID
		}
		return categories, warned
	}
	found, _ := read("categoryIds:{38250|11514}")
	require.ElementsMatch(t, []string{"38250", "11514"}, found)
	found, _ = read("categoryIds:{1000001}")
	require.Greater(t, len(found), 4, "a parent's leaves")
	found, warned := read("categoryIds:{77}")
	require.Empty(t, found)
	require.Equal(t, 46003, warned)
	_, warned = read("38250")
	require.Equal(t, 46002, warned)
	_, id, _ := s.call(t, http.MethodGet, strings.Replace(metadata, "EBAY_GB", "EBAY_XX", 1), "")
	require.Equal(t, 46001, id)
}

func TestPoliciesAreTheSitesOwn(t *testing.T) {
	t.Parallel()
	s := newSeller(t)
	for path, setting := range map[string]string{"fulfillment_policy": "fulfillmentPolicy", "payment_policy": "paymentPolicy", "return_policy": "returnPolicy"} {
		_, _, answer := s.call(t, http.MethodGet, account+"/"+path+"?marketplace_id=EBAY_GB", "")
		require.Contains(t, answer, ebay.Publishing()[setting])
		_, id, _ := s.call(t, http.MethodGet, account+"/"+path, "")
		require.Equal(t, 20401, id)
		_, id, _ = s.call(t, http.MethodGet, account+"/"+path+"?marketplace_id=EBAY_DE", "")
		require.Equal(t, 20403, id)
	}
}

// Item specifics, condition and pictures are checked against the category when an offer is published, and when a
// listing is revised.
func TestWhatACategoryRequiresIsEnforced(t *testing.T) {
	t.Parallel()
	socks := func(specifics string) string {
		return strings.Replace(item("SOCK"), `{"Brand":["Quill"]}`, specifics, 1)
	}
	const right = `{"Brand":["Quill"],"Department":["Men"],"Size":["L"],"Colour":["Red","Blue"],"Pack Size":["2"]}`
	for name, c := range map[string]struct{ old, new, want string }{
		"right":         {"", "", ""},
		"no department": {`"Department":["Men"],`, "", "The item specific Department is missing. Add Department to this listing"},
		"not listed":    {`["Men"]`, `["Dogs"]`, `is no valid value`},
		"two sizes":     {`["L"]`, `["L","M"]`, "one value only"},
		"no number":     {`["2"]`, `["two"]`, "is no number"},
		"too long":      {`["L"]`, `["` + strings.Repeat("L", 66) + `"]`, "longer than 65"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSeller(t)
			s.saveItem(t, socks(strings.Replace(right, c.old, c.new, 1)))
			id := s.createOffer(t, strings.Replace(offer("SOCK"), "38250", "11514", 1))
			_, code, answer := s.call(t, http.MethodPost, inventory+"/offer/"+id+"/publish", "")
			if c.want == "" {
				require.Zero(t, code, answer)
				_, _, answer = s.call(t, http.MethodPost, inventory+"/bulk_create_or_replace_inventory_item", `{"requests":[`+socks(`{"Brand":["Quill"]}`)+`]}`)
				require.Contains(t, answer, "is missing", "a revision too")
				return
			}
			require.Equal(t, 25002, code)
			require.Contains(t, strings.ReplaceAll(answer, `\"`, `"`), c.want)
		})
	}
}

func TestOffersArePublishedTogether(t *testing.T) {
	t.Parallel()
	s := newSeller(t)
	var requests []string
	for n := range 3 {
		sku := fmt.Sprint("CUP-", n)
		s.saveItem(t, item(sku))
		o := offer(sku)
		if n == 1 {
			o = strings.Replace(o, `"categoryId":"38250"`, `"categoryId":"77"`, 1)
		}
		requests = append(requests, `{"offerId":"`+s.createOffer(t, o)+`"}`)
	}
	body := `{"requests":[` + strings.Join(requests, ",") + `,{"offerId":"9"}]}`
	for range 2 { // the second time it is already listed
		status, _, answer := s.call(t, http.MethodPost, inventory+"/bulk_publish_offer", body)
		require.Equal(t, http.StatusMultiStatus, status)
		require.Equal(t, 2, strings.Count(answer, `"listingId"`))
		require.Contains(t, answer, "25005")
		require.Contains(t, answer, "25713")
	}
	status, code, _ := s.call(t, http.MethodPost, inventory+"/bulk_publish_offer", `{"requests":[{"offerId":"9"},{"offerId":"9"}]}`)
	require.Equal(t, []int{http.StatusBadRequest, 25728}, []int{status, code})
}

func TestAPriceIsSetAlone(t *testing.T) {
	t.Parallel()
	s := newSeller(t)
	require.NoError(t, s.market.List(t.Context(), []market.Listing{{SKU: "A", Title: "Jug", Price: 1299, Quantity: 7}}))
	l, err := s.market.Listing(t.Context(), "A")
	require.NoError(t, err)
	reprice := func(ref, price string) string {
		_, _, answer := s.call(t, http.MethodPost, inventory+"/bulk_update_price_quantity",
			`{"requests":[{"sku":"A","offers":[{"offerId":"`+ref+`","price":{"value":"`+price+`","currency":"GBP"}}]}]}`)
		return answer
	}
	require.NotContains(t, reprice(l.Ref, "15.00"), "errors")
	now, err := s.market.Listing(t.Context(), "A")
	require.NoError(t, err)
	require.Equal(t, []any{int64(1500), 7}, []any{now.Price, now.Quantity})
	require.Contains(t, reprice(l.Ref, "0"), "25003")
	require.Contains(t, reprice("9", "15.00"), "25713")
}

func TestVariationsAreHeldToTheCategory(t *testing.T) {
	t.Parallel()
	s := newSeller(t)
	for _, brand := range []string{"Quill", "Pen"} {
		s.saveItem(t, strings.Replace(item(brand), `["Quill"]`, `["`+brand+`"]`, 1))
		s.createOffer(t, offer(brand))
	}
	publish := func(group string) (int, string) {
		status, _, answer := s.call(t, http.MethodPut, inventory+"/inventory_item_group/G", group)
		require.Less(t, status, 300, answer)
		_, code, answer := s.call(t, http.MethodPost, inventory+"/offer/publish_by_inventory_item_group", `{"inventoryItemGroupKey":"G","marketplaceId":"EBAY_GB"}`)
		return code, answer
	}
	code, answer := publish(`{"title":"Cup","aspects":{"Brand":["Quill"]},"variantSKUs":["Quill","Pen"],"variesBy":{"specifications":[{"name":"Brand","values":["Quill","Pen"]}]}}`)
	require.Equal(t, 25013, code)
	require.Contains(t, answer, "can't be a variation specific")
	require.Contains(t, answer, "should be different")
}

func TestTheCategoryTreeIsWhole(t *testing.T) {
	t.Parallel()
	require.Greater(t, len(ebay.CategoryIDs()), 8)
	require.Equal(t, "38250", ebay.CategoryIDs()["Mugs"])
}

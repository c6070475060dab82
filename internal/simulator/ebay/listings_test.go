package ebay_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/simulator/ebay"
	"github.com/towpath/towpath/internal/simulator/market"
)

const inventory = "/sell/inventory/v1"

// item and offer return records that can be published; over replaces texts in them.
func item(sku string) string {
	return `{"sku":"` + sku + `","locale":"en_GB","condition":"NEW","product":{"title":"Cup","description":"A cup.","imageUrls":["https://i.example/1.jpg"],"aspects":{"Brand":["Quill"]}},` +
		`"availability":{"shipToLocationAvailability":{"quantity":4}}}`
}

func offer(sku string) string {
	p := ebay.Publishing()
	return `{"sku":"` + sku + `","marketplaceId":"EBAY_GB","format":"FIXED_PRICE","availableQuantity":4,"categoryId":"38250",` +
		`"merchantLocationKey":"` + p["merchantLocation"] + `","pricingSummary":{"price":{"value":"4.95","currency":"GBP"}},"listingPolicies":{` +
		`"fulfillmentPolicyId":"` + p["fulfillmentPolicy"] + `","paymentPolicyId":"` + p["paymentPolicy"] + `","returnPolicyId":"` + p["returnPolicy"] + `"}}`
}

func (s *seller) saveItem(t *testing.T, item string) {
	t.Helper()
	status, _, answer := s.call(t, http.MethodPost, inventory+"/bulk_create_or_replace_inventory_item", `{"requests":[`+item+`]}`)
	require.Equal(t, http.StatusOK, status, answer)
}

func (s *seller) createOffer(t *testing.T, offer string) (id string) {
	t.Helper()
	status, _, answer := s.call(t, http.MethodPost, inventory+"/offer", offer)
	require.Equal(t, http.StatusCreated, status, answer)
	var created struct {
		ID string `json:"offerId"`
	}
	require.NoError(t, json.Unmarshal([]byte(answer), &created))
	return created.ID
}

func TestAnOfferIsNotCreatedTwice(t *testing.T) {
	t.Parallel()
	s := newSeller(t)
	s.saveItem(t, item("CUP"))
	id := s.createOffer(t, offer("CUP"))
	status, code, answer := s.call(t, http.MethodPost, inventory+"/offer", offer("CUP"))
	require.Equal(t, []int{http.StatusBadRequest, 25002}, []int{status, code})
	require.Contains(t, answer, `{"name":"offerId","value":"`+id+`"}`)
	_, code, _ = s.call(t, http.MethodPost, inventory+"/offer", offer("NONE"))
	require.Equal(t, 25702, code)

	status, _, answer = s.call(t, http.MethodPost, inventory+"/bulk_create_offer", `{"requests":[`+offer("CUP")+`]}`)
	require.Equal(t, http.StatusMultiStatus, status)
	require.Contains(t, answer, "25002")
}

func TestWhatIsPublishedIsComplete(t *testing.T) {
	t.Parallel()
	p := ebay.Publishing()
	for _, tc := range []struct {
		old, new string
		want     int
	}{
		{"", "", 0},
		{`"categoryId":"38250",`, "", 25005},
		{`"4.95"`, `"0.00"`, 25003},
		{`"availableQuantity":4`, `"availableQuantity":0`, 25004},
		{p["fulfillmentPolicy"], "1", 25007},
		{p["paymentPolicy"], "1", 25008},
		{p["returnPolicy"], "1", 25009},
		{p["merchantLocation"], "attic", 25012},
		{`"condition":"NEW",`, "", 25021},
		{`"title":"Cup",`, "", 25017},
		{`"description":"A cup.",`, "", 25017},
		{`"https://i.example/1.jpg"`, "", 25014},
	} {
		t.Run(fmt.Sprint(tc.want, tc.old), func(t *testing.T) {
			t.Parallel()
			s := newSeller(t)
			s.saveItem(t, strings.Replace(item("CUP"), tc.old, tc.new, 1))
			id := s.createOffer(t, strings.Replace(offer("CUP"), tc.old, tc.new, 1))
			_, code, answer := s.call(t, http.MethodPost, inventory+"/offer/"+id+"/publish", "")
			require.Equal(t, tc.want, code, answer)
			l, err := s.market.Listing(t.Context(), "CUP")
			require.NoError(t, err)
			require.Equal(t, tc.want == 0, l.Status == market.Live)
		})
	}
}

func TestABookListingIsAPublishedOffer(t *testing.T) {
	t.Parallel()
	s := newSeller(t)
	require.NoError(t, s.market.List(t.Context(), []market.Listing{{SKU: "A", Title: "Jug", Price: 1299, Quantity: 7}}))
	_, _, answer := s.call(t, http.MethodGet, inventory+"/offer?sku=A", "")
	for _, part := range []string{`"status":"PUBLISHED"`, `"listingStatus":"ACTIVE"`, `"availableQuantity":7`, `"value":"12.99"`} {
		require.Contains(t, answer, part)
	}
	_, code, _ := s.call(t, http.MethodGet, inventory+"/offer?sku=A&marketplace_id=EBAY_DE", "")
	require.Equal(t, 25713, code)

	// It is withdrawn: nobody can buy it, and eBay shows no listing any more.
	l, err := s.market.Listing(t.Context(), "A")
	require.NoError(t, err)
	status, _, _ := s.call(t, http.MethodPost, inventory+"/offer/"+l.Ref+"/withdraw", "")
	require.Equal(t, http.StatusOK, status)
	placed, err := s.market.Place(t.Context(), market.Purchase{BookID: "b", Currency: "GBP", Lines: []market.PurchaseLine{{SKU: "A", Quantity: 1}}})
	require.NoError(t, err)
	require.NotEmpty(t, placed.Refused)
	_, _, answer = s.call(t, http.MethodGet, inventory+"/offer?sku=A", "")
	require.Contains(t, answer, `"status":"UNPUBLISHED"`)
	require.NotContains(t, answer, "listingId")
	_, code, _ = s.call(t, http.MethodPost, inventory+"/offer/"+l.Ref+"/withdraw", "")
	require.Equal(t, 25713, code)
}

func TestTheOffsetOfItemsCountsPages(t *testing.T) {
	t.Parallel()
	s := newSeller(t)
	require.NoError(t, s.market.List(t.Context(), []market.Listing{{SKU: "A"}, {SKU: "B"}, {SKU: "C"}, {SKU: "D"}, {SKU: "E"}}))
	_, _, answer := s.call(t, http.MethodGet, inventory+"/inventory_item?limit=2&offset=1", "")
	var page struct {
		Total int
		Items []struct{ SKU string } `json:"inventoryItems"`
		Next  string
	}
	require.NoError(t, json.Unmarshal([]byte(answer), &page))
	require.Equal(t, 5, page.Total)
	require.Equal(t, []struct{ SKU string }{{"C"}, {"D"}}, page.Items)
	require.Contains(t, page.Next, "offset=2")
	_, code, _ := s.call(t, http.MethodGet, inventory+"/inventory_item?limit=201", "")
	require.Equal(t, 25706, code)
}

func TestAListingIsRevisedSoOftenADay(t *testing.T) {
	t.Parallel()
	s := newSeller(t)
	require.NoError(t, s.market.List(t.Context(), []market.Listing{{SKU: "A", Title: "Jug", Price: 1299, Quantity: 7}}))
	level := func(quantity int) string {
		body := fmt.Sprintf(`{"requests":[{"sku":"A","shipToLocationAvailability":{"quantity":%d}}]}`, quantity)
		_, _, answer := s.call(t, http.MethodPost, inventory+"/bulk_update_price_quantity", body)
		return answer
	}
	s.login(t)
	for n := range 250 {
		require.NotContains(t, level(100+n), "errors")
	}
	require.NotContains(t, level(349), "errors", "nothing is revised")
	require.Contains(t, level(1), "25002")
	s.set(noon.Add(24 * time.Hour))
	s.login(t)
	require.NotContains(t, level(1), "errors")
}

func TestWordsHaveALanguage(t *testing.T) {
	t.Parallel()
	s := newSeller(t)
	s.language = ""
	_, code, _ := s.call(t, http.MethodPost, inventory+"/bulk_create_or_replace_inventory_item", `{"requests":[`+item("CUP")+`]}`)
	require.Equal(t, 25709, code)
}

func TestGroupsThatEBayRefuses(t *testing.T) {
	t.Parallel()
	s := newSeller(t)
	sized := func(sku, size string) string {
		return strings.Replace(item(sku), `"aspects":{`, `"aspects":{"Size":["`+size+`"],`, 1)
	}
	group := func(skus string) string {
		return `{"title":"Cup","variantSKUs":[` + skus + `],"variesBy":{"specifications":[{"name":"Size","values":["S","M"]}]}}`
	}
	s.saveItem(t, sized("S", "S"))
	s.saveItem(t, sized("M", "S"))
	require.NoError(t, s.market.List(t.Context(), []market.Listing{{SKU: "ALONE", Title: "Jug", Price: 1, Quantity: 7}}))
	put := func(key, skus string) int {
		_, code, _ := s.call(t, http.MethodPut, inventory+"/inventory_item_group/"+key, group(skus))
		return code
	}
	require.Equal(t, 25701, put("G", `"S","NONE"`))
	require.Equal(t, 25704, put("G", `"S","ALONE"`))
	require.Zero(t, put("G", `"S","M"`))
	require.Equal(t, 25703, put("H", `"S"`))

	publish := func() int {
		_, code, _ := s.call(t, http.MethodPost, inventory+"/offer/publish_by_inventory_item_group", `{"inventoryItemGroupKey":"G","marketplaceId":"EBAY_GB"}`)
		return code
	}
	require.Equal(t, 25713, publish(), "no offers")
	id := s.createOffer(t, offer("S"))
	s.createOffer(t, offer("M"))
	require.Equal(t, 25013, publish(), "both are size S")
	s.saveItem(t, sized("M", "M"))
	require.Zero(t, publish())
	_, code, _ := s.call(t, http.MethodPost, inventory+"/offer/"+id+"/withdraw", "")
	require.Equal(t, 25002, code, "one variation can't be withdrawn")
	require.Zero(t, put("G", `"S"`), "the other leaves the listing")
	l, err := s.market.Listing(t.Context(), "M")
	require.NoError(t, err)
	require.Equal(t, market.Ended, l.Status)
}

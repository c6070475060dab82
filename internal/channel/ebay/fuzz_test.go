package ebay

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

func FuzzOrder(f *testing.F) {
	f.Add([]byte(`{"orderId":"1","creationDate":"2026-01-01T00:00:00.000Z","orderFulfillmentStatus":"IN_PROGRESS","lineItems":[{"lineItemId":"7","quantity":2,"lineItemCost":{"value":"3.30","currency":"GBP"}}]}`))
	f.Add([]byte(`{"orderId":1,"lineItems":[{"lineItemId":7,"quantity":"9999999999","refunds":[null]}],"program":{"fulfillmentProgram":null}}`))
	f.Add([]byte(`{"orderId":"1","lineItems":{}}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		o, err := decodeOrder(raw)
		if err != nil {
			return
		}
		out := o.order(map[string]int{"7": 1 << 40})
		require.NotEmpty(t, out.ID)
		for _, l := range out.Lines {
			require.Positive(t, l.Quantity)
			require.True(t, l.Shipped >= 0 && l.Cancelled >= 0 && l.Shipped+l.Cancelled <= l.Quantity)
		}
	})
}

func FuzzCursor(f *testing.F) {
	f.Add(window{Until: time.Unix(1, 0), Total: 3, Covered: 1, Margin: 10}.cursor())
	f.Add("e30")
	f.Add("%%%")
	f.Fuzz(func(t *testing.T, text string) {
		w, err := parseCursor(text)
		if err != nil {
			return
		}
		require.GreaterOrEqual(t, w.offset(), 0)
		again, err := parseCursor(w.cursor())
		require.NoError(t, err)
		require.Equal(t, w.offset(), again.offset())
	})
}

func FuzzPlace(f *testing.F) {
	f.Add(place{Page: 3, Total: 50, Print: "x"}.cursor(), 40, 12)
	f.Add("e30", 0, 0)
	f.Add("", 1<<30, 1)
	f.Fuzz(func(t *testing.T, text string, total, n int) {
		p, err := parsePlace(text)
		if err != nil || n < 0 || n > listingsPage || total < 0 {
			return
		}
		next, more, moved := p.after(make([]record, n), total)
		require.GreaterOrEqual(t, next.Page, 0)
		if more && moved {
			again, err := parsePlace(next.cursor())
			require.NoError(t, err)
			require.Equal(t, next, again)
		}
	})
}

func FuzzListings(f *testing.F) {
	f.Add([]byte(`{"total":2,"inventoryItems":[{"sku":"A","groupIds":["G"],"product":{"title":"T","aspects":{"Size":["S"]}}},{"sku":7,"groupIds":"G"}]}`))
	f.Add([]byte(`{"offers":[{"offerId":1,"sku":"A","marketplaceId":"EBAY_GB","status":"PUBLISHED","availableQuantity":"-3","listing":{"listingId":2,"listingStatus":"ACTIVE"}},null]}`))
	f.Add([]byte(`{"title":"T","variesBy":{"specifications":[{"name":"Size","values":["S"]}]},"variantSKUs":["A"]}`))
	f.Add([]byte(`{"total":"9","inventoryItems":[null,{"product":[]}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		a := &transport.Answer{Status: 200, Body: body, Header: http.Header{}}
		items, total, fault := readItems(a)
		if fault == nil {
			_, _, _ = place{}.after(items, total)
		}
		var group record
		_ = json.Unmarshal(body, &group)
		for _, item := range items {
			_, _ = groupOf(item), titleOf(item, group)
		}
		offers, _ := readOffers(a)
		for _, o := range offers {
			l := o.listed("A")
			require.NotEmpty(t, l.State)
			require.GreaterOrEqual(t, l.Quantity, channel.UnknownQuantity)
		}
	})
}

// FuzzRevision merges a product into whatever eBay may have: the request is valid JSON with the product's values.
func FuzzRevision(f *testing.F) {
	f.Add([]byte(`{"sku":"B","groupIds":["G"],"product":{"aspects":{"Size":["S"],"Odd":7}},"availability":{"shipToLocationAvailability":{"quantity":1}}}`), 250)
	f.Add([]byte(`{"variantSKUs":["B"],"variesBy":{"specifications":[{"name":"Size"}]},"listingPolicies":null,"offerId":"1"}`), 0)
	f.Add([]byte(`{"product":"none","aspects":null,"variesBy":[],"pricingSummary":3}`), 1)
	f.Fuzz(func(t *testing.T, body []byte, price int) {
		var have record
		if json.Unmarshal(body, &have) != nil {
			return
		}
		v := channel.Variant{SKU: "A", Price: int64(price), Quantity: 2, Options: map[string]string{"Size": "M"}}
		s := &submission{
			connection: &connection{account: channel.Account{Marketplace: "EBAY_GB"}}, items: map[string]record{"A": have},
			offers: map[string]ebayOffer{"A": {fields: have}}, results: map[string]*channel.VariantResult{"A": {}},
		}
		p := channel.Product{Title: "T", Options: []string{"Size"}, Currency: "GBP", Variants: []channel.Variant{v}}
		m := member{&family{product: p, group: have}, v}
		_ = s.same(m)
		item, group, offer := stocked(s.itemOf(m), stockOf(have)), m.groupRecord(p.Variants), s.oldOffer(m)
		for _, r := range []record{item, group, offer} {
			_, err := json.Marshal(r)
			require.NoError(t, err)
		}
		require.Equal(t, []string{"M"}, item.within("product").aspects()["Size"])
		require.Contains(t, group.list("variantSKUs"), "A")
		var sent amount
		require.NoError(t, json.Unmarshal(offer.within("pricingSummary")["price"], &sent))
		require.EqualValues(t, price, sent.minor())
		require.GreaterOrEqual(t, stockOf(item), 0)
		require.NotContains(t, offer, "offerId")
	})
}

func FuzzAnswers(f *testing.F) {
	f.Add(200, []byte(`{"responses":[{"sku":"A","statusCode":200},{"sku":"B","statusCode":400,"errors":[{"errorId":25702}]}]}`))
	f.Add(207, []byte(`{"responses":[{"statusCode":"x"}]}`))
	f.Add(401, []byte(`{"errors":[{"errorId":1001}]}`))
	f.Add(500, []byte(`<html>`))
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		a := &transport.Answer{Status: status, Body: body, Header: http.Header{"Date": {"x"}, "Location": {string(body)}}}
		require.NotEmpty(t, faultOf(a, "op").Class)
		require.NotEmpty(t, tokenFault(a).Class)
		levels := []channel.Level{{SKU: "A"}, {SKU: "B"}}
		if answer, err := levelsAnswer(a, levels); err == nil {
			require.Len(t, answer.Results, len(levels))
		}
		if list, fault := readFulfilments(a); fault == nil {
			_ = unitsOf(list)
		}
		_, _ = readPage(a, "op", 0)
		responses, _ := readResponses(a, "op")
		for _, r := range responses {
			if fault := r.fault(a, "op"); fault != nil {
				require.NotEmpty(t, fault.Class)
			}
		}
		_ = warningsOf(a)
		_ = createdID(a)
	})
}

// FuzzMigration: whatever eBay answers, each requested listing has one outcome.
func FuzzMigration(f *testing.F) {
	f.Add([]byte(`{"responses":[{"statusCode":200,"listingId":"1","inventoryItems":[{"sku":"A","offerId":"7"}],"inventoryItemGroupKey":"G"}]}`))
	f.Add([]byte(`{"responses":[{"statusCode":400,"listingId":2,"inventoryItems":[{"sku":"A"}],"errors":[{"errorId":25718}]},{"listingId":"1","statusCode":"x"}]}`))
	f.Add([]byte(`{"responses":[null,7,{"listingId":{}},{"inventoryItems":"A"}]}`))
	f.Add([]byte(`{"responses":{}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		a := &transport.Answer{Status: 207, Body: body, Header: http.Header{}}
		m, fault := migrationAnswer(a, []channel.Unmanaged{{ListingID: "1"}, {ListingID: "2"}})
		if fault != nil {
			return
		}
		require.Len(t, m.Results, 2)
		for i, r := range m.Results {
			require.Equal(t, []string{"1", "2"}[i], r.ListingID)
			require.True(t, r.Fault == nil || len(r.Offers) == 0)
			for _, o := range r.Offers {
				require.True(t, o.SKU != "" && o.Ref != "")
			}
		}
	})
}

func FuzzAmount(f *testing.F) {
	f.Add("12.34", "GBP")
	f.Add("-1", "JPY")
	f.Fuzz(func(t *testing.T, value, currency string) {
		n := (&amount{Value: text(value), Currency: currency}).minor()
		require.True(t, n == 0 || strings.HasPrefix(value, "-") == (n < 0))
		var a amount
		if raw, err := json.Marshal(map[string]string{"value": value, "currency": currency}); err == nil {
			require.NoError(t, json.Unmarshal(raw, &a))
		}
	})
}

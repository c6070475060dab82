package shopify

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
	"github.com/towpath/towpath/internal/listing/shop"
)

// FuzzAnswer reads arbitrary bodies as every kind of answer: the result is data or a fault with a class.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{
		throttled, `{"errors":"x"}`, `{"data":null}`, `[`, `{"data":{"inventorySetQuantities":{"userErrors":[{"code":"X","field":["input","quantities","0"]}]}}}`,
		`{"data":{"order":{"id":"gid://shopify/Order/1","createdAt":"2026-11-21T10:00:00Z","updatedAt":"2026-11-21T10:00:00Z","currencyCode":"GBP",
			"cancelledAt":null,"displayFulfillmentStatus":"FULFILLED","totalPriceSet":{"shopMoney":{"amount":"1.5"}},"lineItems":{"nodes":[{"id":"l",
			"quantity":2,"currentQuantity":1,"unfulfilledQuantity":-1}],"pageInfo":{"hasNextPage":false}}}}}`,
	} {
		f.Add(200, []byte(seed))
		f.Add(503, []byte(seed))
	}
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		a := &transport.Answer{Status: status, Header: http.Header{}, Body: body}
		var data struct {
			Order *wireOrder `json:"order"`
			Set   *struct {
				UserErrors []userError `json:"userErrors"`
			} `json:"inventorySetQuantities"`
		}
		if _, fault := unwrap(a.Body).decode(a, "order", &data); fault != nil {
			if fault.Class == "" || fault.RetryAfter < 0 || len(fault.Raw) > channel.MaxRaw || !utf8.ValidString(fault.Code) {
				t.Fatalf("%+v", fault)
			}
			return
		}
		if data.Order != nil {
			checkOrder(t, data.Order)
		}
		if data.Set != nil {
			o := splitErrors(reply{answer: a}, data.Set.UserErrors, 3)
			results := make([]channel.LevelResult, 3)
			sent := []entry{{place: 0}, {place: 1}, {place: 2}}
			if again := o.record(results, sent, true); len(again) > 0 {
				t.Fatalf("the last round leaves %d entries without a result", len(again))
			}
		}
	})
}

// checkOrder requires that a translated order's units add up.
func checkOrder(t *testing.T, w *wireOrder) {
	o, err := w.order(nil)
	if err != nil {
		return
	}
	for _, l := range o.Lines {
		if l.Cancelled < 0 || l.Shipped < 0 || l.Cancelled+l.Shipped > l.Quantity {
			t.Fatalf("%+v", l)
		}
	}
}

// FuzzCursor reads arbitrary cursors: each is refused, or comes back as it was.
func FuzzCursor(f *testing.F) {
	f.Add(cursor{After: "abc"}.String())
	f.Add("")
	f.Add("e30")
	f.Fuzz(func(t *testing.T, s string) {
		c, fault := parseCursor(s, opOrders.name)
		if fault != nil || s == "" {
			return
		}
		again, fault := parseCursor(c.String(), opOrders.name)
		if fault != nil || again.After != c.After || !again.Latest.Equal(c.Latest) || !again.Started.Equal(c.Started) {
			t.Fatalf("%q: %+v, %+v, %v", s, c, again, fault)
		}
	})
}

// FuzzMoney reads arbitrary amounts: each is refused, or is exact.
func FuzzMoney(f *testing.F) {
	f.Add("12.50", "GBP")
	f.Add("-0.001", "KWD")
	f.Fuzz(func(t *testing.T, amount, currency string) {
		var bag moneyBag
		bag.ShopMoney.Amount = amount
		p := newConverter(currency)
		units := p.convert(&bag)
		if p.unread || units == 0 {
			return
		}
		text, err := json.Marshal(units)
		if err != nil || len(text) > len(amount)+4 {
			t.Fatalf("%q is not %d", amount, units)
		}
	})
}

// FuzzProducts reads arbitrary bodies as the shop's data of a product: the result is a fault with a class, or a
// publication that keeps every variant.
func FuzzProducts(f *testing.F) {
	for _, seed := range []string{
		`{"data":{"productVariants":{"nodes":[{"id":"v","sku":null,"inventoryItem":{"id":"i","tracked":true,"inventoryLevel":null}}],"pageInfo":{}}}}`,
		`{"data":{"nodes":[null,{"__typename":"Collection","id":"c","sources":[{"__typename":"CollectionConditionsSource","inclusion":{"conditions":[]}}]}],
			"productByIdentifier":{"id":"p","status":"DRAFT","tags":["a","b: c"],"media":{"nodes":[{"id":"m","image":{"url":"https://x/towpath-1.jpg"}}]},
			"variants":{"nodes":[{"id":"v1","sku":"A","selectedOptions":[{"name":"Size","value":"S"}]},{"id":"v2","sku":"B"}]}}}}`,
		`{"data":{"productOperation":{"status":"COMPLETE","userErrors":[{"code":"JOB_ERROR","field":["input","variants","1"],"message":"m"}]}}}`,
		`{"data":{"productSet":{"userErrors":[{"field":null}]}}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		a := &transport.Answer{Status: http.StatusOK, Header: http.Header{}, Body: body}
		var data struct {
			Variants struct {
				Nodes []wireListing `json:"nodes"`
			} `json:"productVariants"`
			Product *wireProduct `json:"productByIdentifier"`
			Set     *productSet  `json:"productSet"`
		}
		if _, fault := unwrap(a.Body).decode(a, opProduct.name, &data); fault != nil {
			if fault.Class == "" || len(fault.Raw) > channel.MaxRaw || !utf8.ValidString(fault.Code) {
				t.Fatalf("%+v", fault)
			}
			return
		}
		for i := range data.Variants.Nodes {
			if l := (&Connection{}).listed(&data.Variants.Nodes[i], "GBP"); l.Quantity < channel.UnknownQuantity || l.State == "" {
				t.Fatalf("%+v", l)
			}
		}
		if data.Product != nil {
			keepsVariants(t, data.Product)
		}
		if data.Set != nil && len(data.Set.Errors) > 0 {
			p := publication{product: shirt("A", "B"), reply: reply{answer: a}, operation: opProductSet}
			for _, r := range p.refused(data.Set.Errors).Results {
				if r.Fault == nil || r.Fault.Class == "" || len(r.Issues) == 0 {
					t.Fatalf("%+v", r)
				}
			}
		}
	})
}

// keepsVariants requires that a publication names every variant that the shop has.
func keepsVariants(t *testing.T, has *wireProduct) {
	b := before{product: has}
	in, _ := b.compose(shirt("A", "C"), "shirt", []string{"l"})
	named := map[string]bool{}
	for _, v := range in.Variants {
		named[v.ID] = true
	}
	for _, v := range has.Variants.Nodes {
		if !named[v.ID] {
			t.Fatalf("%q would be deleted", v.ID)
		}
	}
}

// FuzzHandle reads arbitrary handles of pending submissions: each is refused, or comes back as it was.
func FuzzHandle(f *testing.F) {
	var one handle
	one.add(sent{product: shirt("A", "B"), pending: "gid://shopify/ProductSetOperation/1"})
	f.Add(one.String())
	f.Add("e30")
	f.Fuzz(func(t *testing.T, s string) {
		was, fault := parseHandle(s)
		if fault != nil {
			return
		}
		again, fault := parseHandle(was.String())
		if fault != nil || len(again.Operations) != len(was.Operations) {
			t.Fatalf("%q: %+v, %+v, %v", s, was, again, fault)
		}
		for _, b := range again.Operations {
			if len(b.product(nil).Variants) != len(b.SKUs)/digest {
				t.Fatalf("%+v", b)
			}
		}
	})
}

// FuzzKnown reads arbitrary bodies as the shop's data of products: the result is a fault with a class, or data for a
// check.
func FuzzKnown(f *testing.F) {
	f.Add([]byte(`{"data":{"p0":{"id":"p","handle":"h","status":"ARCHIVED","tags":["a"],"variants":{"nodes":[{"id":"v","sku":"A","selectedOptions":[{"name":"Size","value":"S"}]}]}},"p1":null}}`))
	f.Add([]byte(`{"data":{"shop":{"currencyCode":"GBP","resourceLimits":{"maxProductOptions":3,"maxProductVariants":9}},"location":null}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		a := &transport.Answer{Status: http.StatusOK, Header: http.Header{}, Body: body}
		var data map[string]*knownProduct
		if _, fault := unwrap(a.Body).decode(a, opKnown, &data); fault == nil {
			var found finding
			found.fill(shirt("A", "B"), data["p0"], map[string]holder{"B": {ID: "q"}})
			shop.Check(shirt("A", "B"), shop.Rules{}, found.known)
		}
		var settings wireSettings
		if _, fault := unwrap(a.Body).decode(a, opSettings.name, &settings); fault == nil {
			if _, err := settings.settings().Definition(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// FuzzGrant reads arbitrary bodies as the token endpoint's answer: the result is a grant that can be used, or a fault
// without tokens in it.
func FuzzGrant(f *testing.F) {
	f.Add([]byte(`{"access_token":"a","refresh_token":"r","expires_in":3600,"refresh_token_expires_in":7776000}`))
	f.Add([]byte(`{"access_token":"a","refresh_token":"r","expires_in":9223372036854775807}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		now := time.Unix(1_800_000_000, 0)
		g, fault := readGrant(&transport.Answer{Status: http.StatusOK, Body: body}, now)
		if fault == nil && (g.AccessToken == "" || g.RefreshToken == "" || !g.ExpiresAt.After(now)) {
			t.Fatalf("%+v", g)
		}
	})
}

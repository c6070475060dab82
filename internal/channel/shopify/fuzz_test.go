package shopify

import (
	"encoding/json"
	"net/http"
	"testing"
	"unicode/utf8"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

// FuzzAnswer reads arbitrary bodies as every kind of answer: whatever comes, it is data or a fault with a class.
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
		if fault := unwrap(a.Body).decode(a, "order", &data); fault != nil {
			if fault.Class == "" || fault.RetryAfter < 0 || len(fault.Raw) > channel.MaxRaw || !utf8.ValidString(fault.Code) {
				t.Fatalf("%+v", fault)
			}
			return
		}
		if data.Order != nil {
			checkOrder(t, data.Order)
		}
		if data.Set != nil {
			o := judge(reply{answer: a}, data.Set.UserErrors, 3)
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
		units, err := minor(amount, currency)
		if err != nil {
			return
		}
		text, err := json.Marshal(units)
		if err != nil || len(text) > len(amount)+4 {
			t.Fatalf("%q is not %d", amount, units)
		}
	})
}

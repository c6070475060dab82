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
		_ = createdID(a)
	})
}

func FuzzAmount(f *testing.F) {
	f.Add("12.34", "GBP")
	f.Add("-1", "JPY")
	f.Fuzz(func(t *testing.T, value, currency string) {
		n, err := parseMinor(value, currency)
		if err == nil {
			require.True(t, n == 0 || strings.HasPrefix(value, "-") == (n < 0))
		}
		var a amount
		if raw, err := json.Marshal(map[string]string{"value": value, "currency": currency}); err == nil {
			require.NoError(t, json.Unmarshal(raw, &a))
		}
	})
}

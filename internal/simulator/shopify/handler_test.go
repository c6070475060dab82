package shopify_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/shopify"
	"github.com/towpath/towpath/internal/simulator/wire"
)

// clock stands still until the test moves it.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

type fixture struct {
	market  *market.Market
	handler http.Handler
	clock   *clock
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	f := &fixture{clock: &clock{at: time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)}}
	options := shopify.MarketOptions("shopify-uk")
	options.Now = f.clock.now
	var err error
	f.market, err = market.Open(t.Context(), filepath.Join(t.TempDir(), "shop.db"), options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, f.market.Close()) })
	require.NoError(t, f.market.List(t.Context(), []market.Listing{{SKU: "MUG", Title: "Mug", Price: 495, Quantity: 10}}))
	f.handler = shopify.Handler(f.market, wire.Options{
		Account: "shopify-uk", Credentials: map[string]string{"accessToken": "secret"}, Now: f.clock.now,
	})
	return f
}

type answer struct {
	Data   map[string]any
	Errors []struct {
		Message    string
		Extensions struct{ Code string }
	}
	Extensions struct {
		Cost struct {
			RequestedQueryCost, ActualQueryCost float64
			ThrottleStatus                      struct{ MaximumAvailable, CurrentlyAvailable, RestoreRate float64 }
		}
	}
}

// call makes one call.
func (f *fixture) call(t *testing.T, query string, variables map[string]any) answer {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	require.NoError(t, err)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/admin/api/2026-10/graphql.json", bytes.NewReader(body))
	r.Header.Set("X-Shopify-Access-Token", "secret")
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, r)
	require.Equal(t, http.StatusOK, w.Code)
	require.NotEmpty(t, w.Header().Get("X-Request-Id"))
	var a answer
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &a), w.Body)
	return a
}

func code(t *testing.T, a answer) string {
	t.Helper()
	require.NotEmpty(t, a.Errors)
	require.Nil(t, a.Data)
	return a.Errors[0].Extensions.Code
}

const setQuantities = `mutation($input: InventorySetQuantitiesInput!, $key: String!) {
	inventorySetQuantities(input: $input) @idempotent(key: $key) { inventoryAdjustmentGroup { id } userErrors { code field } } }`

// level returns the variables of a push; from is changeFromQuantity, or "omit".
func (f *fixture) level(t *testing.T, key string, quantity int, from any) map[string]any {
	t.Helper()
	l, err := f.market.Listing(t.Context(), "MUG")
	require.NoError(t, err)
	entry := map[string]any{"inventoryItemId": l.Ref, "locationId": shopify.Location, "quantity": quantity, "changeFromQuantity": from}
	if from == "omit" {
		delete(entry, "changeFromQuantity")
	}
	return map[string]any{"key": key, "input": map[string]any{"name": "available", "reason": "correction", "quantities": []any{entry}}}
}

func userCode(t *testing.T, a answer) string {
	t.Helper()
	require.Empty(t, a.Errors)
	errs := a.Data["inventorySetQuantities"].(map[string]any)["userErrors"].([]any)
	if len(errs) == 0 {
		return ""
	}
	return errs[0].(map[string]any)["code"].(string)
}

func (f *fixture) quantity(t *testing.T) int {
	t.Helper()
	l, err := f.market.Listing(t.Context(), "MUG")
	require.NoError(t, err)
	return l.Quantity
}

func TestIdempotencyOfPushes(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	without := strings.Replace(setQuantities, "@idempotent(key: $key)", "", 1)
	require.Equal(t, "BAD_REQUEST", code(t, f.call(t, without, f.level(t, "", 5, nil))))
	require.Equal(t, "INVALID_FIELD_ARGUMENTS", code(t, f.call(t, setQuantities, f.level(t, "a", 5, "omit"))))
	require.Equal(t, 10, f.quantity(t))

	require.Empty(t, userCode(t, f.call(t, setQuantities, f.level(t, "a", 5, nil))))
	require.Empty(t, userCode(t, f.call(t, setQuantities, f.level(t, "b", 7, nil))))
	require.Empty(t, userCode(t, f.call(t, setQuantities, f.level(t, "a", 5, nil))), "the first answer again")
	require.Equal(t, 7, f.quantity(t), "and nothing done")
	require.Equal(t, "IDEMPOTENCY_KEY_PARAMETER_MISMATCH", userCode(t, f.call(t, setQuantities, f.level(t, "a", 6, nil))))

	require.Equal(t, "CHANGE_FROM_QUANTITY_STALE", userCode(t, f.call(t, setQuantities, f.level(t, "c", 1, 8))))
	require.Equal(t, "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED", userCode(t, f.call(t, setQuantities, f.level(t, "c", 1, 8))))
	require.Empty(t, userCode(t, f.call(t, setQuantities, f.level(t, "d", 1, 7))))
	require.Equal(t, 1, f.quantity(t))
}

func TestTheBudgetIsKept(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	dear := `{ orders(first: 250, sortKey: UPDATED_AT) { nodes { id lineItems(first: 100) { nodes { id } } } } }`
	first := f.call(t, dear, nil)
	cost := first.Extensions.Cost
	require.Greater(t, cost.RequestedQueryCost, 100.0)
	require.Less(t, cost.ActualQueryCost, 5.0)
	require.EqualValues(t, 100, cost.ThrottleStatus.RestoreRate)
	require.Greater(t, cost.ThrottleStatus.CurrentlyAvailable, 990.0, "what was not used is given back")

	tooDear := `{ orders(first: 250, sortKey: UPDATED_AT) { nodes { lineItems(first: 250) { nodes { originalUnitPriceSet { shopMoney { amount } }
		discountedTotalSet { shopMoney { amount } } } } } } }`
	require.Equal(t, "MAX_COST_EXCEEDED", code(t, f.call(t, strings.ReplaceAll(tooDear, "amount }", "amount } presentmentMoney { amount }"), nil)))

	push := func(n int) answer { return f.call(t, setQuantities, f.level(t, fmt.Sprint(n), n, nil)) }
	var last answer
	n := 0
	for last = push(n); len(last.Errors) == 0 && n < 200; last = push(n) {
		n++
	}
	require.Equal(t, "THROTTLED", code(t, last))
	require.Greater(t, n, 70)
	require.Less(t, last.Extensions.Cost.ThrottleStatus.CurrentlyAvailable, last.Extensions.Cost.RequestedQueryCost)
	f.clock.pass(time.Second)
	require.Empty(t, userCode(t, push(n)))
}

func TestAnswersHaveTheShapeOfTheQuery(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	placed, err := f.market.Place(t.Context(), market.Purchase{
		BookID: "1", Currency: "GBP", Paid: true, Lines: []market.PurchaseLine{{SKU: "MUG", Title: "Mug", Quantity: 1, UnitPrice: 495}},
	})
	require.NoError(t, err)
	a := f.call(t, `query($id: ID!, $no: Boolean = false) {
		one: order(id: $id) { __typename ref: name ...more ... on Order { currencyCode } id @include(if: $no) }
	} fragment more on Order { lineItems(first: 1) { nodes { quantity } pageInfo { hasNextPage } } totalPriceSet { shopMoney { amount } } }`,
		map[string]any{"id": placed.OrderID})
	require.Empty(t, a.Errors)
	require.Equal(t, map[string]any{"one": map[string]any{
		"__typename": "Order", "ref": "#1001", "currencyCode": "GBP", "totalPriceSet": map[string]any{"shopMoney": map[string]any{"amount": "4.95"}},
		"lineItems": map[string]any{"nodes": []any{map[string]any{"quantity": 1.0}}, "pageInfo": map[string]any{"hasNextPage": false}},
	}}, a.Data)
}

func TestQueriesThatAreRefused(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for query, want := range map[string]string{
		`{ order(id: "gid://shopify/Order/1") { nme } orders(first: 1, sortKey: UPDATED_AT) { nme } }`:          "undefinedField",
		`{ orders(first: 1, sortKey: UPDATED_AT, status: 1) { nodes { id } } }`:                                 "argumentNotAccepted",
		`{ orders(first: 251, sortKey: UPDATED_AT) { nodes { id } } }`:                                          "BAD_REQUEST",
		`{ orders(first: 1, sortKey: UPDATED_AT, query: "updatedat:>=2026-01-01T00:00:00Z") { nodes { id } } }`: "BAD_REQUEST",
		`{ orders(first: 1, sortKey: UPDATED_AT, after: "x") { nodes { id } } }`:                                "BAD_REQUEST",
		`query($id: ID!) { order(id: $id) { id } }`:                                                             "INVALID_VARIABLE",
		`{ order(id: "1") { id } }`: "INVALID_VARIABLE",
		`{ ...a } fragment a on QueryRoot { ...b } fragment b on QueryRoot { ...a }`: "BAD_REQUEST",
		`{ shop }`:           "selectionMismatch",
		`{ orders(`:          "",
		`subscription { x }`: "",
	} {
		require.Equal(t, want, code(t, f.call(t, query, nil)), query)
	}
}

func TestWhoMayCall(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for path, want := range map[string]int{"/admin/api/2026-10/graphql.json": http.StatusUnauthorized, "/admin/api/2020-01/graphql.json": http.StatusNotFound} {
		w := httptest.NewRecorder()
		f.handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(`{"query":"{shop{name}}"}`)))
		require.Equal(t, want, w.Code)
		require.NotEmpty(t, w.Header().Get("X-Request-Id"))
	}
}

// FuzzQuery sends arbitrary queries: each gets an answer, and none causes a crash.
func FuzzQuery(f *testing.F) {
	f.Add(`{ orders(first: 1, sortKey: UPDATED_AT) { nodes { id } } }`, `{}`)
	f.Add(setQuantities, `{"key":"k","input":{"name":"available","reason":"x","quantities":[{"inventoryItemId":"a","locationId":"b","quantity":1}]}}`)
	f.Add(`mutation { fulfillmentCreate(fulfillment: {lineItemsByFulfillmentOrder: [{fulfillmentOrderId: "gid://shopify/FulfillmentOrder/1"}]}) { userErrors { field } } }`, `{}`)
	m, err := market.Open(f.Context(), filepath.Join(f.TempDir(), "shop.db"), shopify.MarketOptions("fuzz"))
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = m.Close() })
	handler := shopify.Handler(m, wire.Options{Speed: 1e9})
	f.Fuzz(func(t *testing.T, query, variables string) {
		var vars map[string]any
		_ = json.Unmarshal([]byte(variables), &vars)
		body, err := json.Marshal(map[string]any{"query": query, "variables": vars})
		if err != nil {
			t.Skip()
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/admin/api/2026-10/graphql.json", bytes.NewReader(body)))
		if !json.Valid(w.Body.Bytes()) {
			t.Fatalf("%d: %s", w.Code, w.Body)
		}
	})
}

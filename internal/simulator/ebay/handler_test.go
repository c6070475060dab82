package ebay_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/simulator/ebay"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/wire"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// seller calls a marketplace whose clock the test sets.
type seller struct {
	handler http.Handler
	market  *market.Market
	now     atomic.Pointer[time.Time]
	token   string

	language string // of the words that are sent
}

func newSeller(t *testing.T) *seller {
	t.Helper()
	s := &seller{language: "en-GB"}
	s.set(noon)
	clock := func() time.Time { return *s.now.Load() }
	options := ebay.MarketOptions("ebay-uk")
	options.Now = clock
	m, err := market.Open(t.Context(), filepath.Join(t.TempDir(), "ebay.db"), options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Close()) })
	s.market = m
	s.handler = ebay.Handler(m, wire.Options{
		Account: "ebay-uk", Now: clock, Credentials: map[string]string{"clientId": "id", "clientSecret": "secret", "refreshToken": "grant"},
	})
	s.login(t)
	return s
}

func (s *seller) set(now time.Time) { s.now.Store(&now) }

func (s *seller) login(t *testing.T) {
	t.Helper()
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {"grant"}}
	r := httptest.NewRequest(http.MethodPost, "/identity/v1/oauth2/token", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth("id", "secret")
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	require.Equal(t, http.StatusOK, w.Code)
	var granted struct {
		Token string `json:"access_token"`
	}
	require.NoError(t, json.NewDecoder(w.Body).Decode(&granted))
	s.token = granted.Token
}

// call returns the status and the first error's id, or 0 if there is none.
func (s *seller) call(t *testing.T, method, path, body string) (status, errorID int, answer string) {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+s.token)
	if s.language != "" {
		r.Header.Set("Content-Language", s.language)
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	raw, err := io.ReadAll(w.Body)
	require.NoError(t, err)
	require.NotEmpty(t, w.Header().Get("X-EBAY-C-REQUEST-ID"))
	var refusal struct {
		Errors []struct {
			ErrorID int `json:"errorId"`
		} `json:"errors"`
	}
	if json.Unmarshal(raw, &refusal) == nil && len(refusal.Errors) > 0 {
		errorID = refusal.Errors[0].ErrorID
	}
	return w.Code, errorID, string(raw)
}

func TestSearchHoldsToEBaysRules(t *testing.T) {
	t.Parallel()
	s := newSeller(t)
	for query, want := range map[string]int{
		"": 0, "limit=200": 0, "limit=201": 31100, "limit=x": 31100, "offset=-1": 31000,
		"filter=lastmodifieddate:[2026-11-20T00:00:00.000Z..]":                                              0,
		"filter=lastmodifieddate:[2026-11-20T00:00:00.000Z..2026-11-21T12:00:00.000Z]":                      0,
		"filter=lastmodifieddate:[2026-11-20T00:00:00.000Z..2026-11-21T12:00:00.001Z]":                      30850,
		"filter=lastmodifieddate:[2026-11-20T00:00:00.000Z..2026-11-19T00:00:00.000Z]":                      30840,
		"filter=lastmodifieddate:[2024-11-20T00:00:00.000Z..]":                                              30830,
		"filter=lastmodifieddate:[..2026-11-19T00:00:00.000Z]":                                              30820,
		"filter=lastmodifieddate:[yesterday..]":                                                             30810,
		"filter=lastmodifieddate:yesterday":                                                                 30800,
		"filter=colour:{RED}":                                                                               30700,
		"filter=orderfulfillmentstatus:{SHIPPED}":                                                           30800,
		"filter=creationdate:[2026-11-20T00:00:00.000Z..],orderfulfillmentstatus:{NOT_STARTED|IN_PROGRESS}": 0,
	} {
		query = strings.NewReplacer("[", "%5B", "]", "%5D", "{", "%7B", "}", "%7D", "|", "%7C").Replace(query)
		_, got, answer := s.call(t, http.MethodGet, "/sell/fulfillment/v1/order?"+query, "")
		require.Equal(t, want, got, "%s: %s", query, answer)
	}
}

func TestTokensExpire(t *testing.T) {
	t.Parallel()
	s := newSeller(t)
	s.set(noon.Add(2*time.Hour - time.Second))
	status, _, _ := s.call(t, http.MethodGet, "/sell/fulfillment/v1/order", "")
	require.Equal(t, http.StatusOK, status)
	s.set(noon.Add(2*time.Hour + time.Second))
	status, id, _ := s.call(t, http.MethodGet, "/sell/fulfillment/v1/order", "")
	require.Equal(t, []int{http.StatusUnauthorized, 1001}, []int{status, id})
}

func TestTheBudgetEnds(t *testing.T) {
	t.Parallel()
	s := newSeller(t)
	calls := 0
	for ; calls < 6000; calls++ {
		status, id, _ := s.call(t, http.MethodGet, "/sell/fulfillment/v1/order/none", "")
		if status == http.StatusTooManyRequests {
			require.Equal(t, 2001, id)
			break
		}
	}
	require.Equal(t, 5000, calls)
	s.set(noon.Add(time.Minute))
	_, id, _ := s.call(t, http.MethodGet, "/sell/fulfillment/v1/order/none", "")
	require.Equal(t, 32100, id)
}

func TestShipmentsThatEBayRefuses(t *testing.T) {
	t.Parallel()
	s := newSeller(t)
	require.NoError(t, s.market.List(t.Context(), []market.Listing{{SKU: "A", Quantity: 9}}))
	placed, err := s.market.Place(t.Context(), market.Purchase{
		BookID: "b", Currency: "GBP", Paid: true, Lines: []market.PurchaseLine{{SKU: "A", Quantity: 2, UnitPrice: 1}},
	})
	require.NoError(t, err)
	o, err := s.market.Order(t.Context(), placed.OrderID)
	require.NoError(t, err)
	line := o.Lines[0].ID
	path := "/sell/fulfillment/v1/order/" + placed.OrderID + "/shipping_fulfillment"
	const label = `"shippingCarrierCode":"DPD","trackingNumber":"T1"`
	for _, tc := range []struct {
		body string
		want int
	}{
		{`{"lineItems":[{"lineItemId":"` + line + `","quantity":3}],` + label + `}`, 32200},
		{`{"lineItems":[{"lineItemId":"1","quantity":1}],` + label + `}`, 32200},
		{`{"lineItems":[{"lineItemId":"` + line + `"},{"lineItemId":"` + line + `"}],` + label + `}`, 32210},
		{`{"lineItems":[{"lineItemId":"` + line + `"}],"trackingNumber":"T1"}`, 32300},
		{`{"lineItems":[{"lineItemId":"` + line + `"}],"shippingCarrierCode":"DPD","trackingNumber":"T 1"}`, 32300},
		{`{"lineItems":[{"lineItemId":"` + line + `"}],"shippedDate":"today",` + label + `}`, 32500},
		{`{"lineItems":[]}`, 32600},
		{`{`, 32600},
	} {
		status, id, _ := s.call(t, http.MethodPost, path, tc.body)
		require.Equal(t, []int{http.StatusBadRequest, tc.want}, []int{status, id}, tc.body)
	}
	for n := range 2 { // not idempotent
		status, _, _ := s.call(t, http.MethodPost, path, `{"lineItems":[{"lineItemId":"`+line+`"}],`+label+`}`)
		require.Equal(t, http.StatusCreated, status, n)
	}
}

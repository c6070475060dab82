package ebay

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/simulator/faults"
)

func TestLevelsHaveEachTheirOutcome(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	mug, err := f.market.Listing(t.Context(), "MUG")
	require.NoError(t, err)
	answer, err := f.conn.SetLevels(t.Context(), []channel.Level{
		{SKU: "MUG", ListingRef: mug.Ref, Quantity: 7}, {SKU: "GONE", Quantity: 1}, {SKU: "a/b c", ListingRef: "42", Quantity: 3},
	})
	require.NoError(t, err)
	require.NotEmpty(t, answer.RequestID)
	require.Nil(t, answer.Results[0].Fault)
	require.Equal(t, []string{"25702", "25713"}, []string{answer.Results[1].Fault.Code, answer.Results[2].Fault.Code})
	require.Equal(t, channel.Missing, answer.Results[2].Fault.Class)
	mug, err = f.market.Listing(t.Context(), "MUG")
	require.NoError(t, err)
	require.Equal(t, 7, mug.Quantity)
}

func TestAPackageIsNeverThereTwice(t *testing.T) {
	t.Parallel()
	for _, kind := range []faults.Kind{faults.Lost, faults.Malformed, faults.Truncated, faults.Reset, faults.Unavailable} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			o := f.order(t, f.place(t, "b1", 2, 2))
			s := shipment(o, "RM 12-34", 1, 1)
			_, err := f.conn.ConfirmShipment(t.Context(), s)
			require.NoError(t, err)

			// A second package with the same number and other contents, whose first call fails.
			s.Lines = s.Lines[:1]
			f.injector.Next(kind, "createShippingFulfillment", 1)
			_, err = f.conn.ConfirmShipment(t.Context(), s)
			fault := channel.AsFault(err, "")
			require.NotNil(t, fault)
			require.True(t, fault.Ambiguous)
			s.Attempted = true
			got, err := f.conn.ConfirmShipment(t.Context(), s)
			require.NoError(t, err)
			require.Equal(t, "RM1234", got.Ref)
			require.Equal(t, kind != faults.Reset && kind != faults.Unavailable, got.Found)
			now, err := f.market.Order(t.Context(), o.ID)
			require.NoError(t, err)
			require.Len(t, now.Shipments, 2)

			// Nothing of the first line is left to ship: the order is to be read again.
			s.Attempted, s.TrackingNumber = false, "OTHER"
			_, err = f.conn.ConfirmShipment(t.Context(), s)
			require.Equal(t, channel.Conflict, channel.AsFault(err, "").Class)
		})
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	require.NoError(t, f.conn.Test(t.Context()))

	f.conn.tokens.Invalidate(mustToken(t, f.conn))
	require.NoError(t, f.conn.Test(t.Context()), "a new token is fetched")

	for name, code := range map[string]string{"refreshToken": "invalid_grant", "clientSecret": "invalid_client"} {
		a := f.account
		a.Credentials = map[string]string{"clientId": "towpath", "clientSecret": "secret", "refreshToken": "grant"}
		a.Credentials[name] = "revoked"
		err := f.open(t, a).Test(t.Context())
		fault := channel.AsFault(err, "")
		require.Equal(t, channel.Auth, fault.Class)
		require.Equal(t, code, fault.Code)
	}
}

func TestATokenThatDiedIsRefreshedOnce(t *testing.T) {
	t.Parallel()
	issued, calls := 0, 0
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+tokenPath, func(w http.ResponseWriter, _ *http.Request) {
		issued++
		_, _ = fmt.Fprintf(w, `{"access_token":"t%d","expires_in":7200}`, issued)
	})
	mux.HandleFunc("GET "+fulfilment+"/order", func(w http.ResponseWriter, r *http.Request) {
		calls++
		w.Header().Set("rlogid", "log-1")
		if r.Header.Get("Authorization") == "Bearer t2" {
			_, _ = w.Write([]byte(`{"total":0}`))
			return
		}
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(`{"errors":[{"errorId":1001,"category":"REQUEST"}]}`))
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	credentials := map[string]string{"clientId": "a", "clientSecret": "b", "refreshToken": "c"}
	conn, err := Open(channel.Account{Endpoint: channel.Production, BaseURL: server.URL, Simulated: true, Credentials: credentials})
	require.NoError(t, err)
	page, err := conn.Orders(t.Context(), channel.OrdersQuery{Since: time.Now().Add(-time.Hour)})
	require.NoError(t, err)
	require.Equal(t, "log-1", page.RequestID)
	require.Equal(t, []int{2, 2}, []int{issued, calls})

	conn.(*connection).tokens.Invalidate("t2") // t3 is refused too; the client must stop trying
	err = conn.Test(t.Context())
	require.Equal(t, channel.Auth, channel.AsFault(err, "").Class)
	require.Equal(t, []int{4, 4}, []int{issued, calls})
}

func TestClassesOfFaults(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		status int
		errs   []apiError
		class  channel.Class
		code   string
	}{
		{429, []apiError{{ErrorID: 2001}}, channel.Throttled, "2001"},
		{500, []apiError{{ErrorID: 25025}}, channel.Conflict, "25025"},
		{500, []apiError{{ErrorID: 30500}}, channel.Unavailable, "30500"},
		{500, []apiError{{ErrorID: 25002, Category: "REQUEST"}}, channel.Unavailable, "25002"}, // D1
		{500, []apiError{{ErrorID: 25001, Category: "REQUEST"}}, channel.Unavailable, "25001"},
		{503, []apiError{{ErrorID: 25702}}, channel.Unavailable, "25702"},
		{400, []apiError{{ErrorID: 25001, Category: "REQUEST"}}, channel.Invalid, "25001"}, // D1, the reverse
		{400, []apiError{{ErrorID: 25001, Category: "APPLICATION"}}, channel.Unavailable, "25001"},
		{400, []apiError{{ErrorID: 25026}}, channel.Limit, "25026"},
		{400, []apiError{{ErrorID: 25002}}, channel.Invalid, "25002"},
		{400, []apiError{{ErrorID: 25002}, {ErrorID: 25026}}, channel.Limit, "25026"},
		{400, []apiError{{ErrorID: 99999, Category: "APPLICATION"}}, channel.Unavailable, "99999"},
		{403, []apiError{{ErrorID: 1100}}, channel.Auth, "1100"},
		{403, nil, channel.Auth, ""},
		{409, nil, channel.Conflict, ""},
		{404, nil, channel.Missing, ""},
		{503, nil, channel.Unavailable, ""},
		{302, nil, channel.Unknown, ""},
	} {
		class, code := classify(tc.status, tc.errs)
		require.Equal(t, tc.class, class, tc)
		require.Equal(t, tc.code, code, tc)
	}
}

func TestAmountsAreExact(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		value, currency string
		minor           int64
	}{
		{"12.34", "GBP", 1234}, {"0.0", "USD", 0}, {"-5", "EUR", -500}, {"1200.0", "JPY", 1200}, {"5000.00", "UGX", 5000},
		{"1.234", "KWD", 1234}, {"90071992547409.93", "GBP", 9007199254740993},
		{"1.239", "GBP", 0}, {"", "GBP", 0}, {"1e3", "GBP", 0}, {"99999999999999999999", "GBP", 0}, {".5", "GBP", 0}, {"5", "XYZ", 0},
	} {
		require.Equal(t, tc.minor, (&amount{Value: text(tc.value), Currency: tc.currency}).minor(), tc)
	}
	for value, unreadable := range map[string]bool{"0.0": false, "5": false, "7.7225": true, "1,000.00": true, "": true, "?": true} {
		require.Equal(t, unreadable, (&amount{Value: text(value), Currency: "GBP"}).unreadable(), value)
	}
	require.True(t, (&amount{Value: "5", Currency: "XYZ"}).unreadable(), "its minor unit is not known")
	require.False(t, (*amount)(nil).unreadable(), "eBay gave none")
}

func TestOpenSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	_, err := Open(channel.Account{Endpoint: channel.Test, Credentials: map[string]string{"clientId": "x"}})
	require.ErrorContains(t, err, "clientSecret")
	require.ErrorContains(t, err, "refreshToken")
	_, err = Open(channel.Account{Endpoint: "staging"})
	require.ErrorContains(t, err, "staging")
}

func mustToken(t *testing.T, c *connection) string {
	t.Helper()
	token, f := c.tokens.Token(t.Context())
	require.Nil(t, f)
	return token
}

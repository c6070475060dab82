package amazon

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
)

// stub is a connection to a server that gives one answer to everything.
func stub(t *testing.T, status int, body string) *client {
	t.Helper()
	return stubbed(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	})
}

// stubbed is a connection to a server that gives out tokens, and leaves all else to a handler.
func stubbed(t *testing.T, handle http.HandlerFunc) *client {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set(requestIDHeader, "request-1")
		if strings.HasPrefix(r.URL.Path, "/auth/") {
			_, _ = w.Write([]byte(`{"access_token":"t","expires_in":3600}`))
			return
		}
		handle(w, r)
	}))
	t.Cleanup(server.Close)
	conn, err := Open(channel.Account{
		Kind: channel.Amazon, Endpoint: channel.Production, BaseURL: server.URL, AuthURL: server.URL + "/auth/o2/token", Marketplace: "ATVPDKIKX0DER",
		Simulated: true, Credentials: map[string]string{"clientId": "c", "clientSecret": "s", "refreshToken": "r", "sellerId": "A2SELLER"},
	})
	require.NoError(t, err)
	return conn.(*client)
}

func TestAnAcceptedItemIsReadBack(t *testing.T) {
	t.Parallel()
	before := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	item := func(rest string) string { return `{"sku":"A"` + rest + `}` }
	summary := func(status, changed string) string {
		return `,"summaries":[{"marketplaceId":"ATVPDKIKX0DER","asin":"B0","productType":"CUP","status":[` + status + `],"lastUpdatedDate":"` + changed + `"}]`
	}
	for name, tc := range map[string]struct {
		body    string
		step    string
		code    string
		waiting bool
	}{
		"no summary yet":        {body: item(``), waiting: true},
		"another marketplace's": {body: item(strings.Replace(summary(`"BUYABLE"`, "2026-11-01T12:00:01Z"), "ATVPDKIKX0DER", "A2EUQ1WTGCTBG2", 1)), waiting: true},
		"not changed yet":       {body: item(summary(`"BUYABLE"`, "2026-11-01T12:00:00Z")), waiting: true},
		"live":                  {body: item(summary(`"BUYABLE"`, "2026-11-01T12:00:01Z")), step: stepLive},
		"sold out":              {body: item(summary(`"DISCOVERABLE"`, "2026-11-01T12:00:01Z")), step: stepListed},
		"refused after all":     {body: item(`,"issues":[{"code":"8541","message":"m","severity":"ERROR","categories":[]}]`), step: "ACCEPTED", code: "8541"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := stub(t, http.StatusOK, tc.body)
			pending := pack(publishing{At: time.Now(), Items: []awaited{{SKU: "A", Before: before}}})
			p, err := c.PublishOutcome(t.Context(), pending)
			require.NoError(t, err)
			if tc.waiting {
				require.Equal(t, pending, p.Pending)
				late := pack(publishing{At: time.Now().Add(-liveWithin), Items: []awaited{{SKU: "A", Before: before}}})
				p, err = c.PublishOutcome(t.Context(), late)
				require.NoError(t, err)
				tc.step, tc.code = "ACCEPTED", codeNeverLive
			}
			require.Empty(t, p.Pending)
			require.Equal(t, tc.step, p.Results[0].Step)
			require.Equal(t, tc.code != "", p.Results[0].Fault != nil)
			if tc.code != "" {
				require.Equal(t, tc.code, p.Results[0].Fault.Code)
			}
		})
	}
	_, err := stub(t, http.StatusOK, `{}`).PublishOutcome(t.Context(), "not a handle")
	require.ErrorContains(t, err, "HANDLE_NOT_OURS")
}

func TestWhatIsThereAsWantedIsNotPutAgain(t *testing.T) {
	t.Parallel()
	c := stub(t, http.StatusOK, `{}`)
	w := writer{product: channel.Product{Title: "Mug", Currency: "USD", Images: []string{"https://images.example/1.jpg"}}, marketplace: "ATVPDKIKX0DER", language: "en_US"}
	ours := item{attributes: w.variant(channel.Variant{SKU: "A", Price: 1099, Quantity: 5})}
	theirs := func(change func(map[string]any)) wireListing {
		text, err := json.Marshal(ours.attributes)
		require.NoError(t, err)
		var all map[string]any
		require.NoError(t, json.Unmarshal(text, &all))
		change(all)
		var l wireListing
		text, err = json.Marshal(map[string]any{"attributes": all})
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(text, &l))
		return l
	}
	for name, tc := range map[string]struct {
		change func(map[string]any)
		same   bool
	}{
		"nothing":                  {func(map[string]any) {}, true},
		"the quantity":             {func(a map[string]any) { a["fulfillment_availability"] = []any{map[string]any{"quantity": 0}} }, true},
		"an attribute of Amazon's": {func(a map[string]any) { a["item_type_keyword"] = []any{map[string]any{"value": "cups"}} }, true},
		"a field of Amazon's":      {func(a map[string]any) { a["purchasable_offer"].([]any)[0].(map[string]any)["audience"] = "ALL" }, true},
		"another marketplace's value": {func(a map[string]any) {
			a["item_name"] = append(a["item_name"].([]any), map[string]any{"value": "Tasse", "marketplace_id": "A1PA6795UKMFR9"})
		}, true},
		"the title":     {func(a map[string]any) { a["item_name"].([]any)[0].(map[string]any)["value"] = "Cup" }, false},
		"no condition":  {func(a map[string]any) { delete(a, "condition_type") }, false},
		"an image more": {func(a map[string]any) { a["other_product_image_locator_1"] = []any{} }, false},
		"a value more": {func(a map[string]any) {
			a["item_name"] = append(a["item_name"].([]any), map[string]any{"value": "Tasse"})
		}, false},
	} {
		require.Equal(t, tc.same, c.same(ours, theirs(tc.change)), name)
	}
}

func TestIssuesAreClassified(t *testing.T) {
	t.Parallel()
	for class, list := range map[channel.Class][]issue{
		channel.Missing: {{Code: codeNoSuchSKU, Message: "This SKU does not exist in the Amazon.com catalog."}},
		channel.Limit: {
			{Code: "1", Message: "You have reached your listing limit."}, {Code: "2", Message: "Your ASIN creation limit has been exhausted."},
			{Code: "3", Message: "We limit the number of listings that you can create in a given week."},
		},
		channel.Config: {{Code: "18299", Message: "You need approval to list in this brand.", Categories: []string{"QUALIFICATION_REQUIRED"}}},
		channel.Invalid: {
			{Code: "90220", Message: "'size' is required but not supplied.", Categories: []string{"MISSING_ATTRIBUTE"}},
			{Code: "90244", Message: "The value of 'item_name' exceeds the limit of 200 characters."},
			{Code: "90245", Message: "The title of the listing exceeds the limit of 200 characters."},
			{Code: "8801", Message: "The same values.", Categories: []string{"DUPLICATE"}},
		},
	} {
		for _, i := range list {
			require.Equal(t, class, i.class(), i.Message)
		}
	}
}

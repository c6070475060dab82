package amazon

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/producttype"
)

// stub returns a connection to a server that gives the same answer to every call.
func stub(t *testing.T, status int, body string) *client {
	t.Helper()
	return stubbed(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	})
}

// stubbed returns a connection to a server that issues tokens, and leaves all other calls to a handler.
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

// one is a single definition.
type one struct{ kept listing.Definition }

// Definition returns the only definition.
func (o one) Definition(string) *listing.Definition { return &o.kept }

// luggage is a small definition, for tests of the wire alone.
func luggage() one {
	body := []byte(`{"$schema":"https://schemas.amazon.com/selling-partners/definitions/product-types/meta-schema/v1",
	"$id":"https://schemas.amazon.com/selling-partners/definitions/product-types/schema/v1/LUGGAGE","type":"object","required":["item_name"],"properties":{
	"item_name":{"type":"array","minItems":1,"maxUniqueItems":1,"selectors":["marketplace_id"],"items":{"type":"object","required":["value"],"properties":{
		"value":{"type":"string","maxLength":200},"marketplace_id":{"type":"string","default":"ATVPDKIKX0DER"}},"additionalProperties":false}}},
	"additionalProperties":false}`)
	return one{listing.Definition{Type: "LUGGAGE", Checksum: producttype.Checksum(body), Body: body}}
}

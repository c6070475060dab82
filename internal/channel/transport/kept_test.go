package transport_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

// planted must not be kept of any call, wherever it was.
var planted = []string{"shpat_0123456789abcdef", "Atza|IwEBI-token", "amzn1.oa2-cs.v1.secret", "v^1.1#refresh", "Agatha Planted", "Agatha", "12 Canal Street", "agatha@example.com", "+44 7700 900123",
	"447700900123", "SW1A 1AA"}

const plantedBody = `{"marketplaceIds":["A1F83G8C2ARO7P"],"sku":"MUG-BLU","patches":[{"op":"replace","path":"/attributes/fulfillment_availability","value":[{"quantity":4,
	"marketplace_id":"A1F83G8C2ARO7P","note":"for Agatha Planted, 12 Canal Street"}]}],"access_token":"Atza|IwEBI-token","client_secret":"amzn1.oa2-cs.v1.secret","refresh_token":"v^1.1#refresh",
	"X-Shopify-Access-Token":"shpat_0123456789abcdef","buyer":{"name":"Agatha Planted","firstName":"Agatha","email":"agatha@example.com","phone":447700900123,"telephone":"+44 7700 900123",
	"address":{"line1":"12 Canal Street","postalCode":"SW1A 1AA"}},"agatha@example.com":true,"reason":"agatha@example.com","sku":"Agatha Planted",
	"errors":[{"errorId":25001,"code":"InvalidInput","message":"Agatha Planted of 12 Canal Street can't be reached at agatha@example.com, token Atza|IwEBI-token"}]}`

func TestOfAFailedCallNoSecretAndNoBuyerIsKept(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch r.URL.Path {
		case "/hangup":
			hangUp(w, r)
		case "/fine":
			_, _ = io.WriteString(w, plantedBody)
		case "/prose":
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, "Agatha Planted, 12 Canal Street, agatha@example.com")
		default:
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, plantedBody)
		}
	}))
	t.Cleanup(server.Close)
	client := transport.New(transport.Options{Local: true, Personal: []string{"getOrder"}})
	calls := map[string]channel.Call{}
	for _, path := range []string{"/hangup", "/fine", "/prose", "/listings/MUG-BLU", "/getOrder"} {
		ctx, made := channel.WithCalls(t.Context())
		req, err := http.NewRequestWithContext(ctx, http.MethodPatch, server.URL+path+"?marketplaceIds=A1F83G8C2ARO7P&buyer=Agatha&access_token=Atza%7CIwEBI-token", strings.NewReader(plantedBody))
		require.NoError(t, err)
		req.Header.Set("Authorization", "Bearer "+planted[1])
		answer, fault := client.Do(ctx, strings.TrimPrefix(path, "/"), req)
		if fault == nil && !answer.OK() {
			_ = answer.Fault(channel.Invalid, strings.TrimPrefix(path, "/"), "InvalidInput")
		}
		calls[path] = made.List()[0]
		for _, secret := range planted {
			require.NotContains(t, calls[path].Request+calls[path].Answer, secret, path)
		}
	}
	require.Empty(t, calls["/fine"].Request+calls["/fine"].Answer, "of a call that succeeded nothing is kept")
	require.Contains(t, calls["/hangup"].Request, "PATCH /hangup?access_token=[not kept: length 16]&buyer=[not kept: length 6]&marketplaceIds=A1F83G8C2ARO7P")
	require.Contains(t, calls["/prose"].Answer, "[not kept: 51 bytes, application/json]")
	failed := calls["/listings/MUG-BLU"]
	for _, want := range []string{`"quantity": "4"`, `"op": "replace"`, `"path": "/attributes/fulfillment_availability"`, `"marketplace_id": "A1F83G8C2ARO7P"`} {
		require.Contains(t, failed.Request, want)
	}
	require.Contains(t, failed.Answer, "HTTP 400")
	require.Contains(t, failed.Answer, `"errorId": "25001"`)
	require.Contains(t, failed.Answer, `"code": "InvalidInput"`)
	require.Contains(t, calls["/getOrder"].Answer, "may name buyers")
}

func TestOfALongBodyAFewKiBAreKept(t *testing.T) {
	t.Parallel()
	long := `{"skus":["A"` + strings.Repeat(`,"A"`, 5000) + `],"deep":` + strings.Repeat(`{"sku":`, 400) + `"A"` + strings.Repeat(`}`, 400) + `}`
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, long)
	}))
	t.Cleanup(server.Close)
	ctx, made := channel.WithCalls(t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL, strings.NewReader(long))
	require.NoError(t, err)
	answer, fault := transport.New(transport.Options{Local: true}).Do(ctx, "put", req)
	require.Nil(t, fault)
	_ = answer.Fault(channel.Invalid, "put", "")
	call := made.List()[0]
	require.Contains(t, call.Request, "[and 4981 more]")
	require.Contains(t, call.Answer, "[not kept]")
	require.Less(t, len(call.Request), 9<<10)
	require.Less(t, len(call.Answer), 9<<10)
}

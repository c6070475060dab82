package buyer_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/buyer"
)

// The bodies have the form that Shopify publishes; the values are made up.
const (
	redactBody = `{"shop_id":954889,"shop_domain":"Netherlock.myshopify.com","customer":{"id":191167,"email":"ada@larkmoor.example","phone":"555-625-1199"},
		"orders_to_redact":[299938,280263]}`
	shopBody = `{"shop_id":954889,"shop_domain":"netherlock.myshopify.com"}`
	dataBody = `{"shop_id":954889,"shop_domain":"netherlock.myshopify.com","orders_requested":[299938],
		"customer":{"id":191167,"email":"ada@larkmoor.example","phone":null},"data_request":{"id":9999}}`
)

func TestShopifysRequestsAreRead(t *testing.T) {
	t.Parallel()
	for want, r := range map[string]buyer.Request{
		redactBody: {Topic: buyer.CustomersRedact, Shop: "netherlock.myshopify.com", Email: "ada@larkmoor.example", Phone: "555-625-1199",
			Orders: []string{"gid://shopify/Order/299938", "gid://shopify/Order/280263"}},
		shopBody: {Topic: buyer.ShopRedact, Shop: "netherlock.myshopify.com"},
		dataBody: {Topic: buyer.DataRequest, Shop: "netherlock.myshopify.com", Number: 9999, Email: "ada@larkmoor.example", Orders: []string{"gid://shopify/Order/299938"}},
	} {
		got, err := buyer.ParseRequest(r.Topic, strings.NewReader(want))
		require.NoError(t, err)
		require.Equal(t, r, got)
		for _, other := range buyer.Topics() {
			if other != r.Topic {
				_, err := buyer.ParseRequest(other, strings.NewReader(want))
				require.ErrorIs(t, err, buyer.ErrRequest, "%s as %s: a shop is not forgotten by mistake", r.Topic, other)
			}
		}
	}
}

func TestWhatIsNoRequestRemovesNothing(t *testing.T) {
	t.Parallel()
	for body, why := range map[string]string{
		``: "no JSON object", `[]`: "is not", `{"shop_domain":""}`: "shop_domain is missing", redactBody + `{}`: "something follows it",
		`{"shop_domain":"a","customer":{"email":"ada@larkmoor.example","name":"Ada"}}`:                `unknown field "name"`,
		`{"shop_domain":"a","customer":{"email":{"a":"ada@larkmoor.example"}}}`:                       "customer.email is not string",
		`{"shop_domain":"a","customer":{},"orders_to_redact":[0]}`:                                    "not above 0",
		`{"shop_domain":"a","customer":{},"orders_to_redact":["ada@larkmoor.example"]}`:               "orders_to_redact is not int64",
		`{"shop_domain":"a","customer":{},"orders_to_redact":[1` + strings.Repeat(",1", 10000) + `]}`: "more than 10000 orders",
		strings.Repeat(" ", 1<<20) + redactBody:                                                       "longer than 1 MiB",
		`{"shop_domain":"a","customer":null,"orders_to_redact":[1]}`:                                  "customer is missing",
	} {
		_, err := buyer.ParseRequest(buyer.CustomersRedact, strings.NewReader(body))
		require.ErrorIs(t, err, buyer.ErrRequest)
		require.ErrorContains(t, err, why)
		require.NotContains(t, err.Error(), "larkmoor")
	}
	_, err := buyer.ParseRequest("orders/create", strings.NewReader(redactBody))
	require.ErrorContains(t, err, "there is no such topic")
}

func FuzzParseRequest(f *testing.F) {
	for i, body := range []string{dataBody, redactBody, shopBody, `{"shop_domain":"a","customer":{}}`} {
		f.Add(i, []byte(body))
	}
	f.Fuzz(func(t *testing.T, topic int, body []byte) {
		want := buyer.Topics()[uint(topic)%3]
		r, err := buyer.ParseRequest(want, strings.NewReader(string(body)))
		if err != nil {
			require.ErrorIs(t, err, buyer.ErrRequest)
			return
		}
		require.NotEmpty(t, r.Shop)
		if r.Topic == buyer.ShopRedact {
			require.Empty(t, r.Email+r.Phone)
			require.Empty(t, r.Orders)
		}
	})
}

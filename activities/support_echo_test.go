package activities_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/amazon"
	"github.com/towpath/towpath/internal/channel/ebay"
	"github.com/towpath/towpath/internal/channel/shopify"
	simulated "github.com/towpath/towpath/internal/simulator/amazon"
	simulatedebay "github.com/towpath/towpath/internal/simulator/ebay"
	"github.com/towpath/towpath/internal/simulator/market"
	simulatedshopify "github.com/towpath/towpath/internal/simulator/shopify"
	"github.com/towpath/towpath/internal/simulator/wire"
)

// plantedBuyer is a buyer whose every word can be found again. None has a blank: such words pass for codes.
var plantedBuyer = market.Buyer{Name: "Zebulonquarry", Email: "zebulon@planted-quarry.example", Phone: "+447700900461", Line1: "Plantedquarry-17", City: "Quarrytown",
	PostalCode: "ZQ17-7QZ", Country: "GB", Note: "Leave-it-with-Quincyplanted", Gift: "Greetings-Quentinplanted"}

func plantedWords() []string {
	b := plantedBuyer
	return []string{b.Name, b.Email, b.Phone, b.Line1, b.City, b.PostalCode, b.Note, b.Gift}
}

// plantedGrants are credentials that can be found again, by channel.
var plantedGrants = map[channel.Kind]map[string]string{
	channel.Amazon:  {"clientId": "amzn1.application.1", "clientSecret": "amzn1.oa2-cs.v1.plantedsecret", "refreshToken": "Atzr|plantedgrant", "sellerId": "A2SELLER"},
	channel.EBay:    {"clientId": "towpath-app", "clientSecret": "PRD-plantedsecret", "refreshToken": "v^1.1#plantedgrant"},
	channel.Shopify: {"accessToken": "shpat_plantedaccesstoken"},
}

// echo is a marketplace that repeats in what it says of an error who the buyer is and what it was sent, as channels do.
type echo struct {
	next http.Handler

	mu      sync.Mutex
	secrets map[string]bool // that it was sent, and that it gave
}

// ServeHTTP answers as the marketplace does, and repeats in each message of an error what must not be kept.
func (e *echo) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e.hear(r.Header)
	answer := httptest.NewRecorder()
	e.next.ServeHTTP(answer, r) // a connection that is closed on purpose ends here
	body := answer.Body.Bytes()
	var value any
	if json.Unmarshal(body, &value) == nil && (answer.Code >= http.StatusBadRequest || bytes.Contains(body, []byte(`"message"`))) {
		if spoilt, err := json.Marshal(repeating(value, append(plantedWords(), e.heard()...))); err == nil {
			body = spoilt
		}
	}
	maps.Copy(w.Header(), answer.Header())
	w.Header().Del("Content-Length")
	w.WriteHeader(answer.Code)
	_, _ = w.Write(body)
}

// hear notes the tokens of a request.
func (e *echo) hear(h http.Header) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, name := range []string{"Authorization", "X-Amz-Access-Token", "X-Shopify-Access-Token"} {
		_, token, found := strings.Cut(h.Get(name), " ")
		if !found {
			token = h.Get(name)
		}
		if token != "" {
			e.secrets[token] = true
		}
	}
}

func (e *echo) heard() (list []string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for token := range e.secrets {
		list = append(list, token)
	}
	return list
}

// repeating adds words to every message, and as parameters beside it.
func repeating(value any, words []string) any {
	switch v := value.(type) {
	case map[string]any:
		for key, inner := range v {
			v[key] = repeating(inner, words)
		}
		if text, is := v["message"].(string); is {
			v["message"] = text + ": " + strings.Join(words, ", ")
			var parameters []any
			for _, word := range words {
				parameters = append(parameters, map[string]any{"name": "value", "value": word})
			}
			v["parameters"], v["buyer"] = parameters, words[0]
		}
	case []any:
		for i := range v {
			v[i] = repeating(v[i], words)
		}
	}
	return value
}

// openEchoing returns a live shop with planted credentials, on a marketplace that repeats what it was sent.
func openEchoing(t *testing.T, kind channel.Kind, database string) (*shop, *echo) {
	t.Helper()
	s, e := openStoreOn(t, kind, database), &echo{secrets: map[string]bool{}}
	for name, secret := range plantedGrants[kind] {
		if name != "clientId" && name != "sellerId" {
			e.secrets[secret] = true
		}
	}
	on := map[channel.Kind]struct {
		handler func(market.Seller, wire.Options) http.Handler
		options market.Options
		account channel.Account
		open    func(channel.Account) (channel.Connection, error)
	}{
		channel.Amazon: {simulated.Handler, simulated.MarketOptions(account), channel.Account{Marketplace: "A1F83G8C2ARO7P"}, amazon.Open},
		channel.EBay:   {simulatedebay.Handler, simulatedebay.MarketOptions(account), channel.Account{Marketplace: "EBAY_GB", Publishing: simulatedebay.Publishing()}, ebay.Open},
		channel.Shopify: {simulatedshopify.Handler, simulatedshopify.MarketOptions(account),
			channel.Account{Marketplace: "lockside.myshopify.com", Location: simulatedshopify.Location}, shopify.Open},
	}[kind]
	on.account.Kind, on.account.Credentials = kind, plantedGrants[kind]
	a := s.trade(func(m market.Seller, o wire.Options) http.Handler {
		e.next = on.handler(m, o)
		return e
	}, on.options, on.account)
	if kind == channel.Amazon {
		a.AuthURL = a.BaseURL + "/auth/o2/token"
	}
	conn, err := on.open(a)
	require.NoError(t, err)
	s.environment.Connections[account] = conn
	return s, e
}

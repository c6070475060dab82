package amazon

import (
	"fmt"
	"net/http"

	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/wire"
)

// MarketOptions returns options with ids like Amazon's. The account's name chooses the first group of its order ids,
// so that two marketplaces have different ids.
func MarketOptions(account string) market.Options {
	group := 0
	for _, b := range []byte(account) {
		group = (group*31 + int(b)) % 900
	}
	return market.Options{
		Account: account,
		NewOrderID: func(n int64) string {
			// 1,234,567 and 10,000,000 have no common divisor: the middle group repeats only after ten million orders.
			return fmt.Sprintf("%03d-%07d-%07d", 26+group, n*1234567%10_000_000, n%10_000_000)
		},
		NewLineID:     func(order int64, line int) string { return fmt.Sprintf("%d%04d", 5_000_000_000+order, line) },
		NewListingRef: func(n int64, _ string) string { return fmt.Sprintf("PRODUCT_%d", n) },
		NewListingID:  asin,
		Rewritten:     rewritten,
	}
}

// place is the API's data about a marketplace; network is the fulfillment channel code of Amazon's own stock there.
type place struct{ country, currency, language, domain, network string }

// places are the marketplaces that can be simulated (SP-API documentation, "Marketplace IDs").
var places = map[string]place{
	"ATVPDKIKX0DER":  {"US", "USD", "en_US", "www.amazon.com", "AMAZON_NA"},
	"A2EUQ1WTGCTBG2": {"CA", "CAD", "en_CA", "www.amazon.ca", "AMAZON_NA"},
	"A1F83G8C2ARO7P": {"GB", "GBP", "en_GB", "www.amazon.co.uk", "AMAZON_EU"},
	"A1PA6795UKMFR9": {"DE", "EUR", "de_DE", "www.amazon.de", "AMAZON_EU"},
	"A13V1IB3VIYZZH": {"FR", "EUR", "fr_FR", "www.amazon.fr", "AMAZON_EU"},
	"A1RKKUPIHCS9HS": {"ES", "EUR", "es_ES", "www.amazon.es", "AMAZON_EU"},
	"APJ6JRA9NG5V4":  {"IT", "EUR", "it_IT", "www.amazon.it", "AMAZON_EU"},
	"A28R8C7NBKEWEA": {"IE", "EUR", "en_IE", "www.amazon.ie", "AMAZON_EU"},
	"A1VC38T7YXB528": {"JP", "JPY", "ja_JP", "www.amazon.co.jp", "AMAZON_JP"},
	"A39IBJ37TRP1C6": {"AU", "AUD", "en_AU", "www.amazon.com.au", "AMAZON_AU"},
}

func (s *server) place() place {
	if p, ok := places[s.options.Marketplace]; ok {
		return p
	}
	return places["A1F83G8C2ARO7P"]
}

// participations returns the one marketplace of the seller.
func (s *server) participations(w http.ResponseWriter, _ *http.Request) {
	p := s.place()
	wire.WriteJSON(w, http.StatusOK, map[string]any{"payload": []any{map[string]any{
		"marketplace": map[string]string{
			"id": s.options.Marketplace, "name": p.domain[len("www."):], "countryCode": p.country,
			"defaultCurrencyCode": p.currency, "defaultLanguageCode": p.language, "domainName": p.domain,
		},
		"storeName":     s.options.Account,
		"participation": map[string]bool{"isParticipating": true, "hasSuspendedListings": false},
	}}})
}

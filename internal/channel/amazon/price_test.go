package amazon

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// What business buyers or members of a programme pay is not the price; an amount that can't be read is none.
func TestThePriceOfAListing(t *testing.T) {
	t.Parallel()
	for offers, want := range map[string]int64{
		`[{"marketplaceId":"UK","offerType":"B2B","price":{"amount":"9.00","currencyCode":"GBP"}},{"marketplaceId":"UK","offerType":"B2C","price":{"amount":"12.50","currencyCode":"GBP"}}]`: 1250,
		`[{"marketplaceId":"DE","offerType":"B2C","price":{"amount":"14.00","currencyCode":"EUR"}},{"marketplaceId":"UK","offerType":"B2C","price":{"amount":"1E+1","currencyCode":"GBP"}}]`: 1000,
		`[{"marketplaceId":"UK","offerType":"B2C","audience":{"value":"PRIME"},"price":{"amount":"9.00","currencyCode":"GBP"}}]`:                                                             -1,
		`[{"marketplaceId":"UK","offerType":"B2C","price":{"amount":"a lot","currencyCode":"GBP"}}]`:                                                                                         -1,
		`[]`: -1,
	} {
		var item wireListing
		require.NoError(t, json.Unmarshal([]byte(`{"sku":"A","offers":`+offers+`}`), &item))
		l := item.read("UK")
		if want < 0 {
			require.Empty(t, l.Currency, offers)
			continue
		}
		require.Equal(t, want, l.Price, offers)
		require.Equal(t, "GBP", l.Currency)
	}
}

package account

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
)

func TestTheTimeZoneOfAnAccountWithoutOne(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		kind        channel.Kind
		marketplace string
		want        string
	}{
		{channel.Amazon, "A1F83G8C2ARO7P", "Europe/London"},
		{channel.Amazon, "ATVPDKIKX0DER", UTC},
		{channel.EBay, "EBAY_DE", "Europe/Berlin"},
		{channel.EBay, "EBAY_MOTORS_US", UTC},
		{channel.EBay, "", UTC},
		{channel.Shopify, "my-shop.myshopify.com", UTC},
	} {
		require.Equal(t, tc.want, DefaultZone(tc.kind, tc.marketplace), "%s %s", tc.kind, tc.marketplace)
	}
	for country, zone := range countryZones {
		_, err := time.LoadLocation(zone)
		require.NoError(t, err, country)
	}
	for _, country := range amazonCountries {
		require.NotEmpty(t, countryZones[country], country)
	}
	require.Equal(t, time.UTC, Account{}.Zone())
	require.Equal(t, time.UTC, Account{TimeZone: "Nowhere/Such"}.Zone(), "a later build may have saved it")
	require.Equal(t, "Europe/London", Account{TimeZone: "Europe/London"}.Zone().String())
}

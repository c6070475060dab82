package channel_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
)

func TestACarrierThatIsOnlyAnotherOneIsCalledByItsName(t *testing.T) {
	t.Parallel()
	require.Equal(t, "Narrowboat Couriers", channel.Shipment{Carrier: "Other", CarrierName: "Narrowboat Couriers"}.Company())
	require.Equal(t, "DPD", channel.Shipment{Carrier: "DPD", CarrierName: "DPD Local"}.Company())
	require.Equal(t, "Other", channel.Shipment{Carrier: "Other"}.Company())
}

// C7: one table for all channels.
func TestCarriersByChannel(t *testing.T) {
	t.Parallel()
	for given, want := range map[string][]string{
		"Royal Mail": {"Royal Mail", "RoyalMail", "Royal Mail"}, "ROYAL_MAIL": {"Royal Mail", "RoyalMail", "Royal Mail"}, "RoyalMail": {"Royal Mail", "RoyalMail", "Royal Mail"},
		"Bob's Vans": {"Other Bob's Vans", "Other Bob's Vans", "Other Bob's Vans"}, "  bob's   vans ": {"Other bob's vans", "Other bob's vans", "Other bob's vans"},
		"DPD Local": {"Other DPD Local", "Other DPD Local", "DPD Local"}, "dhl": {"DHL", "DHL", "DHL Express"}, "": {"", "", ""}, "Other": {"", "", ""},
		"Yamato Transport": {"YamatoTransport", "Yamato", "Yamato (EN)"},
	} {
		for i, kind := range channel.Kinds() {
			code, name := channel.Shipment{Carrier: given}.CarrierOn(kind)
			require.Equal(t, want[i], strings.TrimSpace(code+" "+name), "%q on %s", given, kind)
		}
	}
	code, name := channel.Shipment{Carrier: "Other", CarrierName: "DPD"}.CarrierOn(channel.Amazon)
	require.Equal(t, []string{"DPD", ""}, []string{code, name}, "a name that is listed after all")
}

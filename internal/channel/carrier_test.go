package channel_test

import (
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

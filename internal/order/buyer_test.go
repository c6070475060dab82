package order_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
)

func TestAMaskedBuyerIsNobodyInParticular(t *testing.T) {
	t.Parallel()
	for want, b := range map[string]order.Buyer{
		"A. L., ZZ…, GB":    {Name: "Ada Larkmoor", Email: "a@b.example", Phone: "1", Line1: "1 Lock Lane", City: "Netherlock", PostalCode: "ZZ1 1ZZ", CountryCode: "GB"},
		"Ö. d. l., 10…, DE": {Name: " Ö de la Cruz y Vega", PostalCode: "10115", CountryCode: "DE"},
		"GB":                {PostalCode: "Z", CountryCode: "GB"},
		"":                  {},
	} {
		require.Equal(t, want, b.Masked())
	}
}

func TestWhoseDataIsSaved(t *testing.T) {
	t.Parallel()
	var none *order.KnownBuyer
	require.True(t, none.Saved(order.AwaitingPayment))
	require.True(t, none.Saved(order.Processed))
	for _, state := range []order.State{order.Completed, order.Cancelled, order.Skipped} {
		require.False(t, none.Saved(state), "%s: it was over when it was first seen", state)
		require.True(t, (&order.KnownBuyer{}).Saved(state), "%s: the address may have been corrected", state)
	}
	require.False(t, (&order.KnownBuyer{Forgotten: true}).Saved(order.Open))
}

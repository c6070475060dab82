package shipment_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/shipment"
)

// Each thing that keeps a package from being sent is named by itself, with what to do; all else stays met.
func TestThePreconditionsOfSendingAPackage(t *testing.T) {
	t.Parallel()
	placed := time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
	ready := func() (*shipment.Known, shipment.Circumstances) {
		p := pack("P1", of("a", 2))
		p.ShippedAt = placed.Add(time.Hour)
		return &shipment.Known{Package: p, State: shipment.Processed}, shipment.Circumstances{
			Account: "ebay-uk", Reference: "14-1", Package: "P1", Channel: "ebay", Paid: true, NeedsPayment: true, PlacedAt: placed,
			Lines: map[string]shipment.Linked{"a": {SKU: "MUG"}}, CarrierCode: "RoyalMail",
		}
	}
	k, c := ready()
	all := k.Preconditions(c)
	require.Len(t, all, 16)
	require.Empty(t, shipment.Unmet(all))
	names := map[string]bool{}
	for _, p := range all {
		require.NotEmpty(t, p.Text)
		require.Empty(t, p.Do)
		require.False(t, names[p.Name], p.Name)
		names[p.Name] = true
	}
	for name, spoil := range map[string]func(*shipment.Known, *shipment.Circumstances){
		"account-on":           func(_ *shipment.Known, c *shipment.Circumstances) { c.SwitchedOff = true },
		"account-not-paused":   func(_ *shipment.Known, c *shipment.Circumstances) { c.Paused = true },
		"shipments-not-paused": func(_ *shipment.Known, c *shipment.Circumstances) { c.ShipmentsPaused = "stock take" },
		"account-live":         func(_ *shipment.Known, c *shipment.Circumstances) { c.Observing = true },
		"access":               func(_ *shipment.Known, c *shipment.Circumstances) { c.AccessEnded = "the refresh token" },
		"order-stands":         func(_ *shipment.Known, c *shipment.Circumstances) { c.Gone = "cancelled" },
		"paid":                 func(_ *shipment.Known, c *shipment.Circumstances) { c.Paid = false },
		"not-held":             func(_ *shipment.Known, c *shipment.Circumstances) { c.Held = "the buyer wants to cancel" },
		"not-contradicted":     func(_ *shipment.Known, c *shipment.Circumstances) { c.Contradiction = "it goes elsewhere" },
		"lines-linked":         func(_ *shipment.Known, c *shipment.Circumstances) { c.Lines["a"] = shipment.Linked{} },
		"products":             func(k *shipment.Known, _ *shipment.Circumstances) { k.Reversed = map[string]int{"a": 2} },
		"processed":            func(k *shipment.Known, _ *shipment.Circumstances) { k.State = shipment.Refused },
		"label":                func(k *shipment.Known, _ *shipment.Circumstances) { k.Label = "" },
		"carrier":              func(_ *shipment.Known, c *shipment.Circumstances) { c.CarrierCode = "" },
		"tracking-number":      func(k *shipment.Known, _ *shipment.Circumstances) { k.TrackingNumber = "---" },
		"ship-date":            func(k *shipment.Known, _ *shipment.Circumstances) { k.ShippedAt = placed.Add(-48 * time.Hour) },
	} {
		require.True(t, names[name], name)
		k, c := ready()
		spoil(k, &c)
		unmet := shipment.Unmet(k.Preconditions(c))
		require.Len(t, unmet, 1, name)
		require.Equal(t, name, unmet[0].Name)
		require.NotEmpty(t, unmet[0].Do, name)
	}
	k, c = ready()
	c.Paid, c.NeedsPayment, c.Channel = false, false, "amazon"
	k.TrackingNumber = "-"
	require.Empty(t, shipment.Unmet(k.Preconditions(c)), "only some accounts need the payment, and only eBay drops all but letters and digits")
	delete(c.Lines, "a")
	require.Contains(t, shipment.Unmet(k.Preconditions(c))[0].Text, "no line a")
}

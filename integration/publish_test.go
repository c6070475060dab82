package integration

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/amazon"
	"github.com/towpath/towpath/internal/channel/ebay"
	"github.com/towpath/towpath/internal/channel/shopify"
	"github.com/towpath/towpath/internal/config"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/simulator/faults"
)

// The faults that are not on an order's way: a listing limit that is reached and variations that are called the same.
// Each publication is refused for what is wrong with it, beside the orders that flow on the same account, and the
// book comes out right.
func TestRefusedPublicationsLeaveTheBookAlone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p, _ := startRunning(t, dir, "--orders", smallBook(t, dir, 150, false), "--speed", "max", "--exit-when-done")
	shop := openBeside(t, dir)
	for kind, want := range map[faults.Kind]channel.Class{faults.ListingLimit: channel.Limit, faults.DuplicateVariation: channel.Invalid} {
		for _, a := range marketplaces(t, dir).Accounts {
			conn, err := shop.Connection(t.Context(), a.ID)
			require.NoError(t, err)
			switchOn(p, dir, a.ID, rates(kind, 1))
			require.Equal(t, want, refusalOf(t, conn, lamps(a.Kind)).Class, "%s on %s", kind, a.ID)
			awaitFaults(p, dir, a.ID, kind, 1)
			switchOn(p, dir, a.ID, faults.Rates{})
		}
	}
	operate(p, dir)
	requireClean(t, p)
	require.Contains(t, p.out.String(), "150 placed, 150 saved, 0 lost")
}

// openBeside puts a second Towpath together on what a running towpath-dev has, the kept tokens included.
func openBeside(t *testing.T, dir string) *platform.Platform {
	t.Helper()
	settings, _, err := config.Load(dir, "")
	require.NoError(t, err)
	adapters := channel.Registry{channel.Amazon: amazon.Open, channel.EBay: ebay.Open, channel.Shopify: shopify.Open}
	beside, err := platform.Open(t.Context(), settings, adapters, zap.NewNop())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, beside.Close()) })
	return beside
}

// refusalOf publishes and requires that the channel refuses some of it.
func refusalOf(t *testing.T, conn channel.Connection, p channel.Product) *channel.Fault {
	t.Helper()
	got, err := conn.Publish(t.Context(), p, false)
	if err != nil {
		return channel.AsFault(err, "publish")
	}
	for _, r := range got.Results {
		if r.Fault != nil {
			return r.Fault
		}
	}
	require.Fail(t, "nothing was refused")
	return nil
}

// lamps are a product of two variants that the book does not have.
func lamps(k channel.Kind) channel.Product {
	category := map[channel.Kind]string{channel.Amazon: "LAMP", channel.EBay: "20706", channel.Shopify: "Lamps"}
	return channel.Product{
		Key: "LAMP", Type: category[k], Title: "Brass lamp", Description: "With a green shade.", Brand: "Quill",
		Images: []string{"https://images.example/lamp.jpg"}, Options: []string{"Colour"}, Currency: "GBP",
		Variants: []channel.Variant{
			{SKU: "LAMP-GREEN", Price: 4999, Quantity: 1, Options: map[string]string{"Colour": "Green"}},
			{SKU: "LAMP-WHITE", Price: 4999, Quantity: 1, Options: map[string]string{"Colour": "White"}},
		},
	}
}

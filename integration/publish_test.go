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
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/simulator/faults"
)

// The faults that orders do not meet: a listing limit that is reached, and variations with the same name. Each
// publication is refused with its own cause while orders arrive on the same account, and the audit of the book is
// clean.
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

// openBeside opens a second platform on the data of a running towpath-dev, including the saved tokens.
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

// refusalOf publishes a product, and requires that our own check finds no errors and that the channel refuses it.
func refusalOf(t *testing.T, conn channel.Connection, p channel.Product) *channel.Fault {
	t.Helper()
	known := defined{}
	for _, of := range conn.Wants(p) {
		d, err := conn.Define(t.Context(), of)
		require.NoError(t, err)
		known[of] = &d
	}
	checked, err := conn.Check(t.Context(), []channel.Product{p}, known)
	require.NoError(t, err)
	for of, issues := range checked[0].Issues {
		require.False(t, listing.Failed(issues), "%s: %+v", of, issues)
	}
	got, err := conn.Submit(t.Context(), []listing.Draft{{Product: p, Plans: checked[0].Plans}}, false, known)
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

// defined are definitions by their types.
type defined map[string]*listing.Definition

// Definition returns the definition of a type, or nil.
func (d defined) Definition(productType string) *listing.Definition { return d[productType] }

// lamps returns a product of two variants that the book does not have, of a type that each marketplace knows.
func lamps(k channel.Kind) channel.Product {
	kinds := map[channel.Kind]string{channel.Amazon: "DRINKING_CUP", channel.EBay: "38250", channel.Shopify: "Lamps"}
	p := channel.Product{
		Key: "LAMP", Type: kinds[k], Title: "Brass lamp", Description: "With a green shade.", Brand: "Quill",
		Images: []string{"https://images.example/lamp.jpg"}, Options: []string{"Colour"}, Currency: "GBP",
		Variants: []channel.Variant{
			{SKU: "LAMP-GREEN", Price: 4999, Quantity: 1, Options: map[string]string{"Colour": "Green"}},
			{SKU: "LAMP-WHITE", Price: 4999, Quantity: 1, Options: map[string]string{"Colour": "White"}},
		},
	}
	if k == channel.Amazon {
		p.Aspects = map[string][]string{
			"country_of_origin": {"GB"}, "merchant_shipping_group": {"Standard"}, "recommended_browse_nodes": {"3147411"},
			"supplier_declared_has_product_identifier_exemption": {"true"},
		}
	}
	return p
}

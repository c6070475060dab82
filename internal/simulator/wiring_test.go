package simulator_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/amazon"
	"github.com/towpath/towpath/internal/channel/channeltest"
	"github.com/towpath/towpath/internal/channel/ebay"
	"github.com/towpath/towpath/internal/channel/shopify"
	"github.com/towpath/towpath/internal/polltest"
	"github.com/towpath/towpath/internal/simulator"
	"github.com/towpath/towpath/internal/simulator/market"
)

// A marketplace accepts the address, credentials and locations that its account is given: one purchase is played to
// its end on each.
func TestEveryAccountCanBeCalled(t *testing.T) {
	t.Parallel()
	s, err := simulator.Start(t.Context(), simulator.Options{Dir: t.TempDir(), Accounts: specs, Speed: 10_000})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Stop()) }()
	adapters := channel.Registry{channel.Amazon: amazon.Open, channel.EBay: ebay.Open, channel.Shopify: shopify.Open}
	for _, a := range s.Accounts() {
		t.Run(a.ID, func(t *testing.T) {
			ctx, m := t.Context(), s.Market(a.ID)
			require.NoError(t, m.List(ctx, []market.Listing{{SKU: "a", Title: "Lamp", Price: 100, Quantity: 3}}))
			placed, err := m.Place(ctx, market.Purchase{BookID: "1", Currency: "GBP", Paid: true, Buyer: market.Buyer{Name: "Ada", Country: "GB"},
				Lines: []market.PurchaseLine{{SKU: "a", Title: "Lamp", Quantity: 2, UnitPrice: 100}}})
			require.NoError(t, err)
			account := a.Channel()
			account.Vault = &channeltest.Vault{}
			c, err := adapters.Open(account)
			require.NoError(t, err)
			require.NoError(t, c.Test(ctx))
			var page channel.OrdersPage
			polltest.Until(t, "the channel shows the order", func() bool { // it may appear a little later
				page, err = c.Orders(ctx, channel.OrdersQuery{Since: time.Now().Add(-time.Hour)})
				require.NoError(t, err)
				return len(page.Orders) > 0
			})
			o := page.Orders[0]
			require.Equal(t, placed.OrderID, o.ID)
			require.Equal(t, int64(200), o.Total)

			l, err := m.Listing(ctx, "a")
			require.NoError(t, err)
			answer, err := c.SetLevels(ctx, []channel.Level{{SKU: "a", ListingRef: l.Ref, Quantity: 7, Key: "k"}})
			require.NoError(t, err)
			require.Nil(t, answer.Results[0].Fault)
			polltest.Until(t, "the level is live", func() bool { // accepted is not yet live on Amazon
				l, err = m.Listing(ctx, "a")
				require.NoError(t, err)
				return l.Quantity == 7
			})
			_, err = c.ConfirmShipment(ctx, channel.Shipment{OrderID: o.ID, PackageID: "p", Number: 1, Carrier: "Royal Mail", TrackingNumber: "T1",
				ShippedAt: time.Now(), Lines: []channel.ShipmentLine{{LineID: o.Lines[0].ID, Quantity: 2}}})
			require.NoError(t, err)
			shipped, err := m.ByBook(ctx, "1")
			require.NoError(t, err)
			require.Equal(t, "T1", shipped.Shipments[0].TrackingNumber)
		})
	}
}

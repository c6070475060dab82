package activities_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/ebay"
	"github.com/towpath/towpath/internal/channel/shopify"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/polltest"
	simulatedebay "github.com/towpath/towpath/internal/simulator/ebay"
	"github.com/towpath/towpath/internal/simulator/market"
	simulatedshopify "github.com/towpath/towpath/internal/simulator/shopify"
	"github.com/towpath/towpath/internal/simulator/wire"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/settings"
)

// ender is a shop that ends what is sold out: a mug alone and a pot in two colours, published by the adapter.
type ender struct {
	*shop
	account channel.Account
	open    func(channel.Account) (channel.Connection, error)
	lossy   *lossy
	began   time.Time
	given   int // receipts so far
}

// lossy is a connection of which the answers to some calls are lost after they were carried out, as when the worker is killed.
type lossy struct {
	channel.Connection
	channel.Relister
	lose       int    // how many answers are lost
	unreadable string // a SKU that no call may ask about
}

var errKilled = channel.NewFault(channel.Network, "killed", "the worker was killed")

func (l *lossy) End(ctx context.Context, skus []string) ([]channel.VariantResult, error) {
	results, err := l.Connection.End(ctx, skus)
	if l.lose > 0 {
		l.lose--
		return nil, errKilled.Again()
	}
	return results, err
}

func (l *lossy) Wholes(ctx context.Context, skus []string) ([]channel.Whole, error) {
	if slices.Contains(skus, l.unreadable) {
		return nil, channel.NewFault(channel.Invalid, string(channel.OpListings), "a value is not valid")
	}
	return l.Relister.Wholes(ctx, skus)
}

func (l *lossy) Relist(ctx context.Context, key string, levels []channel.Level) ([]channel.VariantResult, error) {
	results, err := l.Relister.Relist(ctx, key, levels)
	if l.lose > 0 {
		l.lose--
		return nil, errKilled.Again()
	}
	return results, err
}

// enders open such a shop by channel.
var enders = map[channel.Kind]func(*testing.T) *ender{
	channel.EBay: func(t *testing.T) *ender {
		return openEnder(t, simulatedebay.Handler, simulatedebay.MarketOptions(account), ebay.Open, "38250", channel.Account{
			Kind: channel.EBay, Marketplace: "EBAY_GB", Publishing: simulatedebay.Publishing(),
			Credentials: map[string]string{"clientId": "id", "clientSecret": "secret", "refreshToken": "grant"},
		})
	},
	channel.Shopify: func(t *testing.T) *ender {
		return openEnder(t, simulatedshopify.Handler, simulatedshopify.MarketOptions(account), shopify.Open, "Mugs", channel.Account{
			Kind: channel.Shopify, Marketplace: "lockside.myshopify.com", Location: simulatedshopify.Location, Credentials: map[string]string{"accessToken": "shpat_1"},
		})
	},
}

func openEnder(t *testing.T, serve func(market.Seller, wire.Options) http.Handler, options market.Options, open func(channel.Account) (channel.Connection, error), kind string, a channel.Account) *ender {
	t.Helper()
	e := &ender{shop: openStore(t, a.Kind), open: open, began: time.Now().UTC().Add(-time.Minute)}
	e.environment.Speed = 1_000_000
	a.Listings = channel.Permissions{Revise: true, End: true, Relist: true}
	e.account = e.trade(serve, options, a)
	e.allow(a.Listings)
	_, err := e.store.Settings.GoLive(t.Context(), account, settings.Live{By: "test"})
	require.NoError(t, err)
	e.publish(listing.Product{Key: "MUG", Variants: []listing.Variant{{SKU: "MUG"}}}, kind)
	e.publish(listing.Product{Key: "POT", Options: []string{"Colour"}, Variants: []listing.Variant{
		{SKU: "POT-RED", Options: map[string]string{"Colour": "Red"}}, {SKU: "POT-BLUE", Options: map[string]string{"Colour": "Blue"}},
	}}, kind)
	for _, sku := range []string{"MUG", "POT-RED", "POT-BLUE"} {
		require.NoError(t, e.store.Links.SaveLinks(t.Context(), []links.Link{{Account: account, ChannelSKU: sku, SKU: sku}}))
		e.receive(sku, 1)
	}
	e.imports("read")
	e.settle(map[string]int{"MUG": 1, "POT-RED": 1, "POT-BLUE": 1})
	return e
}

// allow saves the account with what it may do to listings, and connects it anew.
func (e *ender) allow(p channel.Permissions) {
	e.t.Helper()
	require.NoError(e.t, e.store.Settings.SaveAccounts(e.t.Context(), []accounts.Account{{
		Account: message.Account{ID: account, Channel: e.account.Kind, Endpoint: channel.Production}, OrderLocation: "main", StockLocations: []string{"main"},
		Cap: stock.NoCap, ReserveAt: order.AtPlaced, Enabled: true, AtZero: accounts.EndAtZero, Listings: p,
	}}))
	e.account.Listings = p
	conn, err := e.open(e.account)
	require.NoError(e.t, err)
	e.lossy = &lossy{Connection: conn, Relister: conn.(channel.Relister)}
	e.environment.Connections[account] = e.lossy
}

// publish lists a product through the adapter.
func (e *ender) publish(p listing.Product, kind string) {
	e.t.Helper()
	ctx := e.t.Context()
	p.Type, p.Title, p.Description, p.Brand, p.Currency = kind, "A "+p.Key, "Made of enamel.", "Quill", "GBP"
	p.Images = []string{"https://images.example/" + p.Key + ".jpg"}
	for i := range p.Variants {
		p.Variants[i].Price, p.Variants[i].Quantity = 1099, 1
	}
	known := defined{}
	for _, want := range e.lossy.Wants(p) {
		d, err := e.lossy.Define(ctx, want)
		require.NoError(e.t, err)
		known[want] = &d
	}
	checked, err := e.lossy.Check(ctx, []listing.Product{p}, known)
	require.NoError(e.t, err)
	for of, issues := range checked[0].Issues {
		require.False(e.t, listing.Failed(issues), "%s: %v", of, issues)
	}
	out, err := e.lossy.Submit(ctx, []listing.Draft{{Product: p, Plans: checked[0].Plans}}, false, known)
	require.NoError(e.t, err)
	for _, r := range out.Results {
		require.Nil(e.t, r.Fault, r.SKU)
	}
}

// defined are definitions by type.
type defined map[string]*listing.Definition

// Definition returns one of them.
func (d defined) Definition(productType string) *listing.Definition { return d[productType] }

// receive books units in.
func (e *ender) receive(sku string, n int) {
	e.t.Helper()
	e.given++
	_, err := e.store.Ledger.ApplyStock(e.t.Context(), []stock.Change{{Key: fmt.Sprint("receipt-", e.given), SKU: sku, Location: "main", Kind: stock.Receipt, Quantity: n, Cause: stock.ByStock}})
	require.NoError(e.t, err)
}

// round does once what the schedule, the push, the sweep and its check do.
func (e *ender) round() {
	e.t.Helper()
	e.turn(e.began)
	a := &activities.Levels{Environment: e.environment, Pushes: e.caller}
	in := activities.CheckListingsInput{Account: account, RunID: fmt.Sprint("zero-", time.Now().UnixNano())}
	for range 9 {
		if out := do[activities.CheckListingsOutput](e.shop, a.CheckListings, in); out.Fault != nil || !out.More {
			return
		}
	}
	require.Fail(e.t, "a check has no end")
}

// off is what a SKU that buyers don't see has in settle.
const off = -1

// settle waits until buyers can buy this many of each SKU; off: it is off sale.
func (e *ender) settle(want map[string]int) {
	e.t.Helper()
	polltest.Until(e.t, fmt.Sprint("the ledger has ", want), func() bool {
		e.round()
		for sku, n := range want {
			if e.buyable(sku) != n {
				return false
			}
		}
		return true
	})
	for range 2 { // and it stays so
		e.round()
		for sku, n := range want {
			require.Equal(e.t, n, e.buyable(sku), sku)
		}
	}
}

// buyable is what buyers can buy of a SKU by the marketplace's ledger.
func (e *ender) buyable(sku string) int {
	e.t.Helper()
	l, err := e.market.Listing(e.t.Context(), sku)
	require.NoError(e.t, err)
	if l.Status != market.Live {
		return off
	}
	return l.Quantity
}

// live are the ids of a SKU's listings that are known here and that buyers see.
func (e *ender) live(sku string) (ids []string) {
	e.t.Helper()
	rows, err := e.store.Links.Listings(e.t.Context(), account, sku)
	require.NoError(e.t, err)
	for _, r := range rows {
		if r.State == channel.ListingLive && r.GoneAt.IsZero() {
			ids = append(ids, r.ListingID)
		}
	}
	slices.Sort(ids)
	return ids
}

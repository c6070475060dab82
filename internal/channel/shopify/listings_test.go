package shopify

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
)

// SKUs with characters that mean something in Shopify's search syntax are found, and no others.
func TestOddSKUsAreFound(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	odd := []string{`A"B`, `A\B`, "A:B", "(A)", "A*", "A OR B", "it's", "sku:A", "-A", "a b  c"}
	for _, sku := range append(odd, "A", "B", "AB") {
		f.list(t, sku, 7)
	}
	page, err := f.conn.Listings(t.Context(), channel.ListingsQuery{SKUs: odd})
	require.NoError(t, err)
	var found []string
	for _, l := range page.Listings {
		found = append(found, l.SKU)
		require.Equal(t, 7, l.Quantity)
	}
	require.ElementsMatch(t, odd, found)
}

func TestWhatAListingSays(t *testing.T) {
	t.Parallel()
	shown := func(change string) channel.Listed {
		l := wireListing{}
		require.NoError(t, json.Unmarshal([]byte(`{"id":"v","sku":"A","title":"Red / S","price":"12.50","product":{"title":"Shirt","status":"ACTIVE"},
			"inventoryItem":{"id":"i","tracked":true,"inventoryLevel":{"quantities":[{"quantity":4}]}}}`), &l))
		require.NoError(t, json.Unmarshal([]byte(change), &l))
		return (&Connection{}).listed(&l, "GBP")
	}
	require.Equal(t, channel.Listed{
		SKU: "A", Ref: "i", ListingID: "v", Title: "Shirt - Red / S", State: channel.ListingLive, ChannelStatus: "ACTIVE", Quantity: 4, Price: 1250, Currency: "GBP",
	}, shown(`{}`))
	require.Equal(t, "Shirt", shown(`{"product":{"hasOnlyDefaultVariant":true}}`).Title)
	require.Empty(t, shown(`{"price":"a pound"}`).Currency, "a price that can't be read is not known")
	untracked := shown(`{"inventoryItem":{"tracked":false}}`)
	require.Equal(t, channel.UnknownQuantity, untracked.Quantity)
	require.Equal(t, "ACTIVE, stock not tracked", untracked.ChannelStatus)
	elsewhere := shown(`{"inventoryItem":{"inventoryLevel":null}}`)
	require.Equal(t, channel.UnknownQuantity, elsewhere.Quantity)
	require.Equal(t, "ACTIVE, not stocked at the location", elsewhere.ChannelStatus)
	require.Zero(t, shown(`{"inventoryItem":{"inventoryLevel":{"quantities":[{"quantity":-3}]}}}`).Quantity)
	require.Equal(t, channel.ListingEnded, shown(`{"product":{"status":"ARCHIVED"}}`).State)
	require.Equal(t, channel.ListingInactive, shown(`{"product":{"status":"SOMETHING_NEW"}}`).State)
}

// Pages that come twice or in another order are still all there; a cursor that leads back to itself ends the scan.
func TestPagesOfListingsThatGoWrong(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	listings := make([]market.Listing, 600)
	for i := range listings {
		listings[i] = market.Listing{SKU: fmt.Sprintf("S%03d", i), Title: "t", Price: 1}
	}
	require.NoError(t, f.market.List(t.Context(), listings))
	read := func() (map[string]int, *channel.Fault) {
		found, q := map[string]int{}, channel.ListingsQuery{}
		for range 20 {
			page, err := f.conn.Listings(t.Context(), q)
			if err != nil {
				return found, channel.AsFault(err, "")
			}
			for _, l := range page.Listings {
				found[l.SKU]++
			}
			if q.Cursor = page.Next; q.Cursor == "" {
				return found, nil
			}
		}
		return found, channel.NewFault(channel.Unknown, "test", "no end")
	}
	for _, rates := range []faults.Rates{{DuplicatePage: 1}, {ReorderedPage: 1}} {
		require.NoError(t, f.injector.Set(rates))
		found, fault := read()
		require.Nil(t, fault)
		require.Len(t, found, 601)
	}
	require.NoError(t, f.injector.Set(faults.Rates{RepeatedCursor: 1}))
	_, fault := read()
	require.Equal(t, CodeRepeatedCursor, fault.Code)
}

func TestListingsNeedALocation(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	nowhere := f.account
	nowhere.Location = ""
	_, err := open(t, nowhere).Listings(t.Context(), channel.ListingsQuery{})
	requireFault(t, err, channel.Config, CodeNoLocation)
	_, err = f.conn.Listings(t.Context(), channel.ListingsQuery{Cursor: "not one"})
	requireFault(t, err, channel.Invalid, CodeBadCursor)
}

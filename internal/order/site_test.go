package order_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
)

// Case C4: an order belongs to the account of the site on which it was listed.
func TestAnOrderIsTakenByTheAccountOfItsSite(t *testing.T) {
	t.Parallel()
	at := func(site string) order.Snapshot {
		return order.Snapshot{ID: "1", Fulfilment: order.FulfilmentUnshipped, Site: site, Lines: []order.SnapshotLine{{ID: "1", SKU: "A", Quantity: 1}}}
	}
	gb := order.Policy{Site: "EBAY_GB", OtherSites: []string{"EBAY_DE"}}
	require.Empty(t, gb.Skips(at("EBAY_GB")))
	require.Empty(t, gb.Skips(at("")), "the channel does not say")
	require.Equal(t, order.ReasonSite, gb.Skips(at("EBAY_DE")))
	require.Equal(t, order.ReasonNoSite, gb.Skips(at("EBAY_US")))
	require.Contains(t, order.ReasonNoSite.Text(), "no account")
	only := order.Policy{Site: "EBAY_GB"}
	require.Empty(t, only.Skips(at("EBAY_US")), "the channel's only account takes all")
}

// An order that can't be read is kept by one of the accounts that are shown it.
func TestAnUnreadableOrderIsKeptByOneAccountOfAGrant(t *testing.T) {
	t.Parallel()
	gb := order.Policy{Site: "EBAY_GB", OtherSites: []string{"EBAY_DE"}, First: true}
	de := order.Policy{Site: "EBAY_DE", OtherSites: []string{"EBAY_GB"}}
	for site, want := range map[string][]bool{"EBAY_GB": {true, false}, "EBAY_DE": {false, true}, "EBAY_US": {true, false}, "": {true, false}} {
		require.Equal(t, want, []bool{gb.KeepsUnread(site), de.KeepsUnread(site)}, site)
	}
	for _, only := range []order.Policy{{}, {Site: "EBAY_GB"}} {
		require.True(t, only.KeepsUnread("EBAY_US"), "it is shown to no other account")
		require.True(t, only.KeepsUnread(""))
	}
}

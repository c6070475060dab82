package remedy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/remedy"
)

// quoted is a message that a vendor's public help page quotes, word for word, and its expected remedy. page is the vendor
// and the page's subject.
type quoted struct {
	page    string
	kind    channel.Kind
	words   string
	want    string
	class   channel.Class
	whoActs string
}

var fromHelpPages = []quoted{
	{"Linnworks: Sync Status", channel.EBay, "An existing connection was forcibly closed by the remote host", "connection-closed", channel.Network, remedy.Towpath},
	{"Linnworks: Sync Status", channel.EBay, "error Execution Timeout Expired. The timeout period elapsed prior to completion of the operation or the server is not responding.", "timed-out", channel.Timeout, remedy.Towpath},
	{"Linnworks: Sync Status", channel.EBay, "Authorisation token is hard expired. User needs to generate a new token for this application.", "ebay-token-hard-expired", channel.Auth, remedy.You},
	{"Linnworks: Sync Status", channel.EBay, "Account EBAYXXX EndListings, RelistListings, ReviseListings all turned off", "ebay-listing-changes-off", channel.Config, remedy.You},
	{"Linnworks: Sync Status", channel.EBay, "[All Variation Update], error : eBay errors Duplicate custom variation label., Duplicate name-value combination in variation specifics., ", "ebay-variations-clash", channel.Invalid, remedy.You},
	{"Linnworks: Sync Status", channel.EBay, "Duplicate custom variation label.", "ebay-duplicate-variation-label", channel.Invalid, remedy.You},
	{"Linnworks: Sync Status", channel.EBay, "Duplicate name-value combination in variation specifics.", "ebay-duplicate-variation-values", channel.Invalid, remedy.You},
	{"Linnworks: Sync Status", channel.EBay, "You've reached the number of items you can list this month. It looks like you've reached the number of items you can list. You can list up to XXX items this month. ", "ebay-listing-limit", channel.Limit, remedy.You},
	{"Linnworks: Sync Status", channel.EBay, "eBay error 21919188: You've reached the amount (£1,500,000.00) you can list this month. It looks like you've reached the amount you can list. You can list up to £1,500,000.00 in total sales this month. ", "ebay-listing-limit", channel.Limit, remedy.You},
	{"Linnworks: Sync Status", channel.Amazon, "Start sync Error: Amazon SubmitInventoryChange: Feed Rejected", "amazon-feed-rejected", channel.Invalid, remedy.You},
	{"Linnworks: Sync Status", channel.Shopify, "404 Not Found: The requested resource could not be found but could be available again in the future.", "shopify-product-id-changed", channel.Missing, remedy.You},

	{"Linnworks: synchronisation errors", channel.Amazon, "An existing connection was forcibly closed by the remote host", "connection-closed", channel.Network, remedy.Towpath},
	{"Linnworks: synchronisation errors", channel.Amazon, "Step: Synchronize orders for, Unhandled Error is thrown: Step: Get all Amazon accounts Error: A connection was successfully established with the server, but then an error occurred during the pre-login handshake. (provider: SSL Provider, error: 0 - Not enough storage is available to complete this operation.)", "handshake-failed", channel.Network, remedy.Towpath},
	{"Linnworks: synchronisation errors", channel.EBay, "Authorisation token is hard expired. User needs to generate a new token for this application.", "ebay-token-hard-expired", channel.Auth, remedy.You},
	{"Linnworks: synchronisation errors", channel.Amazon, "Start sync Error: Amazon SubmitInventoryChange: Feed Rejected", "amazon-feed-rejected", channel.Invalid, remedy.You},

	{"Ecommerce Pro: Retry of synchronization of shipment", channel.Shopify, "Requires shipment synchronization", "shipment-waits-for-retry", channel.Unknown, remedy.You},
	{"Ecommerce Pro: Retry of synchronization of shipment", channel.Shopify, "Connection problems: Temporary disconnections between your store and our platform.", "connection-problem", channel.Network, remedy.Towpath},
	{"Ecommerce Pro: Retry of synchronization of shipment", channel.Shopify, "Request limits: The store may block requests if too many requests are made in a short period of time.", "requests-limited", channel.Throttled, remedy.Towpath},
	{"Ecommerce Pro: Retry of synchronization of shipment", channel.Shopify, "Mistakes in ecommerce configuration: Inconveniences related to your products from our platform.", "product-settings-wrong", channel.Config, remedy.You},
	{"Ecommerce Pro: Retry of synchronization of shipment", channel.Shopify, "Errors in the submitted data: Incompatibilities in the data sent to our API.", "data-refused", channel.Invalid, remedy.You},
	{"Ecommerce Pro: Retry of synchronization of shipment", channel.Shopify, "API server issues: Technical failures in the API that may interrupt synchronization.", "channel-unavailable", channel.Unavailable, remedy.Towpath},
	{"Ecommerce Pro: Retry of synchronization of shipment", channel.Shopify, "Expired tokenIf the authentication token has expired, the synchronization will not be completed.", "token-expired", channel.Auth, remedy.You},
}

// A message that the help pages quote is recognised by its words alone, and also after an adapter has classified it.
func TestEveryMessageOfTheHelpPagesHasARemedy(t *testing.T) {
	t.Parallel()
	c := builtIn(t)
	for _, q := range fromHelpPages {
		for _, class := range []channel.Class{channel.Unknown, q.class} {
			got := c.For(q.kind, &channel.Fault{Class: class}, q.words)
			require.Equal(t, q.want, got.Code, "page %s, class %s: %s", q.page, class, q.words)
			require.Equal(t, q.class, got.Class, q.words)
			require.Equal(t, q.whoActs, got.Who, q.words)
			require.False(t, got.Gap)
		}
	}
}

// Ecommerce Pro's help page on retried shipments names the statuses after which a shipment is sent again, 503 and 429 among
// them, and what a package must have: a label and products.
func TestRetriedStatusesAndIncompletePackagesHaveARemedy(t *testing.T) {
	t.Parallel()
	c := builtIn(t)
	for _, k := range kinds {
		busy := c.For(k, &channel.Fault{Class: channel.Unavailable, Status: 503}, "")
		require.Equal(t, "channel-unavailable", busy.Code)
		limited := c.For(k, &channel.Fault{Class: channel.Throttled, Status: 429}, "")
		require.Equal(t, channel.Throttled, limited.Class)
		require.Equal(t, remedy.Towpath, limited.Who)
		require.False(t, limited.Gap)
	}
	for words, want := range map[string]string{
		`package "p1" has no label: print the label first`: "package-without-label",
		`package "p1" contains no products`:                "package-without-products",
	} {
		require.Equal(t, want, c.For(channel.Shopify, &channel.Fault{Class: channel.Invalid}, words).Code)
	}
}

// A message is still recognised with line breaks, no-break spaces or another case of letters, and cut out of a longer
// log.
func TestWordsAreRecognisedHoweverTheyAreWritten(t *testing.T) {
	t.Parallel()
	c := builtIn(t)
	for _, raw := range []string{
		"AUTHORISATION TOKEN IS HARD EXPIRED",
		"Authorisation token is hard\u00a0expired.",
		"at 12:00:01\r\n  Authorisation token is hard\r\n  expired. User needs",
		"\xff\xfe Authorisation token is hard expired",
	} {
		require.Equal(t, "ebay-token-hard-expired", c.For(channel.EBay, nil, raw).Code, "%q", raw)
	}
	own := &channel.Fault{Class: channel.Network, Raw: "read tcp 127.0.0.1:1: read: connection reset by peer"}
	require.Equal(t, "connection-closed", c.For(channel.Amazon, own, "").Code, "the fault's own words count when the store's are not given")
}

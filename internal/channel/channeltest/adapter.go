// Package channeltest has the test suite that every adapter must pass. It runs against the channel's simulated
// marketplace over real HTTP. It is for tests only.
package channeltest

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/wire"
)

// Adapter describes the adapter under test.
type Adapter struct {
	Account  channel.Account // without BaseURL, AuthURL and Simulated; the marketplace accepts its Credentials
	AuthPath string          // the token endpoint's path on the marketplace's host; empty = the channel has none
	Open     channel.Opener
	Handler  func(market.Seller, wire.Options) http.Handler
	Market   func(account string) market.Options

	// Operations are the marketplace's names (faults.Shape) of the calls used.
	Operations Operations
	// Level returns a listing's level to push; nil = its SKU and Ref.
	Level func(l market.Listing, quantity int) channel.Level
	// UnknownLevel is a level of a listing that the channel does not have.
	UnknownLevel channel.Level
	// NoSuchOrder is a well-formed id without an order.
	NoSuchOrder string
	// Dead are credentials that replace the account's: those of a seller who has revoked the grant.
	Dead map[string]string
	// Orders is a number of orders that fills at least two pages; 0 = 230.
	Orders int
	// Fulfils is set when the channel ships some orders itself (FBA).
	Fulfils bool
	// HidesUnpaid is set when the channel shows no price and address before payment.
	HidesUnpaid bool
	// HidesCancelledUnits is set when the channel does not return how many units of a line were cancelled.
	HidesCancelledUnits bool
	// HidesGiftMessages is set when the channel takes no gift messages for goods that are shipped.
	HidesGiftMessages bool
	// KeepsTokens is set when access tokens stay valid after a restart of the marketplace.
	KeepsTokens bool
	// ProductType is the Type of a product that the channel accepts.
	ProductType string
	// Aspects are the attributes that the channel requires of that type besides the general ones; nil = none.
	Aspects map[string][]string
	// Parents is set when the channel has a parent listing for the variants, under the product's key.
	Parents bool
	// Previews is set when the channel can validate a product without listing it.
	Previews bool
	// Forgets is set when the channel deletes ended listings: relisting is then a first publication.
	Forgets bool
	// Refusal returns the body of a refusal with these words; nil = {"errors": [...]} with the words wherever the
	// known channels put them.
	Refusal func(words string) any
	// CancelledShipment is the fault class of confirming cancelled units; empty = Conflict.
	CancelledShipment channel.Class
}

// Operations are names of calls.
type Operations struct {
	Orders, Order, Levels, Ship string
	Cancel                      string   // cancels an order; empty: the adapter is no channel.Canceller
	Publish                     []string // the writes that publish a new product of two variants
}

func (b Adapter) orders() int {
	if b.Orders == 0 {
		return 230
	}
	return b.Orders
}

func (b Adapter) level(l market.Listing, quantity int) channel.Level {
	if b.Level != nil {
		return b.Level(l, quantity)
	}
	return channel.Level{SKU: l.SKU, ListingRef: l.Ref, Quantity: quantity, Key: "decision-" + l.SKU}
}

// Run runs the suite.
func Run(t *testing.T, b Adapter) {
	t.Helper()
	require.NotEmpty(t, b.Operations.Publish, "the writes that publish a product: the answer to each is lost once")
	require.NotEmpty(t, b.UnknownLevel.SKU, "a level whose listing the channel does not have")
	require.NotEmpty(t, b.NoSuchOrder, "an order id that no order has")
	require.NotEmpty(t, b.Dead, "credentials of a seller who has revoked the grant")
	for name, test := range map[string]func(*testing.T, Adapter){
		"an order arrives as it was placed":               asPlaced,
		"a search of the past finds all of a range":       past,
		"all orders of a range are listed by their ids":   orderIDs,
		"orders that move while paging are not lost":      shifting,
		"open orders are swept":                           openOnly,
		"an order with 300 lines is complete":             longOrder,
		"payment makes a newer version":                   paying,
		"cancelled units show":                            cancelled,
		"orders that the channel ships are marked":        fulfilledByChannel,
		"an order that is not there":                      missingOrder,
		"levels succeed and fail one by one":              levels,
		"a package sent twice is one shipment":            shipTwice,
		"a lost answer does not ship twice":               lostShipment,
		"a package that the channel has is corrected":     corrected,
		"two packages are two shipments":                  twoPackages,
		"shipping what was cancelled":                     shipCancelled,
		"failed reads are classified":                     failedReads,
		"failed writes are classified":                    failedWrites,
		"failed pushes are classified, then repeated":     failedPushes,
		"a token that has run out is replaced":            expiredToken,
		"a revoked grant needs a person":                  revokedGrant,
		"the account can be tested":                       testAccount,
		"faults are safe to show":                         safeFaults,
		"nothing of unreadable orders becomes a fault":    unreadableOrders,
		"an order that can't be read costs itself alone":  oneUnreadable,
		"server errors in all their forms are classified": serverErrors,
		"what is wrong with one SKU costs itself alone":   oneSKU,
		"what search finds late is not lost":              lateIndex,
		"money that can't be read costs the money":        unreadableMoney,
		"a cursor that is not the channel's is refused":   foreignCursor,
		"a cursor that leads nowhere loses no order":      repeatedCursor,
		"batches are within what SetLevels takes at once": batches,
		"every listing is read once":                      everyListing,
		"listings are found by SKU":                       listingsBySKU,
		"listings that the channel ships are marked":      listingsOfTheChannel,
		"a product is published, then revised":            publishOne,
		"variants are published together":                 publishVariants,
		"several products are published together":         publishMany,
		"one that meets a limit costs itself alone":       oneAmongGood,
		"a revision sets no level":                        revisedLevel,
		"a price that is left to another tool stays":      keptPrice,
		"a check reports all at once":                     checkAll,
		"without definitions nothing is checked":          checkUndefined,
		"what is not permitted is not done":               publishForbidden,
		"a permission that was withdrawn holds":           permissionWithdrawn,
		"a lost answer does not list twice":               publishLost,
		"an ended listing is off sale":                    endListing,
		"what was ended is put up again as it is to be":   relistEnded,
		"one of several variants is put up again":         relistSome,
		"a preview lists nothing":                         previewOnly,
		"limits and clashing variants are reported":       publishRefused,
		"every capability can be checked":                 checksWork,
		"checks stop at a dead grant":                     checksOfADeadGrant,
		"what marketplaces do to orders is read":          orderFaults,
		"an order is cancelled once":                      cancelWhole,
		"a lost answer does not cancel twice":             cancelLost,
		"what is shipped is not cancelled":                cancelShipped,
		"an order to cancel that is not there":            cancelMissing,
		"a part of an order is not cancelled":             cancelPart,
		"a buyer's request is approved":                   approveRequest,
		"a buyer's request is declined":                   declineRequest,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, b)
		})
	}
}

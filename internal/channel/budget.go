package channel

import (
	"math"
	"slices"
	"time"
)

// Operation names a call that has a budget of its own.
type Operation string

// The operations that Towpath schedules.
const (
	OpOrders   Operation = "orders"   // reading a page of orders
	OpOrder    Operation = "order"    // reading one order
	OpLevels   Operation = "levels"   // setting a batch of levels
	OpFeed     Operation = "feed"     // setting a large batch of levels by a feed (Amazon createFeed)
	OpFeedRead Operation = "feedread" // reading the outcome of a feed
	OpShipment Operation = "shipment" // confirming one package
	OpCancel   Operation = "cancel"   // cancelling one order
	OpListings Operation = "listings" // reading a page of listings
	OpPublish  Operation = "publish"  // publishing products
	OpCheck    Operation = "check"    // reading the listings of products before they are published
	OpDefine   Operation = "define"   // fetching the channel's definition of a product type
	OpMigrate  Operation = "migrate"  // migrating a batch of listings to the channel's API
	OpReport   Operation = "report"   // asking for a report of orders, or reading it (Amazon)
)

// Allowance is the budget of one operation of one account: the rates that the channel publishes and the share that
// Towpath uses.
type Allowance struct {
	Channel   Kind            `json:"channel"`
	Operation Operation       `json:"operation"`
	Weight    float64         `json:"weight"` // turns per second; a turn is one activity, which makes the Calls
	Units     int             `json:"units"`  // most items per turn: orders, levels, packages, listings or products
	Calls     []PublishedRate `json:"calls"`
	// Schedule reports that the interval of a schedule keeps the budget, not the weight. The server allows bursts of
	// one second's worth, which is too coarse for a call that is allowed once in minutes and must not wait.
	Schedule bool   `json:"schedule,omitempty"`
	Why      string `json:"why"` // the reason for this weight
}

// CallsATurn returns how many calls of the first kind one turn makes.
func (a Allowance) CallsATurn() int {
	if a.Calls[0].Bucket == Points { // its cost is in points, of one call
		return 1
	}
	return max(1, int(a.Calls[0].Cost))
}

// PublishedRate is the rate that the channel publishes for a call. Calls with the same Bucket share one limit.
type PublishedRate struct {
	Call      string  `json:"call"`             // the channel's name of the call
	Bucket    string  `json:"bucket,omitempty"` // name of the shared limit; empty = its own
	PerSecond float64 `json:"perSecond"`        // calls or points that the bucket restores per second
	Burst     float64 `json:"burst"`            // capacity of the bucket
	Cost      float64 `json:"takes"`            // usual cost of one turn: calls, or points (Shopify)
}

// eBay's daily limits as calls per second. A limit counts all calls of an API together.
const (
	ebayOrders    = 100_000.0 / 86_400   // sell.fulfillment
	ebayInventory = 2_000_000.0 / 86_400 // sell.inventory
)

func amazonCall(name string, perSecond, burst, takes float64) PublishedRate {
	return PublishedRate{Call: name, PerSecond: perSecond, Burst: burst, Cost: takes}
}

func ebayOrderCall(name string, takes float64) PublishedRate {
	return PublishedRate{Call: name, Bucket: "sell.fulfillment", PerSecond: ebayOrders, Burst: 100_000, Cost: takes}
}

func ebayInventoryCall(name string, takes float64) PublishedRate {
	return PublishedRate{Call: name, Bucket: "sell.inventory", PerSecond: ebayInventory, Burst: 2_000_000, Cost: takes}
}

// ebayRuleCall returns the rate of a call of the APIs that describe listing requirements: 5,000 calls a day for each
// API.
func ebayRuleCall(name string, takes float64) PublishedRate {
	return PublishedRate{Call: name, PerSecond: 5_000.0 / 86_400, Burst: 5_000, Cost: takes}
}

// Points is the Bucket that all calls of a Shopify shop share. Its unit is points, not calls.
const Points = "points"

// restored is the rate at which Shopify restores the bucket of a shop on the standard plan, in points per second.
// Other plans restore 200, 1,000 or 2,000; the shop's answers contain the rate (see Learner).
const restored = 100.0

// tolerance is the relative difference up to which a rate in an answer counts as equal to the published one: 0.0083
// stands for 1/120.
const tolerance = 0.02

func shopifyCall(name string, takes float64) PublishedRate {
	return PublishedRate{Call: name, Bucket: Points, PerSecond: restored, Burst: 10 * restored, Cost: takes}
}

// occasional is the reason for calls whose share comes on top of the whole rate.
const occasional = "a share on top of the rest, because it is rare: if everything runs at once, the channel's answers say how long to wait"

// spare is the reason why Shopify publications may use nearly all points: they only use what other calls leave.
const spare = "nine tenths of the points that nothing else needs: nothing is sent while less than a fifth of the bucket is left, so that " +
	"orders and levels have enough"

// daily is the reason why rare operations on eBay may use nine tenths of the rate on top of the rest. A turn of 50
// SKUs makes 8 calls when each is a product of its own, 57 in families of three, and about 105 when all are listed
// already; 40 is between.
const daily = "nine tenths of the rate on top of the rest, because it is rare: eBay counts calls per day, and an hour of this uses a twentieth of them"

// allowances is the only table of budgets. Sources: Amazon, the usage plans of its published models; eBay, its API
// call limits; Shopify, the rate limits of the GraphQL Admin API and the costs in its answers.
var allowances = []Allowance{
	{Amazon, OpOrders, 1, 100, []PublishedRate{amazonCall("searchOrders", 0.0056, 20, 1)}, true,
		"the schedule scans once in 180 s, which is the rate; further pages use the burst"},
	{Amazon, OpOrder, 0.5, 1, []PublishedRate{amazonCall("getOrder", 0.5, 30, 1)}, false, "the rate"},
	{Amazon, OpLevels, 1, 5, []PublishedRate{amazonCall("patchListingsItem", 5, 5, 5)}, false, "a turn is five patches"},
	{Amazon, OpFeed, 1.0 / 120, 25000, []PublishedRate{amazonCall("createFeed", 0.0083, 15, 1), amazonCall("createFeedDocument", 0.5, 15, 1)}, false,
		"the rate of createFeed: no schedule starts feeds, so the weight keeps it"},
	{Amazon, OpFeedRead, 1, 1, []PublishedRate{amazonCall("getFeed", 2, 15, 1)}, false,
		"half the rate; getFeedDocument (0.0222, burst 10) is called once for each feed, and those are fewer"},
	{Amazon, OpShipment, 2, 1, []PublishedRate{amazonCall("confirmShipment", 2, 10, 1)}, false, "the rate"},
	{Amazon, OpCancel, 0.05, 1, []PublishedRate{amazonCall("getOrder", 0.5, 30, 1), amazonCall("getFeed", 2, 15, 1)}, false, occasional},
	{Amazon, OpListings, 5, 20, []PublishedRate{amazonCall("searchListingsItems", 5, 5, 1)}, false, "the rate"},
	{Amazon, OpPublish, 0.9, 5, []PublishedRate{amazonCall("putListingsItem", 5, 10, 5)}, false,
		"a turn puts or patches five items, at nine tenths of the rate; patches share theirs with the levels, and wait when it is used up"},
	{Amazon, OpCheck, 0.45, 200, []PublishedRate{amazonCall("searchListingsItems", 5, 5, 10)}, false, occasional},
	{Amazon, OpDefine, 1, 1, []PublishedRate{amazonCall("getDefinitionsProductType", 5, 10, 1)}, false,
		"a fifth of the rate: a merchant has some dozens of types, and each is fetched once a day"},
	{Amazon, OpReport, 1.0 / 60, 10_000, []PublishedRate{amazonCall("createReport", 0.0167, 15, 1), amazonCall("getReportDocument", 0.0167, 15, 1)}, false,
		"the rate; a day's report takes one call of each, and a few of getReport (2, burst 15)"},

	{EBay, OpOrders, 0.3, 200, []PublishedRate{ebayOrderCall("getOrders", 1)}, false, "a quarter of the API's calls, which three operations share"},
	{EBay, OpOrder, 0.3, 1, []PublishedRate{ebayOrderCall("getOrder", 1)}, false, "a quarter of the API's calls"},
	{EBay, OpShipment, 0.5, 1, []PublishedRate{ebayOrderCall("createShippingFulfillment", 1)}, false,
		"most of the remaining rate; shipments are read first only after an attempt without an answer"},
	{EBay, OpCancel, 0.1, 1, []PublishedRate{ebayOrderCall("getOrder", 1)}, false, occasional},
	{EBay, OpLevels, 1, 200, []PublishedRate{ebayInventoryCall("bulkUpdatePriceQuantity", 8)}, false,
		"a turn is eight calls of 25 levels: 200 levels per second leave enough calls for the other operations"},
	{EBay, OpListings, 0.4, 12, []PublishedRate{ebayInventoryCall("getInventoryItems", 1), ebayInventoryCall("getOffers", 24)}, false,
		"offers and groups are read for one SKU at a time"},
	{EBay, OpPublish, 0.52, 50, []PublishedRate{ebayInventoryCall("publishOffer", 40)}, false, daily},
	{EBay, OpCheck, 0.52, 50, []PublishedRate{ebayInventoryCall("bulkGetInventoryItem", 40)}, false, daily},
	{EBay, OpDefine, 1, 1, []PublishedRate{ebayRuleCall("getItemAspectsForCategory", 2), ebayRuleCall("getItemConditionPolicies", 1)}, true,
		"each category is read once a day, and few accounts use many: its age keeps the budget, not the weight"},
	{EBay, OpMigrate, 0.5, MaxMigrated, []PublishedRate{ebayInventoryCall("bulkMigrateListing", 1), ebayInventoryCall("getOffers", 5)}, false,
		"the remaining calls of the API; a listing that fails is searched for by its SKUs"},

	{Shopify, OpOrders, 0.2, 100, []PublishedRate{shopifyCall("orders", 140)}, false, "a full page of orders takes 350 points, but few are full"},
	{Shopify, OpOrder, 0.5, 1, []PublishedRate{shopifyCall("order", 40)}, false, "a share of the points"},
	{Shopify, OpLevels, 1, 250, []PublishedRate{shopifyCall("inventorySetQuantities", 12)}, false, "250 levels per second"},
	{Shopify, OpShipment, 1, 1, []PublishedRate{shopifyCall("fulfillmentCreate", 30)}, false, "a share of the points; a turn is two calls"},
	{Shopify, OpCancel, 0.2, 1, []PublishedRate{shopifyCall("orderCancel", 12)}, false, occasional},
	{Shopify, OpListings, 0.5, 100, []PublishedRate{shopifyCall("productVariants", 50)}, false, occasional},
	{Shopify, OpPublish, 0.225, 20, []PublishedRate{shopifyCall("productSet", 400)}, false, spare},
	{Shopify, OpCheck, 0.3, 100, []PublishedRate{shopifyCall("productsToCheck", 300)}, false, spare},
	{Shopify, OpDefine, 0.1, 1, []PublishedRate{shopifyCall("shopSettings", 5)}, false, "the shop's settings are read once a day"},
}

// Allowances returns the budgets of a channel's operations in the order of the table.
func Allowances(k Kind) []Allowance {
	return slices.DeleteFunc(slices.Clone(allowances), func(a Allowance) bool { return a.Channel != k })
}

// AllowanceOf returns the budget of an operation and reports whether the channel has that operation.
func AllowanceOf(k Kind, op Operation) (a Allowance, found bool) {
	i := slices.IndexFunc(allowances, func(a Allowance) bool { return a.Channel == k && a.Operation == op })
	if i < 0 {
		return Allowance{}, false
	}
	return allowances[i], true
}

// Budget returns how many turns per second one account may use for the operation by default.
func Budget(k Kind, op Operation) float64 {
	if a, ok := AllowanceOf(k, op); ok {
		return a.Weight
	}
	return 1
}

// The limits of an account's rate in turns per second: the weights that the Temporal server accepts.
const (
	MinRate = 0.001
	MaxRate = 1000
)

// Observed returns Weight scaled by the ratio of the observed to the published budget. ok is false when the observed
// rates do not change the weight.
func (a Allowance) Observed(observed []ObservedRate) (rate float64, ok bool) {
	factor := math.Inf(1)
	for _, t := range observed {
		for _, c := range a.Calls {
			switch {
			case c.Bucket == Points && t.Restores > 0:
				factor = min(factor, t.Restores/c.PerSecond)
			case c.Bucket == "" && c.Call == t.Call && t.PerSecond > 0:
				factor = min(factor, t.PerSecond/c.PerSecond)
			}
		}
	}
	if a.Schedule || math.IsInf(factor, 1) || math.Abs(factor-1) < tolerance {
		return a.Weight, false
	}
	return min(max(a.Weight*factor, MinRate), MaxRate), true
}

// RateObserver is a connection that reads its budget from the channel's answers (Shopify's throttleStatus, Amazon's
// x-amzn-RateLimit-Limit). A Connection may implement it. A process knows only the rates in answers to its own calls.
type RateObserver interface {
	// ObservedRates returns the observed rate of each call made so far, sorted by name; empty before the first answer.
	ObservedRates() []ObservedRate
}

// Draws reports whether the nth call of one use of a budget, from 0, counts as a draw: a use is one draw, however many calls it takes.
func Draws(n int) bool { return n == 0 }

// ObservedRate is the most recent budget of one call according to the channel. Calls of an account may share points,
// so each rate is the one possible when nothing else is called.
type ObservedRate struct {
	Call      string    `json:"call"`      // the channel's name of the call
	PerSecond float64   `json:"perSecond"` // calls per second
	Burst     float64   `json:"burst"`     // calls that a full bucket allows at once; 0 = not known
	Left      float64   `json:"left"`      // calls left at the time of the answer; 0 = not known
	At        time.Time `json:"at"`        // time of the answer
	// Restores is the number of points that the account's bucket regains per second (Shopify: 100 to 2,000, depending
	// on the plan). The account's budgets scale with it. It is 0 where the channel counts calls.
	Restores float64 `json:"restores,omitempty"`
}

// Unbounded reports whether the channel says that there is no limit: a rate is infinite or not a number.
func (r ObservedRate) Unbounded() bool {
	sum := r.PerSecond + r.Burst + r.Left + r.Restores
	return math.IsInf(sum, 0) || math.IsNaN(sum)
}

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
	OpFeedRead Operation = "feedread" // asking what became of a feed
	OpShipment Operation = "shipment" // confirming one package
	OpListings Operation = "listings" // reading a page of listings
	OpPublish  Operation = "publish"  // putting products up
	OpCheck    Operation = "check"    // reading what is listed of products that are to be put up
	OpDefine   Operation = "define"   // fetching what a channel says of a type of products
	OpMigrate  Operation = "migrate"  // bringing a batch of listings under the channel's API
)

// Allowance is the budget of one operation of one account: what the channel publishes, and what we make of it.
type Allowance struct {
	Channel   Kind            `json:"channel"`
	Operation Operation       `json:"operation"`
	Weight    float64         `json:"weight"` // turns per second that we take; a turn is one activity, which makes the Calls
	Units     int             `json:"units"`  // the most that a turn works on: orders, levels, packages, listings, products
	Calls     []PublishedRate `json:"calls"`
	// Schedule says that a schedule's interval keeps the budget, not the weight: the server's burst is one
	// second's worth, too coarse for a call that is allowed once in minutes and must not wait for them.
	Schedule bool   `json:"schedule,omitempty"`
	Why      string `json:"why"` // why this weight
}

// PublishedRate is what the channel publishes for a call. Where several calls draw on one bucket, Bucket names it.
type PublishedRate struct {
	Call      string  `json:"call"`             // the channel's name of the call
	Bucket    string  `json:"bucket,omitempty"` // what it shares with other calls; empty = its own
	PerSecond float64 `json:"perSecond"`        // what the bucket restores in a second
	Burst     float64 `json:"burst"`            // what it holds
	Takes     float64 `json:"takes"`            // what a turn usually takes out of it: calls, or points (Shopify)
}

// Calls per second that eBay's daily limits come to. It counts all calls of an API together.
const (
	ebayOrders    = 100_000.0 / 86_400   // sell.fulfillment
	ebayInventory = 2_000_000.0 / 86_400 // sell.inventory
)

func amazonCall(name string, perSecond, burst, takes float64) PublishedRate {
	return PublishedRate{Call: name, PerSecond: perSecond, Burst: burst, Takes: takes}
}

func ebayOrderCall(name string, takes float64) PublishedRate {
	return PublishedRate{Call: name, Bucket: "sell.fulfillment", PerSecond: ebayOrders, Burst: 100_000, Takes: takes}
}

func ebayInventoryCall(name string, takes float64) PublishedRate {
	return PublishedRate{Call: name, Bucket: "sell.inventory", PerSecond: ebayInventory, Burst: 2_000_000, Takes: takes}
}

// ebayRuleCall is a call of the APIs that tell what listings must be: 5,000 a day each, all calls of an API together.
func ebayRuleCall(name string, takes float64) PublishedRate {
	return PublishedRate{Call: name, PerSecond: 5_000.0 / 86_400, Burst: 5_000, Takes: takes}
}

// Points is the Bucket that all calls of a Shopify shop draw on: its unit is points, not calls.
const Points = "points"

// restored is the rate at which Shopify restores a standard shop's bucket, in points per second. Other plans
// restore 200, 1,000 or 2,000: the shop's answers say (Learner).
const restored = 100.0

// tolerance is by how much what a channel tells may differ from what it publishes and be the same: 0.0083 is 1/120.
const tolerance = 0.02

func shopifyCall(name string, takes float64) PublishedRate {
	return PublishedRate{Call: name, Bucket: Points, PerSecond: restored, Burst: 10 * restored, Takes: takes}
}

// occasional is why some calls have a share on top of the whole.
const occasional = "a share on top of the rest, for it is seldom done: when all is done at once, the channel's answers say how long to wait"

// spare is why Shopify's publications take nearly the whole: they draw on what the rest leaves.
const spare = "nine tenths of the points, of what nothing else needs: nothing is sent while less than a fifth of the bucket is left, so that " +
	"orders and levels find theirs"

// daily is why what is seldom done on eBay may take nine tenths of the rate while it lasts, on top of the rest. A turn of 50 SKUs is 8 calls when
// each is a product of its own, 57 in families of three and about 105 when all are listed already: 40 is between.
const daily = "nine tenths of the rate on top of the rest, for it is seldom done: eBay counts a day's calls, and an hour of this takes a twentieth of them"

// allowances is the one table of budgets. Sources: Amazon, the usage plans in its published models; eBay, its
// API call limits; Shopify, the rate limits of the GraphQL Admin API and the costs that answers report.
var allowances = []Allowance{
	{Amazon, OpOrders, 1, 100, []PublishedRate{amazonCall("searchOrders", 0.0056, 20, 1)}, true,
		"the schedule scans once in 180 s, which is the rate; its pages after the first come out of the burst"},
	{Amazon, OpOrder, 0.5, 1, []PublishedRate{amazonCall("getOrder", 0.5, 30, 1)}, false, "the rate"},
	{Amazon, OpLevels, 1, 5, []PublishedRate{amazonCall("patchListingsItem", 5, 5, 5)}, false, "a turn is five patches"},
	{Amazon, OpFeed, 1.0 / 120, 25000, []PublishedRate{amazonCall("createFeed", 0.0083, 15, 1), amazonCall("createFeedDocument", 0.5, 15, 1)}, false,
		"the rate of createFeed: no schedule starts feeds, so the weight keeps it"},
	{Amazon, OpFeedRead, 1, 1, []PublishedRate{amazonCall("getFeed", 2, 15, 1)}, false,
		"half the rate; getFeedDocument (0.0222, burst 10) is called once for each feed, and those are fewer"},
	{Amazon, OpShipment, 2, 1, []PublishedRate{amazonCall("confirmShipment", 2, 10, 1)}, false, "the rate"},
	{Amazon, OpListings, 5, 20, []PublishedRate{amazonCall("searchListingsItems", 5, 5, 1)}, false, "the rate"},
	{Amazon, OpPublish, 0.9, 5, []PublishedRate{amazonCall("putListingsItem", 5, 10, 5)}, false,
		"a turn puts or patches five items, at nine tenths of the rate; patches share theirs with the levels, and wait when it is used up"},
	{Amazon, OpCheck, 0.45, 200, []PublishedRate{amazonCall("searchListingsItems", 5, 5, 10)}, false, occasional},
	{Amazon, OpDefine, 1, 1, []PublishedRate{amazonCall("getDefinitionsProductType", 5, 10, 1)}, false,
		"a fifth of the rate: a merchant has some dozens of types, and each is fetched once a day"},

	{EBay, OpOrders, 0.3, 200, []PublishedRate{ebayOrderCall("getOrders", 1)}, false, "a quarter of the API's calls, which three operations share"},
	{EBay, OpOrder, 0.3, 1, []PublishedRate{ebayOrderCall("getOrder", 1)}, false, "a quarter of the API's calls"},
	{EBay, OpShipment, 0.5, 1, []PublishedRate{ebayOrderCall("createShippingFulfillment", 1)}, false,
		"most of what is left; the shipments are read first only after an attempt that was not answered"},
	{EBay, OpLevels, 5, 25, []PublishedRate{ebayInventoryCall("bulkUpdatePriceQuantity", 1)}, false, "125 levels per second leave the API's calls to the rest"},
	{EBay, OpListings, 0.4, 12, []PublishedRate{ebayInventoryCall("getInventoryItems", 1), ebayInventoryCall("getOffers", 24)}, false,
		"offers and groups are read for one SKU at a time"},
	{EBay, OpPublish, 0.52, 50, []PublishedRate{ebayInventoryCall("publishOffer", 40)}, false, daily},
	{EBay, OpCheck, 0.52, 50, []PublishedRate{ebayInventoryCall("bulkGetInventoryItem", 40)}, false, daily},
	{EBay, OpDefine, 1, 1, []PublishedRate{ebayRuleCall("getItemAspectsForCategory", 2), ebayRuleCall("getItemConditionPolicies", 1)}, true,
		"a category is asked for once a day, and few accounts have many: its age keeps the budget, not the weight"},
	{EBay, OpMigrate, 0.5, MaxMigrated, []PublishedRate{ebayInventoryCall("bulkMigrateListing", 1), ebayInventoryCall("getOffers", 5)}, false,
		"what is left of the API's calls; a listing that fails is looked for by its SKUs"},

	{Shopify, OpOrders, 0.2, 100, []PublishedRate{shopifyCall("orders", 140)}, false, "a full page of orders takes 350 points, but few are full"},
	{Shopify, OpOrder, 0.5, 1, []PublishedRate{shopifyCall("order", 40)}, false, "a share of the points"},
	{Shopify, OpLevels, 1, 250, []PublishedRate{shopifyCall("inventorySetQuantities", 12)}, false, "250 levels per second"},
	{Shopify, OpShipment, 1, 1, []PublishedRate{shopifyCall("fulfillmentCreate", 30)}, false, "a share of the points; a turn is two calls"},
	{Shopify, OpListings, 0.5, 100, []PublishedRate{shopifyCall("productVariants", 50)}, false, occasional},
	{Shopify, OpPublish, 0.225, 20, []PublishedRate{shopifyCall("productSet", 400)}, false, spare},
	{Shopify, OpCheck, 0.3, 100, []PublishedRate{shopifyCall("productsToCheck", 300)}, false, spare},
	{Shopify, OpDefine, 0.1, 1, []PublishedRate{shopifyCall("shopSettings", 5)}, false, "the shop's settings are read once a day"},
}

// Allowances lists the operations that a channel has, in the order of the table.
func Allowances(k Kind) []Allowance {
	return slices.DeleteFunc(slices.Clone(allowances), func(a Allowance) bool { return a.Channel != k })
}

// AllowanceOf finds the budget of an operation; not every channel has every operation.
func AllowanceOf(k Kind, op Operation) (a Allowance, found bool) {
	i := slices.IndexFunc(allowances, func(a Allowance) bool { return a.Channel == k && a.Operation == op })
	if i < 0 {
		return Allowance{}, false
	}
	return allowances[i], true
}

// Budget is how many turns per second one account takes for the operation, unless something else is set for it.
func Budget(k Kind, op Operation) float64 {
	if a, ok := AllowanceOf(k, op); ok {
		return a.Weight
	}
	return 1
}

// The rates that an account may be given, in turns per second: the weights that the Temporal server takes.
const (
	MinRate = 0.001
	MaxRate = 1000
)

// Learned is the weight that fits what the channel's answers say of its budget: as much more or less than Weight
// as the channel allows more or less than it publishes. ok is false when it says nothing that changes the weight.
func (a Allowance) Learned(told []LearnedRate) (rate float64, ok bool) {
	factor := math.Inf(1)
	for _, t := range told {
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

// Learner is a connection that learns its budget from what the channel's answers say of it (Shopify's
// throttleStatus, Amazon's x-amzn-RateLimit-Limit). A Connection may implement it; a process has learned only from the calls that it made itself.
type Learner interface {
	// Learned is what is known of each call that was made, in the order of their names; empty before the first answer.
	Learned() []LearnedRate
}

// LearnedRate is the budget of one call as the channel last told it. All calls of an account may draw on the
// same points, so each rate is what is possible when nothing else is called.
type LearnedRate struct {
	Call      string    `json:"call"`      // the channel's name of the call
	PerSecond float64   `json:"perSecond"` // calls that the channel restores points for in a second
	Burst     float64   `json:"burst"`     // calls that a full bucket pays for at once; 0 = not said
	Left      float64   `json:"left"`      // calls that the bucket held when the answer was given; 0 = not said
	At        time.Time `json:"at"`        // when the answer came
	// Restores is what the account's bucket of points restores in a second (Shopify: 100 to 2,000 by the shop's
	// plan): its budgets scale with it. 0 where the channel counts calls.
	Restores float64 `json:"restores,omitempty"`
}

// Unbounded reports whether the channel says that it has no limit: a figure is infinite, or is none.
func (r LearnedRate) Unbounded() bool {
	sum := r.PerSecond + r.Burst + r.Left + r.Restores
	return math.IsInf(sum, 0) || math.IsNaN(sum)
}

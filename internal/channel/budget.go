package channel

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
	OpPublish  Operation = "publish"  // putting one product up
)

// budgets are requests per second per account (channels.md; Amazon: the operations' usage plans; eBay:
// 100,000 order calls a day). Shopify's operations draw on one bucket of 100 points/s, so theirs add up to
// about that much: a full page of orders costs 350 points (few are full), an order 40, a batch of levels 12, a
// shipment 30 in two calls.
// An Amazon levels call is five patches in a burst. Amazon's searchOrders (0.0056/s) has weight 1: the
// schedule's interval keeps its budget. Its createFeed has no schedule, so its weight is its rate.
var budgets = map[Kind]map[Operation]float64{
	Amazon:  {OpOrders: 1, OpOrder: 0.5, OpLevels: 1, OpFeed: 1.0 / 120, OpFeedRead: 1, OpShipment: 2},
	EBay:    {OpOrders: 0.3, OpOrder: 0.3, OpLevels: 5, OpShipment: 0.5},
	Shopify: {OpOrders: 0.2, OpOrder: 0.5, OpLevels: 1, OpShipment: 1},
}

// Budget is how many calls per second the channel allows one account for the operation.
func Budget(k Kind, op Operation) float64 {
	if rate, ok := budgets[k][op]; ok {
		return rate
	}
	return 1
}

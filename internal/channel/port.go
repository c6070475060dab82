// Package channel is Towpath's interface to marketplaces: the types that adapters return, the classes of failure and
// the published budgets. The adapters are in the folders below; only the commands and tests import them.
package channel

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/order"
)

// Kind names a marketplace.
type Kind string

// The channels.
const (
	Amazon  Kind = "amazon"
	EBay    Kind = "ebay"
	Shopify Kind = "shopify"
)

// Kinds returns every channel.
func Kinds() []Kind { return []Kind{Amazon, EBay, Shopify} }

// Endpoint is the channel's environment that an account uses.
type Endpoint string

// The endpoints. Orders from Test never touch real stock.
const (
	Test       Endpoint = "test"
	Production Endpoint = "production"
)

// Account is one seller account on one channel, with everything that an adapter needs to use it. Credentials never
// leave the process.
type Account struct {
	ID          string            // e.g. amazon-uk
	Kind        Kind              //
	Endpoint    Endpoint          //
	BaseURL     string            // scheme://host[:port] of the API; empty = the channel's published host
	AuthURL     string            // the token endpoint; empty = the channel's published one
	Marketplace string            // Amazon marketplace id; eBay marketplace, e.g. EBAY_GB; Shopify: shop domain
	Location    string            // the channel's own location id where stock is listed (Shopify)
	Locations   map[string]string // the channel's location ids that are locations of ours; empty: all orders and levels are Location's (Shopify)
	FeedAbove   int               // Amazon: more changed levels than this at once go as a feed; 0 = 250
	Simulated   bool              // BaseURL is a simulated marketplace: plain http and private addresses are allowed
	Listings    Permissions       // allowed changes to its listings
	Cancelling  Cancelling        // how its orders are cancelled there
	Publishing  map[string]string // eBay: fulfillmentPolicy, paymentPolicy, returnPolicy, merchantLocation
	Vault       Vault             // stores rotating grants (Shopify); nil = credentials do not rotate
	Credentials map[string]string // clientId, clientSecret, refreshToken, sellerId, accessToken: per channel
}

// TurnDeadline limits the total time of all calls of one Connection method: an activity has half a minute.
const TurnDeadline = 25 * time.Second

// Connection makes the calls of one account. It is safe for concurrent use, never retries, limits the size and time
// of every call, and returns every failure as a *Fault.
type Connection interface {
	// Orders returns one page of orders, oldest change first.
	Orders(ctx context.Context, q OrdersQuery) (OrdersPage, error)
	// Order returns one order in its current state. The error is Missing when the channel does not have it, and an
	// *OrderError when it can't be read.
	Order(ctx context.Context, id string) (order.Snapshot, error)
	// Decode reads an order that was set aside (OrderError.Body) once more. It makes calls only for what the channel
	// keeps apart from the order. Errors: *OrderError, or the fault of such a call.
	Decode(ctx context.Context, body []byte) (order.Snapshot, error)
	// Batch returns how many of n changed levels the next SetLevels takes and the budget that the call uses.
	Batch(n int) (size int, op Operation)
	// SetLevels sets absolute available quantities, as many as Batch allows. Some levels may fail while others
	// succeed: the answer has one result per level, in the same order, or a Pending handle while the channel works on
	// them. An error means that the outcome of every level is unknown.
	SetLevels(ctx context.Context, levels []Level) (LevelsAnswer, error)
	// LevelsOutcome returns the outcome of a pending batch. skus are the SKUs of the batch: the handle does not
	// contain them, and the channel names only those that failed. Results may come in another order. While it is
	// still pending, the answer has the same handle.
	LevelsOutcome(ctx context.Context, pending string, skus []string) (LevelsAnswer, error)
	// ConfirmShipment sends one package to the channel. If the channel's call is not idempotent and s.Attempted is
	// set, it first reads the packages that the channel has.
	ConfirmShipment(ctx context.Context, s Shipment) (Confirmation, error)
	// Test makes one harmless call and returns an error if the account does not work.
	Test(ctx context.Context) error

	ListingReader
	Lister
	Publisher
	Checker
}

// Opener makes the connection for an account. Each adapter package exports one, named Open.
type Opener func(Account) (Connection, error)

// Registry maps channels to their openers.
type Registry map[Kind]Opener

// Open returns a connection for the account. It fails if the account's channel has no adapter.
func (r Registry) Open(a Account) (Connection, error) {
	open, ok := r[a.Kind]
	if !ok {
		return nil, fmt.Errorf("account %s: no adapter for channel %q", a.ID, a.Kind)
	}
	c, err := open(a)
	if err != nil {
		return nil, fmt.Errorf("account %s: %w", a.ID, err)
	}
	return c, nil
}

// OrdersQuery selects a page of orders changed since a time, or of all open orders.
type OrdersQuery struct {
	Since    time.Time // orders changed at or after; with OpenOnly: created at or after
	OpenOnly bool      // only orders not yet shipped: used when an account is connected and nightly
	// A search of the past: orders from Since until Until, which has a whole second. Pages come in any order, and the last one has no
	// Watermark. An order at the very end may be in two neighbouring searches.
	Until   time.Time // zero: a scan, whose end is now
	Created bool      // with Until: by when orders were created, not by when they changed
	Cursor  string    // empty for the first page, then the Next of the page before
}

// Past reports whether the query searches the past.
func (q OrdersQuery) Past() bool { return !q.Until.IsZero() }

// OrdersPage is one page. Cursor and Watermark are opaque outside the adapter and safe to store.
type OrdersPage struct {
	Orders    []order.Snapshot
	Aside     []*OrderError // orders that can't be saved, each by itself
	Withheld  []string      // the channel's names of fields that the account may not read, sorted; what they hold is missing in all orders
	Next      string        // empty on the last page
	Total     int           // of a search of the past, orders on all its pages; 0 = the channel does not say
	Watermark time.Time     // on the last page: Since for the next query, from the server's clock; zero = keep the old one
	RequestID string
}

// Level is the available quantity to list for a channel SKU.
type Level struct {
	SKU        string    // the channel's SKU
	ListingRef string    // eBay: offer id; Shopify: inventory item gid; Amazon: product type
	Quantity   int       //
	Key        string    // idempotency key: the same whenever this level is sent again
	Call       int       // levels of one call follow each other and have the same; a channel that makes one call for all ignores it
	From       *int      // the quantity that it replaces, for a Comparer; nil = not known: nothing is compared
	At         []LevelAt // of Quantity, what each location is to list, where the channel has a level per location; From is not used then
}

// LevelAt is what one location is to list of a SKU.
type LevelAt struct {
	Location string // ours
	Quantity int
	From     *int // the quantity that it replaces; nil = not known: the SKU may not be stocked there yet
}

// Shown is what a channel has of a level.
type Shown struct {
	Quantity int            // below zero where it is oversold
	At       map[string]int // of it, what it has at each of our locations; nil: the channel has one level for all
}

// LevelsAnswer is the channel's answer to a batch of levels.
type LevelsAnswer struct {
	Results   []LevelResult
	Pending   string // not empty: the channel (an Amazon feed) is still working; call LevelsOutcome later
	RequestID string
}

// LevelResult is the outcome of one level. Fault is nil when the channel accepted it.
type LevelResult struct {
	SKU       string
	RequestID string
	Fault     *Fault
	Unsent    bool     // with Fault: no call was made for it, because of another level's failure
	Shared    bool     // with Fault: it is the call's, and other levels have the same
	Stale     bool     // with Fault: the channel does not have the quantity From, and has set nothing
	UsedUp    bool     // with Fault: a channel with Kind.RevisionsADay takes no more revisions of the listing today
	At        []string // of a level with At: our locations that have accepted theirs, also with Fault
}

// Shipment is one package of one order to confirm to the channel.
type Shipment struct {
	OrderID        string
	PackageID      string // Towpath's id of the package
	Number         int    // 1, 2, ... within the order: Amazon's packageReferenceId
	Carrier        string // name or code; for Other see CarrierName
	CarrierName    string // name of a carrier that the channel does not list; may be empty
	Service        string // the carrier's service; may be empty
	TrackingNumber string
	ShippedAt      time.Time
	Lines          []ShipmentLine
	Attempted      bool // a call for this package was made before and its outcome is not known
}

// Company returns the carrier's name for people: CarrierName where the code is Other.
func (s Shipment) Company() string {
	if s.CarrierName != "" && strings.EqualFold(s.Carrier, "other") {
		return s.CarrierName
	}
	return s.Carrier
}

// ShipmentLine is a quantity of an order line in a package.
type ShipmentLine struct {
	LineID   string
	Quantity int
	Location string // ours, where the units were
}

// Confirmation is the channel's acceptance of a package.
type Confirmation struct {
	Ref       string // the channel's id of the fulfilment, where it gives one
	RequestID string
	Found     bool // an earlier call had already confirmed it
}

// Checker tests what an account may do.
type Checker interface {
	// Checks makes one harmless call per capability and returns the results. It changes nothing on the channel, and
	// stops when the grant itself is refused.
	Checks(ctx context.Context) []Check
}

// Check is one capability of an account and whether it works.
type Check struct {
	Capability string `json:"capability"`          // in the operator's words: read orders, set stock levels
	Operation  string `json:"operation,omitempty"` // the channel's name of the call that was made; empty = none was
	Detail     string `json:"detail,omitempty"`    // result, or why it can't be tried; no personal data
	RequestID  string `json:"requestId,omitempty"`
	Untried    bool   `json:"untried,omitempty"` // no harmless call exists for it
	Fault      *Fault `json:"fault,omitempty"`   // nil when it works
}

// Eventual is a connection to a channel that accepts levels before they are live, and sometimes never makes them
// live. Accepted levels are read back later to check them.
type Eventual interface {
	// ShowsWithin returns how long an accepted level may take to become visible.
	ShowsWithin() time.Duration
}

// Comparer is a connection to a channel that can compare: it sets a level only if the channel still has the quantity
// Level.From, so that units which a buyer has bought meanwhile are never put on sale again.
type Comparer interface {
	// Quantities returns what the channel has of each level now, by SKU. Levels that the channel does not have are left
	// out.
	Quantities(ctx context.Context, levels []Level) (map[string]Shown, error)
	// SearchLag returns how long after a purchase a scan of orders must begin to be sure to find it.
	SearchLag() time.Duration
}

// Historian is a connection to a channel that does not show an account all of its past orders.
type Historian interface {
	// Oldest returns the age of the oldest orders that the account may read, and why; 0: it may read all. It may make a harmless
	// call.
	Oldest(ctx context.Context) (age time.Duration, why string, err error)
}

// Mover is a connection to a channel that decides from which location each line of an order leaves, and lets it be changed.
type Mover interface {
	// Move gives everything of an order that is still to be shipped to one of our locations, and returns how many parts of it
	// the channel has moved: none when all of it was there. It may be repeated.
	Move(ctx context.Context, orderID, location string) (moved int, err error)
}

// Planner is a connection that knows which SKUs of a plan it sends. On other connections every SKU of a draft is sent
// with a quantity.
type Planner interface {
	// Sends reports whether a SKU with this plan (see listing.Draft; may be empty) is sent, and whether with a
	// quantity.
	Sends(plan string) (sent, level bool)
}

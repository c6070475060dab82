// Package channel is the port through which Towpath speaks to marketplaces: the types every adapter
// answers in, the classes of failure, and the published budgets. Adapters are in the folders below;
// they are named only by the commands and by tests.
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

// Kinds lists every channel.
func Kinds() []Kind { return []Kind{Amazon, EBay, Shopify} }

// Endpoint is the channel's environment that an account talks to.
type Endpoint string

// The endpoints. Orders from Test never touch real stock.
const (
	Test       Endpoint = "test"
	Production Endpoint = "production"
)

// Account is one seller account on one channel and all that an adapter needs to speak for it.
// Credentials never leave the process.
type Account struct {
	ID          string            // e.g. amazon-uk
	Kind        Kind              //
	Endpoint    Endpoint          //
	BaseURL     string            // scheme://host[:port] of the API; empty = the channel's published host
	AuthURL     string            // the token endpoint; empty = the channel's published one
	Marketplace string            // Amazon marketplace id; eBay marketplace, e.g. EBAY_GB; Shopify: shop domain
	Location    string            // the channel's own location id where stock is listed (Shopify)
	FeedAbove   int               // Amazon: more changed levels than this at once go as a feed; 0 = 250
	Simulated   bool              // BaseURL is a simulated marketplace: plain http and private addresses are allowed
	Listings    Permissions       // what may be done to its listings
	Publishing  map[string]string // eBay: fulfillmentPolicy, paymentPolicy, returnPolicy, merchantLocation
	Vault       Vault             // keeps rotating grants (Shopify); nil = the credentials do not rotate
	Credentials map[string]string // clientId, clientSecret, refreshToken, sellerId, accessToken: per channel
}

// TurnDeadline is for all calls together of one method of a Connection that makes many: an activity has half a minute.
const TurnDeadline = 25 * time.Second

// Connection speaks for one account. It is safe for concurrent use, has no retries of its own, bounds
// every body and deadline, and answers every failure as a *Fault.
type Connection interface {
	// Orders reads one page of orders, oldest change first.
	Orders(ctx context.Context, q OrdersQuery) (OrdersPage, error)
	// Order reads one order as it stands now; Missing when the channel does not have it.
	Order(ctx context.Context, id string) (order.Snapshot, error)
	// Batch says how the channel wants n changed levels sent: how many of them the next SetLevels takes and
	// which budget the call draws on.
	Batch(n int) (size int, op Operation)
	// SetLevels sets absolute available quantities, as many as Batch allows. Partial success is the norm: the
	// answer has one result per level, in the same order, or a Pending handle when the channel works on them.
	// An error means that nothing is known of any of them.
	SetLevels(ctx context.Context, levels []Level) (LevelsAnswer, error)
	// LevelsOutcome asks what became of a batch that was Pending, and of which SKUs it was: handles are short, and
	// the channel names only those that failed. The results may come in another order. Still pending: the same handle again.
	LevelsOutcome(ctx context.Context, pending string, skus []string) (LevelsAnswer, error)
	// ConfirmShipment tells the channel of one package. Where the channel's call is not idempotent and
	// s.Attempted is set, it reads what the channel has before it sends again.
	ConfirmShipment(ctx context.Context, s Shipment) (Confirmation, error)
	// Test makes one harmless call and reports whether the account can be spoken for.
	Test(ctx context.Context) error

	ListingReader
	Lister
	Publisher
	Checker
}

// Opener makes the connection for an account. Each adapter package exports one.
type Opener func(Account) (Connection, error)

// Registry finds a channel's opener.
type Registry map[Kind]Opener

// Open connects the account, or says which channels there are.
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

// OrdersQuery asks for a page of orders changed since a time, or for all that are open.
type OrdersQuery struct {
	Since    time.Time // orders changed at or after; with OpenOnly: created at or after
	OpenOnly bool      // only orders not yet shipped: used when an account is connected and nightly
	Cursor   string    // empty for the first page, then the Next of the page before
}

// OrdersPage is one page. Cursor and Watermark are opaque outside the adapter and safe to store.
type OrdersPage struct {
	Orders    []order.Snapshot
	Next      string    // empty on the last page
	Watermark time.Time // on the last page: what Since may be next time, from times that the server gave; zero = do not move
	RequestID string
}

// Level is the available quantity to list for a channel SKU.
type Level struct {
	SKU        string // the channel's SKU
	ListingRef string // eBay: offer id; Shopify: inventory item gid; Amazon: product type
	Quantity   int    //
	Key        string // idempotency key of this decision: the same on every resend of it
}

// LevelsAnswer is the channel's answer to a batch of levels.
type LevelsAnswer struct {
	Results   []LevelResult
	Pending   string // not empty: the channel (an Amazon feed) is still at it; ask LevelsOutcome later
	RequestID string
}

// LevelResult is what became of one level. Fault is nil when the channel accepted it.
type LevelResult struct {
	SKU       string
	RequestID string
	Fault     *Fault
}

// Shipment is one package of one order for the channel.
type Shipment struct {
	OrderID        string
	PackageID      string // Towpath's id of the package
	Number         int    // 1, 2, ... within the order: Amazon's packageReferenceId
	Carrier        string // name or code; Other: CarrierName says which
	CarrierName    string // of a carrier that the channel does not list; may be empty
	Service        string // the carrier's service; may be empty
	TrackingNumber string
	ShippedAt      time.Time
	Lines          []ShipmentLine
	Attempted      bool // a call for this package was made before and its outcome is not known
}

// Company is the carrier as a person calls it: its own name where the code only says that it is another one.
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
}

// Confirmation is the channel's acceptance of a package.
type Confirmation struct {
	Ref       string // the channel's id of the fulfilment, where it gives one
	RequestID string
	Found     bool // it was there already: an earlier call had been carried out
}

// Checker tries what an account may do.
type Checker interface {
	// Checks makes one harmless call per capability and says what works. It changes nothing on the channel,
	// and stops early when the grant itself is refused.
	Checks(ctx context.Context) []Check
}

// Check is one capability of an account and whether it works.
type Check struct {
	Capability string `json:"capability"`          // in the operator's words: read orders, set stock levels
	Operation  string `json:"operation,omitempty"` // the channel's name of the call that was made; empty = none was
	Detail     string `json:"detail,omitempty"`    // what was learned, or why it can't be tried; no personal data
	RequestID  string `json:"requestId,omitempty"`
	Untried    bool   `json:"untried,omitempty"` // there is no harmless call for it
	Fault      *Fault `json:"fault,omitempty"`   // nil when it works
}

// Eventual is a connection whose channel accepts levels before they are live, and sometimes never makes them live:
// what it accepted is read back once it should have settled.
type Eventual interface {
	// Settles is how long after it was accepted a level should show.
	Settles() time.Duration
}

// Planner is a connection whose plans say of each SKU what goes to the channel. On one that is none, everything of a draft is sent, with a
// quantity.
type Planner interface {
	// Sends reports whether anything is sent of a SKU with this plan (see listing.Draft; it may be empty), and whether a quantity goes with it.
	Sends(plan string) (sent, level bool)
}

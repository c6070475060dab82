// Package store keeps the business facts in SQL: accounts, links, orders, stock, packages, runs, faults.
// One query text serves PostgreSQL and SQLite. Times are UTC microseconds, money is integer minor units;
// both are BIGINT in the tables. Every write is idempotent.
package store

import (
	"slices"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/stock"
)

// Account is an account's settings, which come from the accounts file, and its condition, which is kept here.
type Account struct {
	message.Account
	Name           string   `json:"name"`
	OrderLocation  string   `json:"orderLocation"`  // where its orders are saved and reserved
	StockLocations []string `json:"stockLocations"` // whose free units it lists
	Buffer         int      `json:"buffer"`         // units never listed
	Cap            int      `json:"cap"`            // most units ever listed; stock.NoCap = no cap
	ReserveAt      Moment   `json:"reserveAt"`      // when units are reserved
	TakeAt         Moment   `json:"takeAt"`         // when an order may be processed
	Enabled        bool     `json:"enabled"`

	Statuses map[string]Status   `json:"statuses,omitempty"` // the channel's own status words that mean something else to the merchant
	ShipFrom map[string]string   `json:"shipFrom,omitempty"` // ISO 3166-1 alpha-2 country to the location that serves it; others: OrderLocation
	Listings channel.Permissions `json:"listings"`           // what may be done to its listings
	AtZero   AtZero              `json:"atZero"`             // what becomes of a listing that is sold out

	Host           string    `json:"host,omitempty"`          // of the API, where it is not the channel's published one
	Simulated      bool      `json:"simulated"`               // Host is a simulated marketplace
	AuthorisedOn   time.Time `json:"authorisedOn,omitzero"`   // day on which the seller granted access; zero = not told
	SecretIssuedOn time.Time `json:"secretIssuedOn,omitzero"` // day on which the client secret was issued; zero = not told

	Paused       bool      `json:"paused"`
	PausedReason string    `json:"pausedReason,omitempty"`
	PausedAt     time.Time `json:"pausedAt,omitzero"`
	Watermark    time.Time `json:"watermark,omitzero"`   // orders changed before it have been saved; zero = never scanned
	RefreshEnds  time.Time `json:"refreshEnds,omitzero"` // end of the refresh token that is kept (Shopify, rotating); zero = none is kept or it is not told
}

// EndpointText is the endpoint as a screen shows it, and whether it is a simulated one.
func (a Account) EndpointText() string {
	if a.Simulated {
		return string(a.Endpoint) + ", simulated"
	}
	return string(a.Endpoint)
}

// EndpointMeans says what becomes of the account's calls.
func (a Account) EndpointMeans() string {
	switch {
	case !a.Simulated:
		return a.Endpoint.Means(a.Channel)
	case a.Endpoint == channel.Test:
		return "Calls go to a simulated marketplace at " + a.Host + ". Its orders never touch real stock."
	}
	return "Calls go to a simulated marketplace at " + a.Host + ", whose orders take from the stock as real ones do."
}

// Expiries tells what of the account's access ends when, as of now.
func (a Account) Expiries(now time.Time) []channel.Expiry {
	return channel.Expiries(a.Channel, channel.Granted{AuthorisedOn: a.AuthorisedOn, SecretIssuedOn: a.SecretIssuedOn, RefreshEnds: a.RefreshEnds}, now)
}

// Warnings are the Expiries that it is time to tell of; an account that is switched off has none.
func (a Account) Warnings(now time.Time) []channel.Expiry {
	if !a.Enabled {
		return nil
	}
	return slices.DeleteFunc(a.Expiries(now), func(e channel.Expiry) bool { return !e.Warns() })
}

// Moment is the point of an order's life at which something is done.
type Moment string

// The moments an account may choose. Orders reserve when they are placed and are processed when they are
// paid, unless the accounts file says otherwise.
const (
	AtPlaced Moment = "placed"
	AtPaid   Moment = "paid"
)

// Status is what a channel's status means: a channel.Fulfilment, or StatusSkip.
type Status string

// StatusSkip says that an order with this status is not taken.
const StatusSkip Status = "skip"

// Statuses lists what an account may map a channel's status to.
func Statuses() []Status {
	return []Status{Status(channel.Unshipped), Status(channel.PartlyShipped), Status(channel.Shipped), Status(channel.Cancelled), StatusSkip}
}

// AtZero is what becomes of a listing whose level is zero.
type AtZero string

// The choices of AtZero.
const (
	KeepAtZero AtZero = "keep" // it stays, sold out; default
	EndAtZero  AtZero = "end"  // it is taken off sale
)

// Product is a SKU of the merchant's own catalogue.
type Product struct {
	SKU   string `json:"sku"`
	Title string `json:"title"`
}

// Link ties a SKU to an account's listing of it. One SKU may have several listings on an account.
type Link struct {
	Account    string `json:"account"`
	ChannelSKU string `json:"channelSku"`
	SKU        string `json:"sku"`
	ListingRef string `json:"listingRef"`
}

// StockChange is a movement that no order causes. Key makes it happen once.
type StockChange struct {
	Key      string     `json:"key"`
	SKU      string     `json:"sku"`
	Location string     `json:"location"`
	Kind     stock.Kind `json:"kind"`     // Opening, Receipt or Adjust
	Quantity int        `json:"quantity"` // change of on hand; negative only for Adjust
	Note     string     `json:"note,omitempty"`
}

// Page is one page of orders to be saved in one transaction.
type Page struct {
	Account   string
	RunID     string
	SeenAt    time.Time // when the channel's answer arrived
	Orders    []channel.Order
	RequestID string
	Calls     []Call // that brought it
	// On the last page of a scan the watermark moves from OldWatermark to NewWatermark, if it still is
	// OldWatermark and NewWatermark is later.
	Last                       bool
	OldWatermark, NewWatermark time.Time
}

// PageResult says what the page changed.
type PageResult struct {
	Counts message.Counts
	Hints  []Hint   // orders whose lifecycle must be started or told
	Dirty  []string // accounts that have dirty levels now, if the page made any
}

// Hint is what a lifecycle has not been told yet.
type Hint struct {
	Key     message.OrderKey
	State   order.State
	Version int64    // channel version that the hint is about
	New     bool     // no lifecycle was started for the order so far
	Unsent  []string // packages processed and not confirmed
}

// Outcome answers a change of one order.
type Outcome struct {
	State   order.State
	Refused string   // not empty: nothing was changed, and why; safe to show
	Dirty   []string // accounts that have dirty levels now, if the change made any
}

// LineQuantity is a quantity of one line, by the channel's line id.
type LineQuantity struct {
	LineID   string `json:"lineId"`
	Quantity int    `json:"quantity"`
}

// Cancellation is what a person or a robot asks to cancel; the starter saves it before the lifecycle is told.
// No Lines means every unit that is not shipped.
type Cancellation struct {
	ID     string         `json:"id"`
	Reason string         `json:"reason"`
	Lines  []LineQuantity `json:"lines,omitempty"`
}

// GoodsReturn is shipped units that came back. Restock puts them on hand, otherwise they are written off.
type GoodsReturn struct {
	Key     string         `json:"key"`
	Lines   []LineQuantity `json:"lines"`
	Restock bool           `json:"restock"`
}

// Outgoing is a package ready to be sent to the channel.
type Outgoing struct {
	Shipment channel.Shipment // Attempted is set when an earlier attempt was marked
	State    shipment.State   // Confirmed and Voided need no sending
}

// DirtyLevel is a listing whose level on the channel may be wrong, with the level it should have now.
type DirtyLevel struct {
	ChannelSKU string
	ListingRef string
	Quantity   int
	Version    int64     // goes up with every change of the level
	DirtySince time.Time // when the oldest change not yet pushed was saved
}

// Push is the outcome of sending one level.
type Push struct {
	ChannelSKU string
	Version    int64
	Quantity   int
	SentAt     time.Time
	AckedAt    time.Time      // zero: not accepted
	Fault      *channel.Fault // set when not accepted
	RequestID  string
}

// RunKind names what a run does.
type RunKind string

// The kinds of runs that exist so far.
const (
	RunOrders    RunKind = "orders"
	RunStock     RunKind = "stock"
	RunShipments RunKind = "shipments"
	RunLinks     RunKind = "links"  // listings read from the channel
	RunLevels    RunKind = "levels" // accepted levels read back
)

// Run is one execution of a sync: a row of the activity register.
type Run struct {
	ID         string           `json:"id"`
	Kind       RunKind          `json:"kind"`
	Account    string           `json:"account"`
	Endpoint   channel.Endpoint `json:"endpoint"`
	WorkflowID string           `json:"workflowId"`
	StartedAt  time.Time        `json:"startedAt"`
	EndedAt    time.Time        `json:"endedAt,omitzero"`
	Counts     message.Counts   `json:"counts"`
	FaultID    string           `json:"faultId,omitempty"`
	FaultClass channel.Class    `json:"faultClass,omitempty"`
	FaultCode  string           `json:"faultCode,omitempty"`
}

// ItemStatus is the status of an item of a run.
type ItemStatus string

// The statuses of an item.
const (
	ItemPending ItemStatus = "pending"
	ItemDone    ItemStatus = "done"
	ItemError   ItemStatus = "error"
	ItemSkipped ItemStatus = "skipped" // always with a reason
)

// Item is one thing inside a run.
type Item struct {
	RunID     string           `json:"runId"`
	Endpoint  channel.Endpoint `json:"endpoint,omitempty"` // the run's; empty on an item to be saved
	Type      string           `json:"type"`               // order, level, package, listing
	Reference string           `json:"reference"`
	Status    ItemStatus       `json:"status"`
	Reason    string           `json:"reason,omitempty"`
	FaultID   string           `json:"faultId,omitempty"`
	RequestID string           `json:"requestId,omitempty"`
	At        time.Time        `json:"at"`
}

// FaultRow is a stored fault, with the channel's raw words, which are for the operator's eyes only.
type FaultRow struct {
	channel.Fault
	Account  string           `json:"account"`
	Endpoint channel.Endpoint `json:"endpoint,omitempty"` // the account's
	At       time.Time        `json:"at"`
	Words    string           `json:"raw"` // same as Raw, but printed
}

// Parked is something that waits for a person.
type Parked struct {
	WorkflowID string           `json:"workflowId"`
	Account    string           `json:"account"`
	Endpoint   channel.Endpoint `json:"endpoint,omitempty"` // the account's; empty on what is to be saved
	Reference  string           `json:"reference"`          // order reference
	Package    string           `json:"package,omitempty"`
	Since      time.Time        `json:"since"`
	Fault      *channel.Fault   `json:"fault,omitempty"`
	Reason     string           `json:"reason,omitempty"`
}

// OrderRow is an order as lists show it.
type OrderRow struct {
	Key            message.OrderKey `json:"key"`
	Reference      string           `json:"reference"`
	State          order.State      `json:"state"`
	Reason         order.Reason     `json:"reason,omitempty"`
	ChannelStatus  string           `json:"channelStatus"`
	Paid           bool             `json:"paid"`
	Location       string           `json:"location"`
	PlacedAt       time.Time        `json:"placedAt"`
	SeenAt         time.Time        `json:"seenAt"`
	SavedAt        time.Time        `json:"savedAt"` // first saved
	UpdatedAt      time.Time        `json:"updatedAt"`
	ChannelVersion int64            `json:"channelVersion"`
	HandledVersion int64            `json:"handledVersion"`
	RunID          string           `json:"runId,omitempty"`     // the run that last brought it
	RequestID      string           `json:"requestId,omitempty"` // the channel's id of the read that last brought it
	Currency       string           `json:"currency"`
	Total          int64            `json:"total"`
	Shipping       int64            `json:"shipping"`
	Tax            int64            `json:"tax"`
	Discount       int64            `json:"discount"`
	Units          order.Units      `json:"units"` // summed over the lines
	LineCount      int              `json:"lineCount"`
}

// LineRow is a line of an order.
type LineRow struct {
	LineID       string      `json:"lineId"`
	ChannelSKU   string      `json:"channelSku"`
	SKU          string      `json:"sku,omitempty"` // empty: not mapped
	Title        string      `json:"title"`
	Quantity     int         `json:"quantity"`
	UnitPrice    int64       `json:"unitPrice"`
	Total        int64       `json:"total"`
	Units        order.Units `json:"units"`
	Returned     int         `json:"returned"`
	ParkedReason string      `json:"parkedReason,omitempty"`
}

// PackageRow is a package with its story.
type PackageRow struct {
	shipment.Package
	Number      int            `json:"number"`
	State       shipment.State `json:"state"`
	ChannelRef  string         `json:"channelRef,omitempty"`
	RequestID   string         `json:"requestId,omitempty"`
	Attempts    int            `json:"attempts"`
	ConfirmedAt time.Time      `json:"confirmedAt,omitzero"`
	Refusal     string         `json:"refusal,omitempty"`
	Fault       *channel.Fault `json:"fault,omitempty"` // the last one
}

// OrderDetail is all that is known of an order, the buyer's data apart.
type OrderDetail struct {
	OrderRow
	Lines    []LineRow    `json:"lines"`
	Packages []PackageRow `json:"packages"`
	Parked   *Parked      `json:"parked,omitempty"`
}

// OrderFilter selects orders. Zero fields do not filter. Pages are keyset: After is the RowID of the last row shown.
type OrderFilter struct {
	Account   string
	State     order.State
	Reference string // exact reference or channel order id
	After     int64  // rows with a smaller RowID, newest first
	Limit     int
}

// RunFilter selects runs, newest first; Before is the ID of the last row shown.
type RunFilter struct {
	ID      string // this run only
	Kind    RunKind
	Account string
	Errors  bool // only runs that ended with a fault or with items in error
	Before  string
	Limit   int
}

// FaultFilter selects faults of one account, newest first; Before is the ID of the last one shown.
type FaultFilter struct {
	Account string // must be given
	Before  string
	Limit   int
}

// StockRow is the level of a SKU at a location.
type StockRow struct {
	SKU      string `json:"sku"`
	Title    string `json:"title"`
	Location string `json:"location"`
	stock.Level
	Short int `json:"short"`
}

// ReadyOrder is an order that the warehouse can pack: every open unit reserved.
type ReadyOrder struct {
	Key       message.OrderKey
	Reference string
	SavedAt   time.Time
	Lines     []LineQuantity // reserved units
}

// AccountSummary is an account at a glance.
type AccountSummary struct {
	Account
	Orders  map[order.State]int `json:"orders"`
	Dirty   int                 `json:"dirty"`  // listings whose level is to be pushed
	Parked  int                 `json:"parked"` // workflows that wait for a person
	Faults  int                 `json:"faults"` // recorded in the last hour
	LastRun map[RunKind]Run     `json:"lastRun"`
}

// Package store keeps the business facts in SQL: accounts, links, orders, stock, packages, runs, faults.
// One query text serves PostgreSQL and SQLite. Times are UTC microseconds, money is integer minor units;
// both are BIGINT in the tables. Every write is idempotent.
package store

import (
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
)

// Variant is a SKU of the merchant's own catalogue, as lists show it.
type Variant struct {
	SKU   string `json:"sku"`
	Title string `json:"title"`
}

// Link ties a SKU to an account's listing of it. One SKU may have several listings on an account.
type Link struct {
	Account    string `json:"account" db:"account"`
	ChannelSKU string `json:"channelSku" db:"channel_sku"`
	SKU        string `json:"sku" db:"sku"`
	ListingRef string `json:"listingRef" db:"listing_ref"`
}

// Page is one page of orders to be saved in one transaction.
type Page struct {
	Account   string
	RunID     string
	SeenAt    time.Time // when the channel's answer arrived
	Orders    []order.Snapshot
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

// Cancellation is what a person or a robot asks to cancel; the starter saves it before the lifecycle is told.
// No Lines means every unit that is not shipped.
type Cancellation struct {
	ID     string               `json:"id"`
	Reason string               `json:"reason"`
	Lines  []order.LineQuantity `json:"lines,omitempty"`
}

// GoodsReturn is shipped units that came back. Restock puts them on hand, otherwise they are written off.
type GoodsReturn struct {
	Key     string               `json:"key"`
	Lines   []order.LineQuantity `json:"lines"`
	Restock bool                 `json:"restock"`
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
	RunLinks     RunKind = "links"     // listings read from the channel
	RunLevels    RunKind = "levels"    // accepted levels read back
	RunMigration RunKind = "migration" // listings brought under the channel's API
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

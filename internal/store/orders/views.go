package orders

import (
	"slices"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/buyers"
	"github.com/towpath/towpath/internal/store/incidents"
	"github.com/towpath/towpath/internal/store/products"
)

// OrderRow is an order as lists show it.
type OrderRow struct {
	Key              message.OrderKey  `json:"key"`
	Reference        string            `json:"reference"`
	State            order.State       `json:"state"`
	Reason           order.Reason      `json:"reason,omitempty"`
	ChannelStatus    string            `json:"channelStatus"`
	Paid             bool              `json:"paid"`
	Location         string            `json:"location"`
	Routed           order.Routed      `json:"routed,omitempty"` // why it is at the location
	PlacedAt         time.Time         `json:"placedAt"`
	SeenAt           time.Time         `json:"seenAt"`
	SavedAt          time.Time         `json:"savedAt"` // first saved
	UpdatedAt        time.Time         `json:"updatedAt"`
	ChannelVersion   int64             `json:"channelVersion"`
	DeliveredVersion int64             `json:"deliveredVersion"`
	RunID            string            `json:"runId,omitempty"`     // the run that last brought it
	RequestID        string            `json:"requestId,omitempty"` // the channel's id of the read that last brought it
	Currency         string            `json:"currency"`
	Total            int64             `json:"total"`
	Shipping         int64             `json:"shipping"`
	Tax              int64             `json:"tax"`
	Discount         int64             `json:"discount"`
	Unread           string            `json:"unread,omitempty"` // what of it could not be read: order.UnreadPart
	Units            order.Units       `json:"units"`            // summed over the lines
	LineCount        int               `json:"lineCount"`
	Fulfilment       shipment.Progress `json:"fulfilment,omitempty"` // how far its packages are on the channel; empty: it has none
	Exported         *Exported         `json:"exported,omitempty"`   // the last export that has it

	ShipBy       time.Time     `json:"shipBy,omitzero"`
	Promise      order.Promise `json:"promise,omitempty"` // now, against ShipBy
	DeliverBy    time.Time     `json:"deliverBy,omitzero"`
	PaidCurrency string        `json:"paidCurrency,omitempty"` // of PaidTotal; empty: the buyer paid in Currency
	PaidTotal    int64         `json:"paidTotal,omitempty"`

	Contradiction  string     `json:"contradiction,omitempty"` // what the channel says against what was done here
	Kept           bool       `json:"kept,omitempty"`          // a person has left it as it is here
	ContradictedAt time.Time  `json:"contradictedAt,omitzero"` // when it was first seen
	Holds          []Held     `json:"holds,omitempty"`         // all that holds it
	Hold           order.Hold `json:"hold,omitempty"`          // the one that counts
	HoldSince      time.Time  `json:"holdSince,omitzero"`
	Allowed        bool       `json:"allowed,omitempty"`  // a person has lifted all of them
	NotBefore      time.Time  `json:"notBefore,omitzero"` // the earliest date of units that are not to be packed yet; order.Undated: it is not known
	Deleted        *Deletion  `json:"deleted,omitempty"`  // by hand

	Together []buyers.Together `json:"together,omitempty"` // others that wait to be packed for the same address; only where they are asked for
}

// Exported names the export that an order was written to.
type Exported struct {
	Export int64     `json:"export"`
	At     time.Time `json:"at"`
}

// LineRow is a line of an order.
type LineRow struct {
	LineID         string             `json:"lineId"`
	ChannelSKU     string             `json:"channelSku"`
	SKU            string             `json:"sku,omitempty"` // empty: not mapped
	Title          string             `json:"title"`
	Quantity       int                `json:"quantity"`
	UnitPrice      int64              `json:"unitPrice"`
	Total          int64              `json:"total"`
	Units          order.Units        `json:"units"`
	Returned       int                `json:"returned"`
	UnlinkedReason string             `json:"unlinkedReason,omitempty"`
	Location       string             `json:"location"`            // of its units
	Elsewhere      string             `json:"elsewhere,omitempty"` // why its units are not this order's to ship
	Tax            int64              `json:"tax"`
	Discount       int64              `json:"discount"`
	Parts          []products.KitPart `json:"parts,omitempty"` // of a kit: what to pick for one unit, as it was sold
}

// PackageRow is a package with its times and its last fault.
type PackageRow struct {
	*shipment.Known
	ChannelRef  string         `json:"channelRef,omitempty"`
	Sender      string         `json:"sender,omitempty"` // id of the workflow that alone sends it
	RequestID   string         `json:"requestId,omitempty"`
	Attempts    int            `json:"attempts"`
	NextAttempt time.Time      `json:"nextAttempt,omitzero"` // when it is sent again by itself; zero: it waits for no attempt
	ConfirmedAt time.Time      `json:"confirmedAt,omitzero"`
	Refusal     string         `json:"refusal,omitempty"`
	Fault       *channel.Fault `json:"fault,omitempty"` // the last one
}

// OrderDetail is everything known about an order except the buyer's data.
type OrderDetail struct {
	OrderRow
	Lines    []LineRow          `json:"lines"`
	Packages []PackageRow       `json:"packages"`
	Cancel   *ChannelCancel     `json:"channelCancel,omitempty"` // of what was cancelled here, on the channel; nil: none
	Parked   []incidents.Parked `json:"parked,omitempty"`        // what of it waits for a person, longest first
}

// Locations names the locations of the lines that are shipped from here, e.g. "main and attic"; the order's own if there is none.
func (d OrderDetail) Locations() string {
	var names []string
	for _, l := range d.Lines {
		if l.Elsewhere == "" && l.Location != "" && !slices.Contains(names, l.Location) {
			names = append(names, l.Location)
		}
	}
	if len(names) == 0 {
		return d.Location
	}
	return strings.Join(names, " and ")
}

// Whence says from which locations the order leaves, and why from there, e.g. "attic: the first for its country that had all of it".
func (d OrderDetail) Whence() string {
	if why := d.Routed.Text(); why != "" {
		return d.Locations() + ": " + why
	}
	return d.Locations()
}

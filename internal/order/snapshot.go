package order

import "time"

// Fulfilment is an order's shipping status on its channel, in Towpath's words.
type Fulfilment string

// The shipping statuses.
const (
	FulfilmentUnshipped     Fulfilment = "unshipped"
	FulfilmentPartlyShipped Fulfilment = "partly-shipped"
	FulfilmentShipped       Fulfilment = "shipped"
	FulfilmentCancelled     Fulfilment = "cancelled"
	FulfilmentUnmapped      Fulfilment = "unmapped" // a status that the adapter does not know
)

// Snapshot is an order as its channel shows it, at one version. Amounts are minor units of Currency, as given, never
// derived.
type Snapshot struct {
	ID             string         // the channel's order id: the key
	Reference      string         // what is printed on documents and searched for; often equal to ID
	PlacedAt       time.Time      //
	UpdatedAt      time.Time      // the version: only newer ones are taken
	Paid           bool           //
	Fulfilment     Fulfilment     //
	ChannelStatus  string         // the channel's own status words
	ChannelFulfils bool           // the channel ships it itself (FBA)
	Currency       string         // ISO 4217; empty while the channel hides it (pending Amazon orders)
	Total          int64          //
	Shipping       int64          //
	Tax            int64          //
	Discount       int64          // positive
	Lines          []SnapshotLine // every line, nested pages included
	Buyer          *Buyer         // nil while the channel hides it
}

// SnapshotLine is one line of a snapshot, keyed by ID: the same SKU may stand in several.
type SnapshotLine struct {
	ID        string
	SKU       string // the channel's SKU; empty when the listing has none
	Title     string
	Quantity  int   // as ordered
	Cancelled int   // of these, cancelled on the channel so far
	Shipped   int   // of these, shipped according to the channel
	UnitPrice int64 //
	Total     int64 // the line's amount as the channel gave it, before shipping
}

// Buyer is personal data: it is stored for the label and goes nowhere else.
type Buyer struct {
	Name, Email, Phone         string
	Line1, Line2, City, Region string
	PostalCode, CountryCode    string // ISO 3166-1 alpha-2
}

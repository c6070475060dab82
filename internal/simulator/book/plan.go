package book

import "time"

// Shape is the size of a plan's orders.
type Shape string

const (
	// ShapeBook places every invoice as one order, of up to 675 lines in the real book.
	ShapeBook Shape = "book"
	// ShapeRetail splits every invoice into orders of 1 to 5 lines with the same totals.
	ShapeRetail Shape = "retail"
)

// Stock is the opening stock of a plan.
type Stock string

const (
	// StockAmple opens every SKU with all units that the book will ever need.
	StockAmple Stock = "ample"
	// StockTight opens 30% of the SKUs with 60% of their demand; the rest arrives later.
	StockTight Stock = "tight"
)

// Options configure a plan. The zero value means book, ample, and no account.
type Options struct {
	Shape    Shape
	Stock    Stock
	Accounts []string // e.g. amazon-uk, ebay-uk, shopify-uk
}

// Plan is what the simulated buyers, goods-in and stock takers do, in book time order. It must not be changed: a plan
// and its renumbered rounds share lines.
type Plan struct {
	Start, End time.Time // book time of the first and last event
	Products   []Product // by SKU
	Opening    []Opening // by SKU, one per product
	Events     []Event   // in book time order
	Counts     Counts
}

// Product is one article of the book.
type Product struct {
	SKU       string
	Title     string   // the most usual description, the SKU where the book has none
	UnitPrice int64    // pence, the most usual price above 0; 0 where the book has none
	Codes     []string // every spelling in the book, sorted: the channels' SKUs of this product
}

// Opening is a SKU's units on hand at the start of the book.
type Opening struct {
	SKU   string
	Units int
}

// Kind is the kind of an event.
type Kind string

// The kinds of events.
const (
	Place   Kind = "place"   // a buyer places Order
	Cancel  Kind = "cancel"  // a buyer cancels Quantity of line LineIndex of order OrderID
	Return  Kind = "return"  // a buyer sends Quantity of line LineIndex of order OrderID back
	Receipt Kind = "receipt" // Quantity units of SKU arrive
	Adjust  Kind = "adjust"  // a stock take changes SKU's units on hand by Delta
)

// Event is one thing that happens. Kind determines which fields are set.
type Event struct {
	At        time.Time
	Kind      Kind
	Invoice   string // the book's invoice behind it; empty for receipts
	Order     *Order
	OrderID   string
	LineIndex int // into the order's Lines
	SKU       string
	Quantity  int  // units, above 0
	Delta     int  // units, never 0
	Race      bool // this cancellation is to be played at the moment the warehouse ships
	Restock   bool // the returned units go back on the shelf; otherwise they are written off
}

// Order is one order as a buyer places it.
type Order struct {
	ID         string // the invoice number; in retail shape INVOICE-N, N counted from 1
	Account    string // chosen by a hash of the invoice number, so an invoice's parts stay together
	Country    string // as the book names it
	CustomerID string // empty for a guest
	Guest      bool
	Lines      []Line // stocked products
	NotStocked []Line // manual lines and samples (M, S): billed, but nothing leaves the shelf
	Shipping   int64  // pence, from POST, DOT and C2 lines
	Discount   int64  // pence to be taken off, from D lines
}

// Total returns what the buyer pays, in pence.
func (o *Order) Total() int64 {
	total := o.Shipping - o.Discount
	for _, l := range o.Lines {
		total += l.Amount()
	}
	for _, l := range o.NotStocked {
		total += l.Amount()
	}
	return total
}

// Units returns the number of stocked units in the order.
func (o *Order) Units() int {
	units := 0
	for _, l := range o.Lines {
		units += l.Quantity
	}
	return units
}

// Line is one line of an order. An order may have the same SKU on several lines.
type Line struct {
	Code      string // as spelt on this line of the book: the channel's SKU
	SKU       string
	Title     string
	Quantity  int   // units, above 0
	UnitPrice int64 // pence; 0 for a gift
}

// Amount returns the line's total in pence.
func (l Line) Amount() int64 { return int64(l.Quantity) * l.UnitPrice }

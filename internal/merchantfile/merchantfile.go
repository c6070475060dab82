// Package merchantfile reads merchants' files: exports of Shopify, Amazon, eBay, Linnworks, WooCommerce and
// ShipStation, and Towpath's own forms. A file is recognised by its header row, never by its name or the position of
// a column. docs/files.md describes every format.
//
// A File can be read several times; each reading is one pass that holds only the current product. Mistakes are
// collected, with line, column and what would be right, and reading continues, so that a merchant sees all of them at
// once. A text with two possible readings is a mistake that names both.
package merchantfile

import (
	"time"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/sheet"
)

// Kind is what a file can be read for.
type Kind string

// What files hold.
const (
	Catalogue Kind = "catalogue" // products, variants, kits
	Stock     Kind = "stock"     // quantities
	Listings  Kind = "listings"  // what an account offers on its channel
	Packages  Kind = "packages"  // what was packed and how it travels
	Orders    Kind = "orders"    // orders of a channel, of which some reports can be read
)

// Format is a kind of file that is recognised.
type Format struct {
	ID    string `json:"id"`    // "shopify-products"
	Title string `json:"title"` // "Shopify's product export"
	Holds []Kind `json:"holds"`
	Use   string `json:"use"` // what the file is for; shown when it is given to the wrong command
}

// HoldsKind reports whether the format can be read for a kind.
func (f Format) HoldsKind(k Kind) bool {
	for _, held := range f.Holds {
		if held == k {
			return true
		}
	}
	return false
}

// Options has facts that a file may lack.
type Options struct {
	Account  string         // whose prices a channel's file has; empty: every account's
	Currency string         // ISO 4217, of prices whose file does not say it; empty: those prices are left out
	Zone     *time.Location // of times without one; nil: UTC
	Limits   sheet.Limits   // 0: sheet.Defaults
}

// Means is which of two things a quantity counts.
type Means string

// The meanings of a quantity. Channels report what is available; on hand is that plus the units of open orders.
const (
	OnHand       Means = "on-hand"
	Available    Means = "available"
	MeansUnknown Means = "" // the file does not say: the merchant must
)

// StockRow is a quantity of a SKU.
type StockRow struct {
	Line     int    `json:"line"`
	SKU      string `json:"sku"` // empty only with Skip
	Location string `json:"location,omitempty"`
	Quantity int    `json:"quantity"` // whole units; of Available below 0 where orders wait for stock
	Means    Means  `json:"means"`
	Skip     string `json:"skip,omitempty"` // why there is no quantity; empty = there is one. A skipped row is never 0
	Note     string `json:"note,omitempty"` // what was read differently from the file's text
}

// ListingRow is a listing, or one variation of it.
type ListingRow struct {
	Line           int    `json:"line"`
	ListingID      string `json:"listingId"` // eBay's item number, Amazon's ASIN (empty where the file has none)
	SKU            string `json:"sku"`       // empty: the seller gave none
	Title          string `json:"title,omitempty"`
	Variation      string `json:"variation,omitempty"` // "Colour=Blue"
	Format         string `json:"format,omitempty"`    // eBay's word: FIXED_PRICE, AUCTION
	Site           string `json:"site,omitempty"`      // eBay's word: UK
	Currency       string `json:"currency,omitempty"`
	Quantity       int    `json:"quantity"`       // as listed, or UnknownQuantity
	Parent         bool   `json:"parent"`         // stands for the listing of the variations after it: its quantity is their sum
	ChannelFulfils bool   `json:"channelFulfils"` // Amazon ships it (FBA): its quantity must not be set
}

// UnknownQuantity is the Quantity of a listing without one in the file, as for stock that Amazon keeps.
const UnknownQuantity = -1

// PackageRow is one package, or one line of an order in it.
type PackageRow struct {
	Line        int       `json:"line"`
	Account     string    `json:"account,omitempty"`  // empty: the file does not say
	Order       string    `json:"order"`              // the printed reference or the channel's id
	LineID      string    `json:"lineId,omitempty"`   // the channel's id of the order line; with SKU empty: the whole order
	SKU         string    `json:"sku,omitempty"`      // in our own form, in place of LineID
	Quantity    int       `json:"quantity,omitempty"` // 0: all of the line, or of the order
	Carrier     string    `json:"carrier"`            // a channel's code or a name; "Other" with CarrierName; may be empty
	CarrierName string    `json:"carrierName,omitempty"`
	Service     string    `json:"service,omitempty"`
	Tracking    string    `json:"tracking,omitempty"`
	ShippedAt   time.Time `json:"shippedAt"` // zero: the file does not say; a day without a time is its beginning
	Note        string    `json:"note,omitempty"`
	Wrong       bool      `json:"wrong,omitempty"` // a mistake of the row is in the Report: it can't be used
}

// MaxShown is the greatest number of mistakes, and of skipped rows, listed in a Report. All are counted.
const MaxShown = 100

// Report is the result of one reading besides what was handed over.
type Report struct {
	Rows     int                 `json:"rows"`     // read, the header not counted
	Handed   int                 `json:"handed"`   // products, kits, quantities, listings or packages handed over
	Wrong    int                 `json:"wrong"`    // mistakes in all
	Mistakes []catalogue.Mistake `json:"mistakes"` // the first MaxTold
	Skipped  int                 `json:"skipped"`  // all rows and products left out
	Skips    []Skip              `json:"skips"`    // the first MaxTold
	Notes    []string            `json:"notes"`    // useful facts, the first MaxTold
}

// Skip is a row that was left out without being a mistake.
type Skip struct {
	Line int    `json:"line"`
	What string `json:"what"` // a SKU or a title
	Why  string `json:"why"`
}

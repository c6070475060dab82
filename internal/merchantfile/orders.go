package merchantfile

import (
	"context"
	"slices"
	"strings"
	"time"
)

// useOrders says what a report of orders is for.
const useOrders = "give it to: towpath backfill orders --account A --file"

// orderFormats are the reports of orders. Of Amazon's unshipped orders and of Etsy's items nothing is read: they are recognised so that
// a command can name the file.
var orderFormats = []definition{
	orderFile("shopify-orders", "Shopify's order export", useOrders, bindShopifyOrders, need("name"), need("financial status"), need("lineitem name", "lineitem sku")),
	orderFile("amazon-all-orders", "Amazon's All Orders report", useOrders, bindAmazonOrders, need("amazon-order-id"), need("purchase-date"), need("order-status")),
	orderFile("amazon-unshipped-orders", "Amazon's unshipped orders report", useScan, nil, need("order-id"), need("order-item-id"),
		need("quantity-to-ship", "quantity-purchased")),
	orderFile("ebay-orders", "eBay's order report", useOrders, bindEbayOrders, need("sales record number"), need("order number"), need("item number")),
	orderFile("etsy-sold-order-items", "Etsy's sold order items", useScan, nil, need("sale date"), need("item name"), need("order id"), need("transaction id")),
}

// notSold is why a report is not read for orders.
const notSold = "want Amazon's All Orders report, eBay's order report or Shopify's order export"

const useScan = "orders come from the channel itself: towpath sync orders"

func orderFile(id, title, use string, bind func(*header, Options) shape, needs ...[]string) definition {
	if bind == nil {
		bind = func(*header, Options) shape { return shape{lacks: map[Kind]string{Orders: notSold}} }
	}
	return definition{Format: Format{ID: id, Title: title, Holds: []Kind{Orders}, Use: use}, bare: true, needs: needs, bind: bind}
}

// SoldOrder is an order in a report. Reports have no ids of lines, and nothing is read of buyers or amounts.
type SoldOrder struct {
	Line           int // of its first row
	ID             string
	Reference      string // what is printed on documents
	Site           string // Amazon's word: Amazon.co.uk
	Status         string // the report's own words
	PlacedAt       time.Time
	ChangedAt      time.Time // at the earliest: some reports have days only
	Paid           bool
	Cancelled      bool // as a whole
	ChannelFulfils bool // Amazon ships it (FBA)
	Lines          []SoldLine
}

// SoldLine is a line of an order. Of Quantity, all or none are shipped or cancelled.
type SoldLine struct {
	Line               int
	SKU, Title         string // the SKU is empty where the seller gave none
	Quantity           int
	Shipped, Cancelled bool
	NoShipping         bool // it needs none: a tip, a gift card
}

// maxSoldLines limits the lines of one order. Channels have a few hundred at most.
const maxSoldLines = 2_000

// SoldOrders calls take for each order of a report, with all its lines. Rows that are no orders are skipped with the reason.
func (f *File) SoldOrders(ctx context.Context, take func(SoldOrder) error) (Report, error) {
	p, err := f.begin(Orders)
	if err != nil {
		return Report{}, err
	}
	err = f.together(ctx, p, func(rows []row) error {
		before := p.report.Wrong
		o, ok := f.shape.sold(p, rows)
		if !ok || p.report.Wrong > before {
			return nil
		}
		if len(o.Lines) > maxSoldLines {
			p.wrong(o.Line, column{}, quote(o.ID)+" has too many lines", "2,000 at most: are these rows of one order?")
			return nil
		}
		return p.handed(o.Line, take(o))
	})
	return *p.report, err
}

// latest returns the latest of some moments.
func latest(list ...time.Time) time.Time { return slices.MaxFunc(list, time.Time.Compare) }

// orderID reads a channel's id of an order from a cell that is not empty.
func (p *page) orderID(r row, c column) string {
	text, _ := unwrap(r.bare(c))
	if reason, damaged := Damaged(text); damaged || len(text) > maxSKU || strings.ContainsAny(text, "\r\n\t\x00\uFFFD") {
		p.wrong(r.line, c, strings.TrimSpace(quote(text)+" "+reason), "the order's id: export again and don't save the file in a spreadsheet")
		return ""
	}
	return strings.Clone(text)
}

// soldSKU reads the SKU of a line; it may be empty.
func (p *page) soldSKU(r row, c column) string {
	if r.get(c) == "" {
		return ""
	}
	return strings.Clone(p.sku(r, c))
}

// soldUnits reads the quantity of a line; an empty one is 0.
func (p *page) soldUnits(r row, c column) int {
	if r.get(c) == "" {
		return 0
	}
	n, ok := p.quantity(r, c)
	if ok && (n < 0 || n > maxUnits) {
		p.wrong(r.line, c, quote(r.get(c))+" units can't have been ordered", "0 or more, and less than a million")
	}
	return n
}

// maxUnits is more than anybody orders of one thing.
const maxUnits = 999_999

// title reads a text that is only shown.
func title(r row, c column) string {
	const most = 500
	text := []rune(strings.ToValidUTF8(r.get(c), ""))
	return string(text[:min(len(text), most)])
}

package packages

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/db"
)

// ExportedOrder is an order of an export, with what the label needs. Lines is empty when nothing exported is left to pack.
type ExportedOrder struct {
	RowID     int64
	Account   string
	Channel   channel.Kind
	ID        string // the channel's order id
	Reference string
	PlacedAt  time.Time
	Paid      bool
	Currency  string
	Total     int64 // minor units, as the channel gave it; so are Shipping and Tax
	Shipping  int64
	Tax       int64
	Buyer     order.Buyer // personal data: for the file and nothing else
	Lines     []ExportedLine
}

// ExportedLine has the units of a line that are to be packed.
type ExportedLine struct {
	LineID     string
	SKU        string
	ChannelSKU string
	Title      string
	Quantity   int
	UnitPrice  int64 // minor units
}

// ExportedOrders returns an export's orders after a row, as they are to be packed now: at most the exported units, and none of an
// order that may no longer be packed.
func (s *Store) ExportedOrders(ctx context.Context, exportID, after int64, limit int) ([]ExportedOrder, error) {
	var out []ExportedOrder
	err := s.Read(ctx, `WITH page AS (SELECT x.order_id FROM exported_orders x WHERE x.export_id = $1 AND x.order_id > $2
			ORDER BY x.order_id LIMIT $3)
		SELECT o.id, o.account, a.channel, o.channel_order_id, o.reference, o.placed_at, o.paid, o.currency, o.total, o.shipping, o.tax,
			COALESCE(b.name, ''), COALESCE(b.email, ''), COALESCE(b.phone, ''), COALESCE(b.line1, ''), COALESCE(b.line2, ''),
			COALESCE(b.city, ''), COALESCE(b.region, ''), COALESCE(b.postal_code, ''), COALESCE(b.country_code, ''),
			l.line_id, l.sku, l.channel_sku, l.title, l.unit_price,
			o.state, a.take_at, l.reserved, m.quantity
		FROM page p JOIN orders o ON o.id = p.order_id JOIN accounts a ON a.id = o.account LEFT JOIN order_buyers b ON b.order_id = o.id
			JOIN exported_lines m ON m.export_id = $1 AND m.order_id = o.id
			JOIN order_lines l ON l.order_id = o.id AND l.line_id = m.line_id
		ORDER BY o.id, l.position, l.line_id`, func(rows *sql.Rows) error {
		var o ExportedOrder
		var l ExportedLine
		var placed int64
		var e order.Export
		var reserved, exported int
		b := &o.Buyer
		if err := rows.Scan(&o.RowID, &o.Account, &o.Channel, &o.ID, &o.Reference, &placed, &o.Paid, &o.Currency, &o.Total, &o.Shipping, &o.Tax,
			&b.Name, &b.Email, &b.Phone, &b.Line1, &b.Line2, &b.City, &b.Region, &b.PostalCode, &b.CountryCode,
			&l.LineID, &l.SKU, &l.ChannelSKU, &l.Title, &l.UnitPrice, &e.State, &e.TakeAt, &reserved, &exported); err != nil {
			return err
		}
		o.PlacedAt = db.At(placed)
		e.Paid = o.Paid
		l.Quantity = e.ToPack(reserved, exported)
		if n := len(out); n == 0 || out[n-1].RowID != o.RowID {
			out = append(out, o)
		}
		if l.Quantity > 0 {
			last := &out[len(out)-1]
			last.Lines = append(last.Lines, l)
		}
		return nil
	}, exportID, after, db.Limited(limit))
	if err != nil {
		return nil, fmt.Errorf("read the orders of export %d: %w", exportID, err)
	}
	return out, nil
}

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

// Stopped is an order that became another one after it was exported: its label may be wrong.
type Stopped struct {
	Export    int64     `json:"export"`
	At        time.Time `json:"exportedAt"`
	RowID     int64     `json:"-"`
	Account   string    `json:"account"`
	ID        string    `json:"orderId"`
	Reference string    `json:"reference"`
	Cancelled bool      `json:"cancelled"` // all of it
	What      string    `json:"what"`      // cancelled, or what changed
}

// maxStopped limits how many changed orders one export reports; the next one reports the others.
const maxStopped = 1000

// StoppedOrders returns orders that were cancelled or changed after their export, are not shipped, and have not been reported in
// this form. It first removes shipped orders, so that only unfinished ones are read.
func (s *Store) StoppedOrders(ctx context.Context) ([]Stopped, error) {
	err := s.Write(ctx, "settle exported orders", func(ctx context.Context, t *db.Tx) error {
		_, err := t.Exec(ctx, `UPDATE exported_orders SET settled_at = $1 WHERE settled_at = 0
			AND EXISTS (SELECT 1 FROM orders o WHERE o.id = exported_orders.order_id AND o.state IN ('shipped', 'completed'))`, t.Now)
		return err
	})
	if err != nil {
		return nil, err
	}
	var out []Stopped
	err = s.Read(ctx, `WITH watched AS (SELECT x.export_id, e.made_at, x.told, x.order_id, o.account, o.channel_order_id, o.reference,
				CASE WHEN o.state = 'cancelled' THEN 1 ELSE 0 END AS cancelled,
				CASE WHEN b.changed_at > e.made_at THEN 1 ELSE 0 END AS moved,
				CASE WHEN EXISTS (SELECT 1 FROM exported_lines m JOIN order_lines l ON l.order_id = m.order_id AND l.line_id = m.line_id
					WHERE m.export_id = x.export_id AND m.order_id = x.order_id AND l.taken * l.quantity - l.cancelled < m.alive) THEN 1 ELSE 0 END AS fewer,
				CASE WHEN EXISTS (SELECT 1 FROM order_lines l LEFT JOIN exported_lines m
						ON m.export_id = x.export_id AND m.order_id = l.order_id AND m.line_id = l.line_id
					WHERE l.order_id = x.order_id AND l.taken * l.quantity - l.cancelled > COALESCE(m.alive, 0)) THEN 1 ELSE 0 END AS further,
				CASE WHEN EXISTS (SELECT 1 FROM exported_lines m JOIN order_lines l ON l.order_id = m.order_id AND l.line_id = m.line_id
					WHERE m.export_id = x.export_id AND m.order_id = x.order_id AND l.sku <> m.sku) THEN 1 ELSE 0 END AS other
			FROM exported_orders x JOIN order_exports e ON e.id = x.export_id JOIN orders o ON o.id = x.order_id
				LEFT JOIN order_buyers b ON b.order_id = o.id
			WHERE x.settled_at = 0)
		SELECT export_id, made_at, told, order_id, account, channel_order_id, reference, cancelled, moved, fewer, further, other FROM watched
		WHERE cancelled + moved + fewer + further + other > 0 ORDER BY export_id, order_id LIMIT $1`, func(rows *sql.Rows) error {
		var o Stopped
		var made int64
		var told string
		var c order.ExportChange
		err := rows.Scan(&o.Export, &made, &told, &o.RowID, &o.Account, &o.ID, &o.Reference, &c.Cancelled, &c.Moved, &c.Fewer, &c.Further, &c.Other)
		if err != nil {
			return err
		}
		if o.At, o.Cancelled, o.What = db.At(made), c.Cancelled, c.Text(); c.News(told) {
			out = append(out, o)
		}
		return nil
	}, maxStopped)
	if err != nil {
		return nil, fmt.Errorf("look for exported orders that changed: %w", err)
	}
	return out, nil
}

// toldRow has what was reported about an exported order.
type toldRow struct {
	Export int64  `db:"export_id"`
	RowID  int64  `db:"order_id"`
	What   string `db:"what"`
	Over   bool   `db:"over"` // nothing more can become of it
}

// StoppedTold records that these orders were reported to a person.
func (s *Store) StoppedTold(ctx context.Context, told []Stopped) error {
	if len(told) == 0 {
		return nil
	}
	return s.Write(ctx, "note what was told of exported orders", func(ctx context.Context, t *db.Tx) error {
		_, err := t.Exec(ctx, `UPDATE exported_orders SET told = r.what,
				settled_at = r.over * CAST($2 AS BIGINT)
			FROM {{rows 1}} WHERE exported_orders.export_id = r.export_id AND exported_orders.order_id = r.order_id AND exported_orders.settled_at = 0`,
			db.RowsBy(told, func(o Stopped) toldRow { return toldRow{o.Export, o.RowID, o.What, o.Cancelled} }), t.Now)
		return err
	})
}

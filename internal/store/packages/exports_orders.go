package packages

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/buyers"
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
	Notes     []string    // of persons, each with who noted it; as personal as Buyer
	Together  []string    // references of the others that wait to be packed for the same address
	Lines     []ExportedLine
	// Unreadable is why the buyer can't be read; empty: he can, or the channel shows none. Such an order has no label.
	Unreadable string
}

// ExportedLine has the units of a line that are to be packed.
type ExportedLine struct {
	LineID     string
	SKU        string
	ChannelSKU string
	Title      string
	Quantity   int
	Location   string
	UnitPrice  int64 // minor units
}

// ExportedOrders returns an export's orders after a row, as they are to be packed now: at most the exported units, and none of an
// order that may no longer be packed. The log of buyers notes by whom they were seen.
func (s *Store) ExportedOrders(ctx context.Context, exportID, after int64, limit int, by string) ([]ExportedOrder, error) {
	var out []ExportedOrder
	err := s.Read(ctx, `WITH page AS (SELECT x.order_id FROM exported_orders x WHERE x.export_id = $1 AND x.order_id > $2
			ORDER BY x.order_id LIMIT $3)
		SELECT o.id, o.account, a.channel, o.channel_order_id, o.reference, o.placed_at, o.paid, o.currency, o.total, o.shipping, o.tax,
			l.line_id, l.sku, l.channel_sku, l.title, l.unit_price, l.location,
			o.state, a.process_at, l.reserved, m.quantity
		FROM page p JOIN orders o ON o.id = p.order_id JOIN accounts a ON a.id = o.account
			JOIN exported_lines m ON m.export_id = $1 AND m.order_id = o.id
			JOIN order_lines l ON l.order_id = o.id AND l.line_id = m.line_id
		ORDER BY o.id, l.position, l.line_id`, func(rows *sql.Rows) error {
		var o ExportedOrder
		var l ExportedLine
		var placed int64
		var e order.Export
		var reserved, exported int
		if err := rows.Scan(&o.RowID, &o.Account, &o.Channel, &o.ID, &o.Reference, &placed, &o.Paid, &o.Currency, &o.Total, &o.Shipping, &o.Tax,
			&l.LineID, &l.SKU, &l.ChannelSKU, &l.Title, &l.UnitPrice, &l.Location, &e.State, &e.ProcessAt, &reserved, &exported); err != nil {
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
	if err == nil {
		err = s.addBuyers(ctx, out, buyers.Act{By: by, What: buyers.Exported, Reason: fmt.Sprintf("export %d", exportID)})
	}
	if err != nil {
		return nil, fmt.Errorf("read the orders of export %d: %w", exportID, err)
	}
	return out, nil
}

// addBuyers adds the orders' buyers, and notes that they were seen.
func (s *Store) addBuyers(ctx context.Context, list []ExportedOrder, a buyers.Act) error {
	rows := make([]int64, len(list))
	for i, o := range list {
		rows[i] = o.RowID
	}
	found, unreadable, err := s.buyers.ShowReadable(ctx, rows, a)
	for i, o := range list {
		list[i].Buyer = found[o.RowID]
		if why := unreadable[o.RowID]; why != nil {
			list[i].Unreadable = why.Error()
		}
	}
	if err != nil {
		return err
	}
	notes, err := s.buyers.Notes(ctx, rows)
	for i, o := range list {
		for _, n := range notes[o.RowID] {
			if !n.Gone {
				list[i].Notes = append(list[i].Notes, n.By+": "+n.Text)
			}
		}
	}
	if err != nil {
		return err
	}
	together, err := s.buyers.Together(ctx, rows)
	for i, o := range list {
		for _, other := range together[o.RowID] {
			list[i].Together = append(list[i].Together, other.Reference)
		}
	}
	return err
}

// LeaveOut takes orders out of an export whose file is not written: the next export has them again. Without any order the export is
// removed. It may be repeated.
func (s *Store) LeaveOut(ctx context.Context, exportID int64, orders []int64) error {
	return s.Write(ctx, fmt.Sprintf("leave orders out of export %d", exportID), func(ctx context.Context, t *db.Tx) error {
		const unwritten = ` WHERE export_id = $2 AND order_id IN (SELECT r.value FROM {{rows 1}})
			AND EXISTS (SELECT 1 FROM order_exports e WHERE e.id = $2 AND e.written_at = 0)`
		for _, table := range []string{"exported_lines", "exported_orders"} {
			if _, err := t.Exec(ctx, `DELETE FROM `+table+unwritten, db.IDs(orders), exportID); err != nil {
				return err
			}
		}
		_, err := t.Exec(ctx, `DELETE FROM order_exports WHERE id = $1 AND written_at = 0 AND NOT EXISTS (SELECT 1 FROM exported_orders x WHERE x.export_id = $1)`, exportID)
		return err
	})
}

package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
)

// StockDone is the result of ApplyStock.
type StockDone struct {
	Changes     []stock.Changed `json:"changes"` // in the order in which they were asked for, each key once
	Backordered []Backordered   `json:"backordered"`
	Dirty       []string        `json:"dirty"` // accounts that have dirty levels now, if it made any
}

// Backordered are units of an order that lost their reservation because the stock was missing.
type Backordered struct {
	Account   string `json:"account"`
	Reference string `json:"reference"`
	LineID    string `json:"lineId"`
	SKU       string `json:"sku"`
	Units     int    `json:"units"` // of the line's own SKU
}

// StockRow is the level of a SKU at a location.
type StockRow struct {
	SKU      string `json:"sku"`
	Title    string `json:"title"`
	Location string `json:"location"`
	stock.Level
	Backordered int `json:"backordered"` // backordered: units of open orders without stock
}

// Movement is one row of the stock ledger. OnHand and Reserved are changes.
type Movement struct {
	ID        int64      `json:"id"`
	SKU       string     `json:"sku"`
	Location  string     `json:"location"`
	Kind      stock.Kind `json:"kind"`
	OnHand    int        `json:"onHand"`
	Reserved  int        `json:"reserved"`
	Stated    int        `json:"stated"`            // the figure as it was given; of a count what was found
	Account   string     `json:"account,omitempty"` // of the order that caused it
	Reference string     `json:"reference,omitempty"`
	Package   string     `json:"package,omitempty"`
	By        string     `json:"by,omitempty"`
	Note      string     `json:"note,omitempty"`
	At        time.Time  `json:"at"`
	AsOf      time.Time  `json:"asOf,omitzero"` // when a count was right
}

// Stock lists the levels of one SKU, or of the SKUs after afterSKU, at most limit SKUs with all their locations.
func (s *Store) Stock(ctx context.Context, sku, afterSKU string, limit int) ([]StockRow, error) {
	condition, args := `l.sku = $1`, []any{sku}
	if sku == "" {
		condition = `l.sku IN (SELECT DISTINCT sku FROM stock_levels WHERE sku > $1 ORDER BY sku LIMIT $2)`
		args = []any{afterSKU, db.Limited(limit)}
	}
	var out []StockRow
	err := s.Read(ctx, `SELECT l.sku, COALESCE(p.title, ''), l.location, l.on_hand, l.reserved, l.backordered
		FROM stock_levels l LEFT JOIN variants p ON p.sku = l.sku
		WHERE `+condition+` ORDER BY l.sku, l.location`, func(rows *sql.Rows) error {
		var r StockRow
		err := rows.Scan(&r.SKU, &r.Title, &r.Location, &r.OnHand, &r.Reserved, &r.Backordered)
		out = append(out, r)
		return err
	}, args...)
	if err != nil {
		return nil, fmt.Errorf("list stock: %w", err)
	}
	return out, nil
}

// Movements returns the movements of a SKU at a location (empty: all), the newest first; after is the ID of the last one shown.
func (s *Store) Movements(ctx context.Context, sku, location string, after int64, limit int) ([]Movement, error) {
	w := db.Where{}
	w.And(`m.sku = %s`, sku)
	if location != "" {
		w.And(`m.location = %s`, location)
	}
	if after > 0 {
		w.And(`m.id < %s`, after)
	}
	out, err := s.movements(ctx, `movements m`, w.Text()+` ORDER BY m.id DESC LIMIT `+w.Arg(db.Limited(limit)), w.Args...)
	if err != nil {
		return nil, fmt.Errorf("list movements of %s: %w", sku, err)
	}
	return out, nil
}

// StockMoved returns the movements of the change with a key: its own, and those of orders that gained or lost units of the SKU
// through it. It returns none when there was no such change.
func (s *Store) StockMoved(ctx context.Context, key string) ([]Movement, error) {
	out, err := s.movements(ctx, `movements d JOIN movements m ON m.sku = d.sku AND m.at = d.at`, ` WHERE d.key = $1 ORDER BY m.id LIMIT $2`,
		stock.EntryKey(key), db.Limited(0))
	if err != nil {
		return nil, fmt.Errorf("read what change %s did: %w", key, err)
	}
	return out, nil
}

// mostOfOrder is how many movements of an order are looked for: far more than an order has.
const mostOfOrder = 1_000

// OfOrder returns the movements that an order caused, the first first. They are found by their keys, which the revisions of its lines give.
func (s *Store) OfOrder(ctx context.Context, rowID int64) ([]Movement, error) {
	var keys []string
	err := s.Read(ctx, `SELECT line_id, revision FROM order_lines WHERE order_id = $1 ORDER BY position`, func(rows *sql.Rows) error {
		line, last := order.LineKey{OrderID: rowID}, int64(0)
		err := rows.Scan(&line.LineID, &last)
		for revision := int64(1); revision <= last && len(keys) < mostOfOrder; revision++ {
			keys = append(keys, order.EntryKey(line, revision))
		}
		return err
	}, rowID)
	if err != nil {
		return nil, fmt.Errorf("read the lines of order %d: %w", rowID, err)
	}
	out, err := s.movements(ctx, `{{rows 1}} CROSS JOIN movements m`, ` WHERE m.key = r.value ORDER BY m.id`, db.Texts(keys))
	if err != nil {
		return nil, fmt.Errorf("read what order %d moved: %w", rowID, err)
	}
	return out, nil
}

func (s *Store) movements(ctx context.Context, from, rest string, args ...any) ([]Movement, error) {
	var out []Movement
	err := s.Read(ctx, `SELECT m.id, m.sku, m.location, m.kind, m.on_hand, m.reserved, m.stated, COALESCE(o.account, ''), COALESCE(o.reference, ''),
			m.package_id, m.actor, m.note, m.at, m.as_of
		FROM `+from+` LEFT JOIN orders o ON o.id = m.order_id`+rest, func(rows *sql.Rows) error {
		var m Movement
		var when, asOf int64
		err := rows.Scan(&m.ID, &m.SKU, &m.Location, &m.Kind, &m.OnHand, &m.Reserved, &m.Stated, &m.Account, &m.Reference,
			&m.Package, &m.By, &m.Note, &when, &asOf)
		m.At, m.AsOf = db.At(when), db.At(asOf)
		out = append(out, m)
		return err
	}, args...)
	return out, err
}

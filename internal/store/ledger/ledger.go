// Package ledger stores stock: levels per SKU and location, movements, and the units of order lines. Every change of stock uses
// one Ledger per transaction: it is opened for some SKUs, changed in memory, and written with one statement per table. Its tables
// are stock_levels, movements, order_lines, order_line_parts and stock_imports. It imports the rooms up to products.
package ledger

import (
	"context"
	"database/sql"
	"slices"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/db"
)

// Store stores stock. It is safe for concurrent use.
type Store struct {
	*db.DB
	accounts *accounts.Store
}

// New returns the room for an open database.
func New(d *db.DB) *Store { return &Store{DB: d, accounts: accounts.New(d)} }

// Ledger is an allocation in a transaction. It locks levels, reads lines for the rules, and writes the results in sets.
type Ledger struct {
	*order.Allocation
	tx    *db.Tx
	read  map[order.LineKey]lineRow       // lines as they were read
	MayGo func(*order.Line) []stock.Place // further places where a line may be reserved, locked with its own; nil: no line moves
}

// NewLedger returns an empty ledger for a transaction.
func NewLedger(t *db.Tx) *Ledger {
	return &Ledger{Allocation: order.NewAllocation(), tx: t, read: map[order.LineKey]lineRow{}}
}

// placeRow is a place as a row of a list.
type placeRow struct {
	SKU      string `db:"sku"`
	Location string `db:"location"`
}

func placesOf(places []stock.Place) *db.RowTable {
	rows := make([]placeRow, len(places))
	for i, p := range places {
		rows[i] = placeRow(p)
	}
	return db.RowsOf(rows)
}

// open locks the levels of the places, in SKU order so that transactions can't deadlock. Missing levels are created.
func (g *Ledger) open(ctx context.Context, places []stock.Place) error {
	places = slices.Clone(places)
	slices.SortFunc(places, stock.ComparePlaces)
	places = slices.Compact(places)
	places = slices.DeleteFunc(places, func(p stock.Place) bool { return p.SKU == "" || g.IsOpen(p) })
	if err := g.lock(ctx, places); err != nil {
		return err
	}
	missing := slices.DeleteFunc(places, g.IsOpen)
	if len(missing) == 0 {
		return nil
	}
	_, err := g.tx.Exec(ctx, `INSERT INTO stock_levels ({{columns 1}}) SELECT {{values 1}} FROM {{rows 1}} WHERE true
		ON CONFLICT (sku, location) DO NOTHING`, placesOf(missing))
	if err != nil {
		return err
	}
	if err := g.lock(ctx, missing); err != nil {
		return err
	}
	for _, p := range missing {
		g.At(p).New = true
	}
	return nil
}

func (g *Ledger) lock(ctx context.Context, places []stock.Place) error {
	if len(places) == 0 {
		return nil
	}
	return g.tx.Query(ctx, `SELECT o.sku, o.location, o.on_hand, o.reserved, o.backordered
		FROM {{rows 1}} CROSS JOIN stock_levels o
		WHERE o.sku = r.sku AND o.location = r.location
		ORDER BY o.sku, o.location {{lock o}}`, func(rows *sql.Rows) error {
		var p stock.Place
		var level stock.Level
		var backordered int
		if err := rows.Scan(&p.SKU, &p.Location, &level.OnHand, &level.Reserved, &backordered); err != nil {
			return err
		}
		g.Open(p, level, backordered)
		return nil
	}, placesOf(places))
}

// OpenLines locks the levels of all lines of the orders and of further places, and returns the lines.
func (g *Ledger) OpenLines(ctx context.Context, orderIDs []int64, further []stock.Place) ([]*order.Line, error) {
	places := further
	if len(orderIDs) == 0 {
		return nil, g.open(ctx, places)
	}
	lines, err := g.loadLines(ctx, orderIDs)
	if err != nil {
		return nil, err
	}
	for _, l := range lines {
		places = append(places, l.Places()...)
		if g.MayGo != nil {
			places = append(places, g.MayGo(l)...)
		}
	}
	if err := g.open(ctx, places); err != nil || g.tx.SoleWriter() {
		return lines, err
	}
	return g.loadLines(ctx, orderIDs)
}

// OpenFurther locks levels that turn out to be needed after others were locked. These locks are not in SKU order: if two transactions
// deadlock, the database aborts one, and it is repeated.
func (g *Ledger) OpenFurther(ctx context.Context, places []stock.Place) error {
	return g.open(ctx, places)
}

// FillFreed gives freed units to waiting lines.
func (g *Ledger) FillFreed(ctx context.Context) error {
	freed := g.Freed()
	if err := g.loadCandidates(ctx, freed, backorderedLines); err != nil {
		return err
	}
	g.Fill(freed)
	return nil
}

// DemoteMissing takes missing reserved units from the newest orders.
func (g *Ledger) DemoteMissing(ctx context.Context) error {
	missing := g.Missing()
	if err := g.loadCandidates(ctx, missing, reservedLines); err != nil {
		return err
	}
	return g.Demote(missing)
}

package ledger

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/incidents"
	"github.com/towpath/towpath/internal/store/levels"
)

// Flush writes the ledger's changes, one statement per table, and marks every link of every touched SKU as dirty. It returns the
// accounts whose pushes are to be woken.
func (g *Ledger) Flush(ctx context.Context) (dirty []string, err error) {
	if err := g.Err(); err != nil {
		// A line that was linked after the places were collected has no open level.
		if errors.Is(err, stock.ErrNotOpen) {
			return nil, fmt.Errorf("%w: %w", db.ErrConflict, err)
		}
		return nil, err
	}
	fresh, changed := g.Written()
	brake, err := g.watch(ctx)
	if err != nil {
		return nil, err
	}
	steps := []func() error{
		func() error { return g.insertLines(ctx, fresh) },
		func() error { return g.updateLines(ctx, changed) },
		func() error { return g.deleteLineParts(ctx, changed) },
		func() error { return g.insertLineParts(ctx, slices.Concat(fresh, changed)) },
		func() error { return g.updateLevels(ctx) },
		func() error { return g.insertMovements(ctx) },
		func() error { return g.markDirty(ctx) },
		func() error { return brake.Apply(ctx) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, err
		}
	}
	g.updateIncidents(slices.Concat(fresh, changed))
	if len(g.Touched()) == 0 {
		return nil, nil // nobody need be woken for what others have made dirty
	}
	return levels.DirtyAccounts(ctx, g.tx)
}

// updateIncidents updates the incidents about unlinked and backordered units of these lines.
func (g *Ledger) updateIncidents(lines []*order.Line) {
	if unlinked := order.Unlinked(lines); len(unlinked) > 0 {
		incidents.UpdateUnlinked(g.tx, unlinked)
	}
	if order.Backordered(lines) {
		incidents.UpdateBackordered(g.tx, g.DemotedOrders())
	}
}

// linePartRow is a row of order_line_parts.
type linePartRow struct {
	OrderID  int64  `db:"order_id"`
	LineID   string `db:"line_id"`
	Part     string `db:"part"`
	Quantity int    `db:"quantity"`
	Version  int64  `db:"version"`
}

// lineName identifies a line.
type lineName struct {
	OrderID int64  `db:"order_id"`
	LineID  string `db:"line_id"`
}

// deleteLineParts removes the parts of lines that do not sell the kit any more.
func (g *Ledger) deleteLineParts(ctx context.Context, lines []*order.Line) error {
	var rows []lineName
	for _, l := range lines {
		if l.NoParts {
			rows = append(rows, lineName{l.OrderID, l.LineID})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	_, err := g.tx.Exec(ctx, `DELETE FROM order_line_parts WHERE EXISTS (SELECT 1 FROM {{rows 1}}
		WHERE r.order_id = order_line_parts.order_id AND r.line_id = order_line_parts.line_id)`, db.RowsOf(rows))
	return err
}

// insertLineParts saves the parts of newly linked kit lines.
func (g *Ledger) insertLineParts(ctx context.Context, lines []*order.Line) error {
	var rows []linePartRow
	for _, l := range lines {
		if l.NewParts {
			for _, p := range l.Parts {
				rows = append(rows, linePartRow{l.OrderID, l.LineID, p.SKU, p.Per, l.Version})
			}
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return g.tx.ExecAll(ctx, len(rows), `INSERT INTO order_line_parts ({{columns 1}}) SELECT {{values 1}} FROM {{rows 1}}`, db.RowsOf(rows))
}

// deltaRow has the numbers that are added to a row of stock_levels.
type deltaRow struct {
	placeRow
	OnHand      int `db:"on_hand"`
	Reserved    int `db:"reserved"`
	Backordered int `db:"backordered"`
}

// updateLevels adds the changes. The table's checks refuse free stock below zero.
func (g *Ledger) updateLevels(ctx context.Context) error {
	var rows []deltaRow
	for _, d := range g.Deltas() {
		rows = append(rows, deltaRow{placeRow(d.Place), d.OnHand, d.Reserved, d.Backordered})
	}
	if len(rows) == 0 {
		return nil
	}
	return g.tx.ExecAll(ctx, len(rows), `UPDATE stock_levels SET
			on_hand = stock_levels.on_hand + r.on_hand, reserved = stock_levels.reserved + r.reserved, backordered = stock_levels.backordered + r.backordered
		FROM {{rows 1}}
		WHERE stock_levels.sku = r.sku AND stock_levels.location = r.location`, db.RowsOf(rows))
}

// entryRow is a row of movements.
type entryRow struct {
	Key       string     `db:"key"`
	SKU       string     `db:"sku"`
	Location  string     `db:"location"`
	Kind      stock.Kind `db:"kind"`
	OnHand    int        `db:"on_hand"`
	Reserved  int        `db:"reserved"`
	OrderID   int64      `db:"order_id"`
	LineID    string     `db:"line_id"`
	PackageID string     `db:"package_id"`
	Actor     string     `db:"actor"`
	Note      string     `db:"note"`
	At        int64      `db:"at"`
	Stated    int        `db:"stated"`
	AsOf      int64      `db:"as_of"`
}

func (g *Ledger) insertMovements(ctx context.Context) error {
	entries := g.Entries()
	if len(entries) == 0 {
		return nil
	}
	rows := make([]entryRow, len(entries))
	for i, e := range entries {
		rows[i] = entryRow{e.Key, e.SKU, e.Location, e.Kind, e.OnHand, e.Reserved, e.OrderID, e.LineID, e.PackageID, e.By, e.Note, g.tx.Now, e.Stated, e.AsOf}
	}
	return g.tx.ExecAll(ctx, len(rows), `INSERT INTO movements ({{columns 1}}) SELECT {{values 1}} FROM {{rows 1}}`, db.RowsOf(rows))
}

// markDirty marks what the transaction touched, cause by cause; usually there is one.
func (g *Ledger) markDirty(ctx context.Context) error {
	byCause := map[stock.Cause][]string{}
	for _, sku := range slices.Sorted(maps.Keys(g.Touched())) {
		cause := g.Touched()[sku]
		byCause[cause] = append(byCause[cause], sku)
	}
	for _, cause := range slices.Sorted(maps.Keys(byCause)) {
		if err := levels.MarkDirty(ctx, g.tx, byCause[cause], cause); err != nil {
			return err
		}
	}
	return nil
}

// watch starts the brake for changes that it may hold. The parts of an import are decided when it is complete.
func (g *Ledger) watch(ctx context.Context) (*levels.Brake, error) {
	skus, part := g.MayBrake()
	b := levels.NewBrake(g.tx, part)
	if len(skus) == 0 {
		return b, nil
	}
	return b.Watch(ctx, levels.OfSKUs(skus))
}

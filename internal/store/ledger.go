package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
)

// place is where units of a SKU lie.
type place struct{ sku, location string }

func comparePlaces(a, b place) int {
	return cmp.Or(cmp.Compare(a.sku, b.sku), cmp.Compare(a.location, b.location))
}

// level is a locked row of stock_levels. short is the sum over all open lines, loaded or not.
type level struct {
	stock.Level
	short    int
	was      stock.Level // as read
	wasShort int
	fresh    bool // made by this transaction
}

func (l *level) changed() bool { return l.Level != l.was || l.short != l.wasShort }

// movement is a row of the stock ledger to be appended.
type movement struct {
	key               string
	place             place
	kind              stock.Kind
	onHand, reserved  int // changes
	orderID           int64
	lineID, packageID string
	told              int   // the figure as it was told
	asOf              int64 // when a count was right; 0: at once
	actor, note       string
}

// ledger does the stock arithmetic of one transaction. It holds the locked levels and the lines that it
// changes; flush writes them set by set. The lock on a level also guards the reserved and short units of all
// lines at that place: whoever fills or takes them holds it. All that is not a row lock is guarded by the
// lines' revision, a conditional update.
type ledger struct {
	tx     *tx
	levels map[place]*level
	lines  map[lineKey]*line
	moves  []movement
	bound  map[int64]string // order to the location that it may move to; its levels there are locked, too
	err    error            // the first mistake; flush reports it

	counted []int64                // orders that a count took units from
	touched map[string]stock.Cause // SKUs whose free or short units changed, even if they changed back, and why
}

func newLedger(t *tx) *ledger {
	return &ledger{tx: t, levels: map[place]*level{}, lines: map[lineKey]*line{}, bound: map[int64]string{}, touched: map[string]stock.Cause{}}
}

// open locks the levels of the places, in SKU order so that two transactions never wait for each other.
// A level that does not exist yet is made.
func (g *ledger) open(ctx context.Context, places []place) error {
	places = slices.Clone(places)
	slices.SortFunc(places, comparePlaces)
	places = slices.Compact(places)
	places = slices.DeleteFunc(places, func(p place) bool { return p.sku == "" || g.levels[p] != nil })
	if err := g.lock(ctx, places); err != nil {
		return err
	}
	missing := slices.DeleteFunc(places, func(p place) bool { return g.levels[p] != nil })
	if len(missing) == 0 {
		return nil
	}
	_, err := g.tx.exec(ctx, `INSERT INTO stock_levels (sku, location)
		SELECT r.value ->> 0, r.value ->> 1 FROM {{rows 1}} WHERE true
		ON CONFLICT (sku, location) DO NOTHING`, placeTable(missing))
	if err != nil {
		return err
	}
	if err := g.lock(ctx, missing); err != nil {
		return err
	}
	for _, p := range missing {
		g.level(p).fresh = true
	}
	return nil
}

func (g *ledger) lock(ctx context.Context, places []place) error {
	if len(places) == 0 {
		return nil
	}
	return g.tx.query(ctx, `SELECT o.sku, o.location, o.on_hand, o.reserved, o.short
		FROM {{rows 1}} CROSS JOIN stock_levels o
		WHERE o.sku = r.value ->> 0 AND o.location = r.value ->> 1
		ORDER BY o.sku, o.location {{lock o}}`, func(rows *sql.Rows) error {
		var p place
		var l level
		if err := rows.Scan(&p.sku, &p.location, &l.was.OnHand, &l.was.Reserved, &l.wasShort); err != nil {
			return err
		}
		l.Level, l.short = l.was, l.wasShort
		g.levels[p] = &l
		return nil
	}, placeTable(places))
}

func placeTable(places []place) string {
	return table(places, func(p place) []any { return []any{p.sku, p.location} })
}

// level is the locked level of a line's place. A line that was mapped to a SKU after the places were
// collected has none: the transaction is begun again.
func (g *ledger) level(p place) *level {
	l, ok := g.levels[p]
	if !ok {
		if g.err == nil {
			g.err = fmt.Errorf("%w: stock of %s at %s is not locked", errConflict, p.sku, p.location)
		}
		return &level{}
	}
	return l
}

// move appends the movements that an order's line caused: one for each SKU that it is made of, of as many units as one of
// the line takes. Their keys are the line's revision, which only goes up and is written conditionally: the same
// decision can't be written twice.
func (g *ledger) move(l *line, kind stock.Kind, onHand, reserved int, packageID string) {
	if onHand == 0 && reserved == 0 {
		return
	}
	for _, p := range l.made() {
		l.revision++
		at := place{p.sku, l.location}
		lv := g.level(at)
		lv.OnHand += onHand * p.per
		lv.Reserved += reserved * p.per
		g.moves = append(g.moves, movement{
			key:   fmt.Sprintf("order/%d/%d/%s", l.order, l.revision, l.id),
			place: at, kind: kind, onHand: onHand * p.per, reserved: reserved * p.per,
			orderID: l.order, lineID: l.id, packageID: packageID,
		})
	}
}

// release gives up n reserved units of the line, and says in the ledger why.
func (g *ledger) release(l *line, n int, why string) {
	before := len(g.moves)
	g.move(l, stock.Release, 0, -n, "")
	for i := before; i < len(g.moves); i++ {
		g.moves[i].note = why
	}
}

// reserve accounts for n more units of the line: what can be packed is reserved, the rest is short. A kit that lacks one
// part holds none of the others.
func (g *ledger) reserve(l *line, n int) {
	reserved := g.hold(l, n)
	g.addShort(l, n-reserved)
	g.change(l)
	g.touchLine(l)
}

// hold reserves as many of n units as can be packed from what is free, and answers how many.
func (g *ledger) hold(l *line, n int) int {
	n = max(0, min(n, stock.Makes(g.shelves(l))))
	l.units.Reserved += n
	g.move(l, stock.Reserve, 0, n, "")
	return n
}

// leave gives up the units that the line holds or waits for at its place and answers how many they were. Until they
// are reserved at another one the line accounts for fewer units than it has.
func (g *ledger) leave(l *line) int {
	n := l.units.Reserved + l.units.Short
	if l.sku == "" || n == 0 {
		return 0
	}
	g.addShort(l, -l.units.Short)
	g.release(l, l.units.Reserved, "the order goes from another location now")
	l.units.Reserved = 0
	g.touchLine(l)
	return n
}

// cancel moves n units of the line to Cancelled, those that cost least to give up first.
func (g *ledger) cancel(l *line, n int) order.Cancellation {
	units, c := l.units.Cancel(n)
	g.addShort(l, -c.Short)
	l.units = units
	g.change(l)
	if l.sku == "" {
		return c
	}
	g.touchLine(l)
	g.release(l, c.Released, noteCancelled)
	g.move(l, stock.Reverse, c.Reversed, 0, "")
	return c
}

// pack deducts n reserved units of the line from stock. What is free stays the same.
func (g *ledger) pack(l *line, n int, packageID string) {
	l.units.Reserved -= n
	l.units.Packed += n
	g.move(l, stock.Ship, -n, -n, packageID)
	g.change(l)
}

// shipOutside accounts for n units of the line that left without a package of ours: reserved units first;
// short and parked ones have no stock that could be deducted.
func (g *ledger) shipOutside(l *line, n int) {
	reserved := min(n, l.units.Reserved)
	short := min(n-reserved, l.units.Short)
	parked := min(n-reserved-short, l.units.Parked)
	l.units.Reserved -= reserved
	l.units.Parked -= parked
	l.units.Shipped += reserved + short + parked
	g.move(l, stock.Ship, -reserved, -reserved, "")
	if short > 0 {
		g.addShort(l, -short)
		g.touchLine(l)
	}
	g.change(l)
}

// restock puts n returned units of the line on hand.
func (g *ledger) restock(l *line, n int) {
	g.move(l, stock.Return, n, 0, "")
	g.change(l)
	g.touchLine(l)
}

// receive changes what is on hand by a movement that no order causes. The caller has made sure that the
// level can bear it. A count that finds what the books say is noted, and moves nothing.
func (g *ledger) receive(c StockChange, change int) {
	if change == 0 && c.Cause == stock.ByImport {
		return // a file of 100,000 rows of which a few differ: the rest is not written down
	}
	p := place{c.SKU, c.Location}
	lv := g.level(p)
	lv.OnHand += change
	kind, cause := c.Kind, stock.ByStock
	if c.Kind == stock.Count {
		cause = stock.ByCount
		if lv.fresh {
			kind = stock.Opening
		}
	}
	g.moves = append(g.moves, movement{key: changeKey(c.Key), place: p, kind: kind, onHand: change, told: c.Quantity,
		asOf: micro(c.AsOf), actor: c.By, note: c.Note})
	if change != 0 {
		g.touch(c.SKU, cmp.Or(c.Cause, cause))
	}
}

// touch notes that the SKU's level is to be sent again. What no order caused is the weightier word: what orders do to
// the SKU in the same transaction only follows from it.
func (g *ledger) touch(sku string, cause stock.Cause) {
	if before := g.touched[sku]; before == "" || before == stock.BySale {
		g.touched[sku] = cause
	}
}

// change notes that the line is to be written.
func (g *ledger) change(l *line) { l.changed = true }

// changedLines are the lines to be written, in a fixed order.
func (g *ledger) changedLines() (fresh, changed []*line) {
	for _, l := range slices.SortedFunc(maps.Values(g.lines), compareLines) {
		switch {
		case l.fresh:
			fresh = append(fresh, l)
		case l.changed:
			changed = append(changed, l)
		}
	}
	return fresh, changed
}

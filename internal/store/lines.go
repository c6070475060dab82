package store

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/towpath/towpath/internal/order"
)

// lineKey is the key of a line: its order's row id and the channel's line id.
type lineKey struct {
	order int64
	id    string
}

// line is a row of order_lines.
type line struct {
	lineKey
	position         int
	channelSKU       string
	mapping          // an empty sku: not mapped, holds no stock
	location, title  string
	quantity         int
	unitPrice, price int64
	taken            bool
	units, was       order.Units // was: as read
	returned         int
	channelCancelled int // what the channel says, so that a cancellation is not counted twice
	parkedReason     string
	placedAt         int64  // when the order was placed: who comes first
	left             string // the location that it has moved away from; empty: it has not
	moving           int    // units given up there and not yet reserved where it is now

	revision, stored int64 // stored is the revision as read, the condition of the update
	fresh            bool  // to be inserted
	changed          bool  // to be updated
	partsFresh       bool  // a kit's parts are to be inserted
}

// places are where the line's units lie: one for an ordinary SKU, one for each part of a kit, all at one location.
func (l *line) places() []place { return l.mapping.places(l.location) }

// compareLines sorts by order and position: the order in which rows are written.
func compareLines(a, b *line) int {
	return cmp.Or(cmp.Compare(a.order, b.order), cmp.Compare(a.position, b.position), cmp.Compare(a.id, b.id))
}

// firstCome sorts by who came first.
func firstCome(a, b *line) int {
	return cmp.Or(cmp.Compare(a.placedAt, b.placedAt), compareLines(a, b))
}

const lineColumns = `l.order_id, l.line_id, l.position, l.channel_sku, l.sku, l.location, l.title, l.quantity,
	l.unit_price, l.total, l.taken, l.reserved, l.short, l.parked, l.packed, l.shipped, l.cancelled,
	l.returned, l.channel_cancelled, l.parked_reason, l.revision`

func (l *line) fields() []any {
	u := &l.units
	return []any{&l.order, &l.id, &l.position, &l.channelSKU, &l.sku, &l.location, &l.title, &l.quantity,
		&l.unitPrice, &l.price, &l.taken, &u.Reserved, &u.Short, &u.Parked, &u.Packed, &u.Shipped, &u.Cancelled,
		&l.returned, &l.channelCancelled, &l.parkedReason, &l.stored}
}

// loadLines reads the lines of orders. Called again after the levels are locked, it reads what is true then.
func (g *ledger) loadLines(ctx context.Context, orderIDs []int64) ([]*line, error) {
	var found lineScan
	err := g.tx.query(ctx, `SELECT `+lineColumns+`, o.placed_at, `+partColumns+`
		FROM {{rows 1}} CROSS JOIN order_lines l JOIN orders o ON o.id = l.order_id
			LEFT JOIN order_line_parts q ON q.order_id = l.order_id AND q.line_id = l.line_id
		WHERE l.order_id = r.value
		ORDER BY l.order_id, l.position, l.line_id, q.part`, found.scan, ids(orderIDs))
	for _, l := range found.lines {
		g.lines[l.lineKey] = l
	}
	return found.lines, err
}

// openLines locks the levels of all lines of the orders, and of further places, and answers the lines as
// they are under the lock.
func (g *ledger) openLines(ctx context.Context, orderIDs []int64, further []place) ([]*line, error) {
	places := further
	if len(orderIDs) == 0 {
		return nil, g.open(ctx, places)
	}
	lines, err := g.loadLines(ctx, orderIDs)
	if err != nil {
		return nil, err
	}
	for _, l := range lines {
		places = append(places, l.places()...)
		if to := g.bound[l.order]; to != "" {
			places = append(places, l.mapping.places(to)...)
		}
	}
	if err := g.open(ctx, places); err != nil {
		return nil, err
	}
	return g.loadLines(ctx, orderIDs)
}

// The two kinds of lines that a change of stock concerns: lines of the SKU itself, and lines of kits that hold it as a
// part. A place may have thousands of them; no more are read than the units at hand can concern: the window's number
// against the wish. Of the short ones as many are read of each kit, and of each content that it had: lines that wait for
// another part must not hide those behind them.
const (
	namedPlaces = `named AS (
			SELECT w.sku AS name, w.sku, w.location, w.wish FROM wished w
			UNION ALL SELECT k.kit, w.sku, w.location, w.wish FROM wished w JOIN kit_parts k ON k.part = w.sku)`
	lineOfPlace = `FROM named n CROSS JOIN order_lines l JOIN orders o ON o.id = l.order_id
			LEFT JOIN order_line_parts p ON p.order_id = l.order_id AND p.line_id = l.line_id AND p.part = n.sku
		WHERE l.sku = n.name AND l.location = n.location AND (n.name = n.sku OR p.part IS NOT NULL)`
	shortLines = `SELECT l.order_id, l.line_id, n.wish, ROW_NUMBER() OVER (PARTITION BY n.sku, n.location, n.name, p.version
			ORDER BY o.placed_at, l.order_id, l.position, l.line_id) AS rank
		` + lineOfPlace + ` AND l.short > 0`
	reservedLines = `SELECT l.order_id, l.line_id, n.wish, ROW_NUMBER() OVER (PARTITION BY n.sku, n.location
			ORDER BY o.placed_at DESC, l.order_id DESC, l.position DESC, l.line_id DESC) AS rank
		` + lineOfPlace + ` AND l.reserved > 0`
)

// candidates reads the lines of the kind at the wanted places, at least as many as the wanted units can
// concern, and answers them together with those already in hand, first come first.
func (g *ledger) candidates(ctx context.Context, want map[place]int, kind string) ([]*line, error) {
	if len(want) == 0 {
		return nil, nil
	}
	inHand := map[place]int{}
	for _, l := range g.lines {
		for _, p := range l.places() {
			inHand[p]++
		}
		if l.left != "" {
			for _, p := range l.mapping.places(l.left) {
				inHand[p]++ // its row still says so
			}
		}
	}
	type wish struct {
		place
		lines int
	}
	var wishes []wish
	for _, p := range slices.SortedFunc(maps.Keys(want), comparePlaces) {
		// A line in hand may have changed since it was read, and then does not count.
		wishes = append(wishes, wish{p, want[p] + inHand[p]})
	}
	var found lineScan
	err := g.tx.query(ctx, `WITH wished AS (SELECT r.value ->> 0 AS sku, r.value ->> 1 AS location, CAST(r.value ->> 2 AS BIGINT) AS wish FROM {{rows 1}}),
			`+namedPlaces+`, ranked AS (`+kind+`)
		SELECT `+lineColumns+`, o.placed_at, `+partColumns+`
		FROM (SELECT DISTINCT order_id, line_id FROM ranked WHERE rank <= wish) k
			JOIN order_lines l ON l.order_id = k.order_id AND l.line_id = k.line_id JOIN orders o ON o.id = l.order_id
			LEFT JOIN order_line_parts q ON q.order_id = l.order_id AND q.line_id = l.line_id
		ORDER BY l.order_id, l.line_id, q.part`, found.scan, table(wishes, func(w wish) []any { return []any{w.sku, w.location, w.lines} }))
	if err != nil {
		return nil, err
	}
	for _, l := range found.lines {
		if g.lines[l.lineKey] == nil {
			g.lines[l.lineKey] = l
		}
	}
	var out []*line
	for _, l := range g.lines {
		if slices.ContainsFunc(l.places(), func(p place) bool { _, ok := want[p]; return ok }) {
			out = append(out, l)
		}
	}
	slices.SortFunc(out, firstCome)
	return out, g.openParts(ctx, out)
}

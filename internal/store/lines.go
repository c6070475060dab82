package store

import (
	"cmp"
	"context"
	"database/sql"
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
	channelSKU, sku  string // an empty sku: not mapped, holds no stock
	location, title  string
	quantity         int
	unitPrice, price int64
	taken            bool
	units            order.Units
	returned         int
	channelCancelled int // what the channel says, so that a cancellation is not counted twice
	parkedReason     string
	placedAt         int64  // when the order was placed: who comes first
	left             string // the location that it has moved away from; empty: it has not
	moving           int    // units given up there and not yet reserved where it is now

	revision, stored int64 // stored is the revision as read, the condition of the update
	fresh            bool  // to be inserted
	changed          bool  // to be updated
}

func (l *line) place() place { return place{l.sku, l.location} }

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
	var out []*line
	err := g.tx.query(ctx, `SELECT `+lineColumns+`, o.placed_at
		FROM {{rows 1}} CROSS JOIN order_lines l JOIN orders o ON o.id = l.order_id
		WHERE l.order_id = CAST(r.value ->> 0 AS BIGINT)
		ORDER BY l.order_id, l.position, l.line_id`, func(rows *sql.Rows) error {
		l := &line{}
		if err := rows.Scan(append(l.fields(), &l.placedAt)...); err != nil {
			return err
		}
		l.revision = l.stored
		g.lines[l.lineKey] = l
		out = append(out, l)
		return nil
	}, ids(orderIDs))
	return out, err
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
		places = append(places, l.place())
		if to := g.bound[l.order]; to != "" {
			places = append(places, place{l.sku, to})
		}
	}
	if err := g.open(ctx, places); err != nil {
		return nil, err
	}
	return g.loadLines(ctx, orderIDs)
}

// The two kinds of lines that a change of stock concerns. A place may have thousands of them; no more are
// read than the units at hand can concern: the window's number against the wish.
const (
	shortLines = `SELECT l.order_id, l.line_id, ROW_NUMBER() OVER (PARTITION BY l.sku, l.location
			ORDER BY o.placed_at, l.order_id, l.position, l.line_id) AS rank, CAST(r.value ->> 2 AS BIGINT) AS wish
		FROM {{rows 1}} CROSS JOIN order_lines l JOIN orders o ON o.id = l.order_id
		WHERE l.sku = r.value ->> 0 AND l.location = r.value ->> 1 AND l.short > 0`
	reservedLines = `SELECT l.order_id, l.line_id, ROW_NUMBER() OVER (PARTITION BY l.sku, l.location
			ORDER BY o.placed_at DESC, l.order_id DESC, l.position DESC, l.line_id DESC) AS rank, CAST(r.value ->> 2 AS BIGINT) AS wish
		FROM {{rows 1}} CROSS JOIN order_lines l JOIN orders o ON o.id = l.order_id
		WHERE l.sku = r.value ->> 0 AND l.location = r.value ->> 1 AND l.reserved > 0`
)

// candidates reads the lines of the kind at the wanted places, at least as many as the wanted units can
// concern, and answers them together with those already in hand, first come first.
func (g *ledger) candidates(ctx context.Context, want map[place]int, kind string) ([]*line, error) {
	if len(want) == 0 {
		return nil, nil
	}
	inHand := map[place]int{}
	for _, l := range g.lines {
		inHand[l.place()]++
		if l.left != "" {
			inHand[place{l.sku, l.left}]++ // its row still says so
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
	err := g.tx.query(ctx, `WITH ranked AS (`+kind+`)
		SELECT `+lineColumns+`, o.placed_at
		FROM ranked k JOIN order_lines l ON l.order_id = k.order_id AND l.line_id = k.line_id JOIN orders o ON o.id = l.order_id
		WHERE k.rank <= k.wish`, func(rows *sql.Rows) error {
		l := &line{}
		if err := rows.Scan(append(l.fields(), &l.placedAt)...); err != nil {
			return err
		}
		l.revision = l.stored
		if g.lines[l.lineKey] == nil {
			g.lines[l.lineKey] = l
		}
		return nil
	}, table(wishes, func(w wish) []any { return []any{w.sku, w.location, w.lines} }))
	if err != nil {
		return nil, err
	}
	var out []*line
	for _, l := range g.lines {
		if _, ok := want[l.place()]; ok {
			out = append(out, l)
		}
	}
	slices.SortFunc(out, firstCome)
	return out, nil
}

package store

import (
	"context"
	"database/sql"

	"github.com/towpath/towpath/internal/stock"
)

// part is a SKU that a line holds stock of, and how many of it one unit of the line takes.
type part struct {
	sku string
	per int
}

// mapping is what a channel's SKU stands for. parts and version are a kit's; an ordinary SKU has none.
type mapping struct {
	sku     string
	parts   []part
	version int64
}

// made is what one unit of the SKU is made of: the kit's parts, or itself. Nothing without a SKU.
func (m mapping) made() []part {
	switch {
	case len(m.parts) > 0:
		return m.parts
	case m.sku == "":
		return nil
	}
	return []part{{m.sku, 1}}
}

// places are where the SKU's units lie at a location.
func (m mapping) places(location string) []place {
	var out []place
	for _, p := range m.made() {
		out = append(out, place{p.sku, location})
	}
	return out
}

// become gives a line the SKU that it was mapped to. A kit's parts are kept with the line: what the kit is made of
// later does not change what the line holds.
func (l *line) become(m mapping) {
	l.mapping = m
	l.partsFresh = len(m.parts) > 0
	l.changed = true
}

// holds reports whether the line's units take stock of the SKU, and how much each.
func (l *line) holds(sku string) (per int) {
	for _, p := range l.made() {
		if p.sku == sku {
			return p.per
		}
	}
	return 0
}

// lineScan collects lines from rows of lineColumns, of when the order was placed, and of one part each: a kit's line has
// a row per part, one after the other.
type lineScan struct{ lines []*line }

// partColumns come after lineColumns and o.placed_at; q is order_line_parts, joined on the left.
const partColumns = `COALESCE(q.part, ''), COALESCE(q.quantity, 0), COALESCE(q.version, 0)`

func (s *lineScan) scan(rows *sql.Rows) error {
	l := &line{}
	var p part
	var version int64
	if err := rows.Scan(append(l.fields(), &l.placedAt, &p.sku, &p.per, &version)...); err != nil {
		return err
	}
	l.revision, l.was = l.stored, l.units
	if n := len(s.lines); n == 0 || s.lines[n-1].lineKey != l.lineKey {
		s.lines = append(s.lines, l)
	}
	if last := s.lines[len(s.lines)-1]; p.sku != "" {
		last.parts, last.version = append(last.parts, p), version
	}
	return nil
}

// shelves are the levels of what the line is made of, where it is.
func (g *ledger) shelves(l *line) []stock.Shelf {
	var out []stock.Shelf
	for _, p := range l.made() {
		lv := g.level(place{p.sku, l.location})
		out = append(out, stock.Shelf{Level: lv.Level, Short: lv.short, Per: p.per})
	}
	return out
}

// addShort changes how many units the line waits for, n of the line's own.
func (g *ledger) addShort(l *line, n int) {
	l.units.Short += n
	for _, p := range l.made() {
		g.level(place{p.sku, l.location}).short += n * p.per
	}
}

// touchLine notes that the levels of all that the line is made of are to be sent again.
func (g *ledger) touchLine(l *line) {
	for _, p := range l.made() {
		g.touch(p.sku, stock.BySale)
	}
}

// openParts locks what further parts the lines hold. A kit's line is found by one of its parts, which is locked; nobody
// changes the line who does not hold them all, so it is still as it was read. These locks come out of SKU order: two
// transactions that wait for each other because of it are told apart by the database, and one begins again.
func (g *ledger) openParts(ctx context.Context, lines []*line) error {
	var places []place
	for _, l := range lines {
		if len(l.parts) > 0 {
			places = append(places, l.places()...)
		}
	}
	return g.open(ctx, places)
}

// insertLineParts keeps what the kits' lines that were mapped now are made of.
func (g *ledger) insertLineParts(ctx context.Context, lines []*line) error {
	type row struct {
		*line
		part
	}
	var rows []row
	for _, l := range lines {
		if l.partsFresh {
			for _, p := range l.parts {
				rows = append(rows, row{l, p})
			}
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return g.tx.execAll(ctx, len(rows), `INSERT INTO order_line_parts (order_id, line_id, part, quantity, version)
		SELECT CAST(r.value ->> 0 AS BIGINT), r.value ->> 1, r.value ->> 2, CAST(r.value ->> 3 AS BIGINT), CAST(r.value ->> 4 AS BIGINT)
		FROM {{rows 1}}`, table(rows, func(r row) []any {
		return []any{r.line.order, r.line.id, r.part.sku, r.part.per, r.line.version}
	}))
}

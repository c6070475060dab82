package ledger

import (
	"context"
	"database/sql"
	"maps"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
)

// lineRow is a row of order_lines.
type lineRow struct {
	OrderID          int64  `db:"order_id"`
	LineID           string `db:"line_id"`
	Position         int    `db:"position"`
	ChannelSKU       string `db:"channel_sku"`
	SKU              string `db:"sku"`
	Location         string `db:"location"`
	Title            string `db:"title"`
	Quantity         int    `db:"quantity"`
	UnitPrice        int64  `db:"unit_price"`
	Total            int64  `db:"total"`
	Booked           bool   `db:"booked"`
	Returned         int    `db:"returned"`
	ChannelCancelled int    `db:"channel_cancelled"`
	ShownCancelled   int    `db:"shown_cancelled"`
	Undeducted       int    `db:"undeducted"`
	NotBefore        int64  `db:"not_before"`

	Sender         order.Sender `db:"sender"`
	MovedTo        string       `db:"moved_to"`
	Tax            int64        `db:"tax"`
	Discount       int64        `db:"discount"`
	UnlinkedReason string       `db:"unlinked_reason"`
	lineProgress
}

// lineProgress has the columns that change on a line's way from the order to the buyer.
type lineProgress struct {
	Reserved       int   `db:"reserved"`
	Backordered    int   `db:"backordered"`
	Unlinked       int   `db:"unlinked"`
	Packed         int   `db:"packed"`
	Shipped        int   `db:"shipped"`
	Cancelled      int   `db:"cancelled"`
	ChannelShipped int   `db:"channel_shipped"`
	ShownShipped   int   `db:"shown_shipped"`
	Added          int   `db:"added"`
	Revision       int64 `db:"revision"`
}

// onlyProgressed reports whether nothing but the progress of a line is not as it was in another row of it.
func (r lineRow) onlyProgressed(before lineRow) bool {
	before.lineProgress = r.lineProgress
	return r == before
}

func rowOfLine(l *order.Line) lineRow {
	u := l.Units
	return lineRow{
		OrderID: l.OrderID, LineID: l.LineID, Position: l.Position, ChannelSKU: l.ChannelSKU, SKU: l.SKU, Location: l.Location,
		Title: l.Title, Quantity: l.Quantity, UnitPrice: l.UnitPrice, Total: l.Total, Booked: l.Booked,
		Returned: l.Returned, ChannelCancelled: l.ChannelCancelled, ShownCancelled: l.ShownCancelled,
		Undeducted: l.Undeducted, NotBefore: l.NotBefore, UnlinkedReason: l.UnlinkedReason,
		Sender: l.Sender, MovedTo: l.MovedTo, Tax: l.Tax, Discount: l.Discount,
		lineProgress: lineProgress{
			Reserved: u.Reserved, Backordered: u.Backordered, Unlinked: u.Unlinked, Packed: u.Packed, Shipped: u.Shipped, Cancelled: u.Cancelled,
			ChannelShipped: l.ChannelShipped, ShownShipped: l.ShownShipped, Added: l.Added, Revision: l.Revision,
		},
	}
}

func (r lineRow) line(placedAt int64) *order.Line {
	u := order.Units{Reserved: r.Reserved, Backordered: r.Backordered, Unlinked: r.Unlinked, Packed: r.Packed, Shipped: r.Shipped, Cancelled: r.Cancelled}
	return &order.Line{
		LineKey: order.LineKey{OrderID: r.OrderID, LineID: r.LineID}, Position: r.Position, ChannelSKU: r.ChannelSKU,
		Item: order.Item{SKU: r.SKU}, Location: r.Location, Title: r.Title, Quantity: r.Quantity, UnitPrice: r.UnitPrice, Total: r.Total,
		Booked: r.Booked, Units: u, Returned: r.Returned, ChannelCancelled: r.ChannelCancelled, ChannelShipped: r.ChannelShipped,
		ShownCancelled: r.ShownCancelled, ShownShipped: r.ShownShipped, Undeducted: r.Undeducted, Added: r.Added, NotBefore: r.NotBefore, UnlinkedReason: r.UnlinkedReason,
		Sender: r.Sender, MovedTo: r.MovedTo, Tax: r.Tax, Discount: r.Discount,
		PlacedAt: placedAt, Revision: r.Revision, Was: u, Read: r.Revision,
	}
}

// LineScan collects lines from rows of LineColumns, the order's time and one part; a kit's line has one row per part, following
// each other.
type LineScan struct{ Lines []*order.Line }

// LineColumns are the columns of order_lines as l, as a line reads them.
var LineColumns = db.SelectsOf[lineRow]("l")

// PartColumns come after LineColumns and o.placed_at; q is order_line_parts, joined on the left.
const PartColumns = `COALESCE(q.part, ''), COALESCE(q.quantity, 0), COALESCE(q.version, 0)`

// Scan adds a row.
func (s *LineScan) Scan(rows *sql.Rows) error {
	var row lineRow
	var placedAt, version int64
	var p order.Part
	if err := rows.Scan(append(db.FieldsOf(&row), &placedAt, &p.SKU, &p.Per, &version)...); err != nil {
		return err
	}
	if l := row.line(placedAt); len(s.Lines) == 0 || s.Lines[len(s.Lines)-1].LineKey != l.LineKey {
		s.Lines = append(s.Lines, l)
	}
	if last := s.Lines[len(s.Lines)-1]; p.SKU != "" {
		last.Parts, last.Version = append(last.Parts, p), version
	}
	return nil
}

// loadLines reads the lines of orders. Called again after the levels are locked, it reads what is true then: somebody may have filled them
// meanwhile.
func (g *Ledger) loadLines(ctx context.Context, orderIDs []int64) ([]*order.Line, error) {
	var found LineScan
	err := g.tx.Query(ctx, `SELECT `+LineColumns+`, o.placed_at, `+PartColumns+`
		FROM {{rows 1}} CROSS JOIN order_lines l JOIN orders o ON o.id = l.order_id
			LEFT JOIN order_line_parts q ON q.order_id = l.order_id AND q.line_id = l.line_id
		WHERE l.order_id = r.value
		ORDER BY l.order_id, l.position, l.line_id, q.part`, found.Scan, db.IDs(orderIDs))
	g.Put(found.Lines...)
	for _, l := range found.Lines {
		g.read[l.LineKey] = rowOfLine(l)
	}
	return found.Lines, err
}

// firstCome is order.FirstCome in SQL, lastCome the other way round: of thousands of lines at a place only the first are read.
const firstCome = `o.placed_at, l.order_id, l.position, l.line_id`

var lastCome = strings.ReplaceAll(firstCome, ",", " DESC,") + " DESC"

// The two kinds of lines that a change of stock affects: lines of the SKU, and lines of kits that contain it. No more are read than the
// units can affect. Waiting lines are read per kit and per content, because lines that wait for another part must not hide others.
const (
	namedPlaces = `named AS (
			SELECT w.sku AS name, w.sku, w.location, w.wish FROM wished w
			UNION ALL SELECT k.kit, w.sku, w.location, w.wish FROM wished w JOIN kit_parts k ON k.part = w.sku)`
	lineOfPlace = `FROM named n CROSS JOIN order_lines l JOIN orders o ON o.id = l.order_id
			LEFT JOIN order_line_parts p ON p.order_id = l.order_id AND p.line_id = l.line_id AND p.part = n.sku
		WHERE l.sku = n.name AND l.location = n.location AND (n.name = n.sku OR p.part IS NOT NULL)`
	backorderedLines = `SELECT l.order_id, l.line_id, n.wish, ROW_NUMBER() OVER (PARTITION BY n.sku, n.location, n.name, p.version
			ORDER BY ` + firstCome + `) AS rank
		` + lineOfPlace + ` AND l.backordered > 0`
)

var reservedLines = `SELECT l.order_id, l.line_id, n.wish, ROW_NUMBER() OVER (PARTITION BY n.sku, n.location
			ORDER BY ` + lastCome + `) AS rank
		` + lineOfPlace + ` AND l.reserved > 0`

// requestRow is a place and how many lines of it are wanted at most.
type requestRow struct {
	SKU      string `db:"sku"`
	Location string `db:"location"`
	Wish     int    `db:"wish"`
}

// loadCandidates loads lines of the kind at the wanted places, at least as many as the wanted units can affect.
func (g *Ledger) loadCandidates(ctx context.Context, want map[stock.Place]int, kind string) error {
	if len(want) == 0 {
		return nil
	}
	var wishes []requestRow
	enough := g.Enough(want)
	for _, p := range slices.SortedFunc(maps.Keys(enough), stock.ComparePlaces) {
		wishes = append(wishes, requestRow{p.SKU, p.Location, enough[p]})
	}
	var found LineScan
	err := g.tx.Query(ctx, `WITH wished AS (SELECT {{values 1}} FROM {{rows 1}}),
			`+namedPlaces+`, ranked AS (`+kind+`)
		SELECT `+LineColumns+`, o.placed_at, `+PartColumns+`
		FROM (SELECT DISTINCT order_id, line_id FROM ranked WHERE rank <= wish) k
			JOIN order_lines l ON l.order_id = k.order_id AND l.line_id = k.line_id JOIN orders o ON o.id = l.order_id
			LEFT JOIN order_line_parts q ON q.order_id = l.order_id AND q.line_id = l.line_id
		ORDER BY l.order_id, l.line_id, q.part`, found.Scan, db.RowsOf(wishes))
	if err != nil {
		return err
	}
	g.PutFurther(found.Lines...)
	for _, l := range found.Lines {
		if _, known := g.read[l.LineKey]; !known {
			g.read[l.LineKey] = rowOfLine(l)
		}
	}
	return g.openParts(ctx, g.LinesAt(want))
}

// openParts locks the other parts of the lines. A kit's line is found through one locked part, and only holders of all its parts
// change it, so it is unchanged. These locks are not in SKU order: if two transactions deadlock, the database aborts one, and it
// is repeated.
func (g *Ledger) openParts(ctx context.Context, lines []*order.Line) error {
	var places []stock.Place
	for _, l := range lines {
		if len(l.Parts) > 0 {
			places = append(places, l.Places()...)
		}
	}
	return g.open(ctx, places)
}

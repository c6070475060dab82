package ledger

import (
	"context"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/db"
)

func (g *Ledger) insertLines(ctx context.Context, lines []*order.Line) error {
	if len(lines) == 0 {
		return nil
	}
	return g.tx.ExecAll(ctx, len(lines), `INSERT INTO order_lines ({{columns 1}}) SELECT {{values 1}} FROM {{rows 1}}`, db.RowsBy(lines, rowOfLine))
}

// lineUpdate is a line as it is to be, and the revision as which it was read: the condition of its update.
type lineUpdate struct {
	lineRow
	Read int64 `db:"read_revision"`
}

// progressUpdate is a lineUpdate of a line of which nothing else has changed.
type progressUpdate struct {
	lineName
	lineProgress
	Read int64 `db:"read_revision"`
}

// setsProgress sets the columns of lineProgress.
const setsProgress = `reserved = r.reserved, backordered = r.backordered, unlinked = r.unlinked, packed = r.packed, shipped = r.shipped,
			cancelled = r.cancelled, channel_shipped = r.channel_shipped, shown_shipped = r.shown_shipped, added = r.added, revision = r.revision`

// setsRest sets the other columns of lineRow. The name and the position of a line stay.
const setsRest = `, sku = r.sku, title = r.title, quantity = r.quantity, unit_price = r.unit_price, total = r.total, booked = r.booked,
			returned = r.returned, channel_cancelled = r.channel_cancelled, shown_cancelled = r.shown_cancelled, undeducted = r.undeducted,
			not_before = r.not_before, sender = r.sender, moved_to = r.moved_to, tax = r.tax, discount = r.discount,
			unlinked_reason = r.unlinked_reason, location = r.location, channel_sku = r.channel_sku`

// asLinesRead is the condition that lines are as they were read.
const asLinesRead = ` FROM {{rows 1}}
		WHERE order_lines.order_id = r.order_id AND order_lines.line_id = r.line_id AND order_lines.revision = r.read_revision`

// updateLines writes changed lines. Most have only progressed: they are written without the other columns, which costs less by half, because
// indexes of columns that a statement names are written too.
func (g *Ledger) updateLines(ctx context.Context, lines []*order.Line) error {
	var whole []lineUpdate
	var progress []progressUpdate
	for _, l := range lines {
		row := rowOfLine(l)
		row.Revision++
		if before, known := g.read[l.LineKey]; known && row.onlyProgressed(before) {
			progress = append(progress, progressUpdate{lineName{l.OrderID, l.LineID}, row.lineProgress, l.Read})
		} else {
			whole = append(whole, lineUpdate{row, l.Read})
		}
	}
	if len(progress) > 0 {
		if err := g.tx.ExecAll(ctx, len(progress), `UPDATE order_lines SET `+setsProgress+asLinesRead, db.RowsOf(progress)); err != nil {
			return err
		}
	}
	if len(whole) == 0 {
		return nil
	}
	return g.tx.ExecAll(ctx, len(whole), `UPDATE order_lines SET `+setsProgress+setsRest+asLinesRead, db.RowsOf(whole))
}

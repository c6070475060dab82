package orders

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/db"
)

// ReturnRow is a return in the inbox, with its line.
type ReturnRow struct {
	ID         int64            `json:"id"`
	Key        message.OrderKey `json:"key"`
	Reference  string           `json:"reference"` // of the order
	LineID     string           `json:"lineId"`
	SKU        string           `json:"sku,omitempty"` // empty: the line is not linked
	ChannelSKU string           `json:"channelSku"`
	Title      string           `json:"title"`
	Location   string           `json:"location"` // from which its units left
	Stage      order.Stage      `json:"stage"`
	Quantity   int              `json:"quantity"`
	Open       int              `json:"open"` // to be decided about
	Restocked  int              `json:"restocked"`
	WrittenOff int              `json:"writtenOff"`
	Earlier    int              `json:"earlier"` // taken back before the channel told of them
	Reason     string           `json:"reason,omitempty"`
	By         string           `json:"by,omitempty"` // who entered it; empty: the channel reports it
	ReportedAt time.Time        `json:"reportedAt"`
	ChangedAt  time.Time        `json:"changedAt"`
}

// ReturnFilter selects returns. Zero fields do not filter. Pages are keyset: After is the ID of the last row shown.
type ReturnFilter struct {
	Account string
	ID      int64
	Settled bool // also those of which nothing is left to decide about
	After   int64
	Limit   int
}

// Returns lists the returns inbox, the oldest first.
func (s *Store) Returns(ctx context.Context, f ReturnFilter) ([]ReturnRow, error) {
	w := db.Where{}
	if f.Account != "" {
		w.And(`o.account = %s`, f.Account)
	}
	if f.ID > 0 {
		w.And(`x.id = %s`, f.ID)
	}
	if !f.Settled && f.ID == 0 {
		w.Conditions = append(w.Conditions, `x.open_units > 0`)
	}
	if f.After > 0 {
		w.And(`x.id > %s`, f.After)
	}
	var out []ReturnRow
	err := s.Read(ctx, `SELECT x.id, o.id, o.account, a.channel, a.endpoint, o.channel_order_id, o.reference, x.line_id, l.sku, l.channel_sku, l.title, l.location,
			x.stage, x.quantity, x.open_units, x.restocked, x.written_off, x.earlier, x.reason, x.actor, x.reported_at, x.changed_at
		FROM returns x JOIN orders o ON o.id = x.order_id JOIN accounts a ON a.id = o.account
			JOIN order_lines l ON l.order_id = x.order_id AND l.line_id = x.line_id`+w.Text()+`
		ORDER BY x.id LIMIT `+w.Arg(db.Limited(f.Limit)), func(rows *sql.Rows) error {
		var r ReturnRow
		var reported, changed int64
		k := &r.Key
		err := rows.Scan(&r.ID, &k.RowID, &k.Account.ID, &k.Account.Channel, &k.Account.Endpoint, &k.OrderID, &r.Reference, &r.LineID, &r.SKU, &r.ChannelSKU,
			&r.Title, &r.Location, &r.Stage, &r.Quantity, &r.Open, &r.Restocked, &r.WrittenOff, &r.Earlier, &r.Reason, &r.By, &reported, &changed)
		r.ReportedAt, r.ChangedAt = db.At(reported), db.At(changed)
		out = append(out, r)
		return err
	}, w.Args...)
	if err != nil {
		return nil, fmt.Errorf("list returns: %w", err)
	}
	return out, nil
}

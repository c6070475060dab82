package orders

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/aside"
	"github.com/towpath/towpath/internal/store/buyers"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/incidents"
	"github.com/towpath/towpath/internal/store/runs"
)

// newOrderRow is the part of a new order that does not depend on its units; inserting it gives the order a row id.
type newOrderRow struct {
	Account   string `db:"account"`
	ID        string `db:"channel_order_id"`
	PlacedAt  int64  `db:"placed_at"`
	SeenAt    int64  `db:"seen_at"`
	SavedAt   int64  `db:"saved_at"`
	UpdatedAt int64  `db:"updated_at"`
	Location  string `db:"location"`
}

// insertOrders inserts the new orders in the order they were placed, so that they have row ids. writeOrders writes the rest of
// their rows.
func (p *pageSave) insertOrders(ctx context.Context) error {
	fresh := map[string]*order.Order{}
	var rows []newOrderRow
	for _, a := range p.intake.New() {
		o := a.Order
		fresh[o.ID] = o
		rows = append(rows, newOrderRow{p.account.ID, o.ID, o.PlacedAt, o.SeenAt, p.Now, p.Now, o.Location})
	}
	if len(rows) == 0 {
		return nil
	}
	n := 0
	err := p.Query(ctx, `INSERT INTO orders ({{columns 1}}, reference, state, reason, channel_status, channel_fulfilment, paid,
			channel_version, delivered_version, content_hash, currency, total, shipping, tax, discount)
		SELECT {{values 1}}, '', '', '', '', '', 0, 0, 0, '', '', 0, 0, 0, 0
		FROM {{rows 1}} WHERE true
		ON CONFLICT (account, channel_order_id) DO NOTHING RETURNING id, channel_order_id`, func(rows *sql.Rows) error {
		var id int64
		var channelID string
		if err := rows.Scan(&id, &channelID); err != nil {
			return err
		}
		n++
		if o := fresh[channelID]; o != nil {
			o.RowID = id
		}
		return nil
	}, db.RowsOf(rows))
	if err == nil && n != len(rows) {
		return fmt.Errorf("%w: another page with the same orders was saved", db.ErrConflict)
	}
	return err
}

func (p *pageSave) write(ctx context.Context) error {
	dirty, err := p.books.Flush(ctx)
	if err != nil {
		return err
	}
	p.result.Dirty = dirty
	steps := []func(context.Context) error{
		p.writeOrders, p.writeDecisions, p.settleCancels, p.writeReturns, p.writeAside, p.writeBuyers, p.writeUnsent, p.writeItems, p.writeCalls, p.moveWatermark, p.fillOutbox,
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// orderRow has the columns of orders that a page changes.
type orderRow struct {
	RowID      int64            `db:"id"`
	Reference  string           `db:"reference"`
	State      order.State      `db:"state"`
	Reason     order.Reason     `db:"reason"`
	Status     string           `db:"channel_status"`
	Fulfilment order.Fulfilment `db:"channel_fulfilment"`
	Paid       bool             `db:"paid"`
	Location   string           `db:"location"`
	Version    int64            `db:"channel_version"`
	Delivered  int64            `db:"delivered_version"`
	Digest     string           `db:"content_hash"`
	Currency   string           `db:"currency"`
	Total      int64            `db:"total"`
	Shipping   int64            `db:"shipping"`
	Tax        int64            `db:"tax"`
	Discount   int64            `db:"discount"`
	Unread     string           `db:"unread"`

	Contradiction string        `db:"contradiction"`
	Kept          string        `db:"kept"`
	Holds         order.HoldSet `db:"holds"`
	Hold          order.Hold    `db:"hold"`
	HoldSince     int64         `db:"hold_since"`
	Allowed       order.HoldSet `db:"allowed"`
	ShipBy        int64         `db:"ship_by"`
	DeliverBy     int64         `db:"deliver_by"`
	PaidCurrency  string        `db:"paid_currency"`
	PaidTotal     int64         `db:"paid_total"`
	Routed        order.Routed  `db:"routed"`
	Contradicted  int64         `db:"contradicted_at"`
	NotBefore     int64         `db:"not_before"`
}

func (p *pageSave) writeOrders(ctx context.Context) error {
	if len(p.intake.Arrivals) == 0 {
		return nil
	}
	changed := slices.Clone(p.intake.Others)
	for _, a := range p.intake.Arrivals {
		changed = append(changed, a.Order)
	}
	rows := make([]orderRow, len(changed))
	for i, o := range changed {
		rows[i] = orderRow{o.RowID, o.Reference, o.State, o.Reason, o.ChannelStatus, o.Fulfilment, o.Paid, o.Location, o.Version, o.Delivered, o.Digest,
			o.Currency, o.Total, o.Shipping, o.Tax, o.Discount, o.Unread, o.Contradiction, o.Kept, o.Holds, o.Hold, o.HoldSince, o.Allowed,
			o.ShipBy, o.DeliverBy, o.PaidCurrency, o.PaidTotal, o.Routed, o.ContradictedAt, o.NotBefore}
	}
	return p.ExecAll(ctx, len(rows), `UPDATE orders SET reference = r.reference, state = r.state, reason = r.reason,
			channel_status = r.channel_status, channel_fulfilment = r.channel_fulfilment, paid = r.paid, location = r.location,
			channel_version = r.channel_version, delivered_version = r.delivered_version, content_hash = r.content_hash,
			currency = r.currency, total = r.total, shipping = r.shipping, tax = r.tax, discount = r.discount, unread = r.unread,
			contradiction = r.contradiction, kept = r.kept, holds = r.holds, hold = r.hold, hold_since = r.hold_since, allowed = r.allowed,
			ship_by = r.ship_by, deliver_by = r.deliver_by, paid_currency = r.paid_currency, paid_total = r.paid_total, routed = r.routed,
			contradicted_at = r.contradicted_at, not_before = r.not_before,
			updated_at = CAST($2 AS BIGINT), run_id = CAST($3 AS TEXT), request_id = CAST($4 AS TEXT)
		FROM {{rows 1}} WHERE orders.id = r.id`, db.RowsOf(rows), p.Now, p.page.RunID, db.Clean(p.page.RequestID))
}

// writeDecisions counts anew what a person has to decide.
func (p *pageSave) writeDecisions(context.Context) error {
	if !p.intake.Decisions() {
		return nil
	}
	incidents.UpdateUndecided(p.Tx, p.account.ID)
	return nil
}

// settleCancels settles what the page's known orders show as done: cancellations, and declined requests.
func (p *pageSave) settleCancels(ctx context.Context) error {
	var settled settledOrders
	for _, a := range p.intake.Arrivals {
		if a.Known {
			settled.note(p.key(a.Order), a.Order)
		}
	}
	dirty, err := settleCancels(ctx, p.Tx, p.account.ID, settled)
	if dirty && !slices.Contains(p.result.Dirty, p.account.ID) {
		p.result.Dirty = append(p.result.Dirty, p.account.ID)
	}
	return err
}

// writeBuyers saves buyers, but none who was forgotten while his order was set aside.
func (p *pageSave) writeBuyers(ctx context.Context) error {
	var list []buyers.Record
	var forgotten []buyers.Nobody
	for _, a := range p.intake.Arrivals {
		before := p.buyers[a.Order.RowID]
		if p.forgotten[a.Order.ID] {
			forgotten = append(forgotten, buyers.Nobody{OrderID: a.Order.RowID, CountryCode: db.Clean(a.Order.Country)})
			continue
		}
		if b := a.Shown.Buyer; b != nil && before.Saved(a.Order.State) {
			list = append(list, buyers.Record{OrderID: a.Order.RowID, Account: p.account.ID, ID: a.Order.ID, Shown: *b, Before: before})
		}
	}
	if err := buyers.SaveForgotten(ctx, p.Tx, forgotten); err != nil {
		return err
	}
	return buyers.Save(ctx, p.Tx, p.sealer, list)
}

// writeAside sets orders aside, and removes those that can be read now.
func (p *pageSave) writeAside(ctx context.Context) (err error) {
	if p.aside, err = aside.Save(ctx, p.Tx, p.sealer, p.account.ID, p.page.With, p.page.Aside); err != nil {
		return err
	}
	if len(p.page.Orders) == 0 || p.page.Reading.Report { // a report shows nothing of what the channel would
		return nil
	}
	if err := aside.Withheld(ctx, p.Tx, p.account.ID, p.page.Withheld); err != nil {
		return err
	}
	var shown []aside.Shown
	for _, s := range p.page.Orders {
		if s.Unusable() == "" {
			shown = append(shown, aside.Shown{OrderID: s.ID, Version: s.Version()})
		}
	}
	p.forgotten, err = aside.Saved(ctx, p.Tx, p.account.ID, shown)
	return err
}

func (p *pageSave) writeUnsent(ctx context.Context) error { return flushUnsent(ctx, p.Tx, p.unsent) }

func (p *pageSave) writeItems(ctx context.Context) error { return runs.SaveItems(ctx, p.Tx, p.items()) }

func (p *pageSave) writeCalls(ctx context.Context) error {
	return runs.SaveCalls(ctx, p.Tx, p.page.Calls)
}

// moveWatermark moves the account's watermark with the last page of a scan, unless another scan has moved it since it was read.
func (p *pageSave) moveWatermark(ctx context.Context) error {
	scan := order.Scan{From: db.Micro(p.page.OldWatermark), To: db.Micro(p.page.NewWatermark)}
	if !p.page.Last || !scan.Moves(db.Micro(p.account.Watermark)) {
		return nil
	}
	_, err := p.Exec(ctx, `UPDATE accounts SET watermark = $2 WHERE id = $1 AND watermark = $3`, p.account.ID, scan.To, scan.From)
	return err
}

// fillOutbox returns the pending orders: those of this page, and those of an earlier save of it that were not delivered.
func (p *pageSave) fillOutbox(ctx context.Context) error {
	pending := p.intake.Outbox()
	if len(pending) == 0 {
		return nil
	}
	fresh := map[*order.Order]bool{} // they have no packages yet
	for _, a := range p.intake.New() {
		fresh[a.Order] = true
	}
	var list []int64
	for _, o := range pending {
		if !fresh[o] {
			list = append(list, o.RowID)
		}
	}
	unsent, err := Unsent(ctx, p.Query, list)
	if err != nil {
		return err
	}
	for _, o := range pending {
		p.result.Outbox = append(p.result.Outbox, OutboxEntry{Key: p.key(o), State: o.State, Version: o.Version, New: !o.Started, Unsent: unsent[o.RowID]})
	}
	return nil
}

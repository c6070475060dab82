package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/towpath/towpath/internal/order"
)

// insertOrders writes the new orders, so that they have row ids, in the order in which they were placed.
// Their state is written by settle.
func (p *pageSave) insertOrders(ctx context.Context) error {
	fresh := map[string]*entry{}
	var list []*entry
	for _, e := range p.entries {
		if !e.known {
			fresh[e.in.ID] = e
			list = append(list, e)
		}
	}
	if len(list) == 0 {
		return nil
	}
	slices.SortStableFunc(list, func(a, b *entry) int { return cmp.Compare(a.rec.placedAt, b.rec.placedAt) })
	n := 0
	err := p.query(ctx, `INSERT INTO orders (account, channel_order_id, placed_at, seen_at, saved_at, updated_at, location,
			reference, state, reason, channel_status, channel_fulfilment, paid, channel_version, handled_version,
			content_hash, currency, total, shipping, tax, discount)
		SELECT r.value ->> 0, r.value ->> 1, CAST(r.value ->> 2 AS BIGINT), CAST(r.value ->> 3 AS BIGINT), CAST(r.value ->> 4 AS BIGINT),
			CAST(r.value ->> 4 AS BIGINT), r.value ->> 5, '', '', '', '', '', 0, 0, 0, '', '', 0, 0, 0, 0
		FROM {{rows 1}} WHERE true
		ON CONFLICT (account, channel_order_id) DO NOTHING RETURNING id, channel_order_id`, func(rows *sql.Rows) error {
		var id int64
		var channelID string
		if err := rows.Scan(&id, &channelID); err != nil {
			return err
		}
		n++
		if e := fresh[channelID]; e != nil {
			e.rec.id = id
		}
		return nil
	}, table(list, func(e *entry) []any {
		return []any{p.account.ID, e.in.ID, e.rec.placedAt, e.rec.seenAt, p.now, e.rec.location}
	}))
	if err == nil && n != len(list) {
		return fmt.Errorf("%w: another page with the same orders was saved", errConflict)
	}
	return err
}

// settle derives the states, and with them what each lifecycle is to be told.
func (p *pageSave) settle(context.Context) error {
	for _, e := range p.entries {
		if e.rec.state == order.Skipped {
			e.rec.handled = e.rec.version
			p.result.Counts.Skipped++
			p.item(e.in, ItemSkipped, e.rec.reason.Text())
			continue
		}
		var sum order.Units
		parked := ""
		for _, l := range e.lines {
			sum = sum.Add(l.units)
			if l.units.Parked > 0 {
				parked = l.parkedReason
			}
		}
		e.rec.state = e.rec.stateAfter(sum)
		switch {
		case e.take || e.rec.state != e.before:
			// The version may be an old one with other contents: the hint is owed again.
			e.rec.handled, e.owed = min(e.rec.handled, e.rec.version-1), true
		case !e.owed:
			e.rec.handled = e.rec.version
		}
		p.result.Counts.Saved++
		if parked != "" {
			p.result.Counts.Parked++
		}
		p.item(e.in, ItemDone, parked)
	}
	return nil
}

func (p *pageSave) write(ctx context.Context) error {
	dirty, err := p.ledger.flush(ctx)
	if err != nil {
		return err
	}
	p.result.Dirty = dirty
	steps := []func(context.Context) error{p.writeOrders, p.writeBuyers, p.writeParcels, p.writeItems, p.writeCalls, p.moveWatermark, p.hints}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (p *pageSave) writeOrders(ctx context.Context) error {
	if len(p.entries) == 0 {
		return nil
	}
	return p.execAll(ctx, len(p.entries), `UPDATE orders SET
			reference = r.value ->> 1, state = r.value ->> 2, reason = r.value ->> 3, channel_status = r.value ->> 4,
			channel_fulfilment = r.value ->> 5, paid = CAST(r.value ->> 6 AS BIGINT), location = r.value ->> 7,
			updated_at = CAST(r.value ->> 8 AS BIGINT), channel_version = CAST(r.value ->> 9 AS BIGINT),
			handled_version = CAST(r.value ->> 10 AS BIGINT), content_hash = r.value ->> 11, currency = r.value ->> 12,
			total = CAST(r.value ->> 13 AS BIGINT), shipping = CAST(r.value ->> 14 AS BIGINT),
			tax = CAST(r.value ->> 15 AS BIGINT), discount = CAST(r.value ->> 16 AS BIGINT),
			run_id = CAST($2 AS TEXT), request_id = CAST($3 AS TEXT)
		FROM {{rows 1}} WHERE id = CAST(r.value ->> 0 AS BIGINT)`, table(p.entries, func(e *entry) []any {
		r := e.rec
		return []any{r.id, r.reference, string(r.state), string(r.reason), r.status, string(r.fulfilment), r.paid, r.location,
			p.now, r.version, r.handled, r.hash, r.currency, r.total, r.shipping, r.tax, r.discount}
	}), p.page.RunID, clean(p.page.RequestID))
}

func (p *pageSave) writeBuyers(ctx context.Context) error {
	var known []*entry
	for _, e := range p.entries {
		if e.in.Buyer != nil {
			known = append(known, e)
		}
	}
	if len(known) == 0 {
		return nil
	}
	_, err := p.exec(ctx, `INSERT INTO order_buyers (order_id, name, email, phone, line1, line2, city, region, postal_code, country_code)
		SELECT CAST(r.value ->> 0 AS BIGINT), r.value ->> 1, r.value ->> 2, r.value ->> 3, r.value ->> 4, r.value ->> 5,
			r.value ->> 6, r.value ->> 7, r.value ->> 8, r.value ->> 9
		FROM {{rows 1}} WHERE true
		ON CONFLICT (order_id) DO UPDATE SET changed_at = CASE WHEN `+addressDiffers+` THEN CAST($2 AS BIGINT) ELSE order_buyers.changed_at END,
			name = excluded.name, email = excluded.email, phone = excluded.phone,
			line1 = excluded.line1, line2 = excluded.line2, city = excluded.city, region = excluded.region,
			postal_code = excluded.postal_code, country_code = excluded.country_code`,
		table(known, func(e *entry) []any {
			b := e.in.Buyer
			return []any{e.rec.id, b.Name, b.Email, b.Phone, b.Line1, b.Line2, b.City, b.Region, b.PostalCode, b.CountryCode}
		}), p.now)
	return err
}

// addressDiffers: a parcel with the label that was printed from the old one goes to the wrong place.
const addressDiffers = `order_buyers.name <> excluded.name OR order_buyers.line1 <> excluded.line1 OR order_buyers.line2 <> excluded.line2
	OR order_buyers.city <> excluded.city OR order_buyers.region <> excluded.region
	OR order_buyers.postal_code <> excluded.postal_code OR order_buyers.country_code <> excluded.country_code`

func (p *pageSave) writeParcels(ctx context.Context) error { return p.parcels.flush(ctx, p.tx) }

func (p *pageSave) writeItems(ctx context.Context) error { return p.saveItems(ctx, p.items) }

func (p *pageSave) writeCalls(ctx context.Context) error { return p.saveCalls(ctx, p.page.Calls) }

// moveWatermark moves it only from where the scan found it, and only forward.
func (p *pageSave) moveWatermark(ctx context.Context) error {
	next := micro(p.page.NewWatermark)
	if !p.page.Last || next == 0 {
		return nil
	}
	_, err := p.exec(ctx, `UPDATE accounts SET watermark = $2 WHERE id = $1 AND watermark = $3 AND watermark < $2`,
		p.account.ID, next, micro(p.page.OldWatermark))
	return err
}

// hints are for the orders whose lifecycle has not been told: those of this page, and those of an earlier
// save of the same page that nobody has heard of.
func (p *pageSave) hints(ctx context.Context) error {
	var told []*record
	for _, e := range p.entries {
		if e.owed && e.rec.state != order.Skipped {
			told = append(told, &e.rec)
		}
	}
	told = append(told, p.told...)
	if len(told) == 0 {
		return nil
	}
	list := make([]int64, len(told))
	for i, r := range told {
		list[i] = r.id
	}
	unsent, err := p.store.unsent(ctx, p.conn, list)
	if err != nil {
		return err
	}
	for _, r := range told {
		p.result.Hints = append(p.result.Hints, Hint{Key: p.key(r), State: r.state, Version: r.version, New: !r.started, Unsent: unsent[r.id]})
	}
	return nil
}

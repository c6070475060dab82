package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
)

// Reasons for which units are parked.
const (
	parkedNoSKU = "listing has no SKU"
	parkedTest  = "test endpoint"
)

func parkedNoLink(channelSKU, account string) string {
	return fmt.Sprintf("no link for SKU %s on account %s", channelSKU, account)
}

// readLinks resolves the channel SKUs of the page. At a test endpoint nothing is resolved: its orders never
// touch real stock.
func (p *pageSave) readLinks(ctx context.Context) error {
	p.links = map[string]mapping{}
	if p.account.Endpoint == channel.Test {
		return nil
	}
	wanted := map[string]bool{}
	for _, e := range p.entries {
		for _, l := range e.in.Lines {
			if l.SKU != "" {
				wanted[l.SKU] = true
			}
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	skus := make([]string, 0, len(wanted))
	for sku := range wanted {
		skus = append(skus, sku)
	}
	// Links that are being saved are waited for, and no others come before the page is saved (closeLinks).
	err := p.query(ctx, `SELECT o.id FROM accounts o WHERE o.id = $1 {{keep o}}`, func(*sql.Rows) error { return nil }, p.account.ID)
	if err != nil {
		return err
	}
	return p.query(ctx, `SELECT l.channel_sku, l.sku, COALESCE(k.version, 0), COALESCE(q.part, ''), COALESCE(q.quantity, 0)
		FROM {{rows 1}} CROSS JOIN links l LEFT JOIN kits k ON k.sku = l.sku LEFT JOIN kit_parts q ON q.kit = l.sku AND q.quantity > 0
		WHERE l.account = CAST($2 AS TEXT) AND l.channel_sku = r.value
		ORDER BY l.channel_sku, q.part`, func(rows *sql.Rows) error {
		var channelSKU string
		var m mapping
		var made part
		err := rows.Scan(&channelSKU, &m.sku, &m.version, &made.sku, &made.per)
		m.parts = p.links[channelSKU].parts
		if made.sku != "" {
			m.parts = append(m.parts, made)
		}
		p.links[channelSKU] = m
		return err
	}, texts(skus), p.account.ID)
}

// readLines locks the levels that the page may change and reads the lines of the known orders under the lock.
func (p *pageSave) readLines(ctx context.Context) error {
	var known []int64
	var places []place
	byOrder := map[int64]*entry{}
	for _, e := range p.entries {
		if e.known {
			known = append(known, e.rec.id)
			byOrder[e.rec.id] = e
			p.ledger.bound[e.rec.id] = e.bound
		}
		if e.rec.state == order.Skipped {
			continue
		}
		for _, l := range e.in.Lines {
			places = append(places, p.links[l.SKU].places(e.rec.location)...)
			if e.bound != "" {
				places = append(places, p.links[l.SKU].places(e.bound)...)
			}
		}
	}
	lines, err := p.ledger.openLines(ctx, known, places)
	if err != nil {
		return err
	}
	var packed []int64
	for _, l := range lines {
		byOrder[l.order].lines = append(byOrder[l.order].lines, l)
		if l.units.Packed > 0 {
			packed = append(packed, l.order)
		}
	}
	p.parcels, err = p.loadParcels(ctx, packed)
	return err
}

// channelUnits is how many units of a line the channel calls cancelled and shipped. A status for the whole
// order stands for all its units.
func channelUnits(o order.Snapshot, l order.SnapshotLine) (cancelled, shipped int) {
	cancelled = max(0, min(l.Cancelled, l.Quantity))
	shipped = max(0, min(l.Shipped, l.Quantity-cancelled))
	switch o.Fulfilment {
	case order.FulfilmentCancelled:
		cancelled = l.Quantity - shipped
	case order.FulfilmentShipped:
		shipped = l.Quantity - cancelled
	case order.FulfilmentUnshipped, order.FulfilmentPartlyShipped, order.FulfilmentUnmapped:
	}
	return cancelled, shipped
}

// giveBack carries out what sets units free or takes them out of the books: cancellations, smaller
// quantities, units that were shipped without us, orders that move to another location. It comes before new units are reserved, so that what becomes
// free goes first to those who have waited longest.
func (p *pageSave) giveBack(context.Context) error {
	for _, e := range p.entries {
		if !e.known || e.before == order.Skipped {
			continue
		}
		for _, in := range e.in.Lines {
			if l := e.line(in.ID); l != nil {
				p.giveBackLine(e, l, in)
			}
		}
		p.leave(e)
	}
	return nil
}

// forget settles what is packed of orders that the channel of an observing account shows as shipped: an older tool has
// told it, and it must not be told again when the account goes live.
func (p *pageSave) forget(context.Context) error {
	if !p.account.Observing {
		return nil
	}
	for _, e := range p.entries {
		if !e.known || e.in.Fulfilment != order.FulfilmentShipped {
			continue
		}
		for _, parcel := range p.parcels[e.rec.id] {
			if parcel.attempted {
				continue // a call may have brought it there: the next one asks first
			}
			for id, c := range parcel.contents {
				if l := e.line(id); l != nil {
					l.units.Packed -= c.left()
					l.units.Shipped += c.left()
					p.ledger.change(l)
				}
			}
			parcel.elsewhere = true
		}
	}
	return nil
}

func (p *pageSave) giveBackLine(e *entry, l *line, in order.SnapshotLine) {
	l.describe(in)
	p.shrink(l, in.Quantity)
	cancelled, shipped := channelUnits(e.in, in)
	// What was cancelled here before is not cancelled once more when the channel says so too.
	if n := cancelled - l.units.Cancelled; n > 0 {
		p.cancel(l, n)
	}
	if cancelled > l.channelCancelled {
		l.channelCancelled = cancelled
		if l.sku != "" {
			// The channel may have put the units back into its own listing.
			p.ledger.touch(l.sku, stock.BySale)
		}
	}
	if n := shipped - l.units.Packed - l.units.Shipped; n > 0 {
		p.ledger.shipOutside(l, min(n, l.units.Open()))
	}
}

// shrink makes a line smaller whose ordered quantity the channel has reduced.
func (p *pageSave) shrink(l *line, quantity int) {
	drop := l.quantity - quantity
	if drop <= 0 {
		return
	}
	// Units that were only cancelled here are the ones the channel has now dropped.
	if spare := l.units.Cancelled - l.channelCancelled; drop > spare {
		p.cancel(l, drop-spare)
	}
	gone := min(drop, l.units.Cancelled)
	l.units.Cancelled -= gone
	l.quantity -= gone
	l.channelCancelled = min(l.channelCancelled, l.units.Cancelled)
}

func (p *pageSave) cancel(l *line, n int) {
	c := p.ledger.cancel(l, n)
	p.parcels.shrink(l.lineKey, c.Reversed, true)
}

// take accounts for new units: of orders that are taken now, of lines that were added, of quantities that grew.
// Who placed first comes first.
func (p *pageSave) take(context.Context) error {
	entries := slices.Clone(p.entries)
	slices.SortStableFunc(entries, func(a, b *entry) int { return cmp.Compare(a.rec.placedAt, b.rec.placedAt) })
	for _, e := range entries {
		p.settleIn(e)
		for i, in := range e.in.Lines {
			l := e.line(in.ID)
			switch {
			case l == nil:
				l = &line{lineKey: lineKey{e.rec.id, in.ID}, position: i, placedAt: e.rec.placedAt, fresh: true}
				e.lines = append(e.lines, l)
				p.ledger.lines[l.lineKey] = l
				p.begin(e, l, in)
			case !l.taken:
				p.begin(e, l, in)
			case in.Quantity > l.quantity:
				n := in.Quantity - l.quantity
				l.quantity = in.Quantity
				p.hold(e, l, in, n)
			}
		}
	}
	return nil
}

// settleIn reserves the units of an order that has moved where it is now.
func (p *pageSave) settleIn(e *entry) {
	for _, l := range e.lines {
		if l.moving > 0 {
			p.ledger.reserve(l, l.moving)
			l.moving = 0
		}
	}
}

// begin enters a line into the books, or only notes it when its order is skipped. Units that were shipped or
// cancelled before the order was first seen move no stock.
func (p *pageSave) begin(e *entry, l *line, in order.SnapshotLine) {
	l.describe(in)
	l.changed = true
	l.quantity, l.location = in.Quantity, e.rec.location
	l.sku = p.links[in.SKU].sku
	cancelled, shipped := channelUnits(e.in, in)
	if e.rec.state == order.Skipped {
		if l.sku != "" && (e.rec.reason == order.ReasonCancelled || e.rec.reason == order.ReasonShipped) {
			// The sale took units from the channel's own listing, which the books know nothing of.
			p.ledger.touch(l.sku, stock.BySale)
		}
		return
	}
	l.become(p.links[in.SKU])
	l.taken = true
	l.channelCancelled = cancelled
	l.units = order.Units{Cancelled: cancelled, Shipped: shipped}
	p.hold(e, l, in, in.Quantity-cancelled-shipped)
}

// hold reserves n new units of the line, or parks them when they have no SKU.
func (p *pageSave) hold(e *entry, l *line, in order.SnapshotLine, n int) {
	l.changed = true
	if l.sku != "" {
		p.ledger.reserve(l, n)
		return
	}
	l.units.Parked += n
	switch {
	case l.units.Parked == 0:
	case p.account.Endpoint == channel.Test:
		l.parkedReason = parkedTest
	case in.SKU == "":
		l.parkedReason = parkedNoSKU
	default:
		l.parkedReason = parkedNoLink(in.SKU, p.account.ID)
	}
}

// line finds a line of the order, by the channel's id.
func (e *entry) line(id string) *line {
	for _, l := range e.lines {
		if l.id == id {
			return l
		}
	}
	return nil
}

// describe takes over what the channel says of a line, its quantity apart.
func (l *line) describe(in order.SnapshotLine) {
	if l.title != in.Title || l.unitPrice != in.UnitPrice || l.price != in.Total || l.channelSKU != in.SKU {
		l.title, l.unitPrice, l.price, l.channelSKU = in.Title, in.UnitPrice, in.Total, in.SKU
		l.changed = true
	}
}

package orders

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/db"
)

func (p *pageSave) readAccount(ctx context.Context) error {
	found, err := accounts.Read(ctx, p.Tx, p.page.Account)
	if err != nil {
		return err
	}
	if p.page.Account == "" || len(found) == 0 {
		return fmt.Errorf("account %q: %w", p.page.Account, db.ErrNotFound)
	}
	p.account = found[0]
	p.policy = p.account.OrderPolicy()
	p.policy.Site, p.policy.First = p.account.Marketplace, true
	if err := p.readSites(ctx); err != nil {
		return err
	}
	p.page.Aside = slices.DeleteFunc(slices.Clone(p.page.Aside), func(o *channel.OrderError) bool { return !p.policy.KeepsUnread(o.Site) })
	return nil
}

// readSites reads the sites of the other accounts that are shown the same orders, if the channel has sites.
func (p *pageSave) readSites(ctx context.Context) error {
	sited := slices.ContainsFunc(p.page.Orders, func(o order.Snapshot) bool { return o.Site != "" })
	if p.account.Marketplace == "" || !sited && len(p.page.Aside) == 0 {
		return nil
	}
	return p.Query(ctx, `SELECT a.id, a.marketplace FROM accounts a
		WHERE a.channel = $1 AND a.endpoint = $2 AND a.seller = $4 AND a.id <> $3 AND a.enabled = 1 AND a.marketplace <> '' ORDER BY a.id`,
		func(rows *sql.Rows) error {
			var id, site string
			err := rows.Scan(&id, &site)
			p.policy.OtherSites = append(p.policy.OtherSites, site)
			p.policy.First = p.policy.First && p.account.ID < id
			return err
		}, string(p.account.Channel), string(p.account.Endpoint), p.account.ID, p.account.Seller)
}

// classify sorts the page's orders into new, changed, unchanged and unusable ones.
func (p *pageSave) classify(ctx context.Context) error {
	p.intake = order.NewIntake(p.policy, p.page.Orders)
	p.intake.Reading = p.page.Reading
	p.intake.Reading.Scanned = p.account.Watermark
	known, buyers, err := lockOrders(ctx, p.Tx, p.account.ID, p.intake.IDs())
	if err == nil {
		p.buyers = buyers
		p.intake.Classify(known, db.Micro(p.page.SeenAt))
	}
	return err
}

// readOthers locks the orders outside the page that have units of its lines. Its last condition is that of the index order_lines_with_units.
func (p *pageSave) readOthers(ctx context.Context) error {
	ids := p.intake.MetAgain()
	if len(ids) == 0 {
		return nil
	}
	inPage := map[int64]bool{}
	for _, a := range p.intake.Arrivals {
		inPage[a.Order.RowID] = true
	}
	return p.Query(ctx, `SELECT `+recordColumns+` FROM orders o JOIN accounts a ON a.id = o.account
		WHERE o.account = CAST($2 AS TEXT) AND o.id IN (SELECT l.order_id FROM {{rows 1}} CROSS JOIN order_lines l
			WHERE l.line_id = r.value AND l.reserved + l.backordered + l.unlinked + l.packed + l.shipped > 0)
		ORDER BY o.id {{lock o}}`, func(rows *sql.Rows) error {
		r := &Record{}
		err := rows.Scan(r.fields()...)
		if !inPage[r.RowID] {
			p.intake.Others = append(p.intake.Others, &r.Order)
		}
		return err
	}, db.Texts(ids), p.account.ID)
}

// readItems finds the items of the page's channel SKUs.
func (p *pageSave) readItems(ctx context.Context) error {
	p.intake.Items = map[string]order.Item{}
	skus := p.intake.ChannelSKUs()
	if len(skus) == 0 {
		return nil
	}
	// Wait for links that are being saved, and block new ones until the page is saved (links.CloseLinks).
	if err := accounts.Keep(ctx, p.Tx, p.account.ID); err != nil {
		return err
	}
	return p.Query(ctx, `SELECT l.channel_sku, l.sku, COALESCE(k.version, 0), COALESCE(q.part, ''), COALESCE(q.quantity, 0)
		FROM {{rows 1}} CROSS JOIN links l LEFT JOIN kits k ON k.sku = l.sku LEFT JOIN kit_parts q ON q.kit = l.sku AND q.quantity > 0
		WHERE l.account = CAST($2 AS TEXT) AND l.channel_sku = r.value
		ORDER BY l.channel_sku, q.part`, func(rows *sql.Rows) error {
		var channelSKU string
		var item order.Item
		var part order.Part
		err := rows.Scan(&channelSKU, &item.SKU, &item.Version, &part.SKU, &part.Per)
		item.Parts = p.intake.Items[channelSKU].Parts
		if part.SKU != "" {
			item.Parts = append(item.Parts, part)
		}
		p.intake.Items[channelSKU] = item
		return err
	}, db.Texts(skus), p.account.ID)
}

// readLines locks the levels that the page may change, then reads the lines of the known orders.
func (p *pageSave) readLines(ctx context.Context) error {
	if err := p.dropReportLines(ctx); err != nil {
		return err
	}
	known := p.intake.KnownOrders()
	p.books.MayGo = p.intake.MayGo
	lines, err := p.books.OpenLines(ctx, known, p.intake.Places())
	if err != nil {
		return err
	}
	if p.unsent, err = loadUnsent(ctx, p.Tx, p.intake.SetLines(lines)); err != nil {
		return err
	}
	return p.readPacked(ctx)
}

// dropReportLines removes lines of a report whose order the channel shows now with its own.
func (p *pageSave) dropReportLines(ctx context.Context) error {
	ids := p.intake.Replaced()
	if len(ids) == 0 {
		return nil
	}
	_, err := p.Exec(ctx, `DELETE FROM order_lines WHERE order_id IN (SELECT r.value FROM {{rows 1}}) AND booked = 0 AND line_id LIKE $2`,
		db.IDs(ids), order.ReportLines+"%")
	return err
}

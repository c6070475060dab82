package orders

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/buyer"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/aside"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/ledger"
	"github.com/towpath/towpath/internal/store/runs"
)

// Page is one page of orders to be saved in one transaction.
type Page struct {
	Account   string
	RunID     string
	SeenAt    time.Time // when the channel's answer arrived
	Orders    []order.Snapshot
	Aside     []*channel.OrderError // orders that can't be saved
	Withheld  []string              // fields that the account may not read
	With      string                // version of the program that read the page
	RequestID string
	Calls     []runs.Call // that brought it
	// Why it was read; with Backfill, Scanned is filled in here.
	Reading order.Reading
	// On the last page of a scan the watermark moves from OldWatermark to NewWatermark, if it is unchanged and NewWatermark is
	// later.
	Last                       bool
	OldWatermark, NewWatermark time.Time
}

// PageResult has the changes that a page of orders made.
type PageResult struct {
	Counts message.Counts
	Outbox []OutboxEntry // orders whose lifecycle must be started or signalled
	Dirty  []string      // accounts that have dirty levels now, if the page made any
}

// Limits of one page. The channels' pages have at most 250 orders; an order may have hundreds of lines.
const (
	MaxPageOrders = 1_000
	MaxPageLines  = 100_000
)

// SavePage saves a page of orders in one transaction: orders, lines and buyers, reservations, the stock ledger, dirty marks, the
// run's items and, on the last page, the watermark. Only newer versions are saved, so a page may be saved repeatedly. The number
// of statements does not depend on the number of orders or lines. order.Intake decides about each order.
func (s *Store) SavePage(ctx context.Context, page Page) (PageResult, error) {
	lines := 0
	for _, o := range page.Orders {
		lines += len(o.Lines)
	}
	if len(page.Orders)+len(page.Aside) > MaxPageOrders || lines > MaxPageLines {
		return PageResult{}, fmt.Errorf("save page of %s: %d orders with %d lines, at most %d with %d are accepted: ask the channel for smaller pages",
			page.Account, len(page.Orders), lines, MaxPageOrders, MaxPageLines)
	}
	var result PageResult
	sealer, err := s.sealer(ctx, page)
	if err != nil {
		return result, fmt.Errorf("save page of %s: %w", page.Account, err)
	}
	err = s.Write(ctx, "save page of "+page.Account, func(ctx context.Context, t *db.Tx) error {
		p := &pageSave{Tx: t, page: page, sealer: sealer, books: ledger.NewLedger(t)}
		if err := p.run(ctx); err != nil {
			return err
		}
		result = p.result
		return nil
	})
	return result, err
}

// sealer returns what seals the page's buyers; nil if it names none.
func (s *Store) sealer(ctx context.Context, page Page) (*buyer.Sealer, error) {
	if len(page.Aside) == 0 && !slices.ContainsFunc(page.Orders, func(o order.Snapshot) bool { return o.Buyer != nil }) {
		return nil, nil
	}
	return s.buyers.Sealer(ctx)
}

// pageSave is one attempt to save a page.
type pageSave struct {
	*db.Tx
	page      Page
	sealer    *buyer.Sealer
	account   accounts.Account
	policy    order.Policy
	intake    *order.Intake
	books     *ledger.Ledger
	unsent    order.Packages
	buyers    map[int64]*order.KnownBuyer // as they were before the page
	aside     []*aside.Entry
	forgotten map[string]bool // orders by id whose buyers were forgotten while they were set aside
	result    PageResult
}

// run reads, asks the rules and writes, in this order: what becomes free goes first to those who have waited longest.
func (p *pageSave) run(ctx context.Context) error {
	steps := []func(context.Context) error{
		p.readAccount, p.classify, p.insertOrders, p.readOthers, p.readItems, p.readLines,
		p.release, p.books.DemoteMissing, p.books.FillFreed, p.addUnits, p.write,
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

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

// readOthers locks the orders outside the page that have units of its lines. Its last condition is that of the index order_lines_alive.
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
			WHERE l.line_id = r.value AND (l.reserved > 0 OR l.backordered > 0 OR l.unlinked > 0 OR l.packed > 0 OR l.shipped > 0))
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
	err := p.Query(ctx, `SELECT o.id FROM accounts o WHERE o.id = $1 {{keep o}}`, func(*sql.Rows) error { return nil }, p.account.ID)
	if err != nil {
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

func (p *pageSave) release(context.Context) error {
	p.intake.Release(p.books.Allocation, p.unsent)
	return nil
}

func (p *pageSave) addUnits(context.Context) error {
	p.intake.AddUnits(p.books.Allocation)
	p.intake.UpdateStates()
	return nil
}

// items returns the results of the orders for the run's register, and counts them.
func (p *pageSave) items() []runs.Item {
	counts := &p.result.Counts
	counts.Seen, counts.Same = len(p.page.Orders)+len(p.page.Aside), p.intake.Same
	counts.Skipped += p.intake.Left
	counts.Errors += len(p.aside)
	var items []runs.Item
	for _, e := range p.aside {
		items = append(items, runs.Item{RunID: p.page.RunID, Type: "order", Reference: e.Name, Status: runs.ItemError, Reason: asideReason(e),
			FaultID: e.FaultID, RequestID: cmp.Or(e.Fault.RequestID, p.page.RequestID), At: db.At(p.Now)})
	}
	for _, r := range p.intake.Results {
		item := runs.Item{RunID: p.page.RunID, Type: "order", Reference: cmp.Or(r.Shown.Reference, r.Shown.ID, "(no id)"), Reason: r.Reason,
			RequestID: p.page.RequestID, At: db.At(p.Now)}
		switch r.Kind {
		case order.ResultUnusable:
			counts.Errors++
			item.Status = runs.ItemError
		case order.ResultContradiction:
			counts.Errors++
			item.Status = runs.ItemError
		case order.ResultSkipped:
			counts.Skipped++
			item.Status = runs.ItemSkipped
		case order.ResultSaved:
			counts.Saved++
			item.Status = runs.ItemDone
			if r.Reason != "" {
				counts.Unlinked++
			}
		}
		items = append(items, item)
	}
	return items
}

// asideReason says of an item why its order is set aside.
func asideReason(e *aside.Entry) string {
	if e.Unfinished {
		return "set aside: a further call for it failed; each scan tries again"
	}
	return "set aside: it can't be read"
}

func (p *pageSave) key(o *order.Order) message.OrderKey {
	return message.OrderKey{RowID: o.RowID, Account: p.account.Account, OrderID: o.ID}
}

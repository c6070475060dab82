package orders

import (
	"cmp"
	"context"
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

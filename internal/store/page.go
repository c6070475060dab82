package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
)

// Bounds of one page. The channels' pages are 250 orders at most; an order may have hundreds of lines.
const (
	MaxPageOrders = 1_000
	MaxPageLines  = 100_000
)

// SavePage saves a page of orders in one transaction: orders, lines and buyers, reservations, the stock
// ledger, dirty marks, the run's items and, on the last page, the watermark. Only newer versions are taken, so
// that a page may be saved any number of times. The number of statements does not depend on the number
// of orders or lines.
func (s *Store) SavePage(ctx context.Context, page Page) (PageResult, error) {
	lines := 0
	for _, o := range page.Orders {
		lines += len(o.Lines)
	}
	if len(page.Orders) > MaxPageOrders || lines > MaxPageLines {
		return PageResult{}, fmt.Errorf("save page of %s: %d orders with %d lines, at most %d with %d are taken: ask the channel for smaller pages",
			page.Account, len(page.Orders), lines, MaxPageOrders, MaxPageLines)
	}
	var result PageResult
	err := s.write(ctx, "save page of "+page.Account, func(ctx context.Context, t *tx) error {
		p := &pageSave{tx: t, page: page, ledger: newLedger(t)}
		if err := p.run(ctx); err != nil {
			return err
		}
		result = p.result
		return nil
	})
	return result, err
}

// pageSave is one try at saving a page.
type pageSave struct {
	*tx
	page    Page
	account Account
	ledger  *ledger
	parcels parcels
	links   map[string]mapping // what the channel's SKUs stand for, on this account
	entries []*entry           // new and changed orders, those placed first in front
	told    []*record          // known and unchanged, but their lifecycle has not been told yet
	items   []Item
	result  PageResult
}

// entry is an order of the page that is to be written.
type entry struct {
	in     order.Snapshot
	rec    record
	known  bool // there was a row before
	before order.State
	owed   bool   // the lifecycle is owed a hint from before
	take   bool   // begins to be taken with this page
	bound  string // location to which its reservations move; empty: they stay
	lines  []*line
}

func (p *pageSave) run(ctx context.Context) error {
	steps := []func(context.Context) error{
		p.readAccount, p.mapStatuses, p.sortOut, p.insertOrders, p.readLinks, p.readLines,
		p.giveBack, p.forget, p.ledger.fill, p.take, p.settle, p.write,
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (p *pageSave) readAccount(ctx context.Context) error {
	found, err := p.accounts(ctx, p.page.Account)
	if err != nil {
		return err
	}
	if p.page.Account == "" || len(found) == 0 {
		return fmt.Errorf("account %q: %w", p.page.Account, ErrNotFound)
	}
	p.account = found[0]
	return nil
}

// sortOut decides which orders of the page are new, changed, unchanged or unusable.
func (p *pageSave) sortOut(ctx context.Context) error {
	p.result.Counts.Seen = len(p.page.Orders)
	newest := map[string]int{}
	for i, o := range p.page.Orders {
		if reason := unusable(o); reason != "" {
			p.result.Counts.Errors++
			p.item(o, ItemError, reason)
			continue
		}
		if j, ok := newest[o.ID]; ok {
			p.result.Counts.Same++
			if o.UpdatedAt.Before(p.page.Orders[j].UpdatedAt) {
				continue
			}
		}
		newest[o.ID] = i
	}
	known, err := p.lockOrders(ctx, p.page.Account, newest)
	if err != nil {
		return err
	}
	for i, o := range p.page.Orders {
		if j, ok := newest[o.ID]; !ok || i != j {
			continue
		}
		rec, ok := known[o.ID]
		version, hash := micro(o.UpdatedAt), contentHash(o)
		if ok && (version < rec.version || version == rec.version && hash == rec.hash) {
			p.result.Counts.Same++
			if rec.handled < rec.version && rec.state != order.Skipped {
				p.told = append(p.told, &rec.record)
			}
			continue
		}
		e := &entry{in: o, known: ok, rec: record{
			placedAt: micro(o.PlacedAt), seenAt: micro(p.page.SeenAt), location: p.account.locationFor(country(o, "")), takeAt: p.account.TakeAt,
		}}
		if ok {
			e.rec, e.before = rec.record, rec.state
			e.bound = p.account.moves(rec, o)
			e.owed = rec.handled < rec.version && rec.state != order.Skipped
		}
		e.rec.describe(o, version, hash)
		e.decide(p.account, rec)
		p.entries = append(p.entries, e)
	}
	return nil
}

// decide says whether the order is taken. An order that was taken stays so; one that was skipped is judged
// anew with every version.
func (e *entry) decide(a Account, known *knownOrder) {
	if e.known && e.before != order.Skipped {
		return
	}
	before := ""
	if known != nil {
		before = known.country
	}
	e.rec.state, e.rec.reason = order.Skipped, skipReason(e.in, a)
	if e.rec.reason == "" {
		e.take = true
		e.rec.state = order.Open // until the units say more
		e.rec.location = a.locationFor(country(e.in, before))
	}
}

// skipReason says why an order that is not in the books is not taken, or nothing.
func skipReason(o order.Snapshot, a Account) order.Reason {
	switch {
	case o.ChannelFulfils:
		return order.ReasonFulfilled
	case o.Fulfilment == order.Fulfilment(StatusSkip):
		return order.ReasonSetting
	case o.Fulfilment == order.FulfilmentShipped:
		return order.ReasonShipped
	case o.Fulfilment == order.FulfilmentCancelled:
		return order.ReasonCancelled
	case o.Fulfilment != order.FulfilmentUnshipped && o.Fulfilment != order.FulfilmentPartlyShipped:
		return order.ReasonUnmapped
	case !o.Paid && a.ReserveAt == AtPaid:
		return order.ReasonUnpaid
	}
	return ""
}

// unusable says what makes an order impossible to save, or nothing. Such an order is an error item of the
// run and costs nobody else's.
func unusable(o order.Snapshot) string {
	if o.ID == "" {
		return "the channel gave no order id"
	}
	seen := map[string]bool{}
	for _, l := range o.Lines {
		switch {
		case l.ID == "":
			return "a line has no id"
		case seen[l.ID]:
			return fmt.Sprintf("two lines have the id %s", l.ID)
		case l.Quantity < 0 || l.Quantity > MaxUnits:
			return fmt.Sprintf("line %s has the quantity %d", l.ID, l.Quantity)
		}
		seen[l.ID] = true
	}
	return ""
}

// contentHash tells two contents of one version apart.
func contentHash(o order.Snapshot) string {
	o.PlacedAt, o.UpdatedAt = o.PlacedAt.UTC(), o.UpdatedAt.UTC()
	text, err := json.Marshal(o)
	if err != nil {
		panic(err) // plain data: a mistake in this package
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

func (p *pageSave) item(o order.Snapshot, status ItemStatus, reason string) {
	reference := cmp.Or(o.Reference, o.ID, "(no id)")
	p.items = append(p.items, Item{RunID: p.page.RunID, Type: "order", Reference: reference, Status: status,
		Reason: reason, RequestID: p.page.RequestID, At: at(p.now)})
}

func (p *pageSave) key(r *record) message.OrderKey {
	return message.OrderKey{RowID: r.id, Account: p.account.Account, OrderID: r.channelID}
}

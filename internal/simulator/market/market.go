package market

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/towpath/towpath/internal/simulator/durable"
)

//go:embed schema.sql
var schema string

//go:embed upgrade1.sql
var upgrade1 string

//go:embed upgrade2.sql
var upgrade2 string

//go:embed upgrade3.sql
var upgrade3 string

//go:embed upgrade4.sql
var upgrade4 string

// upgrades are the steps from the first schema to the current one; a released step must never change.
var upgrades = []string{upgrade1, upgrade2, upgrade3, upgrade4}

// Options configure the ids of a channel. Functions that are nil use plain numbers.
type Options struct {
	Account       string
	NewOrderID    func(n int64) string                     // n: 1, 2, ... in the order of placing
	NewLineID     func(orderNumber int64, line int) string // line: 1, 2, ... within the order; unique over all orders
	NewListingRef func(n int64, sku string) string         // n: 1, 2, ... in the order of listing; unique
	NewListingID  func(n int64, sku string) string         // of a live listing that is given none; nil: it has none
	Now           func() time.Time                         // nil = time.Now

	// What a second tool makes of a listing, in the seller's content of it; nil: content has nothing of it.
	Rewritten func(l *Listing, how Rewrite)
	// The kind of the documents with which a channel describes the variants of a product together, title and status with them, and what a second
	// tool makes of one; empty: each listing has its own.
	FamilyKind    string
	RewriteFamily func(body []byte, how Rewrite) ([]byte, error)
}

func (o Options) defaults() Options {
	if o.NewOrderID == nil {
		o.NewOrderID = func(n int64) string { return strconv.FormatInt(n, 10) }
	}
	if o.NewLineID == nil {
		o.NewLineID = func(order int64, line int) string { return fmt.Sprintf("%d-%d", order, line) }
	}
	if o.NewListingRef == nil {
		o.NewListingRef = func(n int64, _ string) string { return strconv.FormatInt(n, 10) }
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

// Market is one simulated marketplace with the seller's side (Seller) and the buyers' side. Only one process may have
// a file open as a Market; others use OpenReadOnly. It is safe for concurrent use.
type Market struct {
	Reader
	options Options
	write   *sql.DB

	mu     sync.RWMutex // held for writing by the one write at a time; reads pass through it, see Reader.settle
	last   int64        // the ledger's highest Seq so far, committed or not
	closed bool
	alarm  *time.Timer  // applies what is due; nil when nothing is to come
	next   atomic.Int64 // when the first change to come takes effect, in microseconds; 0 = none is to come
}

var _ Seller = (*Market)(nil)

// Open opens or creates the marketplace in a file.
func Open(ctx context.Context, file string, o Options) (*Market, error) {
	write, read, err := durable.Open(ctx, file, schema, upgrades...)
	if err != nil {
		return nil, fmt.Errorf("open marketplace %s: %w", o.Account, err)
	}
	m := &Market{options: o.defaults(), write: write}
	m.Reader = Reader{db: read, market: m}
	if err := write.QueryRowContext(ctx, `SELECT COALESCE(MAX(seq), 0) FROM ledger`).Scan(&m.last); err != nil {
		_ = m.Close()
		return nil, fmt.Errorf("open marketplace %s: read its ledger: %w", o.Account, err)
	}
	if err := m.change(ctx, func(c *change) error { c.rescheduled = true; return nil }); err != nil {
		_ = m.Close()
		return nil, fmt.Errorf("open marketplace %s: look for what is due: %w", o.Account, err)
	}
	return m, nil
}

// Close closes the files. Pending changes take effect after the next Open.
func (m *Market) Close() error {
	m.mu.Lock()
	m.closed = true
	if m.alarm != nil {
		m.alarm.Stop()
	}
	m.mu.Unlock()
	return errors.Join(m.Reader.Close(), m.write.Close())
}

// change runs one write: all changes of do and its ledger entries are on disk when change returns nil, and none of
// them after an error.
func (m *Market) change(ctx context.Context, do func(c *change) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return errClosed
	}
	tx, err := m.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	c := &change{ctx: ctx, tx: tx, options: m.options, first: m.tick()}
	if err := c.applyDue(m.next.Load()); err != nil {
		return err
	}
	if err := do(c); err != nil {
		return err
	}
	if err := c.writeLedger(); err != nil {
		return err
	}
	m.last = max(m.last, c.first+int64(len(c.entries))-1)
	next, err := c.firstDue(m.next.Load())
	if err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	if c.rescheduled {
		m.arm(next)
	}
	return nil
}

// errClosed is the error of calls after Close.
var errClosed = errors.New("the marketplace is closed")

// tick returns the Seq of the next write's first entry: the current time, in a microsecond of its own. So the time of
// a write, its first Seq in microseconds, is later than that of every write before it, whatever the machine's clock
// does.
func (m *Market) tick() int64 {
	const microsecond = int64(time.Microsecond)
	now := m.options.Now().UnixNano() / microsecond
	m.last = max(now, m.last/microsecond+1) * microsecond
	return m.last
}

// change is one write in progress.
type change struct {
	ctx     context.Context
	tx      *sql.Tx
	options Options
	first   int64 // Seq of the first entry
	entries []Entry

	coming      bool // changes of listings are to come
	rescheduled bool // what is to come has changed
}

// now returns the write's time in microseconds.
func (c *change) now() int64 { return c.first / int64(time.Microsecond) }

// record appends entries to the ledger, in order.
func (c *change) record(entries ...Entry) {
	for _, e := range entries {
		e.Seq = c.first + int64(len(c.entries))
		c.entries = append(c.entries, e)
	}
}

func (c *change) writeLedger() error {
	rows := newInsert(`INSERT INTO ledger (seq, kind, order_id, book_id, line_id, sku, quantity, amount, shipment, tracking, note)`, 11)
	for _, e := range c.entries {
		rows.add(e.Seq, string(e.Kind), e.OrderID, e.BookID, e.LineID, e.SKU, e.Quantity, e.Amount, e.ShipmentID, e.Tracking, e.Note)
	}
	if err := rows.run(c.ctx, c.tx); err != nil {
		return fmt.Errorf("write ledger: %w", err)
	}
	return nil
}

func (c *change) exec(query string, args ...any) error {
	_, err := c.tx.ExecContext(c.ctx, query, args...)
	return err
}

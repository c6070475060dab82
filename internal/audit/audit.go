// Package audit holds the marketplaces' own ledgers and the warehouse's box against the store: what was
// placed must have been saved, what was promised must be on the shelf, what was shipped must be confirmed
// once, what every account lists must be what the arithmetic says, and what was published must stand there as the
// catalogue says. It trusts neither side's summaries.
package audit

import (
	"context"
	"fmt"

	"github.com/towpath/towpath/internal/simulator/book"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/warehouse"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/books"
)

// Input is what is compared.
type Input struct {
	Store     *store.Store
	Markets   map[string]*market.Reader                       // by account
	Warehouse *warehouse.Warehouse                            // nil: what is on the shelf is what people have entered in the store
	Plan      *book.Plan                                      // nil: an endless book; rows are not counted then
	Ample     bool                                            // stock opened equal to demand: then nothing may oversell
	Workflows func(context.Context) (failed int64, err error) // workflows that ended in an error; nil = not asked
	Running   func(context.Context) (map[string]bool, error)  // ids of lifecycles that run; nil = not asked
}

// Check is one line of the report.
type Check struct {
	Name     string   `json:"name"`
	Result   string   `json:"result"`             // figures
	Violated int      `json:"violated,omitempty"` // how many times; 0 = holds
	Examples []string `json:"examples,omitempty"` // the first few violations
}

// Report is what an audit found.
type Report struct {
	Checks []Check `json:"checks"`
	Lags   []Lag   `json:"lags"`
}

// Clean reports whether every check holds.
func (r Report) Clean() bool {
	for _, c := range r.Checks {
		if c.Violated > 0 {
			return false
		}
	}
	return true
}

// maxExamples is how many violations of a check are told one by one.
const maxExamples = 5

// check collects the violations of one rule.
type check struct{ Check }

func (c *check) fail(format string, args ...any) {
	c.Violated++
	if len(c.Examples) < maxExamples {
		c.Examples = append(c.Examples, fmt.Sprintf(format, args...))
	}
}

func (c *check) equal(what string, got, want int) {
	if got != want {
		c.fail("%s is %d, want %d", what, got, want)
	}
}

// Run audits. It changes nothing and may run at any time, but its answer is only meaningful when all is quiet.
func Run(ctx context.Context, in Input) (Report, error) {
	t, err := readTruth(ctx, in)
	if err != nil {
		return Report{}, err
	}
	b, err := in.Store.Books.All(ctx)
	if err != nil {
		return Report{}, err
	}
	list, err := in.Store.Accounts.List(ctx)
	if err != nil {
		return Report{}, fmt.Errorf("read accounts: %w", err)
	}
	published, err := in.Store.Books.Published(ctx)
	if err != nil {
		return Report{}, err
	}
	a := &auditor{in: in, truth: t, books: b, accounts: list, publications: newPublications(published, list, t.entries)}
	a.index()
	var r Report
	for _, rule := range []func() check{
		a.bookRows, a.bookOrders, a.ordersSaved, a.linesAndMoney, a.openUnits,
		a.onHand, a.levels, a.oversold, a.inForce, a.listings, a.shipments, a.outbox,
		a.published, a.keptBack, a.linked, a.revisions, a.pendingItems,
	} {
		r.Checks = append(r.Checks, rule().Check)
	}
	stuck, err := a.workflows(ctx)
	if err != nil {
		return Report{}, err
	}
	r.Checks = append(r.Checks, stuck.Check)
	r.Lags = a.lags()
	return r, nil
}

// auditor holds both sides, indexed.
type auditor struct {
	in       Input
	truth    truth
	books    books.Books
	accounts []accounts.Account

	publications *publications

	saved map[orderKey]*saved
	byRow map[int64]*saved
}

type orderKey struct{ account, id string }

// saved is an order of the store with its lines and packages.
type saved struct {
	books.AuditOrder
	lines    map[string]books.AuditLine
	packages []books.AuditPackage
	copies   int
}

func (a *auditor) index() {
	a.saved, a.byRow = make(map[orderKey]*saved), make(map[int64]*saved)
	for _, o := range a.books.Orders {
		key := orderKey{o.Account, o.OrderID}
		if s := a.saved[key]; s != nil {
			s.copies++
			continue
		}
		s := &saved{AuditOrder: o, lines: make(map[string]books.AuditLine), copies: 1}
		a.saved[key], a.byRow[o.RowID] = s, s
	}
	for _, l := range a.books.Lines {
		if s := a.byRow[l.RowID]; s != nil {
			s.lines[l.LineID] = l
		}
	}
	for _, p := range a.books.Packages {
		if s := a.byRow[p.RowID]; s != nil {
			s.packages = append(s.packages, p)
		}
	}
}

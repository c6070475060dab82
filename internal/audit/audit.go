// Package audit compares the simulated marketplaces' ledgers and the warehouse's ledger with the store. It checks
// that every placed order is saved, that every promised unit is on the shelf, that every shipped package is confirmed
// once, that every account lists the quantity that the stock rules give, that every published listing has the
// catalogue's content and the price that was accepted, and that nothing was sent that was held, struck off or not allowed. It relies on no totals of either side.
package audit

import (
	"context"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/simulator/book"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/warehouse"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/books"
	"github.com/towpath/towpath/internal/store/ledger"
)

// Input is the data that an audit compares.
type Input struct {
	Store     *store.Store
	Markets   map[string]*market.Reader                       // by account
	Warehouse *warehouse.Warehouse                            // nil: the stock on the shelf is what people have entered in the store
	Plan      *book.Plan                                      // nil: the order book is endless and its rows are not counted
	Ample     bool                                            // the opening stock equals the demand: then nothing may oversell
	Workflows func(context.Context) (failed int64, err error) // number of workflows that ended in an error; nil = not checked
	Running   func(context.Context) (map[string]bool, error)  // ids of the running lifecycles; nil = not checked
	ZeroSoon  time.Duration                                   // within what time a listing at 0 is ended, and one with stock put up again; 0 = not asked
	Settle    time.Duration                                   // how long to wait for the lifecycles of orders that are over to end
}

// Check is one line of the report.
type Check struct {
	Name     string   `json:"name"`
	Result   string   `json:"result"`             // figures
	Violated int      `json:"violated,omitempty"` // number of violations; 0 = the check holds
	Examples []string `json:"examples,omitempty"` // the first few violations
}

// Report is the result of an audit.
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

// maxExamples is how many violations of a check are described one by one.
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

// Run audits. It changes nothing and may run at any time, but the result is only meaningful when no work is in
// progress.
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
		a.bookRows, a.bookOrders, a.ordersSaved, a.linesAndMoney, a.openUnits, a.orderFaults,
		a.onHand, a.levels, a.oversold, a.inForce, a.listings, a.atZero, a.named, a.shipments, a.outbox,
		a.published, a.prices, a.priceBrake, a.keptBack, a.switches, a.struckOff, a.linked, a.revisions, a.pendingItems,
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

// auditor has the data of both sides, indexed.
type auditor struct {
	in       Input
	truth    truth
	books    books.Books
	accounts []accounts.Account

	publications *publications

	shelf map[place]ledger.StockRow
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
	a.shelf = make(map[place]ledger.StockRow)
	for _, r := range a.books.Levels {
		a.shelf[place{r.SKU, r.Location}] = r
	}
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

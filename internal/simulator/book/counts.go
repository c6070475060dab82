package book

import (
	"fmt"
	"strconv"

	"github.com/towpath/towpath/internal/money"
)

// Counts has the outcome of every row and invoice of the book. The first two groups of fields count each row or
// invoice exactly once.
type Counts struct {
	RowsRead int

	// Rows that are part of orders.
	OrderLines int // stocked products
	NotStocked int // M and S lines: billed, without stock
	Shipping   int // POST, DOT and C2 lines
	Discounts  int // D lines
	// Rows that are left out of the orders they stand on.
	Fees        int // BANK CHARGES, AMAZONFEE and the like
	NotSellable int // quantity not above 0, or price below 0
	// Rows of other invoices.
	Adjustments          int // stock adjusted up or down
	AdjustmentsOfNothing int // adjustments of a code that is no product, or by 0 units
	ChargesOnly          int // rows of invoices without any product
	NothingToOrder       int // rows of invoices whose products are all not sellable
	// Rows of C invoices.
	Cancellations       int // matched within 24 hours of the purchase
	Returns             int // matched later
	BeforeBook          int // unmatched: the original was sold before the book begins
	ReversedGuests      int // a guest's: who bought is unknown
	ReversedNonProducts int // shipping, discounts, manual lines, fees
	ReversedNothing     int // quantity not below 0

	InvoicesRead         int
	Orders               int
	AdjustmentInvoices   int
	ChargesInvoices      int
	NothingInvoices      int
	CancellationInvoices int

	// Totals of the plan.
	PlacedOrders    int   // orders placed: as many as Orders, more in retail shape
	Units           int   // stocked units on them
	Money           int64 // their totals in pence
	CancelEvents    int
	Races           int // cancellations that are to race the shipping
	ReturnEvents    int
	Restocked       int // returns that go back on the shelf; the others are written off
	Receipts        int
	PartlyMatched   int // C lines of which only a part was matched
	ExcessUnits     int // units of those lines that were not
	BeforeBookUnits int // units of the rows counted under BeforeBook
}

// Check returns an error unless every row and every invoice read is counted
// exactly once.
func (c Counts) Check() error {
	if sum := total(c.rowTable()); sum != c.RowsRead {
		return fmt.Errorf("order book counts: %d rows were read, %d are accounted for", c.RowsRead, sum)
	}
	if sum := total(c.invoiceTable()); sum != c.InvoicesRead {
		return fmt.Errorf("order book counts: %d invoices were read, %d are accounted for", c.InvoicesRead, sum)
	}
	return nil
}

// Table returns every count as a name and a number, for aligned printing. Names that begin with two spaces add up to
// the line above them.
func (c Counts) Table() [][2]string {
	groups := []struct {
		head  string
		total int
		parts []count
	}{
		{"rows", c.RowsRead, c.rowTable()},
		{"invoices", c.InvoicesRead, c.invoiceTable()},
	}
	var out [][2]string
	for _, g := range groups {
		out = append(out, [2]string{g.head, strconv.Itoa(g.total)})
		for _, p := range g.parts {
			out = append(out, [2]string{"  " + p.name, strconv.Itoa(p.n)})
		}
	}
	for _, p := range c.planTable() {
		out = append(out, [2]string{p.name, strconv.Itoa(p.n)})
	}
	return append(out, [2]string{"money to place (GBP)", money.Format(c.Money, "GBP")})
}

type count struct {
	name string
	n    int
}

func (c Counts) rowTable() []count {
	return []count{
		{"order lines", c.OrderLines},
		{"order lines not stocked (M, S)", c.NotStocked},
		{"shipping (POST, DOT, C2)", c.Shipping},
		{"discount (D)", c.Discounts},
		{"fee on an order, left out", c.Fees},
		{"quantity or price not sellable, left out", c.NotSellable},
		{"stock adjustment", c.Adjustments},
		{"adjustment of a non-product or of nothing", c.AdjustmentsOfNothing},
		{"charges only", c.ChargesOnly},
		{"nothing sellable on the invoice", c.NothingToOrder},
		{"cancellation", c.Cancellations},
		{"return", c.Returns},
		{"original before book", c.BeforeBook},
		{"cancelled by a guest", c.ReversedGuests},
		{"cancelled non-product", c.ReversedNonProducts},
		{"cancelled nothing", c.ReversedNothing},
	}
}

func (c Counts) invoiceTable() []count {
	return []count{
		{"orders", c.Orders},
		{"stock adjustments", c.AdjustmentInvoices},
		{"charges only", c.ChargesInvoices},
		{"nothing sellable", c.NothingInvoices},
		{"cancellations (C)", c.CancellationInvoices},
	}
}

func (c Counts) planTable() []count {
	return []count{
		{"orders to place", c.PlacedOrders},
		{"units to place", c.Units},
		{"cancellations to play", c.CancelEvents},
		{"cancellations that race the shipping", c.Races},
		{"returns to play", c.ReturnEvents},
		{"returns to restock", c.Restocked},
		{"receipts to play", c.Receipts},
		{"C lines matched in part", c.PartlyMatched},
		{"units of them beyond what was bought", c.ExcessUnits},
		{"units with original before book", c.BeforeBookUnits},
	}
}

func total(parts []count) int {
	sum := 0
	for _, p := range parts {
		sum += p.n
	}
	return sum
}

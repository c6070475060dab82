package book

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/oracletest"
)

var accounts = []string{"amazon-uk", "ebay-uk", "shopify-uk"}

// month reads a month of the real book, which is kept beside the repository and not in it. CI has it, so there it
// must not be missing.
func month(t *testing.T, file string) *Book {
	t.Helper()
	f, err := os.Open(oracletest.Data(t, `the UCI data set "Online Retail", by month`, "online-retail", file))
	require.NoError(t, err)
	defer f.Close()
	b, err := Read(f, file)
	require.NoError(t, err)
	return b
}

// The numbers are those that the description of the real book's data gives; an audit is only exact if the book is
// read exactly so.
func TestMonthsAreReadAsLaidDown(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		file                                                  string
		rows, invoices, orders, adjusted, charges, cancelling int
		cancelled, returned, before, guests, nonProducts      int
		spellings                                             int // of products; December has a 60th code in two cases, M, which is none
	}{
		{"2010-12.csv", 42481, 2025, 1552, 140, 7, 326, 76, 224, 375, 23, 30, 59},
		{"2011-01.csv", 35147, 1476, 1081, 130, 5, 260, 56, 251, 360, 12, 22, 39},
	} {
		t.Run(tc.file, func(t *testing.T) {
			t.Parallel()
			b := month(t, tc.file)
			require.Equal(t, tc.rows, b.Rows())
			require.Equal(t, tc.invoices, b.Invoices())
			for _, shape := range []Shape{ShapeBook, ShapeRetail} {
				plan := b.Plan(Options{Shape: shape, Accounts: accounts})
				c := plan.Counts
				require.NoError(t, c.Check())
				require.Equal(t, []int{tc.orders, tc.adjusted, tc.charges, tc.cancelling, 0},
					[]int{c.Orders, c.AdjustmentInvoices, c.ChargesInvoices, c.CancellationInvoices, c.NothingInvoices})
				require.Equal(t, []int{tc.cancelled, tc.returned, tc.before, tc.guests, tc.nonProducts, 0},
					[]int{c.Cancellations, c.Returns, c.BeforeBook, c.ReversedGuests, c.ReversedNonProducts, c.ReversedNothing})
				require.Equal(t, c.CancelEvents/10, c.Races)
				require.InDelta(t, 0.5, float64(c.Restocked)/float64(c.ReturnEvents), 0.1)
				spellings := 0
				for _, p := range plan.Products {
					if len(p.Codes) > 1 {
						spellings++
					}
				}
				require.Equal(t, tc.spellings, spellings)
			}
		})
	}
}

// Each marketplace has to get a fair share, or two of the three would show little.
func TestMonthIsSpreadOverTheAccounts(t *testing.T) {
	t.Parallel()
	plan := month(t, "2010-12.csv").Plan(Options{Accounts: accounts})
	placed := map[string]int{}
	for _, e := range plan.Events {
		if e.Kind == Place {
			placed[e.Order.Account]++
		}
	}
	require.Len(t, placed, len(accounts))
	for account, n := range placed {
		require.InDelta(t, 1552/3, n, 80, account)
	}
}

// 500 rows of December are equal to another row; both were sold.
func TestMonthKeepsEqualLines(t *testing.T) {
	t.Parallel()
	plan := month(t, "2010-12.csv").Plan(Options{Accounts: accounts})
	require.Equal(t, 41450, plan.Counts.OrderLines)
	require.Equal(t, 359023, plan.Counts.Units)
	most := 0
	for _, e := range plan.Events {
		if e.Kind == Place {
			most = max(most, len(e.Order.Lines))
		}
	}
	require.Greater(t, most, 600)
}

func TestMonthTightStock(t *testing.T) {
	t.Parallel()
	b := month(t, "2010-12.csv")
	ample, tight := b.Plan(Options{}), b.Plan(Options{Stock: StockTight})
	received := map[string]int{}
	for _, e := range tight.Events {
		if e.Kind == Receipt {
			received[e.SKU] += e.Quantity
		}
	}
	require.Len(t, received, tight.Counts.Receipts)
	short := 0
	for i, o := range tight.Opening {
		require.Equal(t, ample.Opening[i].Units, o.Units+received[o.SKU], o.SKU)
		if received[o.SKU] > 0 {
			short++
		}
	}
	require.InDelta(t, 0.3, float64(short)/float64(len(tight.Opening)), 0.03)
}

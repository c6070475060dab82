package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/simulator/book"
)

func TestAGrowthSaysWhatIsWrongWithItsArguments(t *testing.T) {
	t.Parallel()
	a, err := readGrowth([]string{"-only", "open", "-open", "20,10"})
	require.NoError(t, err)
	require.Equal(t, growthAsked{only: "open", book: realBook, times: []int{1, 2, 4}, open: []int{10, 20}, stored: []int{10_000, 1_000_000}}, a)
	for _, args := range [][]string{{"-only", "closed"}, {"-open", "many"}, {"-times", "0"}, {"-stored", "1,"}, {"-orders", "-1"}, {"open"}} {
		_, err := readGrowth(args)
		require.ErrorContains(t, err, "want ", args)
	}
}

// A repeated book can be played: its orders are as many times as many, none has the number of another, and cancellations stay cancellations.
func TestARepeatedBookIsSoManyBooks(t *testing.T) {
	t.Parallel()
	const once = `InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
536365,85123A,LAMP,6,2010-12-01 08:26:00,2.55,17850,United Kingdom
C536366,85123A,LAMP,-2,2010-12-01 09:26:00,2.55,17850,United Kingdom
536367,84879,"MUG, GREEN",1,2010-12-30 08:26:00,1.00,17851,United Kingdom
`
	text, err := repeated([]byte(once), 3)
	require.NoError(t, err)
	b, err := book.Read(bytes.NewReader(text), "three")
	require.NoError(t, err)
	require.Equal(t, 9, b.Rows())
	require.Equal(t, 9, b.Invoices())
	plan := b.Plan(book.Options{Accounts: []string{"ebay-uk"}})
	require.Equal(t, 6, plan.Counts.Orders)
	require.Equal(t, 3, plan.Counts.CancellationInvoices)
	require.Zero(t, plan.Counts.BeforeBook, "each cancels something of its own repetition")
	same, err := repeated([]byte(once), 1)
	require.NoError(t, err)
	require.Equal(t, once, string(same))
	_, err = repeated([]byte(strings.Replace(once, "2010-12-30 08:26:00", "30.12.2010", 1)), 2)
	require.ErrorContains(t, err, "line 4: ")
}

func TestASentenceSaysHowAFigureGrows(t *testing.T) {
	t.Parallel()
	for want, after := range map[string]float64{
		"times 1.10 while that grows times 10: it hardly changes":                     11,
		"times 3.00 while that grows times 10: it grows, but less than in proportion": 30,
		"times 9.00 while that grows times 10: it grows in proportion":                90,
		"times 40.00 while that grows times 10: it grows faster than in proportion":   400,
		"times 0.50 while that grows times 10: it falls":                              5,
	} {
		require.Equal(t, "a sweep: "+want+".\n", grown("a sweep", 100, 1000, 10, after))
	}
	require.Empty(t, grown("a sweep", 100, 100, 10, 20), "nothing grows")
	require.Empty(t, grown("a sweep", 100, 1000, 0, 20))
}

func TestTablesOfGrowthFitALine(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.NoError(t, printGrowthBook(&out, []int{1, 4}, []measured{
		{orders: 1552, perSecond: 4.6, cpu: 291, disk: 86, push: 323_000}, {orders: 6208, perSecond: 2.3, cpu: 320, disk: 80, push: 900_000, failed: 12.5},
	}))
	require.NoError(t, printGrowthOpen(&out, []openRow{{open: 100, scan: []float64{1, 2, 9}, sweep: []float64{4}, sending: []float64{5}}, {open: 20_000, scan: []float64{4000}, sweep: []float64{4000}, sending: []float64{500}}}))
	var rows [2]storedRow
	for i := range rows {
		rows[i].stored = 10_000 * (1 + 99*i)
		for range hotWork {
			rows[i].took = append(rows[i].took, []float64{12_345.678})
		}
	}
	require.NoError(t, printGrowthStored(&out, rows[:]))
	for _, line := range strings.Split(out.String(), "\n") {
		require.LessOrEqual(t, len(line), 100, line)
	}
	require.Contains(t, out.String(), "orders/s: times 0.50 while that grows times 4: it falls.")
	require.Contains(t, out.String(), "scan of one new order: times 2000.00 while that grows times 200: it grows faster than in proportion.")
	require.Contains(t, out.String(), "A sweep: times 1.00 while that grows times 100: it hardly changes.")
}

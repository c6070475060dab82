package book

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// planOf plans a book of the given rows and checks what is true of every plan.
func planOf(t *testing.T, o Options, rows ...string) *Plan {
	t.Helper()
	b, err := Read(strings.NewReader(head+strings.Join(rows, "\n")+"\n"), "example.csv")
	require.NoError(t, err)
	plan := b.Plan(o)
	checkPlan(t, plan, o.Shape, o.Stock)
	return plan
}

func ofKind(p *Plan, kinds ...Kind) []Event {
	var out []Event
	for _, e := range p.Events {
		for _, k := range kinds {
			if e.Kind == k {
				out = append(out, e)
			}
		}
	}
	return out
}

func TestCancellationMatchesTheSamePriceThenTheLatest(t *testing.T) {
	t.Parallel()
	plan := planOf(t, Options{},
		"1,A,T,2,2010-12-01 08:00:00,1.00,7,UK",
		"2,a,T,2,2010-12-01 09:00:00,1.00,7,UK",
		"3,A,T,2,2010-12-01 10:00:00,2.00,7,UK",
		"4,A,T,9,2010-12-01 11:00:00,1.00,8,UK",
		"C5,A,T,-3,2010-12-02 08:30:00,1.00,7,UK",
		"C6,A,T,-5,2010-12-09 08:30:00,1.00,7,UK",
	)
	type taken struct {
		kind     Kind
		order    string
		quantity int
	}
	var got []taken
	for _, e := range ofKind(plan, Cancel, Return) {
		got = append(got, taken{e.Kind, e.OrderID, e.Quantity})
	}
	require.Equal(t, []taken{
		{Cancel, "2", 2}, {Return, "1", 1}, // 23.5 and 24.5 hours after
		{Return, "1", 1}, {Return, "3", 2},
	}, got)
	c := plan.Counts
	require.Equal(t, []int{1, 1, 0, 1, 2}, []int{c.Cancellations, c.Returns, c.BeforeBook, c.PartlyMatched, c.ExcessUnits})
}

func TestNothingIsReturnedBeforeItIsBought(t *testing.T) {
	t.Parallel()
	plan := planOf(t, Options{},
		"C1,A,T,-1,2010-12-01 08:00:00,1.00,7,UK",
		"2,A,T,1,2010-12-01 09:00:00,1.00,7,UK",
	)
	require.Empty(t, ofKind(plan, Cancel, Return))
	require.Equal(t, 1, plan.Counts.BeforeBook)
}

func TestOrderCollectsCharges(t *testing.T) {
	t.Parallel()
	plan := planOf(t, Options{},
		"1,A,T,2,2010-12-01 08:00:00,1.00,7,EIRE",
		"1,A,T,2,2010-12-01 08:00:00,1.00,7,EIRE",
		"1,B1,,1,2010-12-01 08:00:00,0,7,EIRE",
		"1,post,POSTAGE,2,2010-12-01 08:00:00,18.00,7,EIRE",
		"1,D,Discount,1,2010-12-01 08:00:00,0.50,7,EIRE",
		"1,m,Manual,1,2010-12-01 08:00:00,3.00,7,EIRE",
		"1,BANK CHARGES,,1,2010-12-01 08:00:00,15.00,7,EIRE",
		"1,A,T,-1,2010-12-01 08:00:00,1.00,7,EIRE",
	)
	o := plan.Events[0].Order
	require.Len(t, o.Lines, 3, "two equal lines of the book stay two, and a gift is one")
	require.Equal(t, "B1", o.Lines[2].Title)
	require.Len(t, o.NotStocked, 1)
	require.Equal(t, []int64{3600, 50, 200 + 200 + 300 + 3600 - 50}, []int64{o.Shipping, o.Discount, o.Total()})
	require.Equal(t, []int{1, 1}, []int{plan.Counts.Fees, plan.Counts.NotSellable})
}

func TestProductHasTheMostFrequentTitleAndPrice(t *testing.T) {
	t.Parallel()
	plan := planOf(t, Options{},
		"1,10a,LAMP,1,2010-12-01 08:00:00,4.00,7,UK",
		"2,10A,LAMP,1,2010-12-01 08:01:00,4.00,7,UK",
		"3,10A,LAMP RED,1,2010-12-01 08:02:00,5.00,7,UK",
		"4,10A,damaged,-5,2010-12-01 08:03:00,0,,UK",
		"5,10A,damaged,-5,2010-12-01 08:03:00,0,,UK",
		"6,10A,damaged,-5,2010-12-01 08:03:00,0,,UK",
	)
	require.Equal(t, []Product{{SKU: "10A", Title: "LAMP", UnitPrice: 400, Codes: []string{"10A", "10a"}}}, plan.Products)
	require.Equal(t, []Opening{{SKU: "10A", Units: 18}}, plan.Opening)
}

// anyBook draws small books with many coincidences: few customers, few codes, few prices, so that cancellation lines
// find several purchases and exceed them.
func anyBook(t *rapid.T) *Book {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	require.NoError(t, w.Write(header))
	at := time.Date(2010, time.December, 1, 8, 0, 0, 0, time.UTC)
	for i := range rapid.IntRange(1, 25).Draw(t, "invoices") {
		at = at.Add(time.Duration(rapid.IntRange(-60, 900).Draw(t, "minutes")) * time.Minute)
		number := rapid.SampledFrom([]string{"", "", "C"}).Draw(t, "prefix") + strconv.Itoa(100+i)
		customer := rapid.SampledFrom([]string{"", "1.0", "2.0"}).Draw(t, "customer")
		for range rapid.IntRange(1, 12).Draw(t, "lines") {
			require.NoError(t, w.Write([]string{
				number,
				rapid.SampledFrom([]string{"A", "a", "B", "b", "E", "POST", "D", "M", "AMAZONFEE"}).Draw(t, "code"),
				rapid.SampledFrom([]string{"", "LAMP", "lost"}).Draw(t, "title"),
				strconv.Itoa(rapid.IntRange(-6, 6).Draw(t, "quantity")),
				at.Format(dateLayout),
				rapid.SampledFrom([]string{"0.0", "0.0", "1.25", "2.0", "-1.0"}).Draw(t, "price"),
				customer, "EIRE",
			}))
		}
	}
	w.Flush()
	b, err := Read(&out, "any.csv")
	require.NoError(t, err)
	return b
}

func TestPlanInvariants(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := anyBook(t)
		for _, stock := range []Stock{StockAmple, StockTight} {
			whole := b.Plan(Options{Shape: ShapeBook, Stock: stock, Accounts: accounts})
			parts := b.Plan(Options{Shape: ShapeRetail, Stock: stock, Accounts: accounts})
			checkPlan(t, whole, ShapeBook, stock)
			checkPlan(t, parts, ShapeRetail, stock)
			require.Equal(t, whole.Opening, parts.Opening)
			require.Equal(t, totals(whole), totals(parts))
			require.Equal(t, parts, b.Plan(Options{Shape: ShapeRetail, Stock: stock, Accounts: accounts}), "planning is deterministic")
		}
	})
}

// totals are the sums per invoice that a split must not change.
func totals(p *Plan) map[string]int64 {
	sums := map[string]int64{}
	for _, e := range p.Events {
		switch e.Kind {
		case Place:
			sums[e.Invoice+" money"] += e.Order.Total()
			sums[e.Invoice+" units"] += int64(e.Order.Units())
			sums[e.Invoice+" account "+e.Order.Account] = 1
		case Cancel, Return:
			sums[e.Invoice+" "+string(e.Kind)+" "+e.SKU] += int64(e.Quantity)
		}
	}
	return sums
}

// checkPlan checks everything about a plan that a player may rely on.
func checkPlan(t require.TestingT, p *Plan, shape Shape, stock Stock) {
	require.NoError(t, p.Counts.Check())
	onHand := map[string]int{}
	for i, o := range p.Opening {
		require.Equal(t, p.Products[i].SKU, o.SKU)
		onHand[o.SKU] = o.Units
	}
	play(t, p, onHand, shape, stock)
}

// play plays a plan's events with the given stock and changes it.
func play(t require.TestingT, p *Plan, onHand map[string]int, shape Shape, stock Stock) {
	last := p.Start
	orders, left := map[string]*Order{}, map[string]int{}
	for _, e := range p.Events {
		require.False(t, e.At.Before(last), "events are in time order")
		last = e.At
		switch e.Kind {
		case Place:
			require.Nil(t, orders[e.Order.ID], "an order is placed once")
			require.NotEmpty(t, e.Order.Lines)
			if shape == ShapeRetail {
				require.LessOrEqual(t, len(e.Order.Lines), 5)
			}
			orders[e.Order.ID] = e.Order
			for i, l := range e.Order.Lines {
				require.Positive(t, l.Quantity)
				require.NotEmpty(t, l.Title)
				require.Equal(t, strings.ToUpper(l.Code), l.SKU)
				left[fmt.Sprint(e.Order.ID, " ", i)] = l.Quantity
				onHand[l.SKU] -= l.Quantity
			}
		case Cancel, Return:
			require.Positive(t, e.Quantity)
			require.NotNil(t, orders[e.OrderID], "comes after its original")
			require.Equal(t, orders[e.OrderID].Lines[e.LineIndex].SKU, e.SKU)
			line := fmt.Sprint(e.OrderID, " ", e.LineIndex)
			left[line] -= e.Quantity
			require.GreaterOrEqual(t, left[line], 0, "no more is taken back than was bought")
			if e.Kind == Cancel || e.Restock {
				onHand[e.SKU] += e.Quantity
			}
		case Receipt:
			require.Positive(t, e.Quantity)
			onHand[e.SKU] += e.Quantity
		case Adjust:
			require.NotZero(t, e.Delta)
			onHand[e.SKU] += e.Delta
		}
		if stock == StockTight {
			continue
		}
		taken := []Line{{SKU: e.SKU}}
		if e.Kind == Place {
			taken = e.Order.Lines
		}
		for _, l := range taken {
			require.GreaterOrEqual(t, onHand[l.SKU], 0, l.SKU)
		}
	}
	require.Equal(t, p.End, last)
}

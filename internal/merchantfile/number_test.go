package merchantfile_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/merchantfile"
)

// priced reads a column of prices in GBP, and returns each in minor units, or its error.
func priced(t *testing.T, prices ...string) []string {
	t.Helper()
	text := "SKU\ttitle\tprice\n"
	for i, price := range prices {
		text += fmt.Sprintf("S%d\tT\t%s\n", i, price)
	}
	all, report := products(t, opened(t, text, merchantfile.Options{Currency: "GBP"}))
	var read []string
	for _, p := range all {
		for _, price := range p.Variants[0].Prices {
			read = append(read, fmt.Sprint(price.Amount))
		}
	}
	return append(read, shown(report)...)
}

func TestADecimalMarkFollowsFromTheWholeColumn(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ prices, want []string }{
		"points":              {[]string{"9.95", "12", "1,234.56", "1,234"}, []string{"995", "1200", "123456", "123400"}},
		"commas":              {[]string{"9,95", "12", "1.234,56", "1.234"}, []string{"995", "1200", "123456", "123400"}},
		"spaces":              {[]string{"1 234,56", "1\u00a0234,50"}, []string{"123456", "123450"}},
		"Swiss":               {[]string{"1'234.50"}, []string{"123450"}},
		"a repeated mark":     {[]string{"1.234.567", "2.500"}, []string{"123456700", "250000"}},
		"a zero before it":    {[]string{"0.750", "1.250"}, []string{"75", "125"}},
		"no thousand":         {[]string{"1234.5", "1.25"}, []string{"123450", "125"}},
		"two readings":        {[]string{"1,234"}, []string{`line 2, column price: "1,234" can be 1234 or 1.234, and nothing else in the file shows which; want 1234 or 1.2340`}},
		"two readings, point": {[]string{"7", "1.234"}, []string{"700", `line 3, column price: "1.234" can be 1234 or 1.234, and nothing else in the file shows which; want 1234 or 1.2340`}},
		"both marks": {[]string{"9.95", "9,95"}, []string{
			`line 2, column price: "9.95": this column has both a decimal point and a decimal comma, in line 2 and line 3; want one of the two in the whole column`,
			`line 3, column price: "9,95": this column has both a decimal point and a decimal comma, in line 2 and line 3; want one of the two in the whole column`,
		}},
		"finer than a penny": {[]string{"9.955"}, []string{`line 2, column price: "9.955" can be 9955 or 9.955, and nothing else in the file shows which; want 9955 or 9.9550`}},
		"no number":          {[]string{"free"}, []string{`line 2, column price: "free" is not a number; want an amount with its currency, such as 9.95 GBP`}},
		"below nothing":      {[]string{"-1.50"}, []string{`line 2, column price: "-1.50" is no price in GBP; want 0 or more, with the digits that the currency has behind the point`}},
		"no currency at all": {[]string{"9.95 XYZ"}, []string{`line 2, column price: "XYZ" is no currency; want a code of ISO 4217, such as GBP, EUR or JPY`}},
		"another currency":   {[]string{"500 JPY", "EUR 2.50"}, []string{"500", "250"}},
		"yen have no sen":    {[]string{"500.50 JPY"}, []string{`line 2, column price: "500.50 JPY" is no price in JPY; want 0 or more, with the digits that the currency has behind the point`}},
		"groups of two":      {[]string{"12,34,567.00"}, []string{`line 2, column price: "12,34,567.00" is not a number; want an amount with its currency, such as 9.95 GBP`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tc.want, priced(t, tc.prices...))
		})
	}
}

func TestADecimalMarkFollowsFromAnotherColumn(t *testing.T) {
	t.Parallel()
	all, report := products(t, opened(t, "SKU\ttitle\tprice\tweight grams\nA\tT\t1,234\t10.5\n", merchantfile.Options{Currency: "GBP"}))
	require.Empty(t, report.Mistakes)
	require.Equal(t, int64(123400), all[0].Variants[0].Prices[0].Amount)
	require.Equal(t, 11, all[0].Variants[0].WeightGrams, "to the nearest gram")
}

func TestAQuantityIsAWholeNumberThatAShopCanHave(t *testing.T) {
	t.Parallel()
	rows, report := stock(t, opened(t, "SKU;on hand\nA;12\nB;12,0\nC;1.234,0\nD;1,5\nE;2000000000\nF;99999999999999999999999\nG;-3\nH;many\nI; \nJ;(2)\n",
		merchantfile.Options{}))
	require.Equal(t, map[string]int{"A": 12, "B": 12, "C": 1234}, quantities(rows))
	require.Equal(t, map[string]string{"I": "on hand is empty"}, skips(rows))
	require.Equal(t, []string{
		`line 5, column on hand: "1,5" is not a whole number; want a whole number of units, such as 12`,
		`line 6, column on hand: "2000000000" is more than a thousand million units; want a whole number of units, such as 12`,
		`line 7, column on hand: "99999999999999999999999" is more than a thousand million units; want a whole number of units, such as 12`,
		`line 8, column on hand: "-3": there can't be fewer than none on hand; want 0 or more; count the shelf`,
		`line 9, column on hand: "many" is not a number; want a whole number of units, such as 12`,
		`line 11, column on hand: "(2)" is not a number; want a whole number of units, such as 12`,
	}, shown(report))
	_, report = stock(t, opened(t, "SKU,on hand\nA,\"1,234\"\n", merchantfile.Options{}))
	require.Equal(t, []string{`line 2, column on hand: "1,234" can be 1234 or 1.234, and nothing else in the file shows which; want 1234 or 1.2340`}, shown(report))
	rows, report = stock(t, opened(t, "SKU,available\nA,-3\n", merchantfile.Options{}))
	require.Empty(t, report.Mistakes)
	require.Equal(t, map[string]int{"A": -3}, quantities(rows), "what is available can be below nothing: orders wait for it")
}

func TestPricesWithoutACurrencyAreLeftOutAndThatIsSaid(t *testing.T) {
	t.Parallel()
	text := "Handle,Title,Option1 Value,Variant SKU,Variant Price\ntee,Tee,S,A,9.95\n"
	f := opened(t, text, merchantfile.Options{})
	all, report := products(t, f)
	require.Empty(t, all[0].Variants[0].Prices)
	require.Equal(t, []string{"its prices are left out: the file does not say their currency"}, report.Notes)
	require.Contains(t, f.Left(), "Variant Price")
	f = opened(t, text, merchantfile.Options{Currency: "GBP", Account: "shopify-uk"})
	all, report = products(t, f)
	require.Empty(t, report.Notes)
	require.Equal(t, int64(995), all[0].Variants[0].Prices[0].Amount)
	require.NotContains(t, f.Left(), "Variant Price")
	require.Contains(t, shown(reportOf(t, "SKU,title,price\nA,T,9.95\n")),
		`line 2, column price: "9.95" does not say its currency; want an amount with its currency, such as 9.95 GBP`)
}

func reportOf(t *testing.T, text string) merchantfile.Report {
	t.Helper()
	_, report := products(t, opened(t, text, merchantfile.Options{}))
	return report
}

func TestAWeightIsHeldToWhatAThingCanWeigh(t *testing.T) {
	t.Parallel()
	report := reportOf(t, "SKU,title,weight grams,brand\nA,T,-5,\nB,T,900000000,\nC,T,0,\n")
	require.Len(t, report.Mistakes, 2)
	require.True(t, strings.HasPrefix(shown(report)[0], `line 2, column weight grams: "-5" is no weight`))
}

package money_test

import (
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/towpath/towpath/internal/money"
)

func TestAmountsAreReadExactly(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{
		"12.5 GBP": 1250, "12.50 GBP": 1250, "12 GBP": 1200, "0.07 EUR": 7, "-3.10 GBP": -310, "-0.00 GBP": 0, "007 USD": 700,
		"5000 UGX": 5000, "5000.00 UGX": 5000, "1500.0 JPY": 1500, "12.345 KWD": 12345, "5.9900 EUR": 599, "1.2345 CLF": 12345,
		"90071992547409.93 USD":                      9007199254740993, // more digits than a float64 holds
		"92233720368547758.07 GBP":                   math.MaxInt64,
		"-92233720368547758.08 GBP":                  math.MinInt64,
		"00000000000000000000000000000000012.50 PLN": 1250,
	} {
		amount, currency, _ := strings.Cut(text, " ")
		got, err := money.Parse(amount, currency)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
}

func TestWhatIsNoAmountIsRefusedWithWhatWouldBeRight(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"1.005 GBP": `"1.005" is not an amount of GBP, which has 2 digits behind the point; want one such as 12.50`,
		"1.5 JPY":   `"1.5" is not an amount of JPY, which has no digits behind the point; want one such as 1250`,
		"1,50 EUR":  `"1,50" is not an amount; want digits with at most one point, such as 12.50`,
		"1e3 KWD":   `"1e3" is not an amount; want digits with at most one point, such as 1.250`,
		" GBP":      `"" is not an amount; want digits`, "- GBP": "want digits", ". GBP": "want digits", ".5 GBP": "want digits", "5. GBP": "want digits",
		"--1 GBP": "want digits", "+1 GBP": "want digits", "1.2.3 GBP": "want digits", "£5 GBP": "want digits", "٣ GBP": "want digits",
		"NaN GBP": "want digits", "0x10 GBP": "want digits", "1/3 GBP": "want digits",
		"92233720368547758.08 GBP": "too large", "-92233720368547758.09 GBP": "too large", "184467440737095516.16 GBP": "too large",
		strings.Repeat("0", 41) + " GBP": `"0000000000"... is not an amount: it has 41 characters; want 40 at most`,
	} {
		amount, currency, _ := strings.Cut(text, " ")
		_, err := money.Parse(amount, currency)
		require.ErrorIs(t, err, money.ErrAmount, text)
		require.ErrorContains(t, err, want)
	}
	for _, code := range []string{"", "gbp", "XYZ", "XXX", "XAU", "USDC", "GBP "} {
		_, err := money.Parse("1", code)
		require.ErrorIs(t, err, money.ErrCurrency, code)
	}
}

func TestAmountsAreWrittenWithAllTheirDigits(t *testing.T) {
	t.Parallel()
	for want, amount := range map[string]struct {
		minor    int64
		currency string
	}{
		"0.05": {5, "GBP"}, "-0.05": {-5, "EUR"}, "12.50": {1250, "USD"}, "0.00": {0, "GBP"}, "1250": {1250, "JPY"}, "5000": {5000, "UGX"},
		"1.250": {1250, "KWD"}, "0.1250": {1250, "UYW"}, "0.0007": {7, "CLF"}, "-92233720368547758.08": {math.MinInt64, "GBP"},
		"7": {7, "XYZ"}, "-7": {-7, ""},
	} {
		require.Equal(t, want, money.Format(amount.minor, amount.currency))
	}
}

// The minor digits are those of ISO 4217: the currencies without 2 digits are listed here a second time, as the
// standard has them.
func TestTheTableIsTheStandards(t *testing.T) {
	t.Parallel()
	codes := money.Codes()
	counts := map[int]int{}
	for _, code := range codes {
		require.Regexp(t, `^[A-Z]{3}$`, code)
		digits, ok := money.Digits(code)
		require.True(t, ok)
		counts[digits]++
	}
	// List one has 178 codes; 13 have no minor unit. 14 are historic, one of them (BYR) without digits.
	require.Equal(t, map[int]int{0: 17 + 1, 2: 178 - 13 - 17 - 7 - 2 + 13, 3: 7, 4: 2}, counts)
	for digits, codes := range map[int]string{
		0: "BIF BYR CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
		3: "BHD IQD JOD KWD LYD OMR TND", 4: "CLF UYW", 2: "AED CNY EUR GBP HUF IDR MGA MRU PLN TWD USD XCG ZWG",
	} {
		for code := range strings.FieldsSeq(codes) {
			got, ok := money.Digits(code)
			require.True(t, ok, code)
			require.Equal(t, digits, got, code)
		}
	}
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		currency := rapid.SampledFrom(money.Codes()).Draw(t, "currency")
		minor := rapid.Int64().Draw(t, "minor")
		text := money.Format(minor, currency)
		back, err := money.Parse(text, currency)
		require.NoError(t, err, text)
		require.Equal(t, minor, back, text)
	})
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"12.50", "-0", "1e3", "1,234.56", "9223372036854775808", ".5", "", "००", "5000.00"} {
		f.Add(seed, "GBP")
		f.Add(seed, "UGX")
		f.Add(seed, "XYZ")
	}
	plain := regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)
	f.Fuzz(func(t *testing.T, text, currency string) {
		minor, err := money.Parse(text, currency)
		if err != nil {
			require.Less(t, len(err.Error()), 400, "an error repeats a bounded part of its input")
			return
		}
		require.Regexp(t, plain, text)
		again, err := money.Parse(money.Format(minor, currency), currency)
		require.NoError(t, err)
		require.Equal(t, minor, again)
	})
}

func ExampleParse() {
	minor, _ := money.Parse("5000.00", "UGX")
	fmt.Println(minor, money.Format(minor, "UGX"))
	// Output: 5000 5000
}

package book

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

const head = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"

func TestReadNamesWhereABookIsWrong(t *testing.T) {
	t.Parallel()
	const good = "536365,85123A,LANTERN,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom\n"
	for name, tc := range map[string]struct{ text, want string }{
		"empty file":        {"", "x.csv:1:1: the file is empty; the first line must be InvoiceNo,"},
		"header alone":      {head, "x.csv:2:1: the book has a header and no rows"},
		"other header":      {strings.Replace(head, "Quantity", "Qty", 1) + good, `x.csv:1:33: column 4 is called "Qty"; it must be "Quantity"`},
		"missing column":    {head + good + "536366,85123A,LANTERN,6\n", "x.csv:3:23: the line has 4 columns; it must have 8"},
		"extra column":      {head + strings.TrimSpace(good) + ",x\n", "x.csv:2:73: the line has 9 columns"},
		"stray quote":       {head + good + `536365,85123A,8" LANTERN,6,2010-12-01 08:26:00,2.55,,EIRE`, "x.csv:3:16: a quotation mark is out of place"},
		"unclosed quote":    {head + `536365,85123A,"LANTERN,6`, "x.csv:2:25: a quotation mark is out of place"},
		"invoice":           {head + strings.Replace(good, "536365", "", 1), "x.csv:2:1: InvoiceNo is empty; it must be"},
		"code":              {head + strings.Replace(good, "85123A", " ", 1), `x.csv:2:8: StockCode is ""; it must be`},
		"quantity":          {head + strings.Replace(good, ",6,", ",six,", 1), `x.csv:2:23: Quantity is "six"; it must be a whole number`},
		"date":              {head + strings.Replace(good, "2010-12-01", "2010-13-01", 1), `x.csv:2:25: InvoiceDate is "2010-13-01 08:26:00"; it must be`},
		"price":             {head + strings.Replace(good, "2.55", "2,55", 1), "x.csv:2:58: the line has 9 columns"},
		"fraction of penny": {head + strings.Replace(good, "2.55", "2.555", 1), `x.csv:2:45: UnitPrice is "2.555"; it must be a price in pounds`},
		"not UTF-8":         {head + strings.Replace(good, "LANTERN", "\xa3", 1), "x.csv:2:15: Description is not UTF-8; save the file in UTF-8"},
		"endless text":      {head + strings.Replace(good, "LANTERN", strings.Repeat("A", 501), 1), "x.csv:2:15: Description has 501 bytes"},
		"amount":            {head + strings.Replace(good, ",6,", ",9999999,", 1) + strings.Replace(strings.Replace(good, ",6,", ",9999999,", 1), "2.55", "9999999", 1), "x.csv:3:51: quantity times price"},
		"two customers":     {head + good + strings.Replace(good, "17850", "17851", 1), "x.csv:3:50: invoice 536365 belongs to another customer"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Read(strings.NewReader(tc.text), "x.csv")
			var bad *Error
			require.ErrorAs(t, err, &bad)
			require.True(t, strings.HasPrefix(err.Error(), tc.want), err.Error())
		})
	}
}

func TestReadKeepsNamesOutOfErrors(t *testing.T) {
	t.Parallel()
	_, err := Read(strings.NewReader(head+"1,A,T,1,2010-12-01 08:26:00,1,Jane Doe,EIRE\n"), "x.csv")
	require.ErrorContains(t, err, "x.csv:2:31: CustomerID")
	require.NotContains(t, err.Error(), "Jane")
}

func TestReadIsBounded(t *testing.T) {
	t.Parallel()
	row := "1,A,T,1,2010-12-01 08:26:00,1,,EIRE\n"
	_, err := readLimited(strings.NewReader(head+strings.Repeat(row, 3)), "x.csv", 1<<20, 2)
	require.ErrorContains(t, err, "x.csv:4:1: the book has more than 2 rows")
	_, err = readLimited(strings.NewReader(head+strings.Repeat(row, 3)), "x.csv", int64(len(head)+len(row)), 100)
	require.ErrorContains(t, err, "the file is larger than")
	_, err = readLimited(strings.NewReader(head+row), "x.csv", int64(len(head)+len(row)), 100)
	require.NoError(t, err)
}

func TestReadPassesOnTheReadersError(t *testing.T) {
	t.Parallel()
	broken := errors.New("disk gone")
	_, err := Read(iotest.ErrReader(broken), "x.csv")
	require.ErrorIs(t, err, broken)
}

func TestReadAcceptsWhatSpreadsheetsWrite(t *testing.T) {
	t.Parallel()
	text := "\ufeff" + head + `1,A,"8"" FRAME,  OAK ",1,2010-12-01 08:26:00,2.5,7.0,EIRE` + "\n"
	b, err := Read(strings.NewReader(strings.ReplaceAll(text, "\n", "\r\n")), "x.csv")
	require.NoError(t, err)
	line := b.Plan(Options{}).Events[0].Order.Lines[0]
	require.Equal(t, Line{Code: "A", SKU: "A", Title: `8" FRAME, OAK`, Quantity: 1, UnitPrice: 250}, line)
}

func TestParsePence(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{"2.55": 255, "2.5": 250, "2": 200, "0.0": 0, "2.550": 255, "-11062.06": -1106206} {
		got, bad := parsePence(text)
		require.Nil(t, bad, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "-", ".", "2.", ".5", "+1", "1e3", "0x1", "2.005", "NaN", "99999999999999999999", "1_000"} {
		_, bad := parsePence(text)
		require.NotNil(t, bad, text)
	}
}

// FuzzRead holds Read to its word: any input gives an *Error or a book whose
// plan accounts for every row.
func FuzzRead(f *testing.F) {
	f.Add(string(sample[:bytes.IndexByte(sample[2000:], '\n')+2001])) // a short input: minimizing a long one would use up the time
	f.Add(head + "536365,85123A,\"A, \"\"B\"\"\",6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom\n")
	f.Add(head + "1,A,T,5,2010-12-01 08:26:00,1,7,\nC2,a,T,-9,2010-12-01 09:26:00,2,7,\n3,A,lost,-3,2010-12-02 08:26:00,0.0,,\n")
	f.Add(head + "1,A,T,-5,2010-12-01 08:26:00,1,7,\nC2,A,T,5,2010-12-01 09:26:00,2,7,\n3,M,m,1,2010-12-02 08:26:00,-1,,\n")
	f.Add("\ufeff" + head + "1,A,\"open")
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		b, err := Read(strings.NewReader(text), "fuzz.csv")
		if err != nil {
			var bad *Error
			require.ErrorAs(t, err, &bad)
			require.Positive(t, bad.Line)
			require.Positive(t, bad.Column)
			return
		}
		for _, shape := range []Shape{ShapeBook, ShapeRetail} {
			for _, stock := range []Stock{StockAmple, StockTight} {
				checkPlan(t, b.Plan(Options{Shape: shape, Stock: stock, Accounts: accounts}), shape, stock)
			}
		}
	})
}

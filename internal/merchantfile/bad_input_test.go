package merchantfile_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/merchantfile"
	"github.com/towpath/towpath/internal/sheet"
)

func refused(t *testing.T, text string) error {
	t.Helper()
	_, err := merchantfile.Open(t.Context(), "file.csv", strings.NewReader(text), int64(len(text)), merchantfile.Options{})
	require.Error(t, err)
	return err
}

func TestAFileOfAnotherKindIsNamedForWhatItIs(t *testing.T) {
	t.Parallel()
	require.EqualError(t, refused(t, "PK\x03\x04\x14\x00[Content_Types].xml"),
		`read file.csv: this is an Excel workbook (.xlsx), not a text file; open it and save it as "CSV UTF-8"`)
	require.ErrorIs(t, refused(t, ""), sheet.ErrEmpty)
	require.ErrorIs(t, refused(t, "\xEF\xBB\xBF\r\n\r\n"), sheet.ErrEmpty)
	var large *sheet.TooLargeError
	_, err := merchantfile.Open(t.Context(), "file.csv", bytes.NewReader(nil), 2<<30, merchantfile.Options{})
	require.ErrorAs(t, err, &large)
}

func TestAnUnknownHeaderIsReportedWithTheMostSimilarAndAllKnownOnes(t *testing.T) {
	t.Parallel()
	err := refused(t, "Item Name,SKU,Cost\nMug,MUG,3\n")
	var unknown *merchantfile.NotRecognisedError
	require.ErrorAs(t, err, &unknown)
	require.Equal(t, []string{"Item Name", "SKU", "Cost"}, unknown.Columns)
	require.ErrorContains(t, refused(t, "SKU,Item Title,Cost\nMUG,Mug,3\n"), `it is most like Linnworks' stock export, but lacks "stock level"`)
	require.ErrorContains(t, err, "want one of Towpath's catalogue form as JSON, Shopify's product export, ")
	require.ErrorContains(t, err, "Towpath's catalogue form")
	require.ErrorContains(t, refused(t, strings.Repeat("x,", 3000)+"\n"), "is not a file that Towpath knows")
}

func TestTheSameFileIsReadAlikeHoweverASpreadsheetSavedIt(t *testing.T) {
	t.Parallel()
	want := map[string]int{"MUG@wharf": 1, "LAMP-Ö1@wharf": 2, "A,B@wharf": 3}
	for name, text := range map[string]string{
		"UTF-8":               "SKU,location,on hand\nMUG,wharf,1\nLAMP-Ö1,wharf,2\n\"A,B\",wharf,3\n",
		"UTF-8 with a mark":   "\xEF\xBB\xBFSKU,location,on hand\r\nMUG,wharf,1\r\nLAMP-Ö1,wharf,2\r\n\"A,B\",wharf,3\r\n",
		"mixed line ends":     "SKU,location,on hand\r\nMUG,wharf,1\nLAMP-Ö1,wharf,2\r\"A,B\",wharf,3",
		"Windows-1252":        "SKU;location;on hand\r\nMUG;wharf;1\r\nLAMP-\xD61;wharf;2\r\nA,B;wharf;3\r\n",
		"UTF-16 with tabs":    utf16("SKU\tlocation\ton hand\r\nMUG\twharf\t1\r\nLAMP-Ö1\twharf\t2\r\n\"A,B\"\twharf\t3\r\n"),
		"columns turned":      "on hand,note,SKU,location\n1,,MUG,wharf\n2,\"two\nlines\",LAMP-Ö1,wharf\n3,,\"A,B\",wharf\n",
		"capitals and spaces": " sku ,LOCATION,On  Hand\nMUG , wharf,1\nLAMP-Ö1,wharf,2\n\"A,B\",wharf,3\n,,\n",
		"lines before it":     "Stock of November,,\n,,\nSKU,location,on hand\nMUG,wharf,1\nLAMP-Ö1,wharf,2\n\"A,B\",wharf,3\n",
	} {
		rows, report := stock(t, opened(t, text, merchantfile.Options{}))
		require.Empty(t, report.Mistakes, name)
		require.Equal(t, want, quantities(rows), name)
	}
}

func utf16(text string) string {
	b := []byte{0xFF, 0xFE}
	for _, r := range text {
		b = append(b, byte(r), byte(r>>8))
	}
	return string(b)
}

func TestEveryMistakeIsReportedAtOnceWithItsLine(t *testing.T) {
	t.Parallel()
	f := opened(t, "product,SKU,title,brand,barcode,weight grams,price,kit parts\n"+
		"mug,MUG,\"Mug\nwith a lock\",,5010000000028,350,9.95 GBP,\n"+ // lines 2 and 3
		"mat,mug ,Mat,,5010000000028,,,\n"+ // 4: the SKU of line 2
		"rug,RUG,Rug,,5010000000029,,,\n"+ // 5: a wrong check digit
		"cup,CUP,Cup,,,,9.95 QQQ,\n"+ // 6: an unknown currency
		",KIT,Kit,,,,,1 x KIT + 1 x MUG\n"+ // 7: a kit of itself
		",BOX,Box,,,,,two mugs\n"+ // 8
		"pan,,Pan,,,,,\n"+ // 9
		"pot,POT,Pot,,,,,,more\n"+ // 10
		"jug,JUG,Jug,,10000000028,,,\n"+ // 11: a spreadsheet removed leading zeros
		"tin,TIN,Tin,,,,,\n", merchantfile.Options{})
	all, report := products(t, f)
	require.Equal(t, []string{
		`line 4, column SKU: "mug" is "MUG" of line 2 but for capitals or spaces; want one spelling of one SKU, or two SKUs that differ in more`,
		`line 5, column barcode: barcode "5010000000029": the last digit must be 8; one of its digits is wrong; want a GTIN (EAN, UPC) of 8, 12, 13 or 14 digits, or nothing`,
		`line 6, column price: "QQQ" is no currency; want a code of ISO 4217, such as GBP, EUR or JPY`,
		`line 7, column kit parts: kit "KIT" is a part of itself; want parts that are other SKUs`,
		`line 8, column kit parts: "two mugs" is no part; want parts such as 2 x MUG-BLU + 1 x TOW-S`,
		`line 9, column SKU: it is empty; want a SKU on every row`,
		`line 10: the row has 9 cells, the header row 8; want as many: a cell with a comma or a line end in it stands in quotation marks`,
	}, shown(report)[:7])
	require.Len(t, report.Mistakes, 8)
	require.Contains(t, shown(report)[7], "line 11, column barcode")
	require.Len(t, all, 2, "the good ones are handed over all the same: whether they go in alone is the caller's choice")
	require.Equal(t, "Mug\nwith a lock", all[0].Title)
	require.Equal(t, 2, report.Handed)
	require.Equal(t, 8, report.Wrong)
}

func TestMistakesAreBoundedAndCounted(t *testing.T) {
	t.Parallel()
	text := "SKU,on hand\n"
	for i := range 5000 {
		text += fmt.Sprintf("S%d,x\n", i)
	}
	_, report := stock(t, opened(t, text, merchantfile.Options{}))
	require.Len(t, report.Mistakes, merchantfile.MaxShown)
	require.Equal(t, 5000, report.Wrong)
	require.Equal(t, 0, report.Handed)
}

func TestMistakesThatTheCallerFindsAreReportedWithTheRest(t *testing.T) {
	t.Parallel()
	f := opened(t, "SKU,location,on hand\nA,nowhere,1\nB,wharf,x\nC,wharf,3\n", merchantfile.Options{})
	broken := errors.New("the store is away")
	report, err := f.Stock(t.Context(), func(s merchantfile.StockRow) error {
		if s.Location == "nowhere" {
			return fmt.Errorf("look up: %w", catalogue.Mistake{Column: "location", What: `"nowhere" is none`, Want: "wharf"})
		}
		return broken
	})
	require.ErrorIs(t, err, broken)
	require.Equal(t, []string{`line 2, column location: "nowhere" is none; want wharf`,
		`line 3, column on hand: "x" is not a number; want a whole number of units, such as 12`}, shown(report))
}

func TestTheSameSKUAgainIsOneMistakeForEachLocation(t *testing.T) {
	t.Parallel()
	rows, report := stock(t, opened(t, "SKU,location,on hand\nA,wharf,1\nA,loft,2\na,wharf,3\nA,WHARF,4\n", merchantfile.Options{}))
	require.Equal(t, map[string]int{"A@wharf": 1, "A@loft": 2}, quantities(rows))
	require.Equal(t, []string{
		`line 4, column SKU: "a" at wharf is "A" of line 2 but for capitals or spaces; want one spelling of one SKU, or two SKUs that differ in more`,
		`line 5, column SKU: "A" at WHARF is already in line 2; want each SKU once`,
	}, shown(report))
}

func TestTwoColumnsOfOneNameLeaveTwoReadings(t *testing.T) {
	t.Parallel()
	_, report := stock(t, opened(t, "SKU,on hand,note,On Hand\nA,1,,2\n", merchantfile.Options{}))
	require.Equal(t, []string{"line 1, column on hand: two columns have this name, 2nd and 4th; want one of them, the other removed or renamed"}, shown(report))
	_, report = stock(t, opened(t, "SKU,on hand,note,note\nA,1,,2\n", merchantfile.Options{}))
	require.Empty(t, report.Mistakes, "of columns that are left out it does not matter")
}

func TestManyVariantsAreNotedAboveEbaysLimitAndRefusedAboveShopifys(t *testing.T) {
	t.Parallel()
	form := func(n int) string {
		text := "product,SKU,title,option Size\n"
		for i := range n {
			text += fmt.Sprintf("tee,T%d,Tee,%d\n", i, i)
		}
		return text
	}
	all, report := products(t, opened(t, form(300), merchantfile.Options{}))
	require.Empty(t, report.Mistakes)
	require.Len(t, all[0].Variants, 300)
	require.Equal(t, []string{`line 2: product "tee" has 300 variants; an eBay listing may have 250`}, report.Notes)
	_, report = products(t, opened(t, form(2049), merchantfile.Options{}))
	require.Equal(t, []string{`line 2: product "tee" has 2049 variants; want 2048 at most, as many as Shopify allows`}, shown(report))
	all, report = products(t, opened(t, form(5001), merchantfile.Options{}))
	require.Empty(t, all)
	require.Equal(t, []string{`line 2: "tee" has 5001 rows; want 5000 at most for one product`}, shown(report))
}

func TestRowsThatASpreadsheetHasSortedAreStillOneProduct(t *testing.T) {
	t.Parallel()
	all, report := products(t, opened(t, "Handle,Title,Option1 Name,Option1 Value,Variant SKU\n"+
		"tee,,,M,T-M\nmug,Mug,Title,Default Title,MUG\ntee,Tee,Size,S,T-S\n", merchantfile.Options{}))
	require.Empty(t, report.Mistakes)
	require.Len(t, all, 2)
	require.Equal(t, "Tee", all[1].Title)
	require.Equal(t, map[string]string{"Size": "M"}, all[1].Variants[0].Options)
}

func TestOneSKUInTwoEbayListingsHasOneQuantityOrIsRefused(t *testing.T) {
	t.Parallel()
	header := "Item number,Title,Variation details,Custom label (SKU),Available quantity,Currency,Start price\n"
	f := opened(t, header+"1,Mug,,MUG,5,GBP,9\n2,Mug again,,MUG,5,GBP,9\n", merchantfile.Options{})
	rows, report := stock(t, f)
	require.Empty(t, report.Mistakes)
	require.Equal(t, "line 2 lists the same SKU with the same quantity", rows[1].Skip)
	all, report := products(t, f)
	require.Empty(t, report.Mistakes)
	require.Len(t, all, 1)
	_, report = stock(t, opened(t, header+"1,Mug,,MUG,5,GBP,9\n2,Mug again,,MUG,7,GBP,9\n", merchantfile.Options{}))
	require.Equal(t, []string{`line 3, column Available quantity: "7" of "MUG", and line 2 lists "5" of the same SKU; ` +
		`want one of the two: count the shelf, and give the count in Towpath's stock form`}, shown(report))
	_, report = stock(t, opened(t, header+"1,Mug,,MUG,5,GBP,9\n2,Mug again,,mug,5,GBP,9\n", merchantfile.Options{}))
	require.Len(t, report.Mistakes, 1, "another spelling is another matter")
}

func TestStockThatIsNotTheMerchantsOwnIsLeftOut(t *testing.T) {
	t.Parallel()
	rows, _ := stock(t, sample(t, "linnworks-stock.csv", merchantfile.Options{}))
	require.Equal(t, 60, quantities(rows)["MUG-BLU@Default"])
	require.Equal(t, "Amazon keeps this stock (location FBA)", skips(rows)["MUG-BLU"])
	rows, _ = stock(t, sample(t, "woocommerce-products.csv", merchantfile.Options{}))
	require.Equal(t, map[string]int{"KET-001": 14, "MUG-BLU": 60, "MUG-RED": 41, "TOW-S": 120, "TOW-M": 88, "TOW-L": 0, "000731": 25, "12E05": 9}, quantities(rows))
	require.Equal(t, map[string]string{
		"LOCKSIDE-P": "it stands for its variations, which have stock of their own", "LINEN-P": "it stands for its variations, which have stock of their own",
		"100245": "WooCommerce does not count its stock",
	}, skips(rows))
	f := opened(t, "sku\tfnsku\tasin\tafn-fulfillable-quantity\nA\tX1\tB1\t5\n", merchantfile.Options{})
	_, err := f.Stock(t.Context(), nil)
	require.EqualError(t, err, "file.csv is Amazon's FBA inventory report, which can't be read for stock; Amazon keeps and ships this stock, so that nothing of it is imported")
	rows, _ = stock(t, opened(t, "Handle,Title,Option1 Value,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty\nebook,E-book,Default Title,EB,,0\n", merchantfile.Options{}))
	require.Equal(t, map[string]string{"EB": "Shopify does not count this variant's stock"}, skips(rows))
}

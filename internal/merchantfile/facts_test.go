package merchantfile_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/merchantfile"
)

// The tests of this file check the numbered facts about the merchant's export files; the description beside the files
// has the same numbers.

// quantities returns the units of each SKU that has some, by SKU, or SKU@location if the file names one.
func quantities(rows []merchantfile.StockRow) map[string]int {
	units := map[string]int{}
	for _, r := range rows {
		key := r.SKU
		if r.Location != "" {
			key += "@" + r.Location
		}
		if r.Skip == "" {
			units[key] = r.Quantity
		}
	}
	return units
}

// skips returns the reasons for the SKUs that have no quantity.
func skips(rows []merchantfile.StockRow) map[string]string {
	why := map[string]string{}
	for _, r := range rows {
		if r.Skip != "" {
			why[r.SKU] = r.Skip
		}
	}
	return why
}

// skus returns the SKUs of all variants, in the file's order.
func skus(t *testing.T, f *merchantfile.File) []string {
	t.Helper()
	var names []string
	all, _ := products(t, f)
	for _, p := range all {
		for _, v := range p.Variants {
			names = append(names, v.SKU)
		}
	}
	return names
}

func TestFact01ShopifysApostropheBeforeDigitsIsNoPartOfASKU(t *testing.T) {
	t.Parallel()
	f := opened(t, `Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Barcode,Rating (product.metafields.reviews.rating)
tee,'90s Tee,Title,Default Title,'000731,'5010000000080,'12
sum,'=SUM Poster,Title,Default Title,'AB-1,,
`, merchantfile.Options{})
	all, report := products(t, f)
	require.Empty(t, report.Mistakes)
	require.Equal(t, "'90s Tee", all[0].Title)
	require.Equal(t, "000731", all[0].Variants[0].SKU)
	require.Equal(t, "5010000000080", all[0].Variants[0].Barcode)
	require.Equal(t, []string{"12"}, all[0].Attributes["Rating"])
	require.Equal(t, "=SUM Poster", all[1].Title)
	require.Equal(t, "'AB-1", all[1].Variants[0].SKU, "an apostrophe before anything else is the seller's own")

	want := []string{"KET-001", "MUG-BLU", "MUG-RED", "TOW-S", "TOW-M", "TOW-L", "100245", "000731", "ROPE 8MM", "LAMP-Ö1", "bkt-10l"}
	require.Equal(t, want, skus(t, sample(t, "shopify-products-one-location.csv", merchantfile.Options{})))
	require.Equal(t, want, skus(t, sample(t, "shopify-products-many-locations.csv", merchantfile.Options{})))
	inventory, _ := stock(t, sample(t, "shopify-inventory-2026.csv", merchantfile.Options{}))
	require.Contains(t, quantities(inventory), "100245@Wharf", "the same SKU as in the product file, where it has the apostrophe")
	require.Contains(t, quantities(inventory), "000731@Wharf")
}

func TestFact03RowsWithoutAnOptionsValueArePicturesAndTheFirstRowHasTheTitle(t *testing.T) {
	t.Parallel()
	all, report := products(t, sample(t, "shopify-products-one-location.csv", merchantfile.Options{}))
	require.Empty(t, report.Mistakes)
	require.Equal(t, 14, report.Rows)
	require.Len(t, all, 8)
	mug := all[1]
	require.Equal(t, "lockside-mug", mug.Key)
	require.Equal(t, "Lockside Mug", mug.Title)
	require.Equal(t, []string{"Colour"}, mug.Options)
	require.Len(t, mug.Variants, 2, "two variants, and a row that is a picture")
	require.Equal(t, map[string]string{"Colour": "Red"}, mug.Variants[1].Options)
	require.Equal(t, []string{"https://cdn.example.com/lockside-mug-1.jpg?v=1", "https://cdn.example.com/lockside-mug-2.jpg?v=1"}, mug.Images)
	require.Empty(t, all[0].Options, "the option Title with the value Default Title is none")
	require.Equal(t, 900, all[0].Variants[0].WeightGrams)
	require.Equal(t, []merchantfile.Skip{{Line: 13, What: "Oak Door Stop", Why: "it has no SKU: give it one in Shopify, and export again"}}, report.Skips)
}

func TestFact04ColumnsAreReadByNameAndMayBeMissing(t *testing.T) {
	t.Parallel()
	f := opened(t, "Variant SKU,Option1 Value,Handle,Title\nA,S,tee,Tee\nB,M,tee,\n", merchantfile.Options{})
	all, report := products(t, f)
	require.Empty(t, report.Mistakes)
	require.Len(t, all, 1)
	require.Len(t, all[0].Variants, 2)

	many := sample(t, "shopify-products-many-locations.csv", merchantfile.Options{})
	require.NotContains(t, many.Format().Holds, merchantfile.Stock)
	_, err := many.Stock(t.Context(), nil)
	require.EqualError(t, err, "shopify-products-many-locations.csv is Shopify's product export, and can't be read for stock: "+
		"a shop with several locations exports products without quantities; give its inventory export")
	require.Contains(t, many.Left(), "Price / European Union")
	one, _ := stock(t, sample(t, "shopify-products-one-location.csv", merchantfile.Options{}))
	require.Equal(t, merchantfile.StockRow{Line: 11, SKU: "100245", Quantity: 300, Means: merchantfile.Available}, one[6])
	template, _ := stock(t, sample(t, "shopify-products-template-2025.csv", merchantfile.Options{}))
	require.Equal(t, 25, quantities(template)["000731"])
}

func TestFact06ShopifysInventoryHasWordsAndNegativeNumbersInThreeShapes(t *testing.T) {
	t.Parallel()
	rows, report := stock(t, sample(t, "shopify-inventory-2026.csv", merchantfile.Options{}))
	require.Empty(t, report.Mistakes)
	require.Len(t, rows, 24)
	require.Equal(t, merchantfile.StockRow{Line: 2, SKU: "KET-001", Location: "Wharf", Quantity: 14, Means: merchantfile.OnHand}, rows[0])
	require.Equal(t, 5, quantities(rows)["MUG-BLU@Upstairs"])
	require.Equal(t, "not stocked at Upstairs", skips(rows)["MUG-RED"], "that is not 0")
	require.NotContains(t, quantities(rows), "MUG-RED@Upstairs")
	require.Equal(t, `"Oak Door Stop" has no SKU: give it one in Shopify, and export again`, skips(rows)[""])

	rows, report = stock(t, sample(t, "shopify-inventory-2023.csv", merchantfile.Options{}))
	require.Empty(t, report.Mistakes)
	require.Equal(t, 14, quantities(rows)["KET-001@Wharf"], "on hand, where the file has that beside what is available")

	rows, report = stock(t, sample(t, "shopify-inventory-column-per-location.csv", merchantfile.Options{}))
	require.Empty(t, report.Mistakes)
	require.Equal(t, merchantfile.StockRow{Line: 2, SKU: "KET-001", Location: "Wharf", Quantity: 13, Means: merchantfile.Available}, rows[0])
	require.Equal(t, merchantfile.StockRow{Line: 2, SKU: "KET-001", Location: "Upstairs", Quantity: 2, Means: merchantfile.Available}, rows[1])
	require.Equal(t, -2, quantities(rows)["TOW-L@Wharf"])
}

func TestUnitsThatShopifyCallsUnavailableAreNotForSale(t *testing.T) {
	t.Parallel()
	rows, report := stock(t, opened(t, "Handle,Title,Option1 Name,Option1 Value,SKU,Location,Unavailable (not editable),Committed (not editable),"+
		"Available (not editable),On hand (current),On hand (new)\nmug,Mug,Title,Default Title,MUG,Wharf,5,1,13,19,\nmat,Mat,Title,Default Title,MAT,Wharf,0,0,9,9,12\n",
		merchantfile.Options{}))
	require.Equal(t, []merchantfile.StockRow{{Line: 2, SKU: "MUG", Location: "Wharf", Quantity: 14, Means: merchantfile.OnHand,
		Note: "19 on hand, of which 5 are unavailable in Shopify and left out"}}, rows)
	require.Equal(t, []string{`line 3, column On hand (new): it says "12", and On hand (current) says "9"; ` +
		`want one count: import the file into Shopify and export again, or empty this column`}, shown(report))
}

func TestFact07AmazonsReportsQuoteNothingAndRowsMayEndEarly(t *testing.T) {
	t.Parallel()
	f := opened(t, "item-name\titem-description\tlisting-id\tseller-sku\tprice\tquantity\tfulfillment-channel\tstatus\n"+
		"Canal Map 12\" x 18\"\t\"Stove safe\"\tL1\tMAP\t16\t25\tDEFAULT\n"+
		"Mug\t\"\tL2\tMUG\t9.95\t3\tDEFAULT\tActive\n", merchantfile.Options{})
	all, report := products(t, f)
	require.Empty(t, report.Mistakes)
	require.Len(t, all, 2, "a reader that heeds quotation marks would swallow the second line")
	require.Equal(t, `Canal Map 12" x 18"`, all[0].Title)
	require.Equal(t, `"Stove safe"`, all[0].Description)
	require.Equal(t, `"`, all[1].Description)

	all, report = products(t, sample(t, "amazon-all-listings-uk.txt", merchantfile.Options{Currency: "GBP", Account: "amazon-uk"}))
	require.Empty(t, report.Mistakes)
	require.Len(t, all, 12)
	require.Equal(t, `Canal Map 12" x 18" Print`, all[7].Title)
	require.Equal(t, `Holds 1.5 l. "Stove safe".`, all[0].Description)
	require.Equal(t, "Öre Cabin Lamp – “Small”", all[10].Title, "Windows-1252")
	require.Equal(t, int64(3450), all[0].Variants[0].Prices[0].Amount)
	require.Equal(t, "amazon-uk", all[0].Variants[0].Prices[0].Account)
	require.Equal(t, "5010000000011", all[0].Variants[0].Barcode)
	require.Empty(t, all[1].Variants[0].Barcode, "its product id is an ASIN")
	japan, _ := products(t, sample(t, "amazon-all-listings-jp.txt", merchantfile.Options{Currency: "JPY"}))
	require.Equal(t, "ホーロー ケトル 1.5L", japan[0].Title)
	require.Equal(t, int64(6555), japan[0].Variants[0].Prices[0].Amount)
}

func TestFact08AmazonsEmptyQuantityIsNotZero(t *testing.T) {
	t.Parallel()
	for name, why := range map[string]string{
		"amazon-all-listings-uk.txt":     "Amazon keeps this stock (FBA, AMAZON_EU)",
		"amazon-all-listings-jp.txt":     "Amazon keeps this stock (FBA, AMAZON_JP)",
		"amazon-inventory-report-it.txt": "its quantity is empty, as Amazon leaves it for stock that it keeps (FBA): that is not 0",
	} {
		f := sample(t, name, merchantfile.Options{})
		rows, report := stock(t, f)
		require.Empty(t, report.Mistakes)
		require.Equal(t, map[string]string{"MUG-BLU": why, "TOW-S": why}, skips(rows))
		units := quantities(rows)
		require.NotContains(t, units, "MUG-BLU")
		require.Equal(t, 0, units["TOW-L"])
		require.Contains(t, units, "TOW-L", "0 is a quantity")
		require.Equal(t, 14, units["KET-001"], "of the Japanese columns 数量, not 在庫数")

		var fba []string
		_, err := f.Listings(t.Context(), func(l merchantfile.ListingRow) error {
			if l.ChannelFulfils {
				fba = append(fba, l.SKU)
				require.Equal(t, merchantfile.UnknownQuantity, l.Quantity)
			}
			return nil
		})
		require.NoError(t, err)
		require.Equal(t, []string{"MUG-BLU", "TOW-S"}, fba)
	}
}

func TestFact11EbaysParentRowHasTheListingsQuantity(t *testing.T) {
	t.Parallel()
	f := sample(t, "ebay-active-listings.csv", merchantfile.Options{})
	rows, report := stock(t, f)
	require.Empty(t, report.Mistakes)
	units := quantities(rows)
	require.Len(t, units, 12)
	require.Equal(t, 60, units["MUG-BLU"])
	require.Equal(t, 41, units["MUG-RED"])
	require.NotContains(t, units, "", "101 of nothing")

	var listings []merchantfile.ListingRow
	_, err := f.Listings(t.Context(), func(l merchantfile.ListingRow) error { listings = append(listings, l); return nil })
	require.NoError(t, err)
	require.Len(t, listings, 14)
	require.True(t, listings[1].Parent)
	require.Equal(t, "Colour=Blue;Red", listings[1].Variation)
	require.Equal(t, merchantfile.ListingRow{Line: 4, ListingID: "285000000002", SKU: "MUG-BLU", Title: "Lockside Mug", Variation: "Colour=Blue",
		Format: "FIXED_PRICE", Site: "UK", Currency: "GBP", Quantity: 60}, listings[2])

	all, _ := products(t, f)
	require.Len(t, all, 9)
	require.Equal(t, []string{"Colour"}, all[1].Options)
	require.Equal(t, map[string]string{"Colour": "Red"}, all[1].Variants[1].Options)
}

func TestFact12WhatASpreadsheetDestroyedIsSaid(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"1.2E+06": true, "9.4001E+21": true, "1.20E+04": true, "1E+05": true, "9,4001E+21": true, "-1.2E-05": true, "#REF!": true, "#N/A": true,
		"#NAME?": true, "########": true, "9400100000000000000000": true,
		"12E05": false, "731": false, "000731": false, "E+05": false, "1E5": false, "9400100000000000000011": false, "5010000000000": false, "#1009": false, "": false,
	} {
		_, damaged := merchantfile.Damaged(text)
		require.Equal(t, want, damaged, text)
	}
	rows, report := stock(t, opened(t, "SKU,location,on hand\n1.2E+06,wharf,9\n12E05,wharf,9\n000731,wharf,1.0E+03\n", merchantfile.Options{}))
	require.Equal(t, map[string]int{"12E05@wharf": 9}, quantities(rows))
	require.Equal(t, []string{
		`line 2, column SKU: "1.2E+06" was read as a number and shortened by a spreadsheet: what it was can't be known; ` +
			`want the SKU as the channels have it: export again and don't save the file in a spreadsheet, or make the column Text first`,
		`line 4, column on hand: "1.0E+03" was read as a number and shortened by a spreadsheet: what it was can't be known; ` +
			`want a whole number of units, such as 12`,
	}, shown(report))
}

package merchantfile_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/merchantfile"
	"github.com/towpath/towpath/internal/oracletest"
	"github.com/towpath/towpath/internal/sheet"
)

// Any bytes are read or refused: nothing panics, and the rows that are returned can be used.
func FuzzOpen(f *testing.F) {
	for _, seed := range []string{
		"product,SKU,title,price,kit parts\nmug,MUG,Mug,\"1.234,56 GBP\",\n,KIT,Kit,,2 x MUG + 1 x A\n",
		"SKU,location,on hand\nMUG,wharf,\"1,234\"\nMUG,wharf,-1\n",
		"order,carrier,tracking,shipped,quantity\n#1,DPD,\"=\"\"1\"\"\",11/12/2026,1\n",
		"Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Qty,Gift Card\ntee,Tee,Size,S,'1,2,false\n",
		"Handle,Title,Option1 Name,Option1 Value,SKU,COO,Wharf\ntee,Tee,Size,S,1,GB,not stocked\n",
		"item-name\tlisting-id\tseller-sku\tprice\tquantity\tfulfillment-channel\n\"\tL\tA\t1\t\tAMAZON_EU\n",
		"Item number,Title,Variation details,Custom label (SKU),Available quantity\n1,Mug,C=B;R,,3\n1,Mug,C=B,A,3\n",
		"ID,Type,SKU,Name,Stock,Parent,Weight (kg)\n1,variable,P,Mug,,,\n2,variation,A,Mug,3,P,0.5\n",
		`{"products":[{"title":"Mug","variants":[{"sku":"MUG","prices":[{"currency":"GBP","amount":"9.95"}]}]}],"kits":[]}`,
		"PK\x03\x04xl/", "\xFF\xFEs\x00k\x00u\x00", "\x8F\xA4\x95i\x96\xBC\t1\n",
	} {
		f.Add([]byte(seed))
	}
	if names, err := filepath.Glob(oracletest.Place(f, "data", "merchant", "*.[ct][sx][vt]")); err == nil {
		for _, name := range names {
			if text, err := os.ReadFile(name); err == nil {
				f.Add(text)
			}
		}
	}
	options := merchantfile.Options{Currency: "GBP", Limits: sheet.Limits{Bytes: 1 << 20, Rows: 1000, Cells: 200, Cell: 10_000}}
	f.Fuzz(func(t *testing.T, text []byte) {
		file, err := merchantfile.Open(t.Context(), "file", bytes.NewReader(text), int64(len(text)), options)
		if err != nil {
			require.NotEmpty(t, err.Error())
			return
		}
		for _, kind := range []merchantfile.Kind{merchantfile.Catalogue, merchantfile.Stock, merchantfile.Listings, merchantfile.Packages, merchantfile.Orders} {
			report, err := readAll(t, file, kind)
			var other *merchantfile.WrongKindError
			if errors.As(err, &other) {
				require.False(t, file.Format().HoldsKind(kind))
				continue
			}
			require.NoError(t, err, "what can't be read at all is refused when it is opened")
			require.LessOrEqual(t, len(report.Mistakes), merchantfile.MaxShown)
			require.LessOrEqual(t, len(report.Skips), merchantfile.MaxShown)
			for _, m := range report.Mistakes {
				require.NotEmpty(t, m.What)
				require.NotEmpty(t, m.Want)
				require.Positive(t, m.Line)
			}
		}
	})
}

// readAll reads a file as a kind, and checks what users of its rows may rely on.
func readAll(t *testing.T, f *merchantfile.File, kind merchantfile.Kind) (merchantfile.Report, error) {
	good := func(sku string) {
		require.NotEmpty(t, sku)
		require.Equal(t, strings.TrimSpace(sku), sku)
	}
	switch kind {
	case merchantfile.Catalogue:
		_, err := f.Kits(t.Context(), func(k catalogue.Kit, _ int) error {
			good(k.SKU)
			require.NotEmpty(t, k.Parts)
			return nil
		})
		if err != nil {
			return merchantfile.Report{}, err
		}
		return f.Products(t.Context(), func(p catalogue.Product, line int) error {
			require.Positive(t, line)
			require.NotEmpty(t, p.Variants)
			for _, v := range p.Variants {
				good(v.SKU)
				require.NoError(t, catalogue.CheckGTIN(v.Barcode))
				for _, price := range v.Prices {
					require.GreaterOrEqual(t, price.Amount, int64(0))
				}
			}
			return nil
		})
	case merchantfile.Orders:
		return f.SoldOrders(t.Context(), func(o merchantfile.SoldOrder) error {
			require.NotEmpty(t, o.ID)
			require.NotEmpty(t, o.Reference)
			require.False(t, o.PlacedAt.IsZero())
			require.False(t, o.ChangedAt.Before(o.PlacedAt))
			for _, l := range o.Lines {
				require.GreaterOrEqual(t, l.Quantity, 0)
			}
			return nil
		})
	case merchantfile.Stock:
		return f.Stock(t.Context(), func(r merchantfile.StockRow) error {
			if r.Skip == "" {
				good(r.SKU)
				require.True(t, r.Means != merchantfile.OnHand || r.Quantity >= 0)
			} else {
				require.Zero(t, r.Quantity)
			}
			return nil
		})
	case merchantfile.Listings:
		return f.Listings(t.Context(), func(l merchantfile.ListingRow) error {
			require.True(t, l.SKU != "" || l.ListingID != "")
			return nil
		})
	default:
		return f.Packages(t.Context(), func(r merchantfile.PackageRow) error {
			require.True(t, r.Wrong || r.Order != "")
			return nil
		})
	}
}

// A number is refused, or has the only value that its separators can mean.
func FuzzPrices(f *testing.F) {
	f.Add("9.95", "1,234.56")
	f.Add("9,95", "1.234")
	f.Add("1 234,5", "-0")
	f.Fuzz(func(t *testing.T, first, second string) {
		if strings.ContainsAny(first+second, "\t\r\n\x00\"\uFFFD") || strings.ToValidUTF8(first+second, "") != first+second {
			t.Skip()
		}
		require.LessOrEqual(t, len(priced(t, first, second)), 2, "each is read or refused, once")
	})
}

func FuzzDates(f *testing.F) {
	for _, seed := range []string{"2026-11-23T15:30:00+09:00", "11/12/2026 8:34 AM", "Nov-01-26 16:00:01 PDT", "46349", "1.2.26"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.ContainsAny(text, "\t\r\n\x00\"\uFFFD") || strings.ToValidUTF8(text, "") != text {
			t.Skip()
		}
		require.Len(t, shipped(t, merchantfile.Options{}, text), 1)
	})
}

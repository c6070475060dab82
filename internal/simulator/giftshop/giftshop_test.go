package giftshop_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/merchantfile"
	"github.com/towpath/towpath/internal/oracletest"
	"github.com/towpath/towpath/internal/simulator/book"
	"github.com/towpath/towpath/internal/simulator/giftshop"
)

func shop(t *testing.T, o giftshop.Options) giftshop.Range {
	t.Helper()
	path := oracletest.Data(t, `the UCI data set "Online Retail", by month`, "online-retail", "2010-12.csv")
	f, err := os.Open(path)
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Close()) }()
	b, err := book.Read(f, path)
	require.NoError(t, err)
	r, err := giftshop.Of(b.Plan(book.Options{}), o)
	require.NoError(t, err)
	return r
}

func TestARealRetailersBookMakesAThousandProductsWithFiftyDefects(t *testing.T) {
	t.Parallel()
	r := shop(t, giftshop.Options{Products: 1000, Defects: 5})
	require.Len(t, r.Products, 1000)
	require.Len(t, r.Defects, 50)
	families, kinds, spoilt := 0, map[giftshop.Kind]int{}, map[string]bool{}
	for _, p := range r.Products {
		require.Empty(t, p.Check(), "the catalogue accepts it, so that the publication is the first to report it")
		if len(p.Variants) > 1 {
			families++
		}
	}
	require.Greater(t, families, 100)
	for _, d := range r.Defects {
		kinds[d.Kind]++
		require.False(t, spoilt[d.Product], "%s has two defects", d.Product)
		spoilt[d.Product] = true
		require.NotEmpty(t, d.SKUs)
		require.NotEmpty(t, d.Found)
	}
	require.Len(t, kinds, 10)
	require.Equal(t, r.SKUs(), shop(t, giftshop.Options{Products: 1000, Defects: 5}).SKUs(), "it is the same each time")
	require.Len(t, r.Table(), 51)
}

// The file is imported in the same way as any merchant's file, and the import has the catalogue's values.
func TestTheFileIsReadAsItIsMeant(t *testing.T) {
	t.Parallel()
	r := shop(t, giftshop.Options{Products: 200, Defects: 2})
	text, err := r.CSV()
	require.NoError(t, err)
	f, err := merchantfile.Open(t.Context(), "gifts.csv", bytes.NewReader(text), int64(len(text)), merchantfile.Options{})
	require.NoError(t, err)
	var read []catalogue.Product
	report, err := f.Products(t.Context(), func(p catalogue.Product, _ int) error {
		read = append(read, p)
		return nil
	})
	require.NoError(t, err)
	require.Zero(t, report.Wrong, "%v", report.Mistakes)
	require.Len(t, read, len(r.Products))
	for i, p := range r.Products {
		require.Equal(t, p, read[i])
	}
}

func TestDefectsWithoutGoodsForThemAreAnError(t *testing.T) {
	t.Parallel()
	plan := &book.Plan{Products: []book.Product{{SKU: "85123A", Title: "WHITE HEART", UnitPrice: 255}}}
	_, err := giftshop.Of(plan, giftshop.Options{Defects: 1})
	require.ErrorContains(t, err, "take more products")
	r, err := giftshop.Of(plan, giftshop.Options{})
	require.NoError(t, err)
	require.Equal(t, []string{"85123A"}, r.SKUs())
	require.False(t, giftshop.Defect{}.On(channel.Amazon))
}

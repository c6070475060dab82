package merchantfile_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/merchantfile"
)

// shopifyText returns a product export of n variants, four to a product, with a picture row for each.
func shopifyText(n int) []byte {
	var b bytes.Buffer
	b.WriteString("Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Grams,Variant Inventory Tracker," +
		"Variant Inventory Qty,Variant Price,Variant Barcode,Image Src,Status\n")
	body := `"<p>A thing for the boat, ""made by the lock"",` + "\n" + strings.Repeat("that lasts a good while. ", 20) + `</p>"`
	for i := range n {
		if i%4 == 0 {
			fmt.Fprintf(&b, "thing-%d,Thing %d,%s,Lockside Goods,Homeware,canal,true,Size,S%d,'%08d,120.0,shopify,%d,9.95,,https://cdn.example.com/%d.jpg,active\n",
				i/4, i/4, body, i%4, i, i%50, i)
		} else {
			fmt.Fprintf(&b, "thing-%d,,,,,,,,S%d,'%08d,120.0,shopify,%d,9.95,,,\n", i/4, i%4, i, i%50)
		}
		fmt.Fprintf(&b, "thing-%d,,,,,,,,,,,,,,,https://cdn.example.com/%d-2.jpg,\n", i/4, i)
	}
	return b.Bytes()
}

// BenchmarkShopifyProducts opens and reads 100,000 rows (50,000 variants). "held-MB" is the heap in use when the last
// product is returned: the data kept of 50,000 SKUs and 12,500 handles, and one product.
func BenchmarkShopifyProducts(b *testing.B) {
	const variants = 50_000
	path := filepath.Join(b.TempDir(), "products.csv")
	text := shopifyText(variants)
	require.NoError(b, os.WriteFile(path, text, 0o600))
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	held := uint64(0)
	for b.Loop() {
		f, err := merchantfile.OpenPath(b.Context(), path, merchantfile.Options{Currency: "GBP"})
		require.NoError(b, err)
		require.Equal(b, 2*variants, f.Rows())
		read := 0
		report, err := f.Products(b.Context(), func(p catalogue.Product, _ int) error {
			if read += len(p.Variants); read == variants && held == 0 {
				held = inUse()
			}
			return nil
		})
		require.NoError(b, err)
		require.Empty(b, report.Mistakes)
		require.Equal(b, variants, read)
		require.NoError(b, f.Close())
	}
	b.ReportMetric(float64(held)/1e6, "held-MB")
	b.ReportMetric(2*variants*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func inUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse
}

package starter_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/keyring"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/products"
	"github.com/towpath/towpath/internal/store/storetest"
	"github.com/towpath/towpath/starter"
)

// BenchmarkImportStock imports the stock of 100,000 SKUs with 300,000 links, and another file in which every tenth
// row differs.
func BenchmarkImportStock(b *testing.B) {
	first, second := stockFile(b, 1), stockFile(b, 10)
	for name, address := range openers {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				b.StopTimer()
				s, err := store.Open(b.Context(), address(b), keyring.ForSimulations())
				require.NoError(b, err)
				require.NoError(b, s.Migrate(b.Context()))
				linkAll(b, s)
				b.StartTimer()
				timedStock(b, s, first, "first", benchVariants)
				timedStock(b, s, second, "tenth", benchVariants/10)
				require.NoError(b, s.Close())
			}
		})
	}
}

func benchSKU(n int) string { return fmt.Sprintf("TOW-%06d", n) }

// stockFile returns a file with a figure for each SKU; every nth figure differs from that of stockFile(1).
func stockFile(b *testing.B, every int) string {
	b.Helper()
	var text strings.Builder
	text.WriteString("SKU,Location,On hand\n")
	for n := range benchVariants {
		units := 3 + n%50
		if every > 1 && n%every == 0 {
			units += 7
		}
		fmt.Fprintf(&text, "%s,main,%d\n", benchSKU(n), units)
	}
	path := filepath.Join(b.TempDir(), "stock.csv")
	require.NoError(b, os.WriteFile(path, []byte(text.String()), 0o600))
	return path
}

func linkAll(b *testing.B, s *store.Store) {
	b.Helper()
	var list []accounts.Account
	for _, id := range []string{"amazon-uk", "ebay-uk", "shopify-uk"} {
		list = append(list, accounts.Account{Account: message.Account{ID: id, Channel: channel.Amazon, Endpoint: channel.Production}, Name: id,
			OrderLocation: "main", StockLocations: []string{"main"}, Cap: stock.NoCap, ReserveAt: order.AtPlaced, Enabled: true})
	}
	require.NoError(b, s.Settings.SaveAccounts(b.Context(), list))
	var variants []products.Variant
	for n := range benchVariants {
		variants = append(variants, products.Variant{SKU: benchSKU(n)})
	}
	require.NoError(b, s.Products.SaveVariants(b.Context(), variants))
	for _, a := range list {
		found := make([]links.Link, benchVariants)
		for n := range found {
			found[n] = links.Link{Account: a.ID, ChannelSKU: benchSKU(n), SKU: benchSKU(n)}
		}
		require.NoError(b, s.Links.SaveLinks(b.Context(), found))
	}
}

func timedStock(b *testing.B, s *store.Store, path, name string, changed int) {
	b.Helper()
	before, began, cpu := s.Statements(), time.Now(), storetest.Processor()
	out, err := (&starter.Starter{Store: s}).ImportStock(b.Context(), starter.StockFile{Path: path, By: "bench"})
	require.NoError(b, err)
	require.Equal(b, changed, out.Changed)
	b.ReportMetric(time.Since(began).Seconds(), "s/"+name)
	b.ReportMetric((storetest.Processor() - cpu).Seconds(), "cpu-s/"+name)
	b.ReportMetric(float64(s.Statements()-before)/(benchVariants/2_000), "statements/batch-"+name)
}

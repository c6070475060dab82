package starter_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/keyring"
	"github.com/towpath/towpath/internal/merchantfile"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/postgrestest"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/storetest"
	"github.com/towpath/towpath/starter"
)

// A merchant's catalogue for benchmarks: products of four variants each.
const (
	benchVariants = 100_000
	perProduct    = 4
)

// benchFile writes the catalogue in Towpath's own format.
func benchFile(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "catalogue.csv")
	var b strings.Builder
	b.WriteString("product,sku,title,description,brand,category,images,barcode,weight grams,price,price amazon-uk,option Size,option Colour,attribute Material\n")
	for n := range benchVariants {
		p, v := n/perProduct, n%perProduct
		title, text, brand, category, image, material := "", "", "", "", "", ""
		if v == 0 {
			title, text = fmt.Sprintf("Linen towel %d", p), strings.Repeat("Woven by hand beside the lock and washed twice. ", 8)
			brand, category, image, material = "Lockside", fmt.Sprintf("Home > Linen > Group %d", p%200), fmt.Sprintf("https://shop.example/%d.jpg", p), "Linen; Cotton"
		}
		fmt.Fprintf(&b, "towel-%06d,TOW-%06d-%d,%s,%s,%s,%s,%s,,350,%d.50 GBP,%d.00 GBP,%d,Blue,%s\n", p, p, v, title, text, brand, category, image, 5+n%90, 6+n%90, v, material)
	}
	require.NoError(t, os.WriteFile(path, []byte(b.String()), 0o600))
	return path
}

// openers return the address of a new, empty store on each database.
var openers = map[string]func(b *testing.B) string{
	"sqlite":   func(b *testing.B) string { return "sqlite:" + filepath.Join(b.TempDir(), "store.db") },
	"postgres": func(b *testing.B) string { return postgrestest.URL(b) },
}

// BenchmarkImportCatalogue imports 100,000 variants, and imports them again.
func BenchmarkImportCatalogue(b *testing.B) {
	path := benchFile(b)
	for name, address := range openers {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				b.StopTimer()
				s, err := store.Open(b.Context(), address(b), keyring.ForSimulations())
				require.NoError(b, err)
				require.NoError(b, s.Migrate(b.Context()))
				b.StartTimer()
				cpu := storetest.Processor()
				first, peak, statements := timedImport(b, s, path)
				cpu = storetest.Processor() - cpu
				again, _, _ := timedImport(b, s, path)
				b.ReportMetric(first.Seconds(), "s/first")
				b.ReportMetric(cpu.Seconds(), "cpu-s/first")
				b.ReportMetric(again.Seconds(), "s/again")
				b.ReportMetric(first.Seconds()/again.Seconds(), "times-faster-again")
				b.ReportMetric(float64(peak)/(1<<20), "MB-peak")
				b.ReportMetric(float64(statements)/(benchVariants/2_000), "statements/batch")
				require.NoError(b, s.Close())
			}
		})
	}
}

// timedImport imports and returns how long it took, the most memory in use meanwhile, and the number of statements.
func timedImport(b *testing.B, s *store.Store, path string) (took time.Duration, peak uint64, statements int64) {
	b.Helper()
	runtime.GC()
	before, began := s.Statements(), time.Now()
	f, err := merchantfile.OpenPath(context.Background(), path, merchantfile.Options{})
	require.NoError(b, err)
	var m runtime.MemStats
	_, err = (&starter.Starter{Store: s}).ImportCatalogue(context.Background(), f, starter.ImportOptions{Progress: func(starter.ImportProgress) {
		runtime.ReadMemStats(&m)
		peak = max(peak, m.Sys-m.HeapReleased)
	}})
	require.NoError(b, err)
	require.NoError(b, f.Close())
	return time.Since(began), peak, s.Statements() - before
}

// BenchmarkMatchLinks links 300,000 listings of three accounts to the catalogue's SKUs.
func BenchmarkMatchLinks(b *testing.B) {
	path := benchFile(b)
	for name, address := range openers {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				b.StopTimer()
				s, err := store.Open(b.Context(), address(b), keyring.ForSimulations())
				require.NoError(b, err)
				require.NoError(b, s.Migrate(b.Context()))
				timedImport(b, s, path)
				offer(b, s)
				runtime.GC()
				peak, stop := watchMemory()
				b.StartTimer()
				cpu, before := storetest.Processor(), s.Statements()
				m, err := (&starter.Starter{Store: s}).MatchLinks(b.Context(), "", false)
				require.NoError(b, err)
				require.Len(b, m.Links, 3*benchVariants)
				b.ReportMetric((storetest.Processor() - cpu).Seconds(), "cpu-s")
				b.ReportMetric(float64(s.Statements()-before), "statements")
				stop()
				b.ReportMetric(float64(peak.Load())/(1<<20), "MB-peak")
				require.NoError(b, s.Close())
			}
		})
	}
}

// offer saves a listing of every SKU on each of three accounts, as imports of links would.
func offer(b *testing.B, s *store.Store) {
	b.Helper()
	for _, id := range []string{"amazon-uk", "ebay-uk", "shopify-uk"} {
		require.NoError(b, s.Settings.SaveAccounts(b.Context(), []accounts.Account{{Account: message.Account{ID: id, Channel: channel.EBay, Endpoint: channel.Production},
			Name: id, OrderLocation: "main", StockLocations: []string{"main"}, Cap: stock.NoCap, ReserveAt: order.AtPlaced, Enabled: true}}))
		for from := 0; from < benchVariants; from += 1_000 {
			page := links.ListingsPage{Account: id, RunID: "run", SeenAt: epoch}
			for n := from; n < from+1_000; n++ {
				sku := fmt.Sprintf("tow-%06d-%d", n/perProduct, n%perProduct)
				page.Listings = append(page.Listings, channel.Listed{SKU: sku, ListingID: sku, Ref: sku, State: channel.ListingLive})
			}
			_, err := s.Links.SaveListings(b.Context(), page)
			require.NoError(b, err)
		}
	}
}

// watchMemory measures the memory in use until it is stopped.
func watchMemory() (peak *atomic.Uint64, stop func()) {
	peak = &atomic.Uint64{}
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak.Store(max(peak.Load(), m.Sys-m.HeapReleased))
			select {
			case <-done:
				return
			case <-tick.C:
			}
		}
	}()
	return peak, func() { close(done); <-ended }
}

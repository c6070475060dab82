package starter_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/merchantfile"
	"github.com/towpath/towpath/internal/postgrestest"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/starter"
)

// A merchant's catalogue for benchmarks: products of four variants each.
const (
	benchVariants = 100_000
	perProduct    = 4
)

// benchFile writes the catalogue in Towpath's own form.
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

// openers are empty stores on both databases.
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
				s, err := store.Open(b.Context(), address(b))
				require.NoError(b, err)
				require.NoError(b, s.Migrate(b.Context()))
				b.StartTimer()
				cpu := processor()
				first, peak, statements := timedImport(b, s, path)
				cpu = processor() - cpu
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

// processor is the time that this process has had of the processors: on a busy machine it says more than the clock.
func processor() time.Duration {
	var use syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &use)
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

// timedImport imports and answers how long it took, the most memory in use meanwhile, and the statements.
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

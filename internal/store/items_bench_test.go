package store_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/store/storetest"
)

// benchFilters are the filters of the page of items; n is the number of the attempt, so that no two ask for exactly
// the same.
var benchFilters = []struct {
	name   string
	filter func(n int) publications.ItemFilter
}{
	{"last-run", func(int) publications.ItemFilter { return publications.ItemFilter{} }},
	{"run", func(n int) publications.ItemFilter {
		return publications.ItemFilter{Run: fmt.Sprintf("run-%06d", n*7%100)}
	}},
	{"run+error", func(n int) publications.ItemFilter {
		return publications.ItemFilter{Run: fmt.Sprintf("run-%06d", n*7%100), Status: runs.ItemError}
	}},
	{"all", func(n int) publications.ItemFilter { return publications.ItemFilter{After: int64(1_000_000 - n*97)} }},
	{"status", func(n int) publications.ItemFilter {
		return publications.ItemFilter{Status: []runs.ItemStatus{runs.ItemPending, runs.ItemError, runs.ItemSkipped}[n%3]}
	}},
	{"type", func(n int) publications.ItemFilter {
		return publications.ItemFilter{Type: string([]listing.Kind{listing.KindCategory, listing.KindProduct, listing.KindVariant}[n%3])}
	}},
	{"account", func(n int) publications.ItemFilter {
		return publications.ItemFilter{Account: storetest.Accounts()[n%3].ID}
	}},
	{"endpoint", func(int) publications.ItemFilter { return publications.ItemFilter{Endpoint: channel.Test} }},
	{"since", func(n int) publications.ItemFilter {
		return publications.ItemFilter{Since: epoch.Add(time.Duration(n*9) * time.Second)}
	}},
	{"account+type+error", func(n int) publications.ItemFilter {
		return publications.ItemFilter{Account: storetest.Accounts()[n%3].ID, Type: "variant", Status: runs.ItemError, After: int64(1_000_000 - n*997)}
	}},
	{"part-1", func(n int) publications.ItemFilter { return publications.ItemFilter{Reference: string("sku-rdz"[n%7])} }},
	{"part-2", func(n int) publications.ItemFilter {
		return publications.ItemFilter{Reference: []string{"zq", "ku", "07", "re", "qq"}[n%5]}
	}},
	{"part-3-rare", func(n int) publications.ItemFilter {
		return publications.ItemFilter{Reference: []string{"zqx", "-zq", "qqq"}[n%3]}
	}},
	{"part-3-common", func(n int) publications.ItemFilter {
		return publications.ItemFilter{Reference: []string{"sku", "red", "-re", "-00"}[n%4]}
	}},
	{"part-3-digits", func(n int) publications.ItemFilter {
		return publications.ItemFilter{Reference: fmt.Sprintf("%03d", n*37%1000)}
	}},
	{"part-4-digits", func(n int) publications.ItemFilter {
		return publications.ItemFilter{Reference: fmt.Sprintf("%04d", n*379%10000)}
	}},
	{"part-whole", func(n int) publications.ItemFilter {
		return publications.ItemFilter{Reference: fmt.Sprintf("SKU-%07d", n*7919)}
	}},
	{"part+error", func(n int) publications.ItemFilter {
		return publications.ItemFilter{Reference: fmt.Sprintf("%03d", n*37%1000), Status: runs.ItemError}
	}},
	{"part+account", func(n int) publications.ItemFilter {
		return publications.ItemFilter{Reference: "red", Account: storetest.Accounts()[n%3].ID}
	}},
	{"part+run", func(n int) publications.ItemFilter {
		return publications.ItemFilter{Reference: "sku", Run: fmt.Sprintf("run-%06d", n*7%100)}
	}},
}

// BenchmarkItems lists items among 1,000,000 in a hundred runs, by every filter: milliseconds of the median and of the 99th of a hundred.
// Run it with -benchtime 100x.
func BenchmarkItems(b *testing.B) {
	for database, address := range storetest.Openers {
		b.Run(database, func(b *testing.B) {
			s := storetest.Fresh(b, address(b))
			began := time.Now()
			manyItems(b, s, 1_000_000, 10_000)
			b.Logf("1,000,000 items made in %s", time.Since(began))
			require.NoError(b, s.Analyse(context.Background()))
			for _, one := range benchFilters {
				b.Run(one.name, func(b *testing.B) { benchItems(b, s, one.filter) })
			}
		})
	}
}

func benchItems(b *testing.B, s *store.Store, filter func(n int) publications.ItemFilter) {
	took := make([]time.Duration, 0, b.N)
	for n := range b.N {
		f := filter(n)
		f.AllRuns = f.Run == "" && f != (publications.ItemFilter{})
		began := time.Now()
		_, err := s.Publications.PublicationItems(context.Background(), f)
		require.NoError(b, err)
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	for name, share := range map[string]int{"p50-ms": 50, "p99-ms": 99} {
		b.ReportMetric(float64(took[(len(took)-1)*share/100].Microseconds())/1000, name)
	}
}

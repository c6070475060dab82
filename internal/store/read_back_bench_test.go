package store_test

import (
	"fmt"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/storetest"
)

// BenchmarkReadBack reads back 100,000 listings of each channel in pages as large as the channel's, when nothing has changed. It reports
// the calls or points that the channel would count, their share of what it allows when they are read as often as
// channel.ReadBackEvery says, and how much the heap has grown.
func BenchmarkReadBack(b *testing.B) {
	const listings = 100_000
	for _, a := range storetest.Accounts()[:3] {
		b.Run(string(a.Channel), func(b *testing.B) {
			s := storetest.Fresh(b, "sqlite:"+filepath.Join(b.TempDir(), "store.db"))
			allowance, _ := channel.AllowanceOf(a.Channel, channel.OpListings)
			acceptAll(b, s, a.ID, listings)
			b.ResetTimer()
			for n := range b.N {
				before := heap()
				run := fmt.Sprint("read-back-", n)
				for from := 0; from < listings; from += allowance.Units {
					now := time.Now().UTC()
					page := links.ListingsPage{Account: a.ID, RunID: run, SeenAt: now, Look: levels.Look{AskedAt: now}}
					for i := from; i < min(listings, from+allowance.Units); i++ {
						page.Listings = append(page.Listings, shownAs(i))
					}
					_, err := s.Links.SaveListings(b.Context(), page)
					require.NoError(b, err)
				}
				b.ReportMetric(float64(heap()-before)/(1<<20), "MB-grown")
			}
			b.StopTimer()
			dirty, err := s.Levels.DirtyCount(b.Context(), a.ID)
			require.NoError(b, err)
			require.Zero(b, dirty, "nothing is sent when nothing has changed")
			every := channel.ReadBackEvery(a.Channel, listings)
			for _, takes := range channel.ReadBackTakes(a.Channel, listings) {
				b.ReportMetric(takes.Cost, "calls-or-points")
				b.ReportMetric(100*takes.Cost/(takes.PerSecond*every.Seconds()), "%-of-budget")
			}
			b.ReportMetric(every.Hours(), "hours-between")
		})
	}
}

// heap returns the bytes in use after a collection.
func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func shownAs(i int) channel.Listed {
	sku := fmt.Sprintf("SKU-%06d", i)
	return channel.Listed{SKU: sku, ListingID: sku, Ref: "ref-" + sku, Title: "A thing of some name", State: channel.ListingLive, Quantity: 0, Price: 1250, Currency: "GBP"}
}

// acceptAll links listings and has the channel accept their levels.
func acceptAll(b *testing.B, s *store.Store, account string, n int) {
	b.Helper()
	var list []links.Link
	for i := range n {
		l := shownAs(i)
		list = append(list, links.Link{Account: account, ChannelSKU: l.SKU, SKU: l.SKU, ListingRef: l.Ref})
	}
	for from := 0; from < n; from += 1000 {
		require.NoError(b, s.Links.SaveLinks(b.Context(), list[from:from+1000]))
		for len(push(b, s, account)) > 0 {
		}
	}
}

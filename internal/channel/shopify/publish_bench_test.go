package shopify

import (
	"context"
	"fmt"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/simulator/market"
	marketplace "github.com/towpath/towpath/internal/simulator/shopify"
	"github.com/towpath/towpath/internal/simulator/wire"
)

// BenchmarkPublish checks and submits 10,000 items to a shop whose time runs ten times as fast, in turns of the size
// that Load returns: products of one to five variants, first all new, then a tenth of them with another price. Run it
// once: -benchtime 1x. It reports the points that 1,000 items cost, and the share of the shop's points that was used
// meanwhile: the shop's own rate is the limit.
func BenchmarkPublish(b *testing.B) {
	for b.Loop() {
		const speed = 10
		m, err := market.Open(b.Context(), filepath.Join(b.TempDir(), "shop.db"), marketplace.MarketOptions("shopify-uk"))
		require.NoError(b, err)
		server := httptest.NewServer(marketplace.Handler(m, wire.Options{Account: "shopify-uk", Speed: speed, Credentials: map[string]string{"accessToken": "x"}}))
		conn := open(b, channel.Account{
			ID: "shopify-uk", Kind: channel.Shopify, BaseURL: server.URL, Location: marketplace.Location,
			Credentials: map[string]string{"accessToken": "x"}, Simulated: true, Listings: channel.Permissions{Revise: true},
		})
		products := stock(10_000)
		publishAll(b, conn, "new", products, speed)
		products = products[:len(products)/10]
		for i := range products {
			for n := range products[i].Variants {
				products[i].Variants[n].Price += 50
			}
		}
		publishAll(b, conn, "price", products, speed)
		server.Close()
		require.NoError(b, m.Close())
	}
}

// stock returns this many items in products of one to five variants.
func stock(items int) (products []channel.Product) {
	for n := 0; items > 0; n++ {
		skus := make([]string, min(items, 1+n%5))
		for i := range skus {
			skus[i] = fmt.Sprintf("P%d-%d", n, i)
		}
		p := shirt(skus...)
		p.Key = fmt.Sprint("P", n)
		products, items = append(products, p), items-len(skus)
	}
	return products
}

func publishAll(b *testing.B, conn *Connection, what string, products []channel.Product, speed float64) {
	b.Helper()
	d, err := conn.Define(b.Context(), "")
	require.NoError(b, err)
	ctx, calls := channel.WithCalls(b.Context())
	items, turns, spent := 0, 0, func() float64 {
		return conn.points.spent(opKnown, opHolders.name, opProduct.name, opProductVariants.name, opProductSet.name)
	}
	before, begun := spent(), time.Now()
	var checking time.Duration
	for rest := products; len(rest) > 0; {
		most, _ := conn.Load(10_000, false)
		n, skus := 0, 0
		for n < len(rest) && (n == 0 || skus+len(rest[n].Variants) <= most) {
			skus += len(rest[n].Variants)
			n++
		}
		at := time.Now()
		drafts := checkAll(ctx, b, conn, rest[:n], settings{&d})
		checking += time.Since(at)
		for ; len(drafts) > 0; turns++ {
			drafts = submitSome(ctx, b, conn, drafts)
		}
		rest, items = rest[n:], items+skus
	}
	took := time.Since(begun).Seconds()
	b.ReportMetric(float64(items)/took, what+"-items/s")
	b.ReportMetric(float64(len(calls.List())), what+"-calls")
	b.ReportMetric(float64(turns), what+"-turns")
	b.ReportMetric((spent()-before)/float64(items)*1000, what+"-points/1000")
	b.ReportMetric(100*(spent()-before)/(took*restoredBy(speed)), what+"-%ofPoints")
	b.ReportMetric(checking.Seconds(), what+"-checking-s")
}

// restoredBy is what a standard shop's bucket restores in a second.
func restoredBy(speed float64) float64 { return 100 * speed }

func checkAll(ctx context.Context, b *testing.B, conn *Connection, products []channel.Product, known settings) []listing.Draft {
	b.Helper()
	for {
		checked, err := conn.Check(ctx, products, known)
		if f := channel.AsFault(err, ""); f != nil {
			require.Equal(b, channel.Throttled, f.Class)
			pause(ctx, b, f.RetryAfter)
			continue
		}
		drafts := make([]listing.Draft, len(products))
		for i, p := range products {
			require.Empty(b, checked[i].Issues)
			drafts[i] = listing.Draft{Product: p, Plans: checked[i].Plans}
		}
		return drafts
	}
}

// submitSome sends drafts once, waits as long as the answer demands, and returns those that are to be sent again.
func submitSome(ctx context.Context, b *testing.B, conn *Connection, drafts []listing.Draft) (again []listing.Draft) {
	b.Helper()
	got, err := conn.Submit(ctx, drafts, false, nil)
	if f := channel.AsFault(err, ""); f != nil {
		require.Equal(b, channel.Throttled, f.Class)
		pause(ctx, b, f.RetryAfter)
		return drafts
	}
	var wait time.Duration
	failed := map[string]bool{}
	for _, r := range got.Results {
		if r.Fault != nil {
			require.Equal(b, channel.Throttled, r.Fault.Class, r.Fault.Raw)
			wait, failed[r.SKU] = max(wait, r.Fault.RetryAfter), true
		}
	}
	for _, d := range drafts {
		if failed[d.Product.Variants[0].SKU] {
			again = append(again, d)
		}
	}
	if len(again) > 0 {
		pause(ctx, b, wait)
	}
	return again
}

// pause lets the time pass that the shop asked for: the benchmark measures how fast the shop's points are restored.
func pause(ctx context.Context, b *testing.B, d time.Duration) {
	b.Helper()
	over := time.NewTimer(d)
	defer over.Stop()
	select {
	case <-over.C:
	case <-ctx.Done():
		require.NoError(b, ctx.Err())
	}
}

package amazon_test

import (
	"fmt"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/amazon"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/polltest"
	simulated "github.com/towpath/towpath/internal/simulator/amazon"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/wire"
)

// BenchmarkTenThousandItems publishes 10,000 items by feeds, as fast as the simulated Amazon accepts them. It reports
// for each part the items per second, the number of calls, and how long they would take at Amazon's published rates.
func BenchmarkTenThousandItems(b *testing.B) {
	const items = 10_000
	for b.Loop() {
		a := account()
		m, err := market.Open(b.Context(), filepath.Join(b.TempDir(), "market.db"), simulated.MarketOptions(a.ID))
		require.NoError(b, err)
		server := httptest.NewServer(simulated.Handler(m, wire.Options{Account: a.ID, Marketplace: a.Marketplace, Speed: 1e6, Credentials: a.Credentials}))
		a.BaseURL, a.AuthURL, a.Simulated = server.URL, server.URL+"/auth/o2/token", true
		conn, err := amazon.Open(a)
		require.NoError(b, err)
		run := &publishing{b: b, lister: conn.(channel.Lister), definitions: kept{}}
		d, err := run.lister.Define(b.Context(), "DRINKING_CUP")
		require.NoError(b, err)
		run.definitions["DRINKING_CUP"] = &d
		var products []channel.Product
		for n := range items {
			p := cup(fmt.Sprintf("SKU-%05d", n))
			p.Key = fmt.Sprintf("KEY-%05d", n)
			products = append(products, p)
		}
		drafts := run.check(products)
		run.submit(drafts)
		polltest.Until(b, "every listing is live", func() bool {
			live, total, err := m.Listings(b.Context(), market.ListingFilter{Status: []market.ListingStatus{market.Live}, Limit: 1})
			require.NoError(b, err)
			return len(live) == 1 && total == items
		})
		server.Close()
		require.NoError(b, m.Close())
	}
}

type publishing struct {
	b           *testing.B
	lister      channel.Lister
	definitions kept
}

func (p *publishing) check(products []channel.Product) (drafts []listing.Draft) {
	const batch = 100
	ctx, calls := channel.WithCalls(p.b.Context())
	began := time.Now()
	for at := 0; at < len(products); at += batch {
		part := products[at:min(at+batch, len(products))]
		all, err := p.lister.Check(ctx, part, p.definitions)
		require.NoError(p.b, err)
		for n, c := range all {
			require.False(p.b, listing.Failed(c.Issues[part[n].Variants[0].SKU]))
			drafts = append(drafts, listing.Draft{Product: part[n], Plans: c.Plans})
		}
	}
	p.b.ReportMetric(float64(len(products))/time.Since(began).Seconds(), "checked/s")
	p.b.ReportMetric(float64(len(calls.List())), "check-calls")
	return drafts
}

func (p *publishing) submit(drafts []listing.Draft) {
	ctx, calls := channel.WithCalls(p.b.Context())
	began := time.Now()
	for left := drafts; len(left) > 0; {
		size, op := p.lister.Load(len(left), false)
		require.Equal(p.b, channel.OpFeed, op)
		part := left[:size]
		left = left[size:]
		var skus []string
		for _, d := range part {
			skus = append(skus, d.Product.Variants[0].SKU)
		}
		out, err := p.lister.Submit(ctx, part, false, p.definitions)
		require.NoError(p.b, err)
		pending := out.Pending
		polltest.Until(p.b, "the feed is processed", func() bool {
			if out.Pending != "" {
				out, err = p.lister.SubmitOutcome(ctx, pending, skus)
				require.NoError(p.b, err)
			}
			return out.Pending == ""
		})
		require.Len(p.b, out.Results, len(part))
		for _, r := range out.Results {
			require.Nil(p.b, r.Fault)
		}
	}
	p.b.ReportMetric(float64(len(drafts))/time.Since(began).Seconds(), "submitted/s")
	sent := 0
	for _, c := range calls.List() {
		if c.Operation == "getFeed" {
			continue // polls are not counted: their number depends on the waiting time
		}
		sent++
	}
	p.b.ReportMetric(float64(sent), "submit-calls")
}

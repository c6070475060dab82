package activities_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/polltest"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/settings"
)

// At each channel goods are published while calls fail. What has not changed makes no writing call, a new price revises its item once and nothing
// else, and a price that the brake holds is in the marketplace's ledger after its release and not before.
func TestOnlyWhatHasChangedIsSentOnEveryChannel(t *testing.T) {
	t.Parallel()
	for kind, open := range shopsOfAllChannels {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			playChanges(t, open(t), kind)
		})
	}
}

// playTakes is the longest that a step of the play may take on a slow machine.
const playTakes = 2 * time.Minute

func playChanges(t *testing.T, s *shop, kind channel.Kind) {
	ctx := t.Context()
	s.opensForGoods(kind)
	require.NoError(t, s.faults.Set(faults.Rates{Unavailable: 0.15, Lost: 0.1, Truncated: 0.05}))
	s.enters(899, 899, 1200, 0)
	s.publishes("new")
	polltest.Within(t, playTakes, "all are live", func() bool {
		for sku, price := range map[string]int64{"MUG-S": 899, "MUG-L": 899, "POT": 1200} {
			if l, err := s.market.Listing(ctx, sku); err != nil || l.Status != market.Live || l.Price != price {
				return false
			}
		}
		return true
	})

	mark, writes := s.seq(), s.worker.writes.Load()
	require.Positive(t, writes)
	require.Zero(t, s.publishes("nothing has changed"))
	s.enters(899, 899, 1200, 100)
	require.Equal(t, 3, s.publishes("their costs are new"), "they are looked at")
	require.Equal(t, writes, s.worker.writes.Load(), "nothing is written")
	require.Empty(t, s.saved(mark))

	lost := s.lost()
	saves := func(want, siblings []string) {
		t.Helper()
		most := len(want)
		if kind == channel.Shopify { // a product is written whole, and again after a lost answer: its other size is saved as it was
			want = append(want, siblings...)
			most = len(want) * int(1+s.lost()-lost)
		}
		polltest.Within(t, playTakes, fmt.Sprint(want), func() bool { return len(s.saved(mark)) >= len(want) })
		done := s.saved(mark)
		require.LessOrEqual(t, len(done), most, "%v", done)
		slices.Sort(done)
		require.ElementsMatch(t, want, slices.Compact(done))
		mark, lost = s.seq(), s.lost()
	}
	s.enters(899, 949, 1200, 100)
	s.publishes("a price is new")
	saves([]string{"revise MUG-L 949"}, []string{"revise MUG-S 899"})

	s.enters(89, 999, 1250, 50)
	s.publishes("a price is held")
	saves([]string{"revise MUG-L 999", "revise POT 1250"}, []string{"revise MUG-S 899"})
	require.Equal(t, []string{"MUG-S"}, s.held())
	writes = s.worker.writes.Load()
	s.publishes("it is still held")
	require.Equal(t, writes, s.worker.writes.Load())
	require.Empty(t, s.saved(mark))

	_, err := s.store.Publications.ReleasePrices(ctx, account, []string{"MUG-S"})
	require.NoError(t, err)
	s.publishes("it is released")
	saves([]string{"revise MUG-S 89"}, []string{"revise MUG-L 999"})
	require.Empty(t, s.held())
	require.Positive(t, s.faults.Counts()[faults.Unavailable]+s.lost(), "calls have failed")
}

// opensForGoods goes live with the settings that the play's goods need.
func (s *shop) opensForGoods(kind channel.Kind) {
	s.t.Helper()
	s.environment.Speed = speed
	_, err := s.store.Settings.GoLive(s.t.Context(), account, settings.Live{By: "test"})
	require.NoError(s.t, err)
	kinds := map[channel.Kind]listing.TypeSettings{channel.EBay: {Type: "38250"}, channel.Shopify: {Type: "Mugs"}, channel.Amazon: {Type: "DRINKING_CUP", Values: map[string][]string{
		"country_of_origin": {"GB"}, "merchant_shipping_group": {"Standard"}, "recommended_browse_nodes": {"3147411"},
		"supplier_declared_has_product_identifier_exemption": {"true"},
	}}}
	_, err = s.store.Products.SetType(s.t.Context(), account, kinds[kind])
	require.NoError(s.t, err)
}

// enters gives the catalogue a mug in two sizes and a pot at these prices, and what each costs (0: not known), with 20 of each on hand.
func (s *shop) enters(small, large, pot, cost int64) {
	s.t.Helper()
	one := func(sku, size string, price int64) catalogue.Variant {
		v := catalogue.Variant{SKU: sku, Prices: []catalogue.Price{{Currency: "GBP", Amount: price}}}
		if size != "" {
			v.Options = map[string]string{"Size": size}
		}
		if cost > 0 {
			v.Cost = catalogue.Cost{Currency: "GBP", Amount: cost}
		}
		return v
	}
	goods := func(key, title string) catalogue.Product {
		return catalogue.Product{Key: key, Title: title, Description: "Holds half a pint.", Brand: "Quill", Category: "Kitchen", Images: []string{"https://images.example/mug.jpg"}}
	}
	mug, single := goods("MUG", "Enamel mug"), goods("POT", "Enamel pot")
	mug.Options, mug.Variants = []string{"Size"}, []catalogue.Variant{one("MUG-S", "S", small), one("MUG-L", "L", large)}
	single.Variants = []catalogue.Variant{one("POT", "", pot)}
	results, err := s.store.Products.SaveCatalogue(s.t.Context(), []catalogue.Product{mug, single})
	require.NoError(s.t, err)
	for _, r := range results {
		require.Nil(s.t, r.Mistake)
	}
	var opening []stock.Change
	for _, sku := range []string{"MUG-S", "MUG-L", "POT"} {
		opening = append(opening, stock.Change{Key: sku, SKU: sku, Location: "main", Kind: stock.Opening, Quantity: 20})
	}
	_, err = s.store.Ledger.ApplyStock(s.t.Context(), opening)
	require.NoError(s.t, err)
}

// publishes runs a publication of what has changed to its end, with every step again that a fault cuts short. It returns how many variants
// the run has, of which none may have failed.
func (s *shop) publishes(run string) int {
	s.t.Helper()
	taken := s.ask(run, func(p *publications.Publication) { p.Selection.Changed = true })
	polltest.Within(s.t, playTakes, "the goods are checked", func() bool { return s.checkGoods(taken).Fault == nil })
	a := activities.Publication{Environment: s.environment, Pushes: s.caller}
	polltest.Within(s.t, playTakes, "the goods are sent", func() bool {
		s.submit(taken)
		plan := do[activities.SubmitPlan](s, a.PlanSubmit, activities.PlanInput{RunID: run, Through: account})
		for _, handle := range plan.Handles {
			do[activities.SubmitOutput](s, a.SubmissionOutcome, activities.SubmitInput{RunID: run, Seller: account, Through: account, Pending: handle})
		}
		return len(plan.Handles)+len(plan.Batches) == 0
	})
	s.end(run)
	outcomes := s.outcomes(run)
	require.False(s.t, slices.ContainsFunc(outcomes, func(o string) bool { return strings.Contains(o, " error") || strings.Contains(o, " pending") }), "%s: %v", run, outcomes)
	return len(outcomes)
}

package activities_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/polltest"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/settings"
)

// observed lists what an older tool has listed, by SKU, links it, and reads it while the account observes. The stock has 20 of each.
func (s *shop) observed(shown map[string]int) {
	s.t.Helper()
	ctx := s.t.Context()
	_, err := s.store.Settings.Observe(ctx, account)
	require.NoError(s.t, err)
	var listings []market.Listing
	var tied []links.Link
	var opening []stock.Change
	for sku, n := range shown {
		listings = append(listings, market.Listing{SKU: sku, Title: "A " + sku, Price: 1000, Quantity: n})
		tied = append(tied, links.Link{Account: account, ChannelSKU: sku, SKU: sku})
		opening = append(opening, stock.Change{Key: sku, SKU: sku, Location: "main", Kind: stock.Opening, Quantity: 20})
	}
	require.NoError(s.t, s.market.List(ctx, listings))
	require.NoError(s.t, s.store.Links.SaveLinks(ctx, tied))
	_, err = s.store.Ledger.ApplyStock(ctx, opening)
	require.NoError(s.t, err)
	polltest.Until(s.t, "the channel shows its listings", func() bool {
		s.imports(fmt.Sprint("read-", time.Now().UnixNano()))
		list, _, err := s.store.Levels.Candidates(ctx, account)
		require.NoError(s.t, err)
		known := 0
		for _, c := range list {
			if c.Listed == shown[c.ChannelSKU] {
				known++
			}
		}
		return known == len(shown)
	})
}

// buy has a buyer buy units of a SKU.
func (s *shop) buy(sku string, n int) {
	s.t.Helper()
	placed, err := s.market.Place(s.t.Context(), market.Purchase{BookID: fmt.Sprint(time.Now().UnixNano()), Currency: "GBP", Paid: true,
		Lines: []market.PurchaseLine{{SKU: sku, Title: "A " + sku, Quantity: n, UnitPrice: 100}}})
	require.NoError(s.t, err)
	require.Empty(s.t, placed.Refused)
}

// turn scans orders and sends levels once, whatever the channel answers, as the schedule and the push do, and reads back what was accepted.
func (s *shop) turn(began time.Time) {
	s.t.Helper()
	id := fmt.Sprint(time.Now().UnixNano())
	o := &activities.Orders{Environment: s.environment, Lifecycles: s.caller, Pushes: s.caller, Scans: &paced{}}
	out := do[activities.PageOutput](s, o.SyncOrdersPage, activities.PageInput{Account: account, RunID: "scan-" + id, Started: began})
	for out.Fault == nil && out.Next != "" {
		out = do[activities.PageOutput](s, o.SyncOrdersPage, activities.PageInput{Account: account, RunID: "scan-" + id, Started: began, Cursor: out.Next, Since: out.Since})
	}
	if out.Fault == nil {
		s.scan() // as if all of it had begun now: levels that wait for a scan go on
	}
	push := &activities.Stock{Environment: s.environment}
	do[activities.PushOutput](s, push.PushLevels, activities.PushInput{Account: account, RunID: "push-" + id, Size: 5, Started: time.Now().UTC()})
	levels := &activities.Levels{Environment: s.environment, Pushes: s.caller}
	do[activities.CheckOutput](s, levels.CheckLevels, activities.CheckInput{Account: account, RunID: "check-" + id})
}

// lists reports whether the marketplace's ledger has these quantities.
func (s *shop) lists(want map[string]int) bool {
	s.t.Helper()
	for sku, n := range want {
		l, err := s.market.Listing(s.t.Context(), sku)
		require.NoError(s.t, err)
		if l.Quantity != n {
			return false
		}
	}
	return true
}

// A sample goes live, then all of it, buyers buy, the channel fails at times, and going live is undone: the marketplace's ledger has what it had
// before, less what was bought there.
func TestWhatWentLiveGoesBackToWhatItWas(t *testing.T) {
	t.Parallel()
	for kind, open := range shopsOfAllChannels {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			s := open(t)
			s.observed(map[string]int{"MUG": 7, "LAMP": 9, "POT": 12})
			ctx, began := t.Context(), time.Now().UTC().Add(-time.Minute)
			s.buy("MUG", 1)
			n, err := s.store.Settings.GoLiveSample(ctx, account, []string{"MUG"}, settings.Live{By: "ann"})
			require.NoError(t, err)
			require.Equal(t, 1, n)
			n, err = s.store.Settings.GoLiveSample(ctx, account, []string{"MUG"}, settings.Live{By: "ann"})
			require.NoError(t, err)
			require.Zero(t, n, "it may be repeated")
			polltest.Until(t, "the sample is listed, and nothing else has changed", func() bool {
				s.turn(began)
				return s.lists(map[string]int{"MUG": 19, "LAMP": 9, "POT": 12})
			})
			ships := &activities.Shipments{Environment: s.environment}
			sent := do[activities.SendOutput](s, ships.SendPackage, activities.SendInput{Order: message.OrderKey{Account: message.Account{ID: account}}, PackageID: "p"})
			require.Equal(t, activities.CodeObserving, sent.Fault.Code, "packages stay held")

			_, err = s.store.Settings.GoLive(ctx, account, settings.Live{By: "ann"})
			require.NoError(t, err)
			s.buy("LAMP", 2)
			polltest.Until(t, "all is listed", func() bool {
				s.turn(began)
				return s.lists(map[string]int{"MUG": 19, "LAMP": 18, "POT": 20})
			})
			s.buy("MUG", 2)
			require.NoError(t, s.faults.Set(faults.Rates{Throttle: 0.1, Unavailable: 0.1, Lost: 0.1, Late: 0.1, ServerError: 0.1}))
			undone, err := s.store.Settings.Undo(ctx, account, began.Add(-time.Hour))
			require.NoError(t, err)
			require.Equal(t, 3, undone.Links)
			s.buy("POT", 3)
			s.turn(began)
			again, err := s.store.Settings.Undo(ctx, account, began.Add(-time.Hour))
			require.NoError(t, err)
			require.Equal(t, 3, again.Links, "it may be repeated")
			want := map[string]int{"MUG": 7 - 3, "LAMP": 9 - 2, "POT": 12 - 3}
			polltest.Until(t, "the ledger has what was listed before, less what was bought", func() bool {
				s.turn(began)
				return s.lists(want)
			})
			require.NoError(t, s.faults.Set(faults.Rates{}))
			polltest.Until(t, "all of it has gone back", func() bool {
				s.turn(began)
				_, err := s.store.Settings.EndUndone(ctx, account, kind == channel.Amazon, 0)
				require.NoError(t, err)
				acc, err := s.store.Accounts.Account(ctx, account)
				require.NoError(t, err)
				return acc.GoingBack == 0
			})
			_, err = s.store.Ledger.ApplyStock(ctx, []stock.Change{{Key: "more", SKU: "MUG", Location: "main", Kind: stock.Receipt, Quantity: 5}})
			require.NoError(t, err)
			push := &activities.Stock{Environment: s.environment}
			out := do[activities.PushOutput](s, push.PushLevels, activities.PushInput{Account: account, RunID: "late", Size: 5})
			require.Equal(t, activities.CodeObserving, out.Fault.Code, "then it only observes")
			require.True(t, s.lists(want))
			late, err := s.store.Settings.Undo(ctx, account, began.Add(-time.Hour))
			require.NoError(t, err)
			require.True(t, late.LiveAt.IsZero(), "what has gone back is not brought back again")
		})
	}
}

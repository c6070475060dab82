package integration

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/config"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/secondtool"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/publications"
)

// What a merchant does with listings in his first weeks, on all three channels at once, while calls fail, answers are lost and everything is killed
// three times: prices change and a wrong one is held, a listing is struck off and put back, another tool writes, a sample goes live and all of it is
// undone. The marketplaces' own ledgers are the judge after each step, and the audit at the end.
func TestAListingsFirstWeeksOnAllChannels(t *testing.T) {
	t.Parallel()
	s := openListingStory(t)
	s.publishesAll()
	s.changesPrices()
	s.strikesOff()
	s.findsTheSecondTool()
	s.undoesASample()
	s.goesLiveAgain()
	audit := start(t, s.dir, nil, "towpath-dev", "audit")
	require.Zero(t, audit.wait(), "%s", audit.out)
	require.Contains(t, audit.out.String(), "The audit is clean")
	require.Zero(t, s.dev.stop(), "%s", s.dev.out)
}

// sellers are the accounts of the demonstration, with their channels.
var sellers = []seller{{"amazon-uk", channel.Amazon}, {"ebay-uk", channel.EBay}, {"shopify-uk", channel.Shopify}}

type listingStory struct {
	*giftShop
	invoices int
	store    *store.Store
}

func openListingStory(t *testing.T) *listingStory {
	t.Helper()
	dir, invoices := t.TempDir(), 48
	s := &listingStory{giftShop: &giftShop{t: t, dir: dir, accounts: sellers}, invoices: invoices}
	s.flags = []string{"--orders", smallBook(t, dir, invoices, false), "--speed", "max", "--faults", "none"}
	var running config.Dev
	s.dev, running = startRunning(t, dir, s.flags...)
	s.store = openSealed(t, dir, running)
	t.Cleanup(func() { require.NoError(t, s.store.Close()) })
	return s
}

// faulty lets calls fail at all marketplaces, or no more.
func (s *listingStory) faulty(on bool) {
	s.t.Helper()
	rates := faults.Rates{}
	if on {
		rates = faults.Rates{Unavailable: 0.05, Lost: 0.05, Throttle: 0.02}
	}
	for _, a := range s.accounts {
		switchOn(s.dev, s.dir, a.id, rates)
	}
}

// killed kills everything and starts it again; calls go on failing.
func (s *listingStory) killed() {
	s.t.Helper()
	s.dev.kill()
	s.dev, _ = startRunning(s.t, s.dir, s.flags...)
	s.faulty(true)
}

// shown waits until every marketplace's ledger has a listing as it is to be.
func (s *listingStory) shown(what, sku string, right func(market.Listing) bool) {
	s.t.Helper()
	for _, a := range s.accounts {
		s.dev.eventually(a.id+" to list "+what, func() bool { return right(s.listed(a.id)[sku]) })
	}
}

// writes writes a file and imports it, into the catalogue or the stock.
func (s *listingStory) writes(into, name string, rows ...string) {
	s.t.Helper()
	path := filepath.Join(s.dir, name)
	require.NoError(s.t, os.WriteFile(path, []byte(strings.Join(rows, "\n")+"\n"), 0o600))
	s.run([]int{0}, into, "import", path)
}

// publishesAll enters goods that are listed nowhere, and publishes them.
func (s *listingStory) publishesAll() {
	s.t.Helper()
	goods, shelf := []string{"product,sku,title,description,brand,category,images,price"}, []string{"SKU,location,on hand"}
	for i := 1; i <= 4; i++ {
		goods = append(goods, fmt.Sprintf("CUP-%d,CUP-%d,Enamel cup %d,Holds half a pint.,Quill,Cups,https://images.example/cup-%d.jpg,%d.95 GBP", i, i, i, i, 1+i))
		shelf = append(shelf, fmt.Sprintf("CUP-%d,main,20", i))
	}
	s.writes("catalog", "goods.csv", goods...)
	s.writes("stock", "shelf.csv", shelf...)
	s.run([]int{0}, "publish", "type", "--account", "amazon-uk", "--category", "Cups", "--type", "DRINKING_CUP", "--set", "country_of_origin=GB", "--set", "merchant_shipping_group=Standard",
		"--set", "recommended_browse_nodes=3147411", "--set", "supplier_declared_has_product_identifier_exemption=true")
	s.run([]int{0}, "publish", "type", "--account", "ebay-uk", "--category", "Cups", "--type", "38250")
	s.run([]int{0}, "publish", "type", "--account", "shopify-uk", "--category", "Cups", "--type", "Gifts")
	s.faulty(true)
	for _, a := range s.accounts {
		s.publishes(a, func(listed map[string]market.Listing) bool {
			for i := 1; i <= 4; i++ {
				if _, there := listed[fmt.Sprintf("CUP-%d", i)]; !there {
					return false
				}
			}
			return true
		}, "--category", "Cups")
	}
	s.shown("the goods", "CUP-4", func(l market.Listing) bool { return l.Quantity == 20 })
}

// publishes publishes until the marketplace's ledger is right: of calls that fail, the items in error are for a person to send again.
func (s *listingStory) publishes(a seller, right func(listed map[string]market.Listing) bool, which ...string) {
	s.t.Helper()
	s.dev.eventually(strings.Join(which, " ")+" to be published on "+a.id, func() bool {
		if right(s.listed(a.id)) {
			return true
		}
		s.run([]int{0, 3}, append([]string{"publish", "--account", a.id, "--endpoint", "production", "--wait"}, which...)...)
		return false
	})
}

// changesPrices changes a price, and another one by a slip of the pen. Everything is killed while the change is published.
func (s *listingStory) changesPrices() {
	s.t.Helper()
	s.writes("catalog", "prices.csv", "product,sku,title,price", "CUP-1,CUP-1,Enamel cup 1,3.25 GBP", "CUP-2,CUP-2,Enamel cup 2,0.39 GBP")
	for _, a := range s.accounts {
		s.run([]int{0, 3}, "publish", "--account", a.id, "--changed", "--endpoint", "production")
	}
	s.killed()
	for _, a := range s.accounts {
		s.publishes(a, func(listed map[string]market.Listing) bool { return listed["CUP-1"].Price == 325 }, "--changed")
	}
	var held []publications.HeldPrice
	s.dev.eventually("the wrong price to be held on every account", func() bool {
		held = decoded[struct{ Held []publications.HeldPrice }](s.t, s.dir, "publish", "held").Held
		return len(held) == len(s.accounts)
	})
	for _, a := range s.accounts {
		require.Equal(s.t, int64(395), s.listed(a.id)["CUP-2"].Price, a.id)
		s.run([]int{0}, "publish", "release", "--account", a.id, "CUP-2")
		s.publishes(a, func(listed map[string]market.Listing) bool { return listed["CUP-2"].Price == 39 }, "--changed")
	}
}

func (s *listingStory) strikesOff() {
	s.t.Helper()
	for _, a := range s.accounts {
		s.run([]int{0}, "links", "strike", "CUP-3", "--account", a.id, "--reason", "not sold there")
	}
	s.killed()
	s.shown("0 of what is struck off", "CUP-3", func(l market.Listing) bool { return l.Quantity == 0 })
	for _, a := range s.accounts {
		s.run([]int{0}, "links", "put-back", "CUP-3", "--account", a.id)
	}
	s.shown("what is put back", "CUP-3", func(l market.Listing) bool { return l.Quantity > 0 })
}

// readBack reports whether the channels have shown all that they accepted. What they show otherwise before that may be a call that was carried
// out late, so that nobody is accused of it.
func (s *listingStory) readBack() bool {
	s.t.Helper()
	for _, a := range s.accounts {
		open, err := s.store.Levels.UncheckedLevels(s.t.Context(), a.id, time.Now(), 1)
		if a.kind != channel.Amazon { // elsewhere only levels in doubt are read back by themselves
			open, err = s.store.Levels.DoubtedLevels(s.t.Context(), a.id, time.Now(), 1)
		}
		require.NoError(s.t, err)
		if len(open) > 0 {
			return false
		}
	}
	return true
}

// findsTheSecondTool has another tool overwrite two levels on each account: exactly these are named, and Towpath's are listed again.
func (s *listingStory) findsTheSecondTool() {
	s.t.Helper()
	s.dev.eventually("the book's end, and all packages and levels to be sent and read back", func() bool {
		retryParked(s.t, s.dir)
		return strings.Contains(s.dev.out.String(), fmt.Sprintf("%d/%d", s.invoices, s.invoices)) && s.busy() == 0 && s.readBack()
	})
	want, found := map[string]map[string]int{}, map[string]map[string]int{}
	s.t.Cleanup(func() {
		if s.t.Failed() {
			s.t.Logf("named: %v; set by the second tool: %v", found, want)
		}
	})
	for _, a := range s.accounts {
		tool := start(s.t, s.dir, nil, "towpath-dev", "second-tool", "--account", a.id, "--skus", "2", "-o", "json")
		require.Zero(s.t, tool.wait(), "%s", tool.out)
		var done secondtool.Done
		decode(s.t, tool.out.String(), &done)
		want[a.id] = map[string]int{}
		for _, o := range done.Overwritten {
			want[a.id][o.SKU] = o.Was
		}
		require.Len(s.t, want[a.id], 2, a.id)
	}
	s.dev.eventually("what the second tool has set to be named", func() bool {
		for _, a := range s.accounts {
			towpath(s.t, s.dir, "links", "import", "--account", a.id, "--wait") // again where calls failed
			towpath(s.t, s.dir, "sync", "orders", "--account", a.id, "--wait")
			found[a.id] = map[string]int{}
		}
		for _, d := range decoded[struct{ Drift []levels.DriftRow }](s.t, s.dir, "levels", "drift", "--limit", "100").Drift {
			found[d.Account][d.ChannelSKU] = want[d.Account][d.ChannelSKU]
		}
		for account, skus := range found {
			for sku := range skus {
				require.Contains(s.t, want[account], sku, "only what the second tool has set is named: %s", account)
			}
		}
		return fmt.Sprint(found) == fmt.Sprint(want)
	})
	for _, a := range s.accounts {
		s.dev.eventually("Towpath's levels to be listed again on "+a.id, func() bool {
			listed := s.listed(a.id)
			return !slices.ContainsFunc(keysOf(want[a.id]), func(sku string) bool { return listed[sku].Quantity != want[a.id][sku] })
		})
	}
}

func keysOf(m map[string]int) (keys []string) {
	for k := range m {
		keys = append(keys, k)
	}
	return keys
}

// undoesASample lets a sample go live on accounts that observe, and undoes that while everything is killed: each listing has what it had before
// Towpath set anything, less what was bought there.
func (s *listingStory) undoesASample() {
	s.t.Helper()
	for _, a := range s.accounts {
		s.run([]int{0}, "accounts", "observe", a.id)
		said := s.run([]int{0}, "accounts", "live", a.id, "--sku", "IT01", "--sku", "IT04", "--by-whom", "ann")
		require.Contains(s.t, said, "2 live")
		require.Contains(s.t, s.run([]int{0}, "levels", "diff", "--account", a.id), "sample")
	}
	s.dev.eventually("the samples to be sent", func() bool { return s.queued() == 0 })
	for _, a := range s.accounts {
		s.run([]int{0}, "accounts", "live", a.id, "--undo")
	}
	s.killed()
	s.dev.eventually("all of it to have gone back", func() bool {
		return !slices.ContainsFunc(decoded[struct{ Accounts []accounts.Account }](s.t, s.dir, "accounts").Accounts, func(a accounts.Account) bool { return a.GoingBack > 0 })
	})
	s.faulty(false)
	eachLedger(s.t, s.dir, func(account string, r *market.Reader) {
		entries, err := r.Entries(s.t.Context(), 0, 100_000)
		require.NoError(s.t, err)
		before, bought := map[string]int{}, map[string]int{}
		for _, e := range entries {
			switch e.Kind {
			case market.EntryList:
				before[e.SKU] = e.Quantity
			case market.EntryPlace:
				bought[e.SKU] += e.Quantity
			}
		}
		for sku, l := range s.listed(account) {
			if strings.HasPrefix(sku, "CUP-") {
				continue // Towpath listed it first
			}
			require.Equal(s.t, before[sku]-bought[sku], l.Quantity, "%s %s: %d before, %d bought", account, sku, before[sku], bought[sku])
		}
	})
}

// goesLiveAgain lets all accounts go live, and waits until everything is sent.
func (s *listingStory) goesLiveAgain() {
	s.t.Helper()
	for _, a := range s.accounts {
		s.run([]int{0}, "accounts", "live", a.id, "--accept", "--by-whom", "ann")
	}
	s.dev.eventually("everything to be sent", func() bool { return s.busy() == 0 })
}

// busy returns how much is in progress: levels to be sent, and orders whose packages are not confirmed.
func (s *listingStory) busy() (n int) {
	s.t.Helper()
	m := &merchantsDay{t: s.t, dir: s.dir}
	return m.busy()
}

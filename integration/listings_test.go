package integration

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/simulator/book"
	"github.com/towpath/towpath/internal/simulator/giftshop"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/runs"
)

// A gift shop's catalogue with planted defects is published in test and then in production on all three channels,
// while everything is killed twice. Each defect is reported at the first attempt, by the check that should find it,
// with what to do about it; everything else is live in the marketplaces' own ledgers. TOWPATH_SOAK=1 uses all
// thousand products.
func TestEveryPlantedDefectIsReportedAndAllElseIsLive(t *testing.T) {
	t.Parallel()
	s := newGiftShop(t)
	s.entersGoods()
	s.saysTypes()
	for _, a := range s.accounts {
		run := s.publish(a, "test")
		s.requireShownOn(a, run)
		s.requireNotListed(a.id)
	}
	for _, a := range s.accounts {
		run := s.publish(a, "production")
		s.requireShownOn(a, run)
	}
	s.requireLive()
	s.repairs()
	s.dev.eventually("every level to be sent", func() bool { return s.queued() == 0 })
	audit := start(t, s.dir, nil, "towpath-dev", "audit")
	require.Zero(t, audit.wait(), "%s", audit.out)
	require.Contains(t, audit.out.String(), "The audit is clean")
	require.Zero(t, s.dev.stop(), "%s", s.dev.out)
}

// seller is an account on which goods are published.
type seller struct {
	id   string
	kind channel.Kind
}

// giftShop is a merchant with a catalogue that has defects, and a towpath-dev that is killed at times.
type giftShop struct {
	t        *testing.T
	dir      string
	goods    giftshop.Range
	accounts []seller
	flags    []string
	dev      *program
	kills    int // still to come
}

func newGiftShop(t *testing.T) *giftShop {
	t.Helper()
	size := giftshop.Options{Products: 100, Defects: 2}
	if os.Getenv("TOWPATH_SOAK") == "1" {
		size = giftshop.Options{Products: 1000, Defects: 5}
	}
	f, err := os.Open(realBook(t, "2010-12"))
	require.NoError(t, err)
	b, err := book.Read(f, f.Name())
	require.NoError(t, err)
	require.NoError(t, f.Close())
	goods, err := giftshop.Of(b.Plan(book.Options{}), size)
	require.NoError(t, err)
	dir := t.TempDir()
	s := &giftShop{t: t, dir: dir, goods: goods, kills: 2, accounts: []seller{
		{"amazon-uk", channel.Amazon}, {"ebay-uk", channel.EBay}, {"shopify-uk", channel.Shopify},
	}}
	s.flags = []string{"--orders", smallBook(t, dir, 6, false), "--speed", "max", "--sandboxes"}
	s.dev, _ = startRunning(t, dir, s.flags...)
	return s
}

// run runs a command that must end with one of the codes.
func (s *giftShop) run(codes []int, args ...string) string {
	s.t.Helper()
	stdout, stderr, code := towpath(s.t, s.dir, args...)
	require.Contains(s.t, codes, code, "towpath %s\n%s%s", strings.Join(args, " "), stdout, stderr)
	return stdout
}

func (s *giftShop) entersGoods() {
	s.t.Helper()
	goods, err := s.goods.CSV()
	require.NoError(s.t, err)
	stock, err := s.goods.Stock("main", 20)
	require.NoError(s.t, err)
	for name, text := range map[string][]byte{"gifts.csv": goods, "gifts-stock.csv": stock} {
		require.NoError(s.t, os.WriteFile(filepath.Join(s.dir, name), text, 0o600))
	}
	s.run([]int{0}, "catalog", "import", filepath.Join(s.dir, "gifts.csv"))
	s.run([]int{0}, "stock", "import", filepath.Join(s.dir, "gifts-stock.csv"))
}

// saysTypes sets for all gifts the channels' product types, and the values that the catalogue does not have.
func (s *giftShop) saysTypes() {
	s.t.Helper()
	for _, a := range s.accounts {
		args := []string{"publish", "type", "--account", a.id, "--category", "Gifts", "--type", giftshop.Types[a.kind].Type}
		for name, values := range giftshop.Types[a.kind].Values {
			for _, v := range values {
				args = append(args, "--set", name+"="+v)
			}
		}
		s.run([]int{0}, args...)
	}
}

// publication is a run as the command line shows it.
type publication struct {
	Run   publications.Publication
	Items struct {
		Overview map[runs.ItemStatus]publications.Counted
		Items    []struct {
			publications.PublicationItem
			Remedies []struct {
				Code  string
				Steps []string
			}
		}
		After int64
	}
}

// publish publishes all gifts on an account, and kills everything once in the middle while kills is above 0.
func (s *giftShop) publish(a seller, endpoint string) publication {
	s.t.Helper()
	var asked publication
	decode(s.t, s.run([]int{0}, "publish", "--account", a.id, "--category", "Gifts", "--endpoint", endpoint, "-o", "json"), &asked)
	if s.kills > 0 && a.kind != channel.Shopify {
		s.kills--
		s.dev.eventually("some items to be decided", func() bool { return s.decided(asked.Run.ID) > 0 })
		s.dev.kill()
		s.dev, _ = startRunning(s.t, s.dir, s.flags...)
	}
	s.dev.eventually("the run of "+a.id+" to end", func() bool { return s.ended(asked.Run.ID) })
	return s.items(asked.Run.ID)
}

// decided returns how many items of a run are no longer pending.
func (s *giftShop) decided(run string) (n int) {
	s.t.Helper()
	for status, counted := range s.page(run, 0, 1).Items.Overview {
		if status != runs.ItemPending {
			n += counted.N
		}
	}
	return n
}

func (s *giftShop) ended(run string) bool {
	s.t.Helper()
	list := decoded[struct{ Runs []runs.Run }](s.t, s.dir, "runs", "--kind", "listings", "--limit", "100")
	return slices.ContainsFunc(list.Runs, func(r runs.Run) bool { return r.ID == run && !r.EndedAt.IsZero() })
}

// page returns a page of a run's items.
func (s *giftShop) page(run string, after int64, limit int) (p publication) {
	s.t.Helper()
	decode(s.t, s.run([]int{0, 3}, "items", "--run", run, "--limit", fmt.Sprint(limit), "--after", fmt.Sprint(after), "-o", "json"), &p.Items)
	return p
}

// items returns all items of a run.
func (s *giftShop) items(run string) publication {
	s.t.Helper()
	all := s.page(run, 0, 1000)
	for after := all.Items.After; after != 0; {
		next := s.page(run, after, 1000)
		all.Items.Items, after = append(all.Items.Items, next.Items.Items...), next.Items.After
	}
	all.Run.ID = run
	return all
}

// requireShownOn compares a run's items with the table of the planted defects.
func (s *giftShop) requireShownOn(a seller, run publication) {
	s.t.Helper()
	codes, remedied := map[string][]string{}, map[string]bool{} // by product or SKU
	status := map[string]runs.ItemStatus{}                      // by SKU
	stages := map[string]listing.Stage{}
	for _, i := range run.Items.Items {
		if i.Type == listing.KindVariant {
			status[i.Reference] = i.Status
		}
		for _, issue := range i.Issues {
			if issue.Severity == listing.Error {
				codes[i.Reference] = append(codes[i.Reference], issue.Code)
				require.NotEmpty(s.t, issue.Message, "%s %s", i.Reference, issue.Code)
			}
		}
		stages[i.Reference], remedied[i.Reference] = i.Stage, len(i.Remedies) > 0
	}
	bad := map[string]bool{}
	for _, d := range s.goods.Defects {
		want, found := d.Found[a.kind]
		if !found {
			continue
		}
		reported := false
		for _, reference := range append([]string{d.Product}, d.SKUs...) {
			if slices.Contains(codes[reference], want.Code) {
				reported = true
				require.Equal(s.t, want.Stage, stages[reference], "%s: %s of %s", a.id, d.Kind, reference)
				require.True(s.t, remedied[reference], "%s: %s of %s has no remedy", a.id, d.Kind, reference)
			}
		}
		require.True(s.t, reported, "%s: %s of %s must be reported as %s; reported is %v", a.id, d.Kind, d.Product, want.Code, codes)
		for _, sku := range d.SKUs {
			bad[sku] = true
		}
	}
	for _, sku := range s.goods.SKUs() {
		want := runs.ItemDone
		if bad[sku] {
			want = runs.ItemError
		}
		require.Equal(s.t, want, status[sku], "%s: %s %v", a.id, sku, codes[sku])
	}
	require.Zero(s.t, run.Items.Overview[runs.ItemPending].N)
}

// requireNotListed checks that a test created no listings that buyers see.
func (s *giftShop) requireNotListed(account string) {
	s.t.Helper()
	for sku := range s.listed(account) {
		require.NotContains(s.t, s.goods.SKUs(), sku, "%s", account)
	}
}

// requireLive compares the marketplaces' own ledgers with the catalogue and the table of the planted defects.
func (s *giftShop) requireLive() {
	s.t.Helper()
	for _, a := range s.accounts {
		bad := map[string]bool{}
		for _, d := range s.goods.Defects {
			for _, sku := range d.SKUs {
				bad[sku] = bad[sku] || d.On(a.kind)
			}
		}
		s.dev.eventually("all good goods to be live on "+a.id, func() bool {
			live := s.listed(a.id)
			for _, p := range s.goods.Products {
				for _, v := range p.Variants {
					l, there := live[v.SKU]
					if bad[v.SKU] {
						require.False(s.t, there, "%s lists %s, which is wrong", a.id, v.SKU)
						continue
					}
					if !there || l.Quantity != 20 {
						return false
					}
					require.Equal(s.t, v.Prices[0].Amount, l.Price, "%s %s", a.id, v.SKU)
				}
			}
			return true
		})
	}
}

// queued returns how many levels are to be sent.
func (s *giftShop) queued() (n int) {
	s.t.Helper()
	for _, a := range decoded[struct{ Accounts []store.AccountSummary }](s.t, s.dir, "status").Accounts {
		n += a.Dirty
	}
	return n
}

// listed returns what buyers see on an account's marketplace.
func (s *giftShop) listed(account string) map[string]market.Listing {
	s.t.Helper()
	live := map[string]market.Listing{}
	eachLedger(s.t, s.dir, func(id string, r *market.Reader) {
		if id != account {
			return
		}
		all, err := r.AllListings(s.t.Context())
		require.NoError(s.t, err)
		for _, l := range all {
			if l.Status == market.Live {
				live[l.SKU] = l
			}
		}
	})
	return live
}

// repairs sets a price for the goods without one, as their remedy says, and publishes again the items with errors.
func (s *giftShop) repairs() {
	s.t.Helper()
	var text bytes.Buffer
	w := csv.NewWriter(&text)
	require.NoError(s.t, w.Write([]string{"product", "SKU", "title", "price"}))
	var skus []string
	for _, d := range s.goods.Defects {
		if d.Kind == giftshop.NoPrice {
			for _, sku := range d.SKUs {
				skus = append(skus, sku)
				require.NoError(s.t, w.Write([]string{d.Product, sku, "", "4.95 GBP"}))
			}
		}
	}
	w.Flush()
	path := filepath.Join(s.dir, "prices.csv")
	require.NoError(s.t, os.WriteFile(path, text.Bytes(), 0o600))
	s.run([]int{0}, "catalog", "import", path)
	for _, a := range s.accounts {
		s.run([]int{3}, "publish", "--account", a.id, "--errors", "--endpoint", "production", "--wait", "-o", "json")
		s.dev.eventually("what was repaired to be live", func() bool {
			live := s.listed(a.id)
			return !slices.ContainsFunc(skus, func(sku string) bool { return live[sku].Price != 495 || live[sku].Quantity != 20 })
		})
	}
}

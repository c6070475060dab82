package giftshop_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/amazon"
	"github.com/towpath/towpath/internal/channel/channeltest"
	"github.com/towpath/towpath/internal/channel/ebay"
	"github.com/towpath/towpath/internal/channel/shopify"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/polltest"
	"github.com/towpath/towpath/internal/simulator"
	"github.com/towpath/towpath/internal/simulator/giftshop"
)

// kept are the definitions that were fetched.
type kept map[string]*listing.Definition

func (k kept) Definition(productType string) *listing.Definition { return k[productType] }

// fixture publishes products through one channel's adapter, as a publication does.
type fixture struct {
	t       *testing.T
	kind    channel.Kind
	lister  channel.Lister
	defined kept
}

// Each channel's check, and then the channel, finds the errors that the table of defects has, and no others.
func TestEachChannelReportsTheDefectsOfTheTable(t *testing.T) {
	t.Parallel()
	goods := shop(t, giftshop.Options{Products: 120, Defects: 2})
	s, err := simulator.Start(t.Context(), simulator.Options{Dir: t.TempDir(), Speed: 20_000, Accounts: []simulator.AccountSpec{
		{ID: "amazon-uk", Kind: channel.Amazon}, {ID: "ebay-uk", Kind: channel.EBay}, {ID: "shopify-uk", Kind: channel.Shopify},
	}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Stop()) })
	adapters := channel.Registry{channel.Amazon: amazon.Open, channel.EBay: ebay.Open, channel.Shopify: shopify.Open}
	for _, a := range s.Accounts() {
		t.Run(a.ID, func(t *testing.T) {
			account := a.Channel()
			account.Vault = &channeltest.Vault{}
			c, err := adapters.Open(account)
			require.NoError(t, err)
			d := &fixture{t: t, kind: a.Kind, lister: c.(channel.Lister), defined: kept{}}
			checked, answered := map[string][]string{}, map[string][]string{}
			for from := 0; from < len(goods.Products); from += 20 {
				d.publish(goods, from, min(from+20, len(goods.Products)), checked, answered)
			}
			want := map[string]giftshop.Found{}
			for _, defect := range goods.Defects {
				for _, sku := range defect.SKUs {
					if defect.On(a.Kind) {
						want[sku] = defect.Found[a.Kind]
					}
				}
			}
			for _, sku := range goods.SKUs() {
				switch f := want[sku]; f.Stage {
				case listing.Validation:
					require.Contains(t, checked[sku], f.Code, sku)
				case listing.Response:
					require.Empty(t, checked[sku], sku)
					require.Contains(t, answered[sku], f.Code, sku)
				default:
					require.Empty(t, checked[sku], sku)
					require.Empty(t, answered[sku], sku)
				}
			}
		})
	}
}

// publish checks some products, and sends those without errors.
func (d *fixture) publish(goods giftshop.Range, from, to int, checked, answered map[string][]string) {
	d.t.Helper()
	var products []channel.Product
	var own []map[string][]listing.Issue
	for _, p := range goods.Products[from:to] {
		levels := map[string]int{}
		for _, v := range p.Variants {
			levels[v.SKU] = 20
		}
		composed := listing.Compose(listing.Goods{Product: p, Levels: levels, Types: []listing.TypeSettings{giftshop.Types[d.kind]}},
			listing.Seller{Account: "a", Channel: string(d.kind)})
		products, own = append(products, composed.Product), append(own, composed.Issues)
	}
	d.define(products)
	verdicts, err := d.lister.Check(d.t.Context(), products, d.defined)
	require.NoError(d.t, err)
	var drafts []listing.Draft
	for i, p := range products {
		whole := append(failed(own[i][p.Key]), failed(verdicts[i].Issues[p.Key])...)
		left := p.Only(func(sku string) bool {
			checked[sku] = append(append(failed(own[i][sku]), failed(verdicts[i].Issues[sku])...), whole...)
			return len(checked[sku]) == 0
		})
		if len(left.Variants) > 0 {
			drafts = append(drafts, listing.Draft{Product: left, Plans: verdicts[i].Plans})
		}
	}
	d.submit(drafts, answered)
}

func (d *fixture) define(products []channel.Product) {
	d.t.Helper()
	for _, p := range products {
		for _, name := range d.lister.Wants(p) {
			if _, known := d.defined[name]; known {
				continue
			}
			found, err := d.lister.Define(d.t.Context(), name)
			require.NoError(d.t, err)
			d.defined[name] = &found
		}
	}
}

// submit sends drafts, in feeds if the channel uses them, and waits for the answers.
func (d *fixture) submit(drafts []listing.Draft, answered map[string][]string) {
	d.t.Helper()
	for len(drafts) > 0 {
		most, _ := d.lister.Load(10_000, false)
		batch, skus, n := drafts[:0:0], []string(nil), 0
		for len(drafts) > 0 && (len(batch) == 0 || n+len(drafts[0].Product.Variants) <= most) {
			batch, n = append(batch, drafts[0]), n+len(drafts[0].Product.Variants)
			for _, v := range drafts[0].Product.Variants {
				skus = append(skus, v.SKU)
			}
			if len(drafts[0].Product.Options) > 0 {
				skus = append(skus, drafts[0].Product.Key)
			}
			drafts = drafts[1:]
		}
		out, err := d.lister.Submit(d.t.Context(), batch, false, d.defined)
		require.NoError(d.t, err)
		results := out.Results
		polltest.Until(d.t, "the submission has its outcome", func() bool {
			if out.Pending == "" {
				return true
			}
			out, err = d.lister.SubmitOutcome(d.t.Context(), out.Pending, skus)
			require.NoError(d.t, err)
			results = append(results, out.Results...)
			return false
		})
		for _, r := range results {
			if r.Fault != nil {
				answered[r.SKU] = append(answered[r.SKU], r.Fault.Code)
			}
			answered[r.SKU] = append(answered[r.SKU], failed(r.Issues)...)
		}
	}
}

// failed returns the codes of errors.
func failed(issues []listing.Issue) (codes []string) {
	for _, i := range issues {
		if i.Severity == listing.Error {
			codes = append(codes, i.Code)
		}
	}
	return codes
}

package activities_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/polltest"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/settings"
)

// At each channel a second tool ends a listing and sets prices and titles of others, while calls fail: a read-back names exactly those.
func TestPricesTitlesAndEndsOfASecondToolAreNamedOnEveryChannel(t *testing.T) {
	t.Parallel()
	for kind, open := range shopsOfAllChannels {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			s := open(t)
			s.environment.Speed = speed
			_, err := s.store.Settings.GoLive(t.Context(), account, settings.Live{By: "test"})
			require.NoError(t, err)
			var skus []string
			for i := range 30 {
				skus = append(skus, fmt.Sprintf("SKU-%02d", i))
			}
			s.list(20, skus...)
			s.readsBack("first")
			s.pushes()
			s.acceptsAll(skus)
			polltest.Until(t, "a read-back comes late enough after what was accepted", func() bool {
				s.readsBack(fmt.Sprint("mark-", time.Now().UnixNano()))
				return s.marked() == len(skus)
			})
			require.Empty(t, s.others(), "nobody else has written")

			require.NoError(t, s.faults.Set(faults.Rates{Lost: 0.1, Unavailable: 0.1, Truncated: 0.05, ServerError: 0.05, ReorderedPage: 0.5}))
			for n, how := range map[int]market.Rewrite{1: {End: true}, 5: {Price: 799}, 3: {Title: "Best of all"}} {
				_, err := s.market.Rewrite(t.Context(), n, how)
				require.NoError(t, err)
			}
			s.readsBack("second")
			ended := map[channel.Kind]string{channel.Amazon: "gone", channel.EBay: "ended", channel.Shopify: "ended"}[kind]
			named := s.others()
			require.Contains(t, named, "SKU-00 status live / "+ended)
			var rest []string
			for _, one := range named {
				if one[:6] != "SKU-00" { // ended first, or last: what else of it was set before is shown, or not
					rest = append(rest, one)
				}
			}
			require.Equal(t, []string{
				"SKU-06 price 10.00 GBP / 7.99 GBP", "SKU-10 title A SKU-10 / Best of all", "SKU-12 price 10.00 GBP / 7.99 GBP", "SKU-18 price 10.00 GBP / 7.99 GBP",
				"SKU-20 title A SKU-20 / Best of all", "SKU-24 price 10.00 GBP / 7.99 GBP",
			}, rest)
			s.readsBack("third")
			require.Equal(t, named, s.others(), "what is seen again is named once")
		})
	}
}

// acceptsAll has the channel accept a publication of the SKUs as they are listed.
func (s *shop) acceptsAll(skus []string) {
	s.t.Helper()
	ctx := s.t.Context()
	var goods []catalogue.Product
	for _, sku := range skus {
		goods = append(goods, catalogue.Product{Key: "P-" + sku, Title: "A " + sku, Variants: []catalogue.Variant{{SKU: sku, Prices: []catalogue.Price{{Currency: "GBP", Amount: 1000}}}}})
	}
	_, err := s.store.Products.SaveCatalogue(ctx, goods)
	require.NoError(s.t, err)
	require.NoError(s.t, s.store.Publications.AskPublication(ctx, publications.Publication{ID: "run", Account: account, Through: account, Endpoint: channel.Production, By: "ann", AskedAt: time.Now()}))
	require.NoError(s.t, s.store.Publications.BeginPublication(ctx, "run", "w"))
	next := ""
	for first := true; first || next != ""; first = false {
		next, _, err = s.store.Publications.SelectGoods(ctx, "run", next, 100)
		require.NoError(s.t, err)
	}
	tied, err := s.store.Links.LinkRows(ctx, links.LinkFilter{View: links.LinksLinked, Account: account, Limit: 1000})
	require.NoError(s.t, err)
	var answers []publications.ItemVerdict
	for _, l := range tied {
		answers = append(answers, publications.ItemVerdict{Product: "P-" + l.SKU, SKU: l.SKU, Step: listing.Accepted, ChannelSKU: l.ChannelSKU, Ref: l.ListingRef,
			Hash: "h", Change: listing.Change{Price: listing.Price{Amount: 1000, Currency: "GBP"}}})
	}
	_, err = s.store.Publications.SaveAnswers(ctx, "run", answers)
	require.NoError(s.t, err)
	_, err = s.store.Publications.EndPublication(ctx, "run", nil)
	require.NoError(s.t, err)
}

// others returns what somebody else has set, in words.
func (s *shop) others() (out []string) {
	s.t.Helper()
	list, err := s.store.Levels.Drifts(s.t.Context(), account, "", 100)
	require.NoError(s.t, err)
	for _, d := range list {
		out = append(out, d.ChannelSKU+" "+string(d.Field)+" "+d.Ours+" / "+d.Theirs)
	}
	return out
}

// marked returns how many listings were shown since they were accepted.
func (s *shop) marked() int {
	s.t.Helper()
	b, err := s.store.Books.All(s.t.Context())
	require.NoError(s.t, err)
	return b.Marked
}

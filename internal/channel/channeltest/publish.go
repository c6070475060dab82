package channeltest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/polltest"
	"github.com/towpath/towpath/internal/simulator/market"
)

var everything = channel.Permissions{Revise: true, End: true, Relist: true}

// permitted connects with other permissions.
func (s *fixture) permitted(p channel.Permissions) {
	s.t.Helper()
	a := s.account
	a.Listings = p
	conn, err := s.adapter.Open(a)
	require.NoError(s.t, err)
	s.conn = conn
}

// named returns a mug with another key.
func (b Adapter) named(key string, skus ...string) channel.Product {
	p := b.mug(1099, skus...)
	p.Key = key
	return p
}

// mug returns a product with a variant per SKU.
func (b Adapter) mug(price int64, skus ...string) channel.Product {
	p := channel.Product{
		Key: "MUG", Type: b.ProductType, Title: "Enamel mug", Description: "Holds half a pint.", Brand: "Quill",
		Images: []string{"https://images.example/mug.jpg"}, Currency: "GBP", Aspects: b.Aspects,
	}
	if len(skus) > 1 {
		p.Options = []string{"Colour"}
	}
	for n, sku := range skus {
		v := channel.Variant{SKU: sku, Price: price, Quantity: 5 + n}
		if len(skus) > 1 {
			v.Options = map[string]string{"Colour": []string{"Red", "Blue", "Green", "White"}[n]}
		}
		p.Variants = append(p.Variants, v)
	}
	return p
}

// live waits until exactly these SKUs are for sale at the price.
func (s *fixture) live(price int64, skus ...string) map[string]channel.Listed {
	s.t.Helper()
	var found map[string]channel.Listed
	polltest.Until(s.t, "what was published is live", func() bool {
		found = s.offered(channel.ListingsQuery{})
		for _, sku := range skus {
			l, err := s.market.Listing(s.t.Context(), sku)
			if err != nil || l.Price != price || found[sku].State != channel.ListingLive {
				return false
			}
		}
		return len(found) == len(skus)
	})
	return found
}

func publishOne(t *testing.T, b Adapter) {
	s := setUp(t, b)
	s.permitted(everything)
	s.published(b.mug(1099, "MUG-1"))
	require.Equal(t, 5, s.live(1099, "MUG-1")["MUG-1"].Quantity)
	s.published(b.mug(1299, "MUG-1"))
	s.live(1299, "MUG-1")
}

func publishVariants(t *testing.T, b Adapter) {
	s := setUp(t, b)
	s.permitted(everything)
	results := s.published(b.mug(1099, "MUG-1", "MUG-2", "MUG-3"))
	found := s.live(1099, "MUG-1", "MUG-2", "MUG-3")
	for n, sku := range []string{"MUG-1", "MUG-2", "MUG-3"} {
		require.Equal(t, 5+n, found[sku].Quantity)
		s.level(channel.Listed{SKU: sku, Ref: results[sku].Ref}, 9) // the result is enough for a link
	}
}

// level sets a level by a listing's Ref.
func (s *fixture) level(l channel.Listed, quantity int) {
	s.t.Helper()
	results, err := s.outcome([]channel.Level{{SKU: l.SKU, ListingRef: l.Ref, Quantity: quantity, Key: fmt.Sprintf("level %d of %s", quantity, l.SKU)}})
	require.NoError(s.t, err)
	require.Nil(s.t, results[l.SKU])
	polltest.Until(s.t, "the level is at the marketplace", func() bool {
		now, err := s.market.Listing(s.t.Context(), l.SKU)
		return err == nil && now.Quantity == quantity
	})
}

// revisedLevel revises a product after its levels have changed: the quantities in the publication are old and must
// not be sent.
func revisedLevel(t *testing.T, b Adapter) {
	s := setUp(t, b)
	s.permitted(everything)
	s.published(b.mug(1099, "MUG-1", "MUG-2"))
	for _, l := range s.live(1099, "MUG-1", "MUG-2") {
		s.level(l, 41)
	}
	revised := b.mug(1299, "MUG-1", "MUG-2", "MUG-3") // only a new variant's quantity is sent
	s.published(revised)
	s.live(1299, "MUG-1", "MUG-2", "MUG-3")
	for sku, want := range map[string]int{"MUG-1": 41, "MUG-2": 41, "MUG-3": 7} {
		l, err := s.market.Listing(t.Context(), sku)
		require.NoError(t, err)
		require.Equal(t, want, l.Quantity, sku)
	}
}

// keptPrice publishes a product whose price another tool has set and is left to it: all but the price is sent, and without another change nothing.
func keptPrice(t *testing.T, b Adapter) {
	s := setUp(t, b)
	s.permitted(everything)
	s.published(b.mug(1099, "MUG-1"))
	s.live(1099, "MUG-1")
	done, err := s.market.Rewrite(t.Context(), 1, market.Rewrite{Price: 799})
	require.NoError(t, err)
	require.Len(t, done, 1)
	kept := b.mug(1299, "MUG-1")
	kept.Variants[0].KeepsPrice = true
	kept.Title = "Another mug"
	s.published(kept)
	polltest.Until(t, "the title is at the marketplace", func() bool {
		l, err := s.market.Listing(t.Context(), "MUG-1")
		require.NoError(t, err)
		require.EqualValues(t, 799, l.Price)
		return strings.Contains(l.Title, "Another mug")
	})
}

func publishForbidden(t *testing.T, b Adapter) {
	s := setUp(t, b)
	s.published(b.mug(1099, "MUG-1")) // a first publication needs no permission
	s.live(1099, "MUG-1")
	s.forbidden(b.mug(1299, "MUG-1"))
	ended, err := s.conn.End(t.Context(), []string{"MUG-1"})
	if err == nil {
		require.NotNil(t, ended[0].Fault)
		err = ended[0].Fault
	}
	require.Equal(t, channel.Config, fault(t, err).Class)
	s.live(1099, "MUG-1")
}

// permissionWithdrawn plans changes while they are allowed, and sends them when they are not any more: nothing of a listing that exists is
// changed, alone or in a family that would grow.
func permissionWithdrawn(t *testing.T, b Adapter) {
	s := setUp(t, b)
	s.permitted(everything)
	s.published(b.mug(1099, "MUG-1", "MUG-2"), b.named("POT", "POT-1"))
	s.live(1099, "MUG-1", "MUG-2", "POT-1")
	dearer, grown := b.named("POT", "POT-1"), b.mug(1299, "MUG-1", "MUG-2", "MUG-3")
	dearer.Variants[0].Price = 1299
	drafts := s.drafts(dearer, grown)
	s.permitted(channel.Permissions{End: true, Relist: true})
	revisions := s.revisions()
	results, err := s.submit(drafts, false)
	require.NoError(t, err)
	for _, sku := range []string{"POT-1", "MUG-1", "MUG-2"} {
		require.NotNil(t, results[sku].Fault, sku)
		require.Equal(t, channel.Config, results[sku].Fault.Class, sku)
	}
	require.Equal(t, revisions, s.revisions())
}

// revisions returns how often listings that exist were changed.
func (s *fixture) revisions() (n int) {
	s.t.Helper()
	entries, err := s.market.Entries(s.t.Context(), 0, 100_000)
	require.NoError(s.t, err)
	for _, e := range entries {
		if e.Kind == market.EntryRevise {
			n++
		}
	}
	return n
}

// forbidden requires that the account's permissions stop a product at the check or when it is sent.
func (s *fixture) forbidden(p channel.Product) {
	s.t.Helper()
	checked := s.check(p)[0]
	for _, issues := range checked.Issues {
		if listing.Failed(issues) {
			return
		}
	}
	results, err := s.submit([]listing.Draft{{Product: p, Plans: checked.Plans}}, false)
	require.Equal(s.t, channel.Config, refusal(s.t, results, err).Class)
}

func endListing(t *testing.T, b Adapter) {
	s := setUp(t, b)
	s.permitted(everything)
	s.published(b.mug(1099, "MUG-1"))
	s.live(1099, "MUG-1")
	results, err := s.conn.End(t.Context(), []string{"MUG-1"})
	require.NoError(t, err)
	require.Len(t, results, 1)
	require.Nil(t, results[0].Fault)
	polltest.Until(s.t, "the listing is no longer live", func() bool {
		l, there := s.offered(channel.ListingsQuery{SKUs: []string{"MUG-1"}})["MUG-1"]
		return !there || l.State != channel.ListingLive
	})
	s.permitted(channel.Permissions{Revise: true})
	if !b.Forgets {
		s.forbidden(b.mug(1099, "MUG-1")) // relisting needs a permission
	}
	s.permitted(everything)
	s.published(b.mug(1199, "MUG-1"))
	s.live(1199, "MUG-1")
}

func previewOnly(t *testing.T, b Adapter) {
	s := setUp(t, b)
	s.permitted(everything)
	drafts := s.drafts(b.mug(1099, "MUG-1"), b.named("POT", "POT-1", "POT-2"))
	results, err := s.submit(drafts, true)
	if b.Previews {
		require.NoError(t, err)
		for sku, r := range results {
			require.Nil(t, r.Fault, sku)
		}
	} else {
		require.Equal(t, channel.Config, refusal(t, results, err).Class)
	}
	require.Empty(t, s.offered(channel.ListingsQuery{}), "a preview lists nothing")
}

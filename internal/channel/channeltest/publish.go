package channeltest

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/simulator/faults"
)

var everything = channel.Permissions{Revise: true, End: true, Relist: true}

// permitted connects with other permissions.
func (s *stall) permitted(p channel.Permissions) {
	s.t.Helper()
	a := s.account
	a.Listings = p
	conn, err := s.bench.Open(a)
	require.NoError(s.t, err)
	s.conn = conn
}

// mug is a product with a variant per SKU.
func (b Bench) mug(price int64, skus ...string) channel.Product {
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

// publish publishes and waits for what the channel works on.
func (s *stall) publish(p channel.Product, preview bool) (channel.Publication, error) {
	s.t.Helper()
	got, err := s.conn.Publish(s.t.Context(), p, preview)
	for deadline := time.Now().Add(patience); err == nil && got.Pending != ""; <-time.After(tick) {
		require.True(s.t, time.Now().Before(deadline), "the publication is pending for ever")
		got, err = s.conn.PublishOutcome(s.t.Context(), got.Pending)
	}
	return got, err
}

// published requires that every variant was accepted.
func (s *stall) published(p channel.Product) channel.Publication {
	s.t.Helper()
	got, err := s.publish(p, false)
	require.NoError(s.t, err)
	require.Len(s.t, got.Results, len(p.Variants))
	for _, r := range got.Results {
		require.Nil(s.t, r.Fault, r.SKU)
		require.NotEmpty(s.t, r.Step)
		require.NotEmpty(s.t, r.RequestID)
	}
	return got
}

// refused requires a fault: of the call, or of each variant.
func refused(t *testing.T, got channel.Publication, err error) *channel.Fault {
	t.Helper()
	if err != nil {
		return fault(t, err)
	}
	require.NotEmpty(t, got.Results)
	for _, r := range got.Results {
		require.NotNil(t, r.Fault, r.SKU)
	}
	return got.Results[0].Fault
}

// live waits until exactly these SKUs are for sale at the price.
func (s *stall) live(price int64, skus ...string) map[string]channel.Listed {
	s.t.Helper()
	var found map[string]channel.Listed
	s.eventually(func() bool {
		found = s.offered(channel.ListingsQuery{})
		for _, sku := range skus {
			l, err := s.market.Listing(s.t.Context(), sku)
			if err != nil || l.Price != price || found[sku].State != channel.ListingLive {
				return false
			}
		}
		return len(found) == len(skus)
	}, "what was published never came live")
	return found
}

func publishOne(t *testing.T, b Bench) {
	s := setUp(t, b)
	s.permitted(everything)
	s.published(b.mug(1099, "MUG-1"))
	require.Equal(t, 5, s.live(1099, "MUG-1")["MUG-1"].Quantity)
	s.published(b.mug(1299, "MUG-1"))
	s.live(1299, "MUG-1")
}

func publishVariants(t *testing.T, b Bench) {
	s := setUp(t, b)
	s.permitted(everything)
	s.published(b.mug(1099, "MUG-1", "MUG-2", "MUG-3"))
	found := s.live(1099, "MUG-1", "MUG-2", "MUG-3")
	for n, sku := range []string{"MUG-1", "MUG-2", "MUG-3"} {
		require.Equal(t, 5+n, found[sku].Quantity)
		results, err := s.outcome([]channel.Level{{SKU: sku, ListingRef: found[sku].Ref, Quantity: 9, Key: "level of " + sku}})
		require.NoError(t, err)
		require.Nil(t, results[sku])
	}
}

func publishForbidden(t *testing.T, b Bench) {
	s := setUp(t, b)
	s.published(b.mug(1099, "MUG-1")) // a first publication needs no permission
	s.live(1099, "MUG-1")
	got, err := s.publish(b.mug(1299, "MUG-1"), false)
	require.Equal(t, channel.Config, refused(t, got, err).Class)
	ended, err := s.conn.End(t.Context(), []string{"MUG-1"})
	require.Equal(t, channel.Config, refused(t, channel.Publication{Results: ended}, err).Class)
	s.live(1099, "MUG-1")
}

// publishLost loses the answer of each call of a publication in turn, and then repeats the publication.
func publishLost(t *testing.T, b Bench) {
	for _, operation := range b.Operations.Publish {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			s := setUp(t, b)
			s.permitted(everything)
			s.faults.Next(faults.Lost, operation, 1)
			p := b.mug(1099, "MUG-1", "MUG-2")
			got, err := s.publish(p, false)
			refusedSome(t, got, err)
			require.EqualValues(t, 1, s.faults.Counts()[faults.Lost], "the publication makes the call")
			s.published(p)
			s.live(1099, "MUG-1", "MUG-2")
		})
	}
}

// refusedSome requires that a lost answer is not taken for a success.
func refusedSome(t *testing.T, got channel.Publication, err error) {
	t.Helper()
	if err != nil {
		require.NotEmpty(t, fault(t, err).Class)
		return
	}
	for _, r := range got.Results {
		if r.Fault != nil {
			return
		}
	}
	require.Fail(t, "the loss of an answer was not noticed")
}

func endListing(t *testing.T, b Bench) {
	s := setUp(t, b)
	s.permitted(everything)
	s.published(b.mug(1099, "MUG-1"))
	s.live(1099, "MUG-1")
	results, err := s.conn.End(t.Context(), []string{"MUG-1"})
	require.NoError(t, err)
	require.Len(t, results, 1)
	require.Nil(t, results[0].Fault)
	s.eventually(func() bool {
		l, there := s.offered(channel.ListingsQuery{SKUs: []string{"MUG-1"}})["MUG-1"]
		return !there || l.State != channel.ListingLive
	}, "the listing is still live")
	s.permitted(channel.Permissions{Revise: true})
	if !b.Forgets {
		got, err := s.publish(b.mug(1099, "MUG-1"), false)
		require.Equal(t, channel.Config, refused(t, got, err).Class, "relisting needs a permission")
	}
	s.permitted(everything)
	s.published(b.mug(1199, "MUG-1"))
	s.live(1199, "MUG-1")
}

func previewOnly(t *testing.T, b Bench) {
	s := setUp(t, b)
	s.permitted(everything)
	got, err := s.publish(b.mug(1099, "MUG-1"), true)
	if b.Previews {
		require.NoError(t, err)
		require.Nil(t, got.Results[0].Fault)
	} else {
		require.Equal(t, channel.Config, refused(t, got, err).Class)
	}
	require.Empty(t, s.offered(channel.ListingsQuery{}), "a preview lists nothing")
}

func publishRefused(t *testing.T, b Bench) {
	for want, rates := range map[channel.Class]faults.Rates{
		channel.Limit:   {ListingLimit: 1},
		channel.Invalid: {DuplicateVariation: 1},
	} {
		t.Run(string(want), func(t *testing.T) {
			t.Parallel()
			s := setUp(t, b)
			s.permitted(everything)
			require.NoError(t, s.faults.Set(rates))
			p := b.mug(1099, "MUG-1", "MUG-2")
			got, err := s.publish(p, false)
			f := firstFault(t, got, err)
			require.Equal(t, want, f.Class, f.Code)
			require.NotEmpty(t, f.Code)
			require.NotEmpty(t, f.RequestID)
			require.NoError(t, s.faults.Set(faults.Rates{}))
			s.published(p)
			s.live(1099, "MUG-1", "MUG-2")
		})
	}
}

func firstFault(t *testing.T, got channel.Publication, err error) *channel.Fault {
	t.Helper()
	if err != nil {
		return fault(t, err)
	}
	for _, r := range got.Results {
		if r.Fault != nil {
			return r.Fault
		}
	}
	require.Fail(t, "nothing was refused", fmt.Sprint(got))
	return nil
}

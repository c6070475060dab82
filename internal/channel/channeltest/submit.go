package channeltest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/simulator/faults"
)

// refusal requires a fault of the call or of one of the SKUs.
func refusal(t *testing.T, results map[string]channel.VariantResult, err error) *channel.Fault {
	t.Helper()
	if err != nil {
		return fault(t, err)
	}
	for _, r := range results {
		if r.Fault != nil {
			return r.Fault
		}
	}
	require.Fail(t, "nothing was refused", fmt.Sprint(results))
	return nil
}

// checkAll breaks several rules at once: all are reported at the first attempt, each under the right name, and
// nothing is sent.
func checkAll(t *testing.T, b Adapter) {
	s := setUp(t, b)
	s.permitted(everything)
	long := b.named("LONG", "LONG-1")
	long.Title = strings.Repeat("Enamel mug ", 300)
	alike := b.named("ALIKE", "ALIKE-1", "ALIKE-2", "ALIKE-3")
	alike.Variants[1].Options["Colour"] = "RED"
	both := b.named("BOTH", "BOTH-1", "BOTH-2")
	both.Title = long.Title
	both.Variants[1].Options = both.Variants[0].Options
	before := s.ledger()
	checked := s.check(long, alike, both, b.named("GOOD", "GOOD-1"))
	require.Equal(t, before, s.ledger(), "a check changes nothing")
	require.Empty(t, s.offered(channel.ListingsQuery{}))
	require.Contains(t, codes(checked[0]), "value-too-long")
	require.Contains(t, codes(checked[1], "ALIKE-2"), "variants-alike")
	require.NotContains(t, codes(checked[1], "ALIKE-3"), "variants-alike")
	require.Contains(t, codes(checked[2]), "value-too-long")
	require.Contains(t, codes(checked[2], "BOTH-2"), "variants-alike")
	for of, issues := range checked[3].Issues {
		require.False(t, listing.Failed(issues), "%s: %+v", of, issues)
	}
}

// codes returns the codes of the errors: all, or those under the given names.
func codes(c listing.Checked, under ...string) (all []string) {
	for of, issues := range c.Issues {
		for _, i := range issues {
			if i.Severity == listing.Error && (len(under) == 0 || of == under[0]) {
				all = append(all, i.Code)
			}
		}
	}
	return all
}

// checkUndefined checks without definitions: that must be reported.
func checkUndefined(t *testing.T, b Adapter) {
	s := setUp(t, b)
	p := b.mug(1099, "MUG-1")
	require.NotEmpty(t, s.conn.Wants(p))
	checked, err := s.conn.Check(t.Context(), []channel.Product{p}, definitions{})
	require.NoError(t, err)
	require.Contains(t, codes(checked[0]), "definition-missing")
}

// publishMany publishes products with one and with several variants together.
func publishMany(t *testing.T, b Adapter) {
	s := setUp(t, b)
	s.permitted(everything)
	var products []channel.Product
	var skus []string
	for i := range 12 {
		own := []string{fmt.Sprintf("M%d-1", i), fmt.Sprintf("M%d-2", i), fmt.Sprintf("M%d-3", i)}[:1+i%3]
		products, skus = append(products, b.named(fmt.Sprintf("MANY-%d", i), own...)), append(skus, own...)
	}
	results := s.published(products...)
	for _, sku := range skus {
		require.Contains(t, results, sku)
	}
	s.live(1099, skus...)
}

// oneAmongGood has the marketplace refuse one of several products: the others are listed, and so is that one later,
// when nothing is wrong with it.
func oneAmongGood(t *testing.T, b Adapter) {
	s := setUp(t, b)
	s.permitted(everything)
	var products []channel.Product
	var skus []string
	for i := range 4 {
		sku := fmt.Sprintf("L%d", i)
		products, skus = append(products, b.named("LIMIT-"+sku, sku)), append(skus, sku)
	}
	drafts := s.drafts(products...)
	s.faults.Next(faults.ListingLimit, "", 1)
	results, err := s.submit(drafts, false)
	require.NoError(t, err)
	var again []listing.Draft
	for i, sku := range skus {
		if f := results[sku].Fault; f != nil {
			require.Equal(t, channel.Limit, f.Class)
			require.NotEmpty(t, f.RequestID)
			again = append(again, drafts[i])
		}
	}
	require.Len(t, again, 1, "the limit costs the one that met it")
	results, err = s.submit(again, false)
	require.NoError(t, err)
	s.accepted(results)
	s.live(1099, skus...)
}

// publishLost loses the answer of each call of a publication in turn, and then repeats the publication.
func publishLost(t *testing.T, b Adapter) {
	for _, operation := range b.Operations.Publish {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			s := setUp(t, b)
			s.permitted(everything)
			drafts := s.drafts(b.mug(1099, "MUG-1", "MUG-2"))
			s.faults.Next(faults.Lost, operation, 1)
			results, err := s.submit(drafts, false)
			require.False(t, refusal(t, results, err).Permanent(), "the loss of an answer is no refusal")
			require.EqualValues(t, 1, s.faults.Counts()[faults.Lost], "the publication makes the call")
			results, err = s.submit(drafts, false)
			require.NoError(t, err)
			s.accepted(results)
			s.live(1099, "MUG-1", "MUG-2")
		})
	}
}

func publishRefused(t *testing.T, b Adapter) {
	for want, rates := range map[channel.Class]faults.Rates{
		channel.Limit:   {ListingLimit: 1},
		channel.Invalid: {DuplicateVariation: 1},
	} {
		t.Run(string(want), func(t *testing.T) {
			t.Parallel()
			s := setUp(t, b)
			s.permitted(everything)
			drafts := s.drafts(b.mug(1099, "MUG-1", "MUG-2"))
			require.NoError(t, s.faults.Set(rates))
			results, err := s.submit(drafts, false)
			f := refusal(t, results, err)
			require.Equal(t, want, f.Class, f.Code)
			require.NotEmpty(t, f.Code)
			require.NotEmpty(t, f.RequestID)
			require.NoError(t, s.faults.Set(faults.Rates{}))
			results, err = s.submit(drafts, false)
			require.NoError(t, err)
			s.accepted(results)
			s.live(1099, "MUG-1", "MUG-2")
		})
	}
}

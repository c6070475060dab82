package publication_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/publication"
)

var monday = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// answered ends RED, the variant of a product, and returns what its run knows then.
func answered(v publication.Verdict, dryRun bool) (publication.Outcome, []*publication.Item) {
	mug, red := product("MUG"), variant("RED", "MUG", listing.Validated)
	red.ID, red.MadeAt = 7, monday
	v.Product, v.SKU = "MUG", "RED"
	o := publication.Outcome{
		Verdicts: publication.Verdicts{DryRun: dryRun, Answers: !dryRun, List: []publication.Verdict{v}},
		Planned:  map[string]publication.Planned{"RED": {Hash: "planned", SentAt: monday.Add(time.Minute), Level: true}},
		Through:  "ebay-uk", At: monday.Add(time.Hour),
	}
	items := []*publication.Item{mug, red}
	publication.Decide(items, o.Verdicts)
	return o, items
}

func TestHowASKUStandsWhenItsItemHasEnded(t *testing.T) {
	t.Parallel()
	accepted := publication.Verdict{Step: listing.Accepted, ChannelSKU: "red", Ref: "offer"}
	before := publication.Standing{
		Ended: 3, Through: "sandbox", Item: 3, ChannelSKU: "old", Hash: "old", ReadAt: monday.Add(-2 * time.Hour), SentAt: monday.Add(-time.Hour),
		AcceptedAt: monday.Add(-time.Hour), Answered: true, Misses: 2,
	}
	after := publication.Standing{
		Ended: 7, Through: "ebay-uk", Item: 7, ChannelSKU: "red", Hash: "planned", ReadAt: monday, SentAt: monday.Add(time.Minute), AcceptedAt: monday.Add(time.Hour),
	}
	with := func(s publication.Standing, change func(*publication.Standing)) *publication.Standing {
		change(&s)
		return &s
	}
	for name, tc := range map[string]struct {
		verdict publication.Verdict
		dryRun  bool
		preview bool
		before  publication.Standing
		want    *publication.Standing
	}{
		"accepted for the first time": {verdict: accepted, want: &after},
		"accepted anew":               {verdict: accepted, before: before, want: &after},
		"accepted, under a name that was told before": {
			verdict: publication.Verdict{Step: listing.Accepted}, before: before, want: with(after, func(s *publication.Standing) { s.ChannelSKU = "old" }),
		},
		"accepted, with a hash of its own": {
			verdict: publication.Verdict{Step: listing.Accepted, ChannelSKU: "red", Hash: "told"}, want: with(after, func(s *publication.Standing) { s.Hash = "told" }),
		},
		"validated by a preview": {verdict: accepted, preview: true, want: with(after, func(s *publication.Standing) { s.Answered = true })},
		"in error for the first time": {
			verdict: publication.Verdict{Issues: wrong(listing.Response, "no")}, want: &publication.Standing{Ended: 7, Through: "ebay-uk"},
		},
		"in error after it was accepted": {
			verdict: publication.Verdict{Issues: wrong(listing.Response, "no")}, before: before, want: with(before, func(s *publication.Standing) { s.Ended = 7 }),
		},
		"in error in a dry run": {
			verdict: publication.Verdict{Issues: wrong(listing.Validation, "no")}, dryRun: true, before: before,
			want: with(before, func(s *publication.Standing) { s.Ended = 7 }),
		},
		"done in a dry run":         {verdict: publication.Verdict{Step: listing.Validated}, dryRun: true, before: before},
		"skipped":                   {verdict: publication.Verdict{Skipped: "nothing has changed"}, before: before},
		"something newer has ended": {verdict: accepted, before: publication.Standing{Ended: 8}},
		"still under way":           {verdict: publication.Verdict{Step: listing.Submitted}, before: before},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o, items := answered(tc.verdict, tc.dryRun)
			o.Preview = tc.preview
			want := map[string]publication.Standing{}
			if tc.want != nil {
				want["RED"] = *tc.want
			}
			require.Equal(t, want, o.Standings(items, map[string]publication.Standing{"RED": tc.before}))
		})
	}
}

func TestWhatWasAcceptedIsLinkedAndItsLevelSentAgain(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		verdict          publication.Verdict
		preview, unsent  bool
		linked, levelled bool
	}{
		"accepted":                     {verdict: publication.Verdict{Step: listing.Accepted, ChannelSKU: "red", Ref: "offer"}, linked: true, levelled: true},
		"accepted without a reference": {verdict: publication.Verdict{Step: listing.Accepted, ChannelSKU: "red"}, levelled: true},
		"there already":                {verdict: publication.Verdict{Step: listing.Accepted, ChannelSKU: "red", Ref: "offer"}, unsent: true, linked: true},
		"validated by a preview":       {verdict: publication.Verdict{Step: listing.Accepted, ChannelSKU: "red", Ref: "offer"}, preview: true},
		"refused":                      {verdict: publication.Verdict{ChannelSKU: "red", Ref: "offer", Issues: wrong(listing.Response, "no")}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o, items := answered(tc.verdict, false)
			if o.Preview = tc.preview; tc.unsent {
				o.Planned = nil
			}
			require.Equal(t, tc.linked, len(o.Listings(items)) == 1)
			require.Equal(t, tc.levelled, len(o.Levelled(items)) == 1)
		})
	}
}

func TestThePlansOfACheckAreKeptUntilTheyAreSent(t *testing.T) {
	t.Parallel()
	list := []publication.Verdict{{Product: "MUG", Plan: "parent"}, {Product: "MUG", SKU: "RED", Hash: "1"}, {Product: "MUG", SKU: "BLUE"}}
	require.Equal(t, list[:2], publication.Verdicts{List: list}.Plans())
	require.Empty(t, publication.Verdicts{DryRun: true, List: list}.Plans())
}

func TestWhatIsSentWaitsForItsAnswer(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		status publication.Status
		step   listing.Step
		sent   listing.Step
		again  listing.Step
	}{
		"checked":       {publication.Pending, listing.Validated, listing.Submitted, listing.Validated},
		"not checked":   {publication.Pending, listing.Selected, listing.Submitted, listing.Validated},
		"sent before":   {publication.Pending, listing.Submitted, listing.Submitted, listing.Validated},
		"accepted":      {publication.Done, listing.Accepted, listing.Accepted, listing.Accepted},
		"already ended": {publication.Error, listing.Validated, listing.Validated, listing.Validated},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mug, red, blue := product("MUG"), variant("RED", "MUG", tc.step), variant("BLUE", "MUG", listing.Validated)
			red.Status = tc.status
			items := []*publication.Item{mug, red, blue}
			publication.Submit(items, map[string]bool{"RED": true}, map[string]bool{"MUG": true})
			require.Equal(t, []listing.Step{listing.Submitted, tc.sent, listing.Validated}, []listing.Step{mug.Step, red.Step, blue.Step})
			require.Equal(t, tc.sent != tc.step, red.Changed())
			publication.SendAgain(items)
			require.Equal(t, []listing.Step{listing.Submitted, tc.again, listing.Validated}, []listing.Step{mug.Step, red.Step, blue.Step})
		})
	}
}

func TestACategoryEndsAsItsProductsDid(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		products []publication.Products
		status   publication.Status
		step     listing.Step
		reason   string
	}{
		"one was worked on":         {[]publication.Products{{Category: "Mugs", Status: publication.Error, Code: "8541", N: 1}, {Category: "Mugs", Status: publication.Skipped, N: 4}}, publication.Done, listing.Validated, ""},
		"all were skipped":          {[]publication.Products{{Category: "Mugs", Status: publication.Skipped, N: 4}}, publication.Skipped, listing.Selected, "nothing of it was to be sent"},
		"some have no type":         {[]publication.Products{{Category: "Mugs", Status: publication.Error, Code: listing.CodeTypeMissing, N: 2}, {Category: "Mugs", Status: publication.Done, N: 3}}, publication.Error, listing.Selected, "the account has no type for 2 of its 5 products"},
		"there are none of it":      {[]publication.Products{{Category: "Pans", Status: publication.Done, N: 1}}, publication.Pending, listing.Selected, ""},
		"those of others count not": {[]publication.Products{{Category: "Mugs", Status: publication.Done, N: 1}, {Category: "Pans", Status: publication.Error, Code: listing.CodeTypeMissing, N: 1}}, publication.Done, listing.Validated, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mugs := &publication.Item{Kind: listing.KindCategory, Reference: "Mugs", Status: publication.Pending}
			publication.EndCategories([]*publication.Item{mugs}, tc.products)
			require.Equal(t, []string{string(tc.status), string(tc.step), tc.reason}, []string{string(mugs.Status), string(mugs.Step), mugs.Reason})
			require.Equal(t, tc.status != publication.Pending, mugs.Changed())
		})
	}
}

func TestItemsAreCountedByOutcome(t *testing.T) {
	t.Parallel()
	require.Equal(t, listing.PublicationCounts{Items: 21, Done: 5, Invalid: 3, Refused: 2, Skipped: 4, Warnings: 1}, publication.Count([]publication.Tally{
		{Status: publication.Pending, Items: 7, Warned: 7}, {Status: publication.Done, Items: 5, Warned: 1}, {Status: publication.Skipped, Items: 4, Warned: 4},
		{Status: publication.Error, Stage: listing.Validation, Items: 3, Warned: 3}, {Status: publication.Error, Stage: listing.Response, Items: 2},
	}))
}

func TestABatchHoldsWholeProducts(t *testing.T) {
	t.Parallel()
	fill := func(most int, variants ...int) publication.Batch {
		var b publication.Batch
		for i, n := range variants {
			b.Add(string(rune('A'+i)), n, most)
		}
		return b
	}
	for name, tc := range map[string]struct {
		most     int
		variants []int
		until    string
		skus     int
	}{
		"nothing":                         {most: 10},
		"a parent counts with its family": {10, []int{3, 1}, "B", 5},
		"as far as they fit":              {5, []int{3, 1, 1}, "B", 5},
		"one is taken whatever its size":  {5, []int{40, 1}, "A", 41},
		"none behind one that did not":    {5, []int{1, 9, 1}, "A", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := fill(tc.most, tc.variants...)
			require.Equal(t, tc.until, b.Until)
			require.Equal(t, tc.skus, b.SKUs)
		})
	}
}

func TestWhatHasLeftAProductIsMissing(t *testing.T) {
	t.Parallel()
	mug := catalogue.Product{Variants: []catalogue.Variant{{SKU: "L"}, {SKU: "M"}, {SKU: "S"}}}
	wanted, missing := publication.Wanted(mug, []string{"S", "XL", "L", "A"})
	require.Equal(t, []string{"L", "S"}, wanted)
	require.Equal(t, []string{"A", "XL"}, missing)
	wanted, missing = publication.Wanted(catalogue.Product{}, []string{"S"})
	require.Empty(t, wanted)
	require.Equal(t, []string{"S"}, missing)
}

func TestALaneSaysWhatItsItemsAre(t *testing.T) {
	t.Parallel()
	l := publication.LaneOf("test", listing.KindVariant, publication.Done)
	require.Equal(t, publication.Done, l.Status())
	for _, of := range [][2]string{{"", ""}, {"test", ""}, {"", "variant"}, {"test", "variant"}} {
		require.True(t, l.Of(of[0], of[1]), of)
	}
	for _, of := range [][2]string{{"production", ""}, {"", "product"}, {"te", "variant"}, {"test", "vari"}} {
		require.False(t, l.Of(of[0], of[1]), of)
	}
}

func TestALookGivesAListingItsTimeAgain(t *testing.T) {
	t.Parallel()
	later := monday.Add(time.Hour)
	for name, tc := range map[string]struct {
		look     publication.Look
		misses   int
		since    time.Time
		answered bool
	}{
		"it can be bought":   {publication.Look{Step: listing.Live, Misses: 3, Since: monday}, 0, monday, true},
		"it is there":        {publication.Look{Step: listing.Listed, Since: monday}, 0, monday, true},
		"it is not shown":    {publication.Look{Misses: 2, Since: monday}, 3, later, false},
		"the seventh time":   {publication.Look{Misses: 6, Since: monday}, 7, later, true},
		"it was not applied": {publication.Look{Unapplied: true, Since: monday}, 1, later, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			misses, since, answered := tc.look.Seen(later)
			require.Equal(t, tc.misses, misses)
			require.Equal(t, tc.since, since)
			require.Equal(t, tc.answered, answered)
		})
	}
}

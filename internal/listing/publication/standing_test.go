package publication_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/publication"
)

var monday = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// answered ends RED, the variant of a product, and returns what its run knows then.
func answered(v publication.Verdict, dryRun bool) (publication.Outcome, []*publication.Item) {
	mug, red := product("MUG"), variant("RED", "MUG", listing.Validated)
	red.ID, red.CreatedAt = 7, monday
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
	failed := func(s *publication.Standing) { s.Ended, s.Failed, s.FailedAt = 7, "no", after.AcceptedAt }
	failedBefore := before
	failed(&failedBefore)
	failedBefore.Ended = 3
	for name, tc := range map[string]struct {
		verdict publication.Verdict
		dryRun  bool
		preview bool
		before  publication.Standing
		want    *publication.Standing
	}{
		"accepted for the first time": {verdict: accepted, want: &after},
		"accepted anew":               {verdict: accepted, before: before, want: &after},
		"accepted after an error":     {verdict: accepted, before: failedBefore, want: &after},
		"accepted, under a name that was reported before": {
			verdict: publication.Verdict{Step: listing.Accepted}, before: before, want: with(after, func(s *publication.Standing) { s.ChannelSKU = "old" }),
		},
		"accepted, with a hash of its own": {
			verdict: publication.Verdict{Step: listing.Accepted, ChannelSKU: "red", Hash: "hash"}, want: with(after, func(s *publication.Standing) { s.Hash = "hash" }),
		},
		"validated by a preview": {verdict: accepted, preview: true, want: with(after, func(s *publication.Standing) { s.Answered = true })},
		"in error for the first time": {
			verdict: publication.Verdict{Issues: wrong(listing.Response, "no")}, want: &publication.Standing{Ended: 7, Through: "ebay-uk", Failed: "no", FailedAt: after.AcceptedAt},
		},
		"in error after it was accepted": {
			verdict: publication.Verdict{Issues: wrong(listing.Response, "no")}, before: before, want: with(before, failed),
		},
		"in error in a dry run": {
			verdict: publication.Verdict{Issues: wrong(listing.Validation, "no")}, dryRun: true, before: before,
			want: with(before, failed),
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
	o := publication.Outcome{Verdicts: publication.Verdicts{List: []publication.Verdict{
		{Product: "MUG", Plan: "parent"}, {Product: "MUG", SKU: "RED", Hash: "1"}, {Product: "MUG", SKU: "BLUE"},
	}}}
	plans := o.Plans()
	require.Equal(t, []publication.Plan{{Product: "MUG", Text: "parent"}, {Product: "MUG", SKU: "RED", Planned: publication.Planned{Hash: "1"}}}, plans)
	require.False(t, plans[1].Sent(), "what is checked again is not sent")
	require.True(t, publication.Planned{SentAt: monday}.Sent())
	o.Over = true
	require.Empty(t, o.Plans())
	o.Over, o.Verdicts.DryRun = false, true
	require.Equal(t, []publication.Plan{{Product: "MUG", SKU: "RED", Planned: publication.Planned{Hash: "1"}}}, o.Plans(), "a dry run sends nothing")
}

func TestWhatWasAcceptedIsReadBackUntilTheChannelShowsIt(t *testing.T) {
	t.Parallel()
	accepted := publication.Standing{Item: 7, AcceptedAt: monday}
	for name, tc := range map[string]struct {
		standing         publication.Standing
		was, due, awaits bool
	}{
		"accepted":                  {accepted, true, true, true},
		"never accepted":            {publication.Standing{Ended: 7, AcceptedAt: monday}, false, false, false},
		"shown already":             {publication.Standing{Item: 7, AcceptedAt: monday, Answered: true}, true, false, false},
		"accepted too lately":       {publication.Standing{Item: 7, AcceptedAt: monday.Add(time.Minute)}, true, false, true},
		"accepted again since then": {publication.Standing{Item: 8, AcceptedAt: monday}, true, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tc.was, tc.standing.WasAccepted())
			require.Equal(t, tc.due, tc.standing.Due(monday.Add(time.Minute)))
			require.Equal(t, tc.awaits, tc.standing.Awaits(7))
			require.Equal(t, tc.was && !tc.standing.Answered, tc.standing.Unread())
		})
	}
	require.False(t, publication.Standing{}.Awaits(0), "nothing is asked about what was never accepted")
	require.Equal(t, "RED", accepted.Name("RED"))
	accepted.ChannelSKU = "red"
	require.Equal(t, "red", accepted.Name("RED"))
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

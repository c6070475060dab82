package ebay

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
)

// A publication counts a revision of the listing before each call that revises it, and sends nothing to a listing whose last revisions are
// kept. What is not listed yet, or is listed as it is, counts nothing.
func TestAPublicationCountsWhatItRevises(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	counted := map[string]int{}
	var kept []string
	submit := func(p channel.Product) channel.Publication {
		f.mu.Lock()
		clear(counted)
		f.mu.Unlock()
		definitions := f.definitions(t, p)
		ctx := channel.WithRevisions(t.Context(), func(_ context.Context, listings []string) ([]string, error) {
			f.mu.Lock()
			defer f.mu.Unlock()
			for _, l := range listings {
				counted[l]++
			}
			return kept, nil
		})
		got, err := f.conn.Submit(ctx, []listing.Draft{{Product: p}}, false, definitions)
		require.NoError(t, err)
		return got
	}
	p := shirt("S", "M")
	first := submit(p)
	require.Empty(t, counted, "a new listing")
	submit(p)
	require.Empty(t, counted, "nothing differs")
	for i := range p.Variants {
		p.Variants[i].Price = 2600
	}
	submit(p)
	require.Equal(t, map[string]int{first.ListingID: 1}, counted, "one call sets both prices")
	p.Title = "Linen shirt, washed"
	kept = []string{first.ListingID}
	got := submit(p)
	for _, r := range got.Results {
		require.Equal(t, codeRevisionsKept, r.Fault.Code)
		require.Equal(t, channel.Config, r.Fault.Class)
	}
	kept = nil
	require.Nil(t, submit(p).Results[0].Fault)
	require.Equal(t, map[string]int{first.ListingID: 1}, counted, "the group, which nothing had changed so far")
}

func TestWordsOfAListingThatWasRevisedTooOften(t *testing.T) {
	t.Parallel()
	config := channel.NewFault(channel.Config, opLevels, "")
	for words, want := range map[string]bool{
		"Cannot revise the listing. You have revised this listing as often as is allowed on one day.": true,
		"The number of times this item may be revised has been reached.":                              true,
		"Revisions are limited to 250 per day.":                                                       true,
		"Cannot revise the listing. It has a bid or ends within 12 hours.":                            false,
		"Try again another day.": false,
	} {
		require.Equal(t, want, usedUp(config, []apiError{{ErrorID: codeNotRevisable, Message: words}}), words)
		require.False(t, usedUp(config, []apiError{{ErrorID: 25004, Message: words}}), words)
	}
	require.False(t, usedUp(nil, nil))
}

package publication_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/publication"
)

func TestItemsAreCountedByOutcome(t *testing.T) {
	t.Parallel()
	require.Equal(t, listing.PublicationCounts{Items: 21, Done: 5, Invalid: 3, Refused: 2, Skipped: 4, Warnings: 1}, publication.Count([]publication.Group{
		{Status: publication.Pending, Items: 7, Warnings: 1}, {Status: publication.Done, Items: 4}, {Status: publication.Done, Items: 1, Warnings: 3},
		{Status: publication.Skipped, Items: 4, Warnings: 2}, {Status: publication.Error, Stage: listing.Validation, Items: 3, Warnings: 1},
		{Status: publication.Error, Stage: listing.Response, Items: 2},
	}))
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
	lanes := []publication.Lane{l, publication.LaneOf("test", listing.KindProduct, publication.Pending)}
	require.Equal(t, lanes, publication.OfStatus(lanes, ""))
	require.Equal(t, lanes[1:], publication.OfStatus(lanes, publication.Pending))
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

			ended := &publication.Item{Kind: listing.KindCategory, Reference: "Mugs", Status: publication.Done, Step: listing.Validated}
			publication.EndCategories([]*publication.Item{ended}, tc.products)
			require.Equal(t, publication.Done, ended.Status, "it keeps its end")
			require.False(t, ended.Changed())
		})
	}
}

package listing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/listing"
)

func TestTheSettingsThatHoldForACategory(t *testing.T) {
	t.Parallel()
	all := []listing.TypeSettings{
		{Type: "1", Values: map[string][]string{"Care": {"dry"}, "Colour": {"any"}}},
		{Category: "Kitchen > Mugs", Values: map[string][]string{"Colour": {"red"}}},
		{Category: "Kitchen", Type: "2"},
		{Category: "Kitchen > Mug", Type: "4"},
	}
	for category, want := range map[string][]string{
		"Kitchen > Mugs > Large":  {"Kitchen > Mugs", "Kitchen", ""},
		"Kitchen > Mugs":          {"Kitchen > Mugs", "Kitchen", ""},
		"Kitchen > Mugs and more": {"Kitchen", ""},
		"Garden":                  {""},
		"":                        {""},
	} {
		var holding []string
		for _, s := range listing.Holding(all, category) {
			holding = append(holding, s.Category)
		}
		require.Equal(t, want, holding, category)
	}
	nearest, found := listing.Nearest(all, "Kitchen > Mugs > Large")
	require.True(t, found)
	require.Equal(t, listing.TypeSettings{Category: "Kitchen > Mugs", Type: "2", Values: map[string][]string{"Care": {"dry"}, "Colour": {"red"}}}, nearest)
	_, found = listing.Nearest(all[1:], "Garden")
	require.False(t, found)
}

func TestSettingATypeAddsToWhatIsThere(t *testing.T) {
	t.Parallel()
	before := listing.TypeSettings{Category: "Mugs", Type: "MUG", Values: map[string][]string{"Care": {"dry"}, "Colour": {"red"}}}
	for name, tc := range map[string]struct {
		before, shown listing.TypeSettings
		want          listing.TypeSettings
		same          bool
		refused       bool
	}{
		"the first of a category": {
			shown: listing.TypeSettings{Category: "Mugs", Type: "MUG"}, want: listing.TypeSettings{Category: "Mugs", Type: "MUG", Values: map[string][]string{}},
		},
		"another type": {
			before: before, shown: listing.TypeSettings{Category: "Mugs", Type: "CUP"}, want: listing.TypeSettings{Category: "Mugs", Type: "CUP", Values: before.Values},
		},
		"a value more, one otherwise and one taken away": {
			before: before, shown: listing.TypeSettings{Category: "Mugs", Values: map[string][]string{"Size": {"L"}, "Care": {"wash"}, "Colour": nil}},
			want: listing.TypeSettings{Category: "Mugs", Type: "MUG", Values: map[string][]string{"Size": {"L"}, "Care": {"wash"}}},
		},
		"the same again": {
			before: before, shown: listing.TypeSettings{Category: "Mugs", Type: "MUG", Values: map[string][]string{"Care": {"dry"}}}, want: before, same: true,
		},
		"nothing taken away that is there": {
			before: before, shown: listing.TypeSettings{Category: "Mugs", Values: map[string][]string{"Size": nil}}, want: before, same: true,
		},
		"values without a type": {shown: listing.TypeSettings{Category: "Mugs", Values: map[string][]string{"Size": {"L"}}}, refused: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			now, changed, err := tc.before.Set(tc.shown)
			require.Equal(t, tc.refused, err != nil)
			if !tc.refused {
				require.Equal(t, tc.want, now)
				require.Equal(t, !tc.same, changed)
			}
		})
	}
	require.Equal(t, []string{"dry"}, before.Values["Care"], "what was read is not changed")
}

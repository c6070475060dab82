package catalogue_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/catalogue"
)

func TestWhatTheViewsOfTheCatalogueShow(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		so   []catalogue.Fact
		want []catalogue.View
	}{
		"a SKU that is sold":        {[]catalogue.Fact{catalogue.InStock, catalogue.IsLinked}, nil},
		"sold out":                  {[]catalogue.Fact{catalogue.IsLinked}, []catalogue.View{catalogue.ViewNoStock}},
		"not listed":                {[]catalogue.Fact{catalogue.InStock}, []catalogue.View{catalogue.ViewUnlinked}},
		"neither":                   {nil, []catalogue.View{catalogue.ViewNoStock, catalogue.ViewUnlinked}},
		"a kit":                     {[]catalogue.Fact{catalogue.IsKit, catalogue.IsLinked}, []catalogue.View{catalogue.ViewKits}},
		"a kit that is not listed":  {[]catalogue.Fact{catalogue.IsKit}, []catalogue.View{catalogue.ViewKits, catalogue.ViewUnlinked}},
		"a kit that had stock once": {[]catalogue.Fact{catalogue.IsKit, catalogue.InStock, catalogue.IsLinked}, []catalogue.View{catalogue.ViewKits}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []catalogue.View
			for _, v := range catalogue.Views() {
				if v.Shows(tc.so...) {
					got = append(got, v)
				}
			}
			require.Equal(t, tc.want, got)
			require.True(t, catalogue.View("").Shows(tc.so...), "without a view all are shown")
		})
	}
}

func TestASKUOfWhichOnlyTheTitleIsKnown(t *testing.T) {
	t.Parallel()
	require.ErrorContains(t, catalogue.Titled{Title: "A mug"}.Check(), `variant "A mug" has no SKU`)
	mug := catalogue.Titled{SKU: "MUG", Title: "A mug"}
	require.NoError(t, mug.Check())
	require.Equal(t, catalogue.Product{Key: "MUG", Title: "A mug"}, mug.Product())
	require.Equal(t, catalogue.VariantRow{Variant: catalogue.Variant{SKU: "MUG"}, Title: "A mug", Product: "MUG"}, mug.Row(), "it has no mark")
}

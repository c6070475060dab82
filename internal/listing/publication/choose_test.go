package publication_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/listing/publication"
)

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

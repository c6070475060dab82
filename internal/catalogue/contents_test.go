package catalogue_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/catalogue"
)

func TestWhatAUnitIsMadeOf(t *testing.T) {
	t.Parallel()
	parts := []catalogue.Part{{SKU: "CUP", Quantity: 2}, {SKU: "TOW", Quantity: 1}}
	kits := catalogue.Contents{"SET": parts, "OLD": nil}
	require.Equal(t, parts, kits.Of("SET"))
	for _, sku := range []string{"CUP", "OLD"} {
		require.Equal(t, []catalogue.Part{{SKU: sku, Quantity: 1}}, kits.Of(sku))
	}
}

func TestAVariantIsShownWithItsImagesAndItsProducts(t *testing.T) {
	t.Parallel()
	p := catalogue.Product{Images: []string{"front", "back"}}
	require.Equal(t, []string{"red", "front", "back"}, catalogue.Variant{Images: []string{"red", "front"}}.Shown(p))
	require.Equal(t, []string{"front", "back"}, catalogue.Variant{}.Shown(p))
	require.Empty(t, catalogue.Variant{}.Shown(catalogue.Product{}))
}

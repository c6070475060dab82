package catalogue_test

import (
	"testing"
	"time"

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

func TestARemovedPartIsNotInAKit(t *testing.T) {
	t.Parallel()
	kits := catalogue.Contents{}
	kits.Add("SET", catalogue.Part{SKU: "CUP", Quantity: 2})
	kits.Add("SET", catalogue.Part{SKU: "LID"})
	kits.Add("OLD", catalogue.Part{SKU: "CUP"})
	require.Equal(t, catalogue.Contents{"SET": {{SKU: "CUP", Quantity: 2}}}, kits)
}

func TestAVariantChangesWithItsProduct(t *testing.T) {
	t.Parallel()
	early, late := time.Unix(1, 0), time.Unix(2, 0)
	for _, tc := range [][3]time.Time{{early, late, late}, {late, early, late}, {early, early, early}} {
		require.Equal(t, tc[2], catalogue.ChangedAt(tc[0], tc[1]))
	}
}

func TestAVariantIsShownWithItsImagesAndItsProducts(t *testing.T) {
	t.Parallel()
	p := catalogue.Product{Images: []string{"front", "back"}}
	require.Equal(t, []string{"red", "front", "back"}, catalogue.Variant{Images: []string{"red", "front"}}.Shown(p))
	require.Equal(t, []string{"front", "back"}, catalogue.Variant{}.Shown(p))
	require.Empty(t, catalogue.Variant{}.Shown(catalogue.Product{}))
}

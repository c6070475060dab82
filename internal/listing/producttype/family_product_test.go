package producttype_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/producttype"
)

// mug returns a product with everything that a cup requires: one variant for each colour, or one without options.
func mug(colours ...string) listing.Product {
	p := listing.Product{
		Key: "MUG", Type: "DRINKING_CUP", Title: "Enamel mug", Description: "Light and tough.", Brand: "Quill", Currency: "GBP",
		Images: []string{"https://images.example/1.jpg", "https://images.example/2.jpg"},
		Aspects: map[string][]string{
			"Country of making": {"United Kingdom"}, "Selling Point": {"Light", "Tough"}, "capacity": {"350 ml"},
			"merchant_shipping_group": {"Parcels"}, "Material": {"Oak"}, "item_dimensions.height": {"8 cm"}, "item_dimensions.width": {"9.5 centimeters"},
			"Breaks easily": {"no"}, "number_of_items": {"1"}, "lid.material": {"Cork"},
		},
	}
	barcodes := []string{"5012345678900", "036000291452", "96385074"}
	if len(colours) == 0 {
		p.Variants = []listing.Variant{{SKU: "MUG-1", Barcode: barcodes[0], Price: 1099, Quantity: 5, WeightGrams: 310}}
		return p
	}
	p.Options = []string{"Colour", "Size"}
	for i, colour := range colours {
		p.Variants = append(p.Variants, listing.Variant{
			SKU: "MUG-" + colour, Barcode: barcodes[i], Price: 1099, Quantity: 5, WeightGrams: 310, Options: map[string]string{"Colour": colour, "Size": "Small"},
			Images: []string{"https://images.example/" + colour + ".jpg"},
		})
	}
	return p
}

// written returns the attributes of the only item of a product.
func written(t testing.TB, d *producttype.Definition, p listing.Product) producttype.Attributes {
	t.Helper()
	items := d.Write(p, producttype.Place{})
	require.Len(t, items, 1)
	require.Empty(t, items[0].Issues)
	return items[0].Attributes
}

func text(t testing.TB, v any) string {
	t.Helper()
	body, err := json.Marshal(v)
	require.NoError(t, err)
	return string(body)
}

// parsed reads JSON as attributes hold it.
func parsed(t testing.TB, body string) any {
	t.Helper()
	var v any
	require.NoError(t, json.Unmarshal([]byte(body), &v))
	return v
}

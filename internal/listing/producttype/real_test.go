package producttype_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/producttype"
)

// lamp returns a product of HOME with everything that Amazon's definition of a marketplace requires. The same facts
// do not fit two marketplaces.
func lamp(marketplace string) listing.Product {
	p := listing.Product{
		Key: "LAMP", Type: "HOME", Title: "Desk lamp, größer", Description: "A lamp for the desk.<br>It bends.", Brand: "Quill", Currency: homes[marketplace],
		Images: []string{"https://images.example/lamp.jpg", "https://images.example/lamp 2.jpg"}, Options: []string{"Colour", "Size"},
		Aspects: map[string][]string{
			"Country of origin": {"DE"}, "Bullet point": {"Bends", "Shines"}, "supplier_declared_dg_hz_regulation": {"not_applicable"},
			"manufacturer": {"Quill Ltd"}, "model_number": {"L-1"}, "number_of_items": {"1"}, "part_number": {"L-1-P"}, "batteries_required": {"no"},
			"merchant_shipping_group": {"Parcels"}, "item_dimensions": {`{"length":{"value":10,"unit":"centimeters"},"width":{"value":20.5,"unit":"centimeters"},"height":{"value":40,"unit":"centimeters"}}`},
			"item_weight": {"1.2 kg"}, "unit_count": {`{"value":1,"type":{"value":"Count"}}`}, "material": {"Oak", "Steel"},
			"fulfillment_availability": {"99"}, // an aspect can't set the quantity
		},
	}
	for i, colour := range []string{"Red", "Blue"} {
		p.Variants = append(p.Variants, listing.Variant{
			SKU: "LAMP-" + colour, Barcode: []string{"5012345678900", "036000291452"}[i], Price: 2099, Quantity: 5,
			Options: map[string]string{"Colour": colour, "Size": "Small"}, WeightGrams: 900,
		})
	}
	more := map[string][]string{"recommended_browse_nodes": {"12587455"}, "power_plug_type": {"no_plug"}, "is_fragile": {"false"}}
	switch marketplace {
	case "us":
		more = map[string][]string{
			"item_type_keyword": {"desk-lamps"}, "generic_keyword": {"lamp; light"}, "model_name": {"Lamp"}, "required_product_compliance_certificate": {"not applicable"},
		}
	case "jp":
		more = map[string][]string{"recommended_browse_nodes": {"12587455"}, "distribution_designation": {"jp_parallel_import"}, "is_exclusive_product": {"no"}}
	}
	for name, values := range more {
		p.Aspects[name] = values
	}
	p.Images[1] = strings.ReplaceAll(p.Images[1], " ", "%20")
	return p
}

// TestWhatIsWrittenPassesAmazonsOwnDefinitions has families and new listings, which must pass.
func TestWhatIsWrittenPassesAmazonsOwnDefinitions(t *testing.T) {
	t.Parallel()
	for marketplace := range homes {
		t.Run("HOME in "+marketplace, func(t *testing.T) {
			t.Parallel()
			d := compiled(t, realBody(t, "HOME-"+marketplace+".json"))
			family, single := lamp(marketplace), lamp(marketplace)
			single.Options, single.Variants = nil, single.Variants[:1]
			single.Aspects["color"], single.Aspects["size"] = []string{"Red"}, []string{"Small"}
			passes(t, d, family, 3)
			passes(t, d, single, 1)
			single.Variants[0].ChannelFulfils = true
			single.Aspects["number_of_boxes"] = []string{"1"}
			single.Aspects["item_package_dimensions"] = single.Aspects["item_dimensions"]
			passes(t, d, single, 1)
		})
	}
	t.Run("an offer for a product that is there", func(t *testing.T) {
		t.Parallel()
		d := compiled(t, realBody(t, offerOnly))
		items := d.Write(lamp("gb"), producttype.Place{})
		require.Len(t, items, 2, "two offers, and no parent")
		for n, i := range items {
			require.Empty(t, d.Validate(i.Attributes, nil))
			require.NotContains(t, i.Attributes, "item_name")
			require.Equal(t, n == 0, slices.ContainsFunc(i.Issues, func(i listing.Issue) bool { return i.Code == "attribute-unknown" }), "reported once")
		}
	})
}

func passes(t *testing.T, d *producttype.Definition, p listing.Product, n int) {
	t.Helper()
	items := d.Write(p, producttype.Place{})
	require.Len(t, items, n)
	for _, i := range items {
		require.Empty(t, i.Issues, i.SKU)
		require.Empty(t, d.Validate(i.Attributes, nil), i.SKU)
	}
}

// TestMarketplacesDemandOppositeAttributes has attributes that the US require and GB does not have, and the reverse.
func TestMarketplacesDemandOppositeAttributes(t *testing.T) {
	t.Parallel()
	for marketplace, want := range map[string][]string{
		"gb": {"item_type_keyword attribute-unknown warning", "recommended_browse_nodes attribute-missing error"},
		"us": {"item_type_keyword attribute-missing error", "recommended_browse_nodes attribute-unknown warning"},
	} {
		t.Run(marketplace, func(t *testing.T) {
			t.Parallel()
			d := compiled(t, realBody(t, "HOME-"+marketplace+".json"))
			p := lamp(marketplace)
			delete(p.Aspects, "item_type_keyword")
			delete(p.Aspects, "recommended_browse_nodes")
			p.Aspects[map[string]string{"gb": "item_type_keyword", "us": "recommended_browse_nodes"}[marketplace]] = []string{"123"}
			parent := d.Write(p, producttype.Place{})[0]
			var got []string
			for _, i := range append(parent.Issues, d.Validate(parent.Attributes, nil)...) {
				got = append(got, i.Attributes[0]+" "+i.Code+" "+string(i.Severity))
			}
			slices.Sort(got)
			require.Equal(t, want, got)
		})
	}
}

// TestThemesAreAboutWhatTheRulesSay reads what the rules of a real definition demand of each theme.
func TestThemesAreAboutWhatTheRulesSay(t *testing.T) {
	t.Parallel()
	d := compiled(t, realBody(t, "HOME-gb.json"))
	themes := map[string]producttype.Theme{}
	current := 0
	for _, theme := range d.Themes() {
		themes[theme.Name] = theme
		require.NotEmpty(t, theme.Attributes, theme.Name)
		if !theme.Deprecated {
			current++
		}
	}
	require.Len(t, themes, 166)
	require.Equal(t, 25, current)
	for name, want := range map[string][]string{
		"COLOR/SIZE": {"color", "size"}, "SIZE/COLOR": {"size", "color"}, "MODEL": {"model_number"}, "MATERIAL_TYPE": {"material"},
		"STYLE/PATTERN": {"style", "pattern"}, "ITEM_PACKAGE_QUANTITY/SIZE": {"item_package_quantity", "size"}, "SIZE/UNIT_COUNT": {"size", "unit_count"},
	} {
		require.Equal(t, want, themes[name].Attributes, name)
	}
}

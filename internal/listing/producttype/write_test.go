package producttype_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/producttype"
)

const (
	here  = `"marketplace_id":"A1F83G8C2ARO7P"`
	words = `"language_tag":"en_GB",` + here
)

func TestAFamilyIsWrittenAsTheDefinitionWantsIt(t *testing.T) {
	t.Parallel()
	d := cup(t)
	items := d.Write(mug("Red", "Blue"), producttype.Place{})
	require.Len(t, items, 3)
	for _, i := range items {
		require.Empty(t, i.Issues)
		require.Empty(t, d.Validate(i.Attributes, nil), i.SKU)
	}
	parent, child := items[0], items[1]
	require.Equal(t, []any{"MUG", true, "MUG-Red", false}, []any{parent.SKU, parent.Parent, child.SKU, child.Parent})
	require.JSONEq(t, `{
		"item_name":[{"value":"Enamel mug",`+words+`}],
		"brand":[{"value":"Quill",`+words+`}],
		"product_description":[{"value":"Light and tough.",`+words+`}],
		"bullet_point":[{"value":"Light",`+words+`},{"value":"Tough",`+words+`}],
		"country_of_origin":[{"value":"GB",`+here+`}],
		"material":[{"value":"oak_wood",`+here+`}],
		"capacity":[{"value":350,"unit":"milliliters",`+here+`}],
		"item_dimensions":[{"height":{"value":8,"unit":"centimeters"},"width":{"value":9.5,"unit":"centimeters"},`+here+`}],
		"lid":[{"material":[{"value":"Cork","language_tag":"en_GB"}],`+here+`}],
		"is_fragile":[{"value":false,`+here+`}],
		"number_of_items":[{"value":1,`+here+`}],
		"main_product_image_locator":[{"media_location":"https://images.example/1.jpg",`+here+`}],
		"other_product_image_locator_1":[{"media_location":"https://images.example/2.jpg",`+here+`}],
		"parentage_level":[{"value":"parent",`+here+`}],
		"child_parent_sku_relationship":[{"child_relationship_type":"variation",`+here+`}],
		"variation_theme":[{"name":"COLOR/SIZE"}]}`, text(t, parent.Attributes))
	for name, want := range map[string]string{
		"color":                                  `[{"value":"red",` + words + `}]`,
		"size":                                   `[{"value":"Small",` + words + `}]`,
		"condition_type":                         `[{"value":"new_new",` + here + `}]`,
		"purchasable_offer":                      `[{"currency":"GBP","our_price":[{"schedule":[{"value_with_tax":10.99}]}],` + here + `}]`,
		"list_price":                             `[{"currency":"GBP","value":10.99,` + here + `}]`,
		"fulfillment_availability":               `[{"fulfillment_channel_code":"DEFAULT","quantity":5}]`,
		"merchant_shipping_group":                `[{"value":"Parcels",` + here + `}]`,
		"externally_assigned_product_identifier": `[{"type":"ean","value":"5012345678900",` + here + `}]`,
		"item_package_weight":                    `[{"value":310,"unit":"grams",` + here + `}]`,
		"main_product_image_locator":             `[{"media_location":"https://images.example/Red.jpg",` + here + `}]`,
		"other_product_image_locator_2":          `[{"media_location":"https://images.example/2.jpg",` + here + `}]`,
		"child_parent_sku_relationship":          `[{"child_relationship_type":"variation","parent_sku":"MUG",` + here + `}]`,
		"parentage_level":                        `[{"value":"child",` + here + `}]`,
		"variation_theme":                        `[{"name":"COLOR/SIZE"}]`,
	} {
		require.JSONEq(t, want, text(t, child.Attributes[name]), name)
	}
	require.JSONEq(t, `[{"type":"upc","value":"036000291452",`+here+`}]`, text(t, items[2].Attributes["externally_assigned_product_identifier"]))
}

// The quantity of an existing listing is set by levels only, and what Amazon ships is Amazon's.
func TestOnlyANewListingOfTheMerchantsGetsAQuantity(t *testing.T) {
	t.Parallel()
	d, p := cup(t), mug()
	require.Contains(t, d.Write(p, producttype.Place{})[0].Attributes, "fulfillment_availability")
	for name, change := range map[string]func(p *listing.Product, place *producttype.Place){
		"a listing that is there": func(_ *listing.Product, place *producttype.Place) { place.Listed = map[string]bool{"MUG-1": true} },
		"one that Amazon ships": func(p *listing.Product, place *producttype.Place) {
			p.Variants[0].ChannelFulfils, place.Listed = true, map[string]bool{"MUG-1": true}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, place := mug(), producttype.Place{}
			change(&p, &place)
			require.NotContains(t, d.Write(p, place)[0].Attributes, "fulfillment_availability")
		})
	}
	p.Variants[0].ChannelFulfils = true
	item := d.Write(p, producttype.Place{})[0]
	require.JSONEq(t, `[{"fulfillment_channel_code":"AMAZON_EU"}]`, text(t, item.Attributes["fulfillment_availability"]))
	require.Empty(t, d.Validate(item.Attributes, nil))
}

func TestAThemeIsChosenByWhatItIsAbout(t *testing.T) {
	t.Parallel()
	d := cup(t)
	for name, tc := range map[string]struct {
		attributes []string
		theme      string
	}{
		"in this order":                {[]string{"color", "size"}, "COLOR/SIZE"},
		"in that order":                {[]string{"size", "color"}, "SIZE/COLOR"},
		"not the deprecated one":       {[]string{"color"}, "COLOR"},
		"of one that is no text":       {[]string{"capacity"}, "CAPACITY"},
		"none for what no theme is of": {[]string{"material"}, ""},
		"none for nothing":             {nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			theme, ok := d.Theme(tc.attributes)
			require.Equal(t, tc.theme, theme.Name)
			require.Equal(t, tc.theme != "", ok)
		})
	}
	require.Contains(t, d.Themes(), producttype.Theme{Name: "SIZE_NAME/COLOR_NAME", Attributes: []string{"size", "color"}, Deprecated: true})
}

// TestWhatIsWrongWithAProductIsNoticedWhileItIsWritten has the errors that are found before the definition is used.
func TestWhatIsWrongWithAProductIsNoticedWhileItIsWritten(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		spoil         func(*listing.Product)
		sku, code     string
		message, want string
		severity      listing.Severity
	}{
		"an aspect that the type has not": {
			func(p *listing.Product) { p.Aspects["Seat height"] = []string{"40 cm"} }, "MUG", "attribute-unknown",
			"DRINKING_CUP in this marketplace has no attribute Seat height; it is not sent.", "an attribute that the type has, or none", listing.Warning,
		},
		"an option that no theme is about": {
			func(p *listing.Product) { p.Options[1] = "Material" }, "MUG", "options-wrong",
			"DRINKING_CUP has no variation theme for Colour and Material.", "options that one of its themes is about: COLOR, SIZE/COLOR, COLOR/SIZE, CAPACITY", listing.Error,
		},
		"an option that is no attribute": {
			func(p *listing.Product) { p.Options[1] = "Finish" }, "MUG", "options-wrong",
			"DRINKING_CUP has no attribute of its own for the option Finish.", "options that one of its themes is about: COLOR, SIZE/COLOR, COLOR/SIZE, CAPACITY", listing.Error,
		},
		"variants that are alike": {
			func(p *listing.Product) { p.Variants[1].Options["Colour"] = "RED" }, "MUG-Blue", "variants-alike",
			"It is the same as MUG-Red: nothing distinguishes the two.", "different values of the options", listing.Error,
		},
		"a variant without a value": {
			func(p *listing.Product) { p.Variants[1].Options["Size"] = " " }, "MUG-Blue", "options-wrong",
			"It has no Size.", "a value for each option of the product", listing.Error,
		},
		"a barcode with a wrong digit": {
			func(p *listing.Product) { p.Variants[1].Barcode = "5012345678901" }, "MUG-Blue", "identifier-wrong",
			`Its product identifier is wrong: barcode "5012345678901": the last digit must be 0; one of its digits is wrong.`,
			"an EAN, UPC or GTIN of 8, 12, 13 or 14 digits, as it stands on the goods", listing.Error,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, found := mug("Red", "Blue"), []listing.Issue{}
			tc.spoil(&p)
			for _, i := range cup(t).Write(p, producttype.Place{}) {
				if i.SKU == tc.sku {
					found = i.Issues
				}
			}
			require.Len(t, found, 1)
			require.Equal(t, []any{tc.code, tc.severity, tc.message, tc.want}, []any{found[0].Code, found[0].Severity, found[0].Message, found[0].Want})
		})
	}
}

func TestAspectsSayWhatTheProductDoesNot(t *testing.T) {
	t.Parallel()
	d, p := cup(t), mug()
	p.Aspects = map[string][]string{
		"item_name": {"Mug for Amazon"}, "product_description": {"Plain text."}, "Brand": {"Generic"},
		"Country of making": {"Germany"}, "country_of_origin": {"GB"}, // the account's settings for all cups have it
		"Selling point 1": {"Light"}, "Selling point 2": {"Tough"}, "list_price": {"12.50"}, "merchant_shipping_group": {"Parcels"},
		"purchasable_offer": {`{"discounted_price":[{"schedule":[{"value_with_tax":9.5}]}]}`}, "fulfillment_availability": {"77"}, "parentage_level": {"parent"},
	}
	a := d.Write(p, producttype.Place{})[0].Attributes
	require.Empty(t, d.Validate(a, nil))
	for name, want := range map[string]string{
		"item_name":                `[{"value":"Mug for Amazon",` + words + `}]`,
		"product_description":      `[{"value":"Plain text.",` + words + `}]`,
		"brand":                    `[{"value":"Quill",` + words + `}]`,
		"country_of_origin":        `[{"value":"DE",` + here + `}]`,
		"bullet_point":             `[{"value":"Light",` + words + `},{"value":"Tough",` + words + `}]`,
		"list_price":               `[{"value":12.50,"currency":"GBP",` + here + `}]`,
		"purchasable_offer":        `[{"currency":"GBP","discounted_price":[{"schedule":[{"value_with_tax":9.5}]}],"our_price":[{"schedule":[{"value_with_tax":10.99}]}],` + here + `}]`,
		"fulfillment_availability": `[{"fulfillment_channel_code":"DEFAULT","quantity":5}]`,
	} {
		require.JSONEq(t, want, text(t, a[name]), name)
	}
	require.NotContains(t, a, "parentage_level")
}

// TestValuesAreReadAsTheDefinitionWantsThem has what merchants write for closed values, booleans, numbers and
// measures.
func TestValuesAreReadAsTheDefinitionWantsThem(t *testing.T) {
	t.Parallel()
	d := cup(t)
	for name, tc := range map[string]struct{ attribute, given, want string }{
		"a value":                       {"material", "steel", `{"value":"steel",` + here + `}`},
		"the name of a value":           {"material", "STAINLESS  steel", `{"value":"steel",` + here + `}`},
		"a country":                     {"country_of_origin", "united kingdom", `{"value":"GB",` + here + `}`},
		"yes":                           {"is_fragile", "Yes", `{"value":true,` + here + `}`},
		"a number":                      {"number_of_items", " 12 ", `{"value":12,` + here + `}`},
		"a number that is none":         {"number_of_items", "a dozen", `{"value":"a dozen",` + here + `}`},
		"a measure":                     {"capacity", "0.33 Liters", `{"value":0.33,"unit":"liters",` + here + `}`},
		"a short unit":                  {"capacity", "33ml", `{"value":33,"unit":"milliliters",` + here + `}`},
		"a unit that is converted":      {"capacity", "33 cl", `{"value":330,"unit":"milliliters",` + here + `}`},
		"a measure without a unit":      {"capacity", "33", `{"value":33,` + here + `}`},
		"a unit that there is not":      {"capacity", "3 cups", `{"value":3,"unit":"cups",` + here + `}`},
		"pounds for a package in grams": {"item_package_weight", "2 lb", `{"value":907.185,"unit":"grams",` + here + `}`},
		"all of its parts":              {"item_dimensions", `{"height":{"value":8,"unit":"mm"},"width":{"value":1,"unit":"in"}}`, `{"height":{"value":0.8,"unit":"centimeters"},"width":{"value":1,"unit":"inches"},` + here + `}`},
		"another place":                 {"material", `{"value":"steel","marketplace_id":"A1PA6795UKMFR9"}`, `{"value":"steel","marketplace_id":"A1PA6795UKMFR9"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := mug()
			p.Aspects = map[string][]string{tc.attribute: {tc.given}}
			require.JSONEq(t, "["+tc.want+"]", text(t, d.Write(p, producttype.Place{})[0].Attributes[tc.attribute]))
		})
	}
}

func TestWordsFindAttributes(t *testing.T) {
	t.Parallel()
	d := cup(t)
	for word, want := range map[string]string{
		"item_name": "item_name", "Item Name": "item_name", "TITLE": "item_name", "Colour": "color", "selling point": "bullet_point", "Bullet-Point 3": "bullet_point",
		"Country of making": "country_of_origin", "Currency": "", "Seat height": "", "": "", "3": "",
	} {
		name, ok := d.Find(word)
		require.Equal(t, want, name, word)
		require.Equal(t, want != "", ok, word)
	}
}

package producttype_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/producttype"
)

// TestEveryMistakeIsNamed makes one mistake after another in a right listing: each causes exactly the issues that are
// listed here.
func TestEveryMistakeIsNamed(t *testing.T) {
	t.Parallel()
	d := cup(t)
	for name, tc := range mistakes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := written(t, d, mug())
			for attribute, value := range tc.set {
				if value == "" {
					delete(a, attribute)
					continue
				}
				a[attribute] = parsed(t, value)
			}
			var got []string
			for _, i := range d.Validate(a, nil) {
				require.Equal(t, listing.Validation, i.Stage)
				require.NotEmpty(t, i.Attributes)
				got = append(got, answerOf(i))
			}
			require.Equal(t, tc.known, got)
		})
	}
}

// shown returns an issue in one line.
func answerOf(i listing.Issue) string {
	mark := ""
	if i.Severity == listing.Warning {
		mark = "warning "
	}
	return fmt.Sprintf("%s%s %s: %s Want: %s", mark, i.Code, strings.TrimPrefix(i.Pointer, "/attributes"), i.Message, i.Want)
}

type mistake struct {
	set   map[string]string // attributes as JSON; empty: the attribute is removed
	known []string
}

func one(attribute, value string, shown ...string) mistake {
	return mistake{map[string]string{attribute: value}, shown}
}

func inWords(value string) string { return `[{"value":` + value + `,"language_tag":"en_GB"}]` }

var mistakes = map[string]mistake{
	"required":                                  one("brand", "", `attribute-missing /brand: brand is missing. Want: The cup's brand.`),
	"required, closed":                          one("country_of_origin", "", `attribute-missing /country_of_origin: Country of making (country_of_origin) is missing. Want: one of 7 values: GB (United Kingdom), DE (Germany), PL (Poland), UNKNOWN, CN (China), JP (Japan), ...`),
	"required by a rule":                        one("merchant_shipping_group", "", `attribute-missing /merchant_shipping_group: Shipping template (merchant_shipping_group) is missing: it is needed when fulfillment_availability.fulfillment_channel_code is DEFAULT. Want: The cup's shipping template.`),
	"a field is required":                       one("capacity", `[{"value":2}]`, `attribute-missing /capacity/0/unit: capacity has no unit. Want: one of milliliters, liters`),
	"no language":                               one("item_name", `[{"value":"Mug"}]`, `attribute-missing /item_name/0/language_tag: Title (item_name) has no language_tag. Want: a text`),
	"one of two is required":                    one("fulfillment_availability", `[{"fulfillment_channel_code":"DEFAULT"}]`, `attribute-missing /fulfillment_availability/0/quantity: Availability (fulfillment_availability) needs is_inventory_available or quantity. Want: is_inventory_available or quantity`),
	"no identifier":                             one("externally_assigned_product_identifier", "", `identifier-missing /externally_assigned_product_identifier: It has no product identifier: give an EAN, UPC or GTIN, the product's ASIN (merchant_suggested_asin) or ask for an exemption (supplier_declared_has_product_identifier_exemption). Want: an EAN, UPC or GTIN as its barcode`),
	"unknown":                                   one("seat_height", `[{"value":1}]`, `attribute-unknown /seat_height: DRINKING_CUP has no attribute seat_height. Want: leave it out`),
	"known by another name":                     one("Selling Point", `[]`, `attribute-unknown /Selling Point: DRINKING_CUP has no attribute Selling Point. Want: bullet_point`),
	"a field that there is not":                 one("variation_theme", `[{"name":"COLOR","marketplace_id":"A1F83G8C2ARO7P"}]`, `attribute-unknown /variation_theme/0/marketplace_id: variation_theme has no field marketplace_id. Want: leave it out`),
	"forbidden by a rule":                       one("fulfillment_availability", `[{"fulfillment_channel_code":"AMAZON_EU","quantity":3}]`, `attribute-forbidden /fulfillment_availability/0/quantity: Availability (fulfillment_availability), quantity must not be given unless fulfillment_channel_code is DEFAULT and is_inventory_available is not given. Want: leave it out`),
	"a value forbidden by a rule":               one("battery", `[{"cell":"lithium"}]`, `value-not-allowed /battery/0/cell: battery, cell must not be lithium. Want: another value`),
	"a list lacks what a rule wants":            {map[string]string{"batteries_required": `[{"value":true}]`, "battery": `[{"cell":"lithium"}]`}, []string{`attribute-missing /battery: battery lacks a value whose cell is alkaline when batteries_required is true. Want: a value whose cell is alkaline`}},
	"the other side of a rule":                  {map[string]string{"batteries_required": `[{"value":true}]`}, []string{`attribute-missing /battery: battery is missing: it is needed when batteries_required is true. Want: one of alkaline, lithium`}},
	"not in a closed list":                      one("country_of_origin", `[{"value":"Germoney"}]`, `value-not-allowed /country_of_origin/0/value: Country of making (country_of_origin) is "Germoney", which is not one of its values. Want: one of 7 values: DE (Germany), GB (United Kingdom), PL (Poland), UNKNOWN, CN (China), JP (Japan), ...`),
	"a text that is no text":                    one("item_name", inWords(`5`), `wrong-type /item_name/0/value: Title (item_name) is 5; it must be a text. Want: something such as "Enamel cup, red"`),
	"a number that is a text":                   one("number_of_items", `[{"value":"5"}]`, `wrong-type /number_of_items/0/value: Number in the box (number_of_items) is a text; it must be a whole number. Want: a whole number`),
	"not a list":                                one("item_name", `"Mug"`, `wrong-type /item_name: Title (item_name) is a text; it must be a list. Want: What buyers read first. For example: "Enamel cup, red"`),
	"a list of texts":                           one("item_name", `["Mug"]`, `wrong-type /item_name/0: Title (item_name) is a text; it must be a set of fields. Want: a set of fields`),
	"null":                                      one("item_name", `null`, `wrong-type /item_name: Title (item_name) is nothing (null); it must be a list. Want: What buyers read first. For example: "Enamel cup, red"`),
	"not whole":                                 one("number_of_items", `[{"value":1.5}]`, `wrong-type /number_of_items/0/value: Number in the box (number_of_items) is 1.5; it must be a whole number. Want: a whole number`),
	"too many characters":                       one("item_name", inWords(`"`+strings.Repeat("é", 61)+`"`), `value-too-long /item_name/0/value: Title (item_name) has 61 characters; it may have 60. Want: 60 characters at most`),
	"too few characters":                        one("item_name", inWords(`"ab"`), `value-too-short /item_name/0/value: Title (item_name) has 2 characters; it must have 3. Want: 3 characters at least`),
	"too many bytes":                            one("generic_keyword", inWords(`"éééééééééééé"`), `value-too-long /generic_keyword/0/value: Search words (generic_keyword) has 24 bytes in UTF-8, where a letter such as é counts twice; it may have 20. Want: 20 bytes at most`),
	"too few bytes":                             one("generic_keyword", inWords(`"a"`), `value-too-short /generic_keyword/0/value: Search words (generic_keyword) has 1 byte; it must have 2. Want: 2 bytes at least`),
	"too many values":                           one("bullet_point", `[{"value":"a","language_tag":"en_GB"},{"value":"b","language_tag":"en_GB"},{"value":"c","language_tag":"en_GB"},{"value":"d","language_tag":"en_GB","marketplace_id":"A1F83G8C2ARO7P"}]`, `too-many-values /bullet_point: Selling point (bullet_point) has 4 values for A1F83G8C2ARO7P, en_GB; it may have 3. Want: 3 values at most`),
	"enough values of each language":            one("bullet_point", `[{"value":"a","language_tag":"en_GB"},{"value":"b","language_tag":"en_GB"},{"value":"c","language_tag":"en_GB"},{"value":"d","language_tag":"de_DE"}]`),
	"too few values":                            one("safety_marks", `[{"value":"CE"}]`, `attribute-missing /safety_marks: safety_marks has 1 value for A1F83G8C2ARO7P; it must have 2 at least. Want: 2 values at least`),
	"no value":                                  one("material", `[]`, `attribute-missing /material: material has 0 values; it must have 1 at least. Want: 1 value at least`),
	"more items than may be":                    one("variation_theme", `[{"name":"COLOR"},{"name":"CAPACITY"}]`, `too-many-values /variation_theme: variation_theme has 2 values; it may have 1. Want: 1 value at most`),
	"too small":                                 one("number_of_items", `[{"value":0}]`, `value-not-allowed /number_of_items/0/value: Number in the box (number_of_items) is 0; it must be 1 or more. Want: 1 or more`),
	"too large":                                 one("number_of_items", `[{"value":145}]`, `value-not-allowed /number_of_items/0/value: Number in the box (number_of_items) is 145; it must be 144 or less. Want: 144 or less`),
	"just too small":                            one("item_dimensions", `[{"height":{"value":0,"unit":"inches"},"width":{"value":1,"unit":"inches"}}]`, `value-not-allowed /item_dimensions/0/height/value: Dimensions (item_dimensions), height is 0; it must be more than 0. Want: more than 0`),
	"just too large":                            one("handle_count", `[{"value":6}]`, `value-not-allowed /handle_count/0/value: Handles (handle_count) is 6; it must be less than 6. Want: less than 6`),
	"not a multiple":                            one("handle_count", `[{"value":3}]`, `value-not-allowed /handle_count/0/value: Handles (handle_count) is 3; it must be a multiple of 2. Want: a multiple of 2`),
	"finer than a penny":                        one("list_price", `[{"currency":"GBP","value":10.999}]`, `value-not-allowed /list_price/0/value: Recommended price (list_price) is 10.999; it must be a multiple of 0.01. Want: a multiple of 0.01`),
	"not as the pattern":                        one("model_number", `[{"value":"12"}]`, `wrong-format /model_number/0/value: Model (model_number) is "12", which does not fit the pattern ^[A-Z]{2}-[0-9]+$. Want: something such as "CU-12"`),
	"an image that is nowhere":                  one("main_product_image_locator", `[{"media_location":"cup.jpg"}]`, `image-wrong /main_product_image_locator/0/media_location: Main image (main_product_image_locator), media_location is "cup.jpg", which is not an address such as https://example.com/image.jpg. Want: an address such as https://example.com/image.jpg`),
	"a day that is none":                        one("fulfillment_availability", `[{"fulfillment_channel_code":"DEFAULT","quantity":1,"restock_date":"2026-02-30"}]`, `wrong-format /fulfillment_availability/0/restock_date: Availability (fulfillment_availability), restock_date is "2026-02-30", which is not a date such as 2026-01-31 or a date with a time such as 2026-01-31T09:30:00Z. Want: a date such as 2026-01-31 or a date with a time such as 2026-01-31T09:30:00Z`),
	"a day":                                     one("fulfillment_availability", `[{"fulfillment_channel_code":"DEFAULT","quantity":1,"restock_date":"2026-02-28"}]`),
	"a moment":                                  one("fulfillment_availability", `[{"fulfillment_channel_code":"DEFAULT","quantity":1,"restock_date":"2026-02-28T12:00:00Z"}]`),
	"an open list refuses nothing":              one("color", inWords(`"Mauve"`)),
	"a deprecated value":                        one("variation_theme", `[{"name":"COLOR_NAME"}]`, `warning deprecated-value /variation_theme/0/name: variation_theme, name is "COLOR_NAME", which Amazon still accepts and is going to refuse. Want: a value that is not deprecated`),
	"HTML":                                      one("product_description", inWords(`"<p>Light</p> and <b>tough</b>"`), `html-not-allowed /product_description/0/value: Description (product_description) has HTML in it (<p>), which Amazon does not allow. Want: plain text; line breaks as <br>`),
	"a line's end is no HTML":                   one("product_description", inWords(`"Light<br>and 3 < 5 <br/> tough"`)),
	"no price":                                  one("purchasable_offer", "", `price-missing /purchasable_offer: It has no price. Want: a price above 0 in the marketplace's currency`),
	"an offer without a price":                  one("purchasable_offer", `[{"currency":"GBP"}]`, `price-missing /purchasable_offer: It has no price. Want: a price above 0 in the marketplace's currency`),
	"a price of nothing":                        one("purchasable_offer", `[{"currency":"GBP","our_price":[{"schedule":[{"value_with_tax":0}]}]}]`, `price-missing /purchasable_offer/0/our_price/0/schedule/0/value_with_tax: Its price is 0 or less. Want: a price above 0`),
	"another currency":                          one("purchasable_offer", `[{"currency":"EUR","our_price":[{"schedule":[{"value_with_tax":5}]}]}]`, `currency-wrong /purchasable_offer/0/currency: Its price is in EUR, and the marketplace sells in GBP. Want: GBP`),
	"another currency in a closed list":         one("list_price", `[{"currency":"EUR","value":10}]`, `currency-wrong /list_price/0/currency: Recommended price (list_price), currency is "EUR", which is not one of its values. Want: GBP`),
	"a parent with a parent":                    {map[string]string{"parentage_level": `[{"value":"parent"}]`, "variation_theme": `[{"name":"COLOR"}]`, "child_parent_sku_relationship": `[{"child_relationship_type":"variation","parent_sku":"X"}]`}, []string{`attribute-forbidden /child_parent_sku_relationship/0/parent_sku: Family (child_parent_sku_relationship), parent_sku must not be given when parentage_level is parent. Want: leave it out`}},
	"a child of a theme without its attributes": {map[string]string{"parentage_level": `[{"value":"child"}]`, "variation_theme": `[{"name":"SIZE/COLOR"}]`, "child_parent_sku_relationship": `[{"child_relationship_type":"variation","parent_sku":"X"}]`}, []string{`attribute-missing /color: Shade (color) is missing: it is needed when variation_theme.name is SIZE/COLOR. Want: The cup's shade.`, `attribute-missing /size: size is missing: it is needed when variation_theme.name is SIZE/COLOR. Want: The cup's size.`}},
	"no offer needs no price":                   {map[string]string{"purchasable_offer": "", "skip_offer": `[{"value":true}]`}, nil},
	"all at once":                               {map[string]string{"brand": "", "number_of_items": `[{"value":0}]`, "item_name": inWords(`"ab"`)}, []string{`attribute-missing /brand: brand is missing. Want: The cup's brand.`, `value-too-short /item_name/0/value: Title (item_name) has 2 characters; it must have 3. Want: 3 characters at least`, `value-not-allowed /number_of_items/0/value: Number in the box (number_of_items) is 0; it must be 1 or more. Want: 1 or more`}},
}

// Some parts of an existing listing can't be changed.
func TestWhatCannotBeChangedIsNamed(t *testing.T) {
	t.Parallel()
	d := cup(t)
	ours := written(t, d, mug())
	for name, tc := range map[string]struct {
		listed producttype.Attributes
		shown  string
	}{
		"nothing is listed": {nil, ""},
		"another brand": {
			producttype.Attributes{"brand": parsed(t, `[{"value":"Other","language_tag":"en_GB","marketplace_id":"A1F83G8C2ARO7P"}]`)},
			`/attributes/brand/0/value brand is listed as "Other" and can't be changed to "Quill" any more. "Other", as it is listed, or a new listing under another SKU`,
		},
		"the same brand":                {producttype.Attributes{"brand": parsed(t, `[{"value":"Quill","language_tag":"en_GB"}]`)}, ""},
		"a brand in another language":   {producttype.Attributes{"brand": parsed(t, `[{"value":"Andere","language_tag":"de_DE"}]`)}, ""},
		"a brand in another place":      {producttype.Attributes{"brand": parsed(t, `[{"value":"Other","language_tag":"en_GB","marketplace_id":"A1PA6795UKMFR9"}]`)}, ""},
		"a title may be changed":        {producttype.Attributes{"item_name": parsed(t, `[{"value":"Other","language_tag":"en_GB"}]`)}, ""},
		"what is not given may be":      {producttype.Attributes{"condition_type": parsed(t, `[{}]`)}, ""},
		"something else than we expect": {producttype.Attributes{"condition_type": "new", "brand": nil}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shown := ""
			for _, i := range d.Validate(ours, tc.listed) {
				require.Equal(t, "not-editable", i.Code)
				shown += i.Pointer + " " + i.Message + " " + i.Want
			}
			require.Equal(t, tc.shown, shown)
		})
	}
}

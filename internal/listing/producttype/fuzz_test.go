package producttype_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/producttype"
)

// FuzzCompile reads arbitrary definitions: each one can be used, or is refused.
func FuzzCompile(f *testing.F) {
	f.Add(cupBody(f))
	const head = `{"$schema":"https://schemas.amazon.com/selling-partners/definitions/product-types/meta-schema/v1","type":"object",`
	for _, more := range []string{
		`"properties":{"a":{"$ref":"#"}}}`, `"$ref":"#"}`, `"allOf":[{"$ref":"#/allOf/0"}]}`, `"properties":{"a":true,"b":false}}`,
		`"properties":{"a":{"type":"array","items":[{"type":"string"}],"selectors":["x"],"maxUniqueItems":1}}}`,
		`"properties":{"variation_theme":{"items":{"properties":{"name":{"enum":[1,null,"A"]}}}}}}`,
		`"properties":{"purchasable_offer":{"type":"string"}},"required":["purchasable_offer"]}`,
		`"properties":{"a":{"enum":[],"enumNames":["x"],"multipleOf":1e300}},"allOf":[{"if":true,"then":false}]}`,
		`"$id":"::","properties":{}}`, `"$id":"https://x/y#z"}`, `"$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}},"properties":{"a":{"$ref":"#/$defs/a"}}}`,
		`"properties":{"a":{"allOf":[{"$ref":"#/properties/a"},{"$ref":"#/properties/a"}]},"item_name":{"$ref":"#/properties/a"}}}`,
		`"$recursiveRef":"#","$recursiveAnchor":true}`, `"properties":{"a":{"format":"regex","pattern":"(((((a*)*)*)*)*)$"}}}`,
	} {
		f.Add([]byte(head + more))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if len(body) > 100_000 {
			t.Skip("the bound has a test of its own")
		}
		d, err := producttype.Compile(body)
		if err != nil {
			require.ErrorIs(t, err, producttype.ErrDefinition)
			return
		}
		d.Demands()
		for _, name := range d.Attributes() {
			d.Attribute(name)
			d.Need(name)
		}
		for _, i := range d.Write(mug("Red", "Blue"), producttype.Place{}) {
			d.Validate(i.Attributes, i.Attributes)
		}
	})
}

// FuzzValidate checks attributes of any kind: each result is a list of issues that name their place.
func FuzzValidate(f *testing.F) {
	for _, m := range mistakes {
		for name, value := range m.set {
			f.Add([]byte(`{"` + name + `":` + value + `}`))
		}
	}
	f.Add([]byte(`{"number_of_items":[{"value":1e310}]}`))
	f.Add([]byte(`{"number_of_items":[{"value":1e300}],"item_name":` + strings.Repeat("[", 150) + strings.Repeat("]", 150) + `}`))
	d := cup(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		decoder := json.NewDecoder(strings.NewReader(string(body)))
		decoder.UseNumber()
		var a map[string]any
		if len(body) > 100_000 || decoder.Decode(&a) != nil {
			t.Skip("not attributes")
		}
		for _, i := range d.Validate(a, a) {
			require.True(t, strings.HasPrefix(i.Pointer, "/attributes"))
			require.NotEmpty(t, i.Message)
			require.Less(t, len(i.Message)+len(i.Want), 3000)
		}
		d.Merge(a, a)
	})
}

// FuzzWrite writes products with any texts.
func FuzzWrite(f *testing.F) {
	f.Add("item_dimensions.height", "12 cm", "5012345678900", "Red")
	f.Add("lid.material.value.x", `{"value":{"a":[1e310]}}`, "0", "")
	f.Add("capacity", "99999999999999999999 ml", "00000000", "red\x00")
	f.Add("variation_theme", "COLOR", "", "<b>")
	f.Add("....", strings.Repeat("{", 1000), "", "")
	d := cup(f)
	f.Fuzz(func(t *testing.T, aspect, value, barcode, colour string) {
		p := mug("Red", "Blue")
		p.Aspects[aspect] = []string{value, value}
		p.Variants[1].Barcode, p.Variants[1].Options["Colour"], p.Title, p.Description = barcode, colour, value, value
		for _, i := range d.Write(p, producttype.Place{}) {
			_, err := json.Marshal(i.Attributes)
			require.NoError(t, err)
			d.Validate(i.Attributes, nil)
		}
	})
}

// TestMonstersMakeIssues has products that nobody can list: each has an issue and does no harm.
func TestMonstersMakeIssues(t *testing.T) {
	t.Parallel()
	d := cup(t)
	deep := any("x")
	for range 300 {
		deep = []any{deep}
	}
	for name, tc := range map[string]struct {
		attribute string
		value     any
		code      string
	}{
		"a description of 10 MB":    {"product_description", []any{map[string]any{"value": strings.Repeat("é", 5<<20), "language_tag": "en_GB"}}, "value-too-long"},
		"10 MB of HTML":             {"product_description", []any{map[string]any{"value": strings.Repeat("<b>", 3<<20), "language_tag": "en_GB"}}, "html-not-allowed value-too-long"},
		"a number beyond all":       {"number_of_items", []any{map[string]any{"value": json.Number("1e310")}}, "wrong-type"},
		"a large number":            {"number_of_items", []any{map[string]any{"value": json.Number("1e300")}}, "value-not-allowed"},
		"a deep value":              {"item_name", deep, "wrong-type"},
		"a value that JSON has not": {"item_name", errors.New("x"), "wrong-type"},
		"a thousand values":         {"bullet_point", thousand(), "too-many-values"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := written(t, d, mug())
			a[tc.attribute] = tc.value
			var codes []string
			for _, i := range d.Validate(a, a) {
				codes = append(codes, i.Code)
				require.Less(t, len(i.Message), 500)
			}
			require.Equal(t, tc.code, strings.Join(codes, " "))
		})
	}
	t.Run("300 variants", func(t *testing.T) {
		t.Parallel()
		p := mug("Red")
		for len(p.Variants) < 300 {
			p.Variants = append(p.Variants, p.Variants[0])
		}
		alike := 0
		for _, i := range d.Write(p, producttype.Place{}) {
			if listing.Failed(i.Issues) {
				alike++
			}
		}
		require.Positive(t, alike)
	})
}

func thousand() (all []any) {
	for range 1000 {
		all = append(all, map[string]any{"value": "x", "language_tag": "en_GB"})
	}
	return all
}

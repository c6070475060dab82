package aspects

import (
	"encoding/json"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/listing"
)

// FuzzParse: any definition is read or refused, and one that was read can be used for checks.
func FuzzParse(f *testing.F) {
	f.Add([]byte(shirts))
	f.Add([]byte(`{"categoryId":"1","itemAspects":{"aspects":[{"localizedAspectName":" ","aspectConstraint":{"aspectMaxLength":-1}},{"localizedAspectName":"A","aspectValues":[{},{"localizedValue":"x","valueConstraints":[{}]}]}]}}`))
	f.Add([]byte(`{"categoryId":"1","itemAspects":null,"itemConditionPolicies":{"itemConditionPolicies":[{"categoryId":"1","itemConditions":null}]}}`))
	f.Add([]byte(`{"marketplace":"_","categoryId":"1","itemAspects":{"aspects":[{"localizedAspectName":"C","aspectConstraint":{"aspectMode":"SELECTION_ONLY"},"aspectValues":[{"localizedValue":"GB"}]}]}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		c, err := Parse(body)
		if err != nil {
			return
		}
		for _, a := range c.Aspects {
			require.NotEmpty(t, fold(a.Name))
			require.GreaterOrEqual(t, a.MaxLength, 0)
		}
		p := shirt()
		for _, a := range c.Aspects {
			p.Aspects[a.Name] = []string{"GB", "12", "x"}
		}
		Check(p, Rules{Category: c, Marketplace: c.Marketplace})
		require.Equal(t, Fit(p, c), Fit(Fit(p, c), c))
	})
}

func FuzzSeller(f *testing.F) {
	f.Add([]byte(`{"marketplace":"EBAY_GB","fulfillmentPolicies":{"fulfillmentPolicies":[{"fulfillmentPolicyId":"1"}]},"locations":{"locations":[{}],"next":"x"}}`))
	f.Add([]byte(`{"paymentPolicies":{"paymentPolicies":[null,{"paymentPolicyId":7}]}}`))
	f.Add([]byte(`{"returnPolicies":[]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		s, err := ParseSeller(body)
		if err != nil {
			return
		}
		for _, name := range Settings() {
			has, known := s.Has(name, "1")
			require.True(t, known || !has)
		}
	})
}

// FuzzCheck: whatever a product contains, each issue says what is wrong and where, and none repeats a merchant's
// whole text.
func FuzzCheck(f *testing.F) {
	f.Add("Linen shirt", "A shirt.", "Quill", "Men", "S", "M", "5012345678900", "https://i.example/1.jpg", "Size", int64(1))
	f.Add("<b>\x00\xff", "<script", "\u202e", "Dogs", "", "s ", "x", "://", "", int64(-1))
	f.Fuzz(func(t *testing.T, title, description, brand, department, first, second, barcode, image, option string, price int64) {
		p := listing.Product{
			Key: "K", Type: "57991", Title: title, Description: description, Brand: brand, Currency: "GBP", Images: []string{image},
			Aspects: map[string][]string{"department": {department}, option: {brand}}, Options: []string{option},
			Variants: []listing.Variant{
				{SKU: first, Barcode: barcode, Price: price, Options: map[string]string{option: first}},
				{SKU: second, Price: price, Options: map[string]string{option: second}},
			},
		}
		for _, issues := range Check(p, rules(t)) {
			require.LessOrEqual(t, len(issues), maxIssues)
			for _, i := range issues {
				require.True(t, i.Stage == listing.Validation && i.Code != "" && i.Message != "" && i.Pointer != "" && i.Pointer[0] == '/')
				require.LessOrEqual(t, utf8.RuneCountInString(i.Message), 400)
				_, err := json.Marshal(i)
				require.NoError(t, err)
			}
		}
	})
}

package aspects

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/listing"
)

// shirts returns a category with an aspect of each kind, as eBay's APIs return it.
const shirts = `{"marketplace":"EBAY_GB","categoryTreeId":"3","categoryTreeVersion":"120","categoryId":"57991","itemAspects":{"aspects":[
{"localizedAspectName":"Brand","aspectConstraint":{"aspectRequired":true,"aspectMode":"FREE_TEXT","itemToAspectCardinality":"SINGLE","aspectMaxLength":65,"aspectDataType":"STRING"}},
{"localizedAspectName":"Size","aspectConstraint":{"aspectRequired":true,"aspectMode":"FREE_TEXT","itemToAspectCardinality":"SINGLE","aspectEnabledForVariations":true}},
{"localizedAspectName":"Department","aspectConstraint":{"aspectRequired":true,"aspectMode":"SELECTION_ONLY","itemToAspectCardinality":"SINGLE"},"aspectValues":[{"localizedValue":"Men"},{"localizedValue":"Women"}]},
{"localizedAspectName":"Country of Origin","aspectConstraint":{"aspectMode":"SELECTION_ONLY","itemToAspectCardinality":"SINGLE"},"aspectValues":[{"localizedValue":"Portugal"},{"localizedValue":"United Kingdom"}]},
{"localizedAspectName":"Features","aspectConstraint":{"aspectMode":"FREE_TEXT","itemToAspectCardinality":"MULTI"}},
{"localizedAspectName":"Pack Size","aspectConstraint":{"aspectDataType":"NUMBER","aspectFormat":"int32","itemToAspectCardinality":"SINGLE"}},
{"localizedAspectName":"Weight","aspectConstraint":{"aspectDataType":"NUMBER","aspectFormat":"double","itemToAspectCardinality":"SINGLE"}},
{"localizedAspectName":"Year","aspectConstraint":{"aspectDataType":"DATE","aspectFormat":"YYYY","itemToAspectCardinality":"SINGLE"}},
{"localizedAspectName":"Colour","aspectConstraint":{"aspectMode":"FREE_TEXT","aspectUsage":"RECOMMENDED","itemToAspectCardinality":"MULTI","aspectEnabledForVariations":true},"aspectValues":[
 {"localizedValue":"Pink","valueConstraints":[{"applicableForLocalizedAspectName":"Department","applicableForLocalizedAspectValues":["Women"]}]},{"localizedValue":"Blue"}]},
{"localizedAspectName":"Style Code","aspectConstraint":{"itemToAspectCardinality":"SINGLE","aspectMaxLength":6}},
{"localizedAspectName":"EAN","aspectConstraint":{"aspectRequired":true,"itemToAspectCardinality":"SINGLE"}}
]},"itemConditionPolicies":{"itemConditionPolicies":[{"categoryId":"1","itemConditions":[{"conditionId":"7000"}]},
{"categoryId":"57991","itemConditionRequired":true,"itemConditions":[{"conditionId":"1000"},{"conditionId":"3000"},{"conditionId":"9999"}]}]}}`

func category(t testing.TB) *Category {
	t.Helper()
	c, err := Parse([]byte(shirts))
	require.NoError(t, err)
	return c
}

func rules(t testing.TB) Rules {
	t.Helper()
	seller, err := ParseSeller([]byte(`{"marketplace":"EBAY_GB","fulfillmentPolicies":{"fulfillmentPolicies":[{"fulfillmentPolicyId":"1"}]},
		"paymentPolicies":{"paymentPolicies":[{"paymentPolicyId":2}]},"locations":{"locations":[{"merchantLocationKey":"shed","merchantLocationStatus":"ENABLED"}]}}`))
	require.NoError(t, err)
	return Rules{
		Marketplace: "EBAY_GB", Currency: "GBP", Category: category(t), Seller: seller,
		Settings: map[string]string{FulfillmentPolicy: "1", PaymentPolicy: "2", ReturnPolicy: "3", MerchantLocation: "shed"},
	}
}

// shirt returns a product without errors, in a merchant's own spelling.
func shirt() listing.Product {
	return listing.Product{
		Key: "SHIRT", Type: "57991", Title: "Linen shirt", Description: "<p>A shirt.</p>", Brand: "Quill", Condition: "new", Currency: "GBP",
		Images:  []string{"https://images.example/shirt.jpg"},
		Aspects: map[string][]string{"department": {"men"}, "country_of_origin": {"GB"}, "Features": {"Stretch", "Lined"}, "Our Own": {"Words"}},
		Options: []string{"size"},
		Variants: []listing.Variant{
			{SKU: "S", Barcode: "5012345678900", Price: 2500, Options: map[string]string{"size": "S"}},
			{SKU: "M", Barcode: "5012345678917", Price: 2500, Options: map[string]string{"size": "M"}},
		},
	}
}

func TestWhatIsRightHasNothingAgainstIt(t *testing.T) {
	t.Parallel()
	issues := Check(shirt(), rules(t))
	require.Equal(t, []string{"SHIRT"}, slices.Collect(maps.Keys(issues)))
	require.Len(t, issues["SHIRT"], 1, issues)
	require.Equal(t, []any{listing.CodeAttributesRecommended, listing.Info}, []any{issues["SHIRT"][0].Code, issues["SHIRT"][0].Severity})
	require.Contains(t, issues["SHIRT"][0].Message, "1 more")
}

// mistakes are all possible errors: the change that causes one, what the issue is about, its code and its path.
var mistakes = map[string]struct {
	do                func(p *listing.Product, r *Rules)
	key, code, points string
}{
	"no brand":             {func(p *listing.Product, _ *Rules) { p.Brand = "" }, "SHIRT", listing.CodeAttributeMissing, "/product/aspects/Brand"},
	"no department":        {func(p *listing.Product, _ *Rules) { delete(p.Aspects, "department") }, "SHIRT", listing.CodeAttributeMissing, "/product/aspects/Department"},
	"an odd department":    {func(p *listing.Product, _ *Rules) { p.Aspects["department"] = []string{"Dogs"} }, "SHIRT", listing.CodeValueNotAllowed, "/product/aspects/Department/0"},
	"an odd country":       {func(p *listing.Product, _ *Rules) { p.Aspects["country_of_origin"] = []string{"Atlantis"} }, "SHIRT", listing.CodeValueNotAllowed, "/product/aspects/Country of Origin/0"},
	"two brands":           {func(p *listing.Product, _ *Rules) { p.Aspects["Brand"] = []string{"Quill", "Pen"} }, "SHIRT", listing.CodeTooManyValues, "/product/aspects/Brand"},
	"no number":            {func(p *listing.Product, _ *Rules) { p.Aspects["Pack Size"] = []string{"two"} }, "SHIRT", listing.CodeWrongType, "/product/aspects/Pack Size/0"},
	"half a pack":          {func(p *listing.Product, _ *Rules) { p.Aspects["Pack Size"] = []string{"2.5"} }, "SHIRT", listing.CodeWrongFormat, "/product/aspects/Pack Size/0"},
	"no weight":            {func(p *listing.Product, _ *Rules) { p.Aspects["Weight"] = []string{"1kg"} }, "SHIRT", listing.CodeWrongType, "/product/aspects/Weight/0"},
	"no year":              {func(p *listing.Product, _ *Rules) { p.Aspects["Year"] = []string{"31 May"} }, "SHIRT", listing.CodeWrongFormat, "/product/aspects/Year/0"},
	"colour by department": {func(p *listing.Product, _ *Rules) { p.Aspects["color"] = []string{"pink"} }, "SHIRT", listing.CodeValueNotAllowed, "/product/aspects/Colour/0"},
	"long code":            {func(p *listing.Product, _ *Rules) { p.Aspects["Style Code"] = []string{"1234567"} }, "SHIRT", listing.CodeValueTooLong, "/product/aspects/Style Code/0"},
	"long words":           {func(p *listing.Product, _ *Rules) { p.Aspects["Our Own"] = []string{strings.Repeat("é", 51)} }, "SHIRT", listing.CodeValueTooLong, "/product/aspects/Our Own/0"},
	"long name":            {func(p *listing.Product, _ *Rules) { p.Aspects[strings.Repeat("n", 41)] = []string{"x"} }, "SHIRT", listing.CodeValueTooLong, "/product/aspects/" + strings.Repeat("n", 41)},
	"a slash in a name":    {func(p *listing.Product, _ *Rules) { p.Aspects["a/b~c"] = []string{strings.Repeat("x", 51)} }, "SHIRT", listing.CodeValueTooLong, "/product/aspects/a~1b~0c/0"},
	"long brand":           {func(p *listing.Product, _ *Rules) { p.Brand = strings.Repeat("b", 66) }, "SHIRT", listing.CodeValueTooLong, "/product/aspects/Brand/0"},
	"used up":              {func(p *listing.Product, _ *Rules) { p.Condition = "FOR_PARTS_OR_NOT_WORKING" }, "SHIRT", listing.CodeConditionWrong, "/condition"},
	"a made-up condition":  {func(p *listing.Product, _ *Rules) { p.Condition = "BRAND_NEW" }, "SHIRT", listing.CodeConditionWrong, "/condition"},
	"no title":             {func(p *listing.Product, _ *Rules) { p.Title = " " }, "SHIRT", listing.CodeAttributeMissing, "/product/title"},
	"long title":           {func(p *listing.Product, _ *Rules) { p.Title = strings.Repeat("ü", 81) }, "SHIRT", listing.CodeValueTooLong, "/product/title"},
	"markup in the title":  {func(p *listing.Product, _ *Rules) { p.Title = "<b>Shirt</b>" }, "SHIRT", listing.CodeHTMLNotAllowed, "/product/title"},
	"no description":       {func(p *listing.Product, _ *Rules) { p.Description = "" }, "SHIRT", listing.CodeAttributeMissing, "/listingDescription"},
	"10 MB of description": {func(p *listing.Product, _ *Rules) { p.Description = strings.Repeat("x", 10<<20) }, "SHIRT", listing.CodeValueTooLong, "/listingDescription"},
	"a script":             {func(p *listing.Product, _ *Rules) { p.Description = "Hello<SCRIPT src=x>" }, "SHIRT", listing.CodeHTMLNotAllowed, "/listingDescription"},
	"no price":             {func(p *listing.Product, _ *Rules) { p.Variants[1].Price = 0 }, "M", listing.CodePriceMissing, "/pricingSummary/price/value"},
	"no price at all": {func(p *listing.Product, _ *Rules) {
		p.Currency, p.Variants[0].Price, p.Variants = "", 0, p.Variants[:1]
	}, "S", listing.CodePriceMissing, "/pricingSummary/price/value"},
	"other money": {func(p *listing.Product, _ *Rules) { p.Currency = "USD" }, "SHIRT", listing.CodeCurrencyWrong, "/pricingSummary/price/currency"},
	"no picture": {func(p *listing.Product, _ *Rules) {
		p.Images = nil
		p.Variants[0].Images = []string{"https://i.example/1"}
	}, "M", listing.CodeImageMissing, "/product/imageUrls"},
	"picture by http":    {func(p *listing.Product, _ *Rules) { p.Images[0] = "http://i.example/1" }, "SHIRT", listing.CodeImageWrong, "/product/imageUrls/0"},
	"25 pictures":        {func(p *listing.Product, _ *Rules) { p.Images = slices.Repeat(p.Images, 25) }, "SHIRT", listing.CodeImageWrong, "/product/imageUrls"},
	"13 pictures of one": {func(p *listing.Product, _ *Rules) { p.Variants[0].Images = slices.Repeat(p.Images, 13) }, "S", listing.CodeImageWrong, "/product/imageUrls"},
	"no SKU":             {func(p *listing.Product, _ *Rules) { p.Variants[1].SKU = "" }, "SHIRT", listing.CodeSKUWrong, "/sku"},
	"a SKU twice":        {func(p *listing.Product, _ *Rules) { p.Variants[1].SKU = "S" }, "S", listing.CodeSKUWrong, "/sku"},
	"long SKU":           {func(p *listing.Product, _ *Rules) { p.Variants[1].SKU = strings.Repeat("M", 51) }, strings.Repeat("M", 51), listing.CodeSKUWrong, "/sku"},
	"a line in a SKU":    {func(p *listing.Product, _ *Rules) { p.Variants[1].SKU = "M\n1" }, "M\n1", listing.CodeSKUWrong, "/sku"},
	"long key":           {func(p *listing.Product, _ *Rules) { p.Key = strings.Repeat("K", 51) }, strings.Repeat("K", 51), listing.CodeSKUWrong, "/inventoryItemGroupKey"},
	"nothing to buy":     {func(p *listing.Product, _ *Rules) { p.Variants = nil }, "SHIRT", listing.CodeOptionsWrong, "/variantSKUs"},
	"no options":         {func(p *listing.Product, _ *Rules) { p.Options = nil; p.Aspects["Size"] = []string{"M"} }, "SHIRT", listing.CodeOptionsWrong, "/variesBy/specifications"},
	"brand without an aspect": {func(p *listing.Product, r *Rules) {
		p.Brand, r.Category = strings.Repeat("b", 66), unbranded(r.Category)
	}, "SHIRT", listing.CodeValueTooLong, "/product/brand"},
	"an option twice":        {func(p *listing.Product, _ *Rules) { p.Options = []string{"size", "Size "} }, "SHIRT", listing.CodeOptionsWrong, "/variesBy/specifications"},
	"no such option":         {func(p *listing.Product, _ *Rules) { p.Variants[0].Options["Fit"] = "Slim" }, "S", listing.CodeOptionsWrong, "/product/aspects/Fit"},
	"no value":               {func(p *listing.Product, _ *Rules) { p.Variants[0].Options["size"] = " " }, "S", listing.CodeOptionsWrong, "/product/aspects/Size"},
	"said twice (21916626)":  {func(p *listing.Product, _ *Rules) { p.Aspects["SIZE"] = []string{"L"} }, "SHIRT", listing.CodeOptionsWrong, "/aspects/Size"},
	"may not vary":           {func(p *listing.Product, _ *Rules) { vary(p, "Department", "Men", "Women") }, "SHIRT", listing.CodeOptionsWrong, "/variesBy/specifications"},
	"alike (21916582)":       {func(p *listing.Product, _ *Rules) { p.Variants[1].Options["size"] = "s" }, "M", listing.CodeVariantsAlike, "/variesBy/specifications"},
	"300 variants":           {func(p *listing.Product, _ *Rules) { many(p, 300) }, "SHIRT", listing.CodeTooManyVariants, "/variantSKUs"},
	"no barcode":             {func(p *listing.Product, _ *Rules) { p.Variants[0].Barcode = "" }, "S", listing.CodeIdentifierMissing, "/product/ean"},
	"barcode of another":     {func(p *listing.Product, _ *Rules) { p.Variants[0].Barcode = "036000291452" }, "S", listing.CodeIdentifierMissing, "/product/ean"},
	"wrong barcode":          {func(p *listing.Product, _ *Rules) { p.Variants[0].Barcode = "5012345678901" }, "S", listing.CodeIdentifierWrong, "/product/ean/0"},
	"no category":            {func(p *listing.Product, r *Rules) { p.Type, r.Category = "", nil }, "SHIRT", listing.CodeTypeMissing, "/categoryId"},
	"no definition":          {func(_ *listing.Product, r *Rules) { r.Category = nil }, "SHIRT", listing.CodeDefinitionMissing, "/categoryId"},
	"no payment policy":      {func(_ *listing.Product, r *Rules) { delete(r.Settings, PaymentPolicy) }, "SHIRT", listing.CodeSettingsMissing, "/listingPolicies/paymentPolicyId"},
	"no such payment policy": {func(_ *listing.Product, r *Rules) { r.Settings[PaymentPolicy] = "9" }, "SHIRT", listing.CodeSettingsWrong, "/listingPolicies/paymentPolicyId"},
	"no such location":       {func(_ *listing.Product, r *Rules) { r.Settings[MerchantLocation] = "attic" }, "SHIRT", listing.CodeSettingsWrong, "/merchantLocationKey"},
	"no site":                {func(_ *listing.Product, r *Rules) { r.Marketplace = "" }, "SHIRT", listing.CodeSettingsMissing, "/marketplaceId"},
}

// unbranded returns a category like c that does not know brands.
func unbranded(c *Category) *Category {
	out := *c
	out.Aspects = slices.DeleteFunc(slices.Clone(c.Aspects), func(a Aspect) bool { return isBrand(a.Name) })
	out.byName = map[string]int{}
	for i, a := range out.Aspects {
		out.byName[fold(a.Name)] = i
	}
	return &out
}

func vary(p *listing.Product, option string, values ...string) {
	delete(p.Aspects, strings.ToLower(option))
	p.Options = append(p.Options, option)
	for i, v := range values {
		p.Variants[i].Options[option] = v
	}
}

func many(p *listing.Product, n int) {
	p.Variants = nil
	for i := range n {
		p.Variants = append(p.Variants, listing.Variant{SKU: fmt.Sprint(i), Price: 1, Barcode: "5012345678900", Options: map[string]string{"size": fmt.Sprint(i)}})
	}
}

func TestEachMistakeIsReported(t *testing.T) {
	t.Parallel()
	for name, m := range mistakes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, r := shirt(), rules(t)
			m.do(&p, &r)
			issues := Check(p, r)
			var found []string
			for key, all := range issues {
				for _, i := range all {
					require.Equal(t, listing.Validation, i.Stage)
					if i.Severity == listing.Info {
						continue
					}
					require.NotEmpty(t, i.Message)
					require.NotEmpty(t, i.Want, i.Message)
					require.Less(t, len(i.Message)+len(i.Want), 1000, "no text of a merchant's as a whole")
					found = append(found, key+" "+i.Code+" "+i.Pointer)
				}
			}
			slices.Sort(found)
			want := []string{m.key + " " + m.code + " " + m.points}
			if m.code == listing.CodeVariantsAlike {
				want = []string{"M " + m.code + " " + m.points, "S " + m.code + " " + m.points}
			}
			require.Equal(t, want, found)
		})
	}
}

// All errors are reported together: n issues for n errors in one product.
func TestAllMistakesAreReportedAtOnce(t *testing.T) {
	t.Parallel()
	p, r := shirt(), rules(t)
	together := []string{"no brand", "an odd department", "no number", "no year", "long words", "used up", "long title", "a script", "no price", "picture by http", "wrong barcode", "no payment policy"}
	for _, name := range together {
		mistakes[name].do(&p, &r)
	}
	reported := 0
	for _, all := range Check(p, r) {
		for _, i := range all {
			if i.Severity == listing.Error {
				reported++
			}
		}
	}
	require.Equal(t, len(together), reported)
}

// Fit does not change its input, and its result fits already.
func TestFitIsEBaysSpelling(t *testing.T) {
	t.Parallel()
	p := shirt()
	before, err := json.Marshal(p)
	require.NoError(t, err)
	fitted := Fit(p, category(t))
	after, err := json.Marshal(p)
	require.NoError(t, err)
	require.JSONEq(t, string(before), string(after))
	require.Equal(t, map[string][]string{
		"Brand": {"Quill"}, "Department": {"Men"}, "Country of Origin": {"United Kingdom"}, "Features": {"Stretch", "Lined"}, "Our Own": {"Words"},
	}, fitted.Aspects)
	require.Equal(t, []string{"Size"}, fitted.Options)
	require.Equal(t, map[string]string{"Size": "M"}, fitted.Variants[1].Options)
	require.Equal(t, "NEW", fitted.Condition)
	require.Equal(t, fitted, Fit(fitted, category(t)))
	require.Equal(t, []string{"Quill"}, Fit(p, nil).Aspects["Brand"])
}

func TestCountriesByCode(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{"GB": "United Kingdom", "CN": "China", "gb": "", "ZZ": "", "EU": "", "S": "", "": ""} {
		require.Equal(t, want, country(code, "EBAY_GB"), code)
	}
	require.Equal(t, "Deutschland", country("DE", "EBAY_DE"))
	require.Equal(t, "Italia", country("IT", "EBAY_IT"))
	require.Equal(t, "Germany", country("DE", "EBAY_MOTORS_US"))
}

func TestDoesNotApplyAnswersABarcode(t *testing.T) {
	t.Parallel()
	p := shirt()
	p.Variants[0].Barcode, p.Variants[1].Barcode = "", ""
	p.Aspects["ean"] = []string{"Does not apply"}
	for _, all := range Check(p, rules(t)) {
		require.False(t, listing.Failed(all), all)
	}
}

func TestBarcodesHaveAField(t *testing.T) {
	t.Parallel()
	for barcode, want := range map[string]string{
		"": "", "12345": "", "96385074": "ean", "036000291452": "upc", "5012345678900": "ean", "9780306406157": "isbn", "0306406152": "isbn", "10012345678902": "ean",
	} {
		require.Equal(t, want, BarcodeField(barcode), barcode)
	}
	require.True(t, isBookNumber("0306406152") && isBookNumber("080442957X") && !isBookNumber("0306406153") && !isBookNumber("X306406152"))
}

func TestDefinitionsAreBounded(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", "{}", "[]", `{"categoryId":"1","itemAspects":7}`, `{"categoryId":"1","itemConditionPolicies":{"itemConditionPolicies":{}}}`} {
		_, err := Parse([]byte(body))
		require.Error(t, err, body)
	}
	_, err := Parse(make([]byte, MaxBody+1))
	require.ErrorIs(t, err, ErrTooLarge)
	_, err = ParseSeller(make([]byte, MaxBody+1))
	require.ErrorIs(t, err, ErrTooLarge)
}

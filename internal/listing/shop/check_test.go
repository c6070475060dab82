package shop

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/listing"
)

var open = Rules{
	Settings:  Settings{Currency: "GBP", Plan: "Basic", MaxOptions: 3, MaxVariants: 2048, Location: &Location{ID: "gid://shopify/Location/1", Active: true}},
	MayRevise: true, MayRelist: true,
}

// shirt returns a product that a shop accepts, with three variants.
func shirt() listing.Product {
	p := listing.Product{
		Key: "SHIRT", Type: "Shirts", Title: "Linen shirt", Description: "<p>Light.</p>", Brand: "Quill", Options: []string{"Size"},
		Images: []string{"https://images.example/shirt.jpg"}, Aspects: map[string][]string{"Material": {"Linen"}}, Currency: "GBP",
	}
	for i, size := range []string{"S", "M", "L"} {
		p.Variants = append(p.Variants, listing.Variant{
			SKU: "SHIRT-" + size, Barcode: fmt.Sprintf("505%010d", i), Price: 2999, Quantity: 3, Options: map[string]string{"Size": size},
		})
	}
	return p
}

func of(codes map[string]string, issues map[string][]listing.Issue) {
	for name, list := range issues {
		var all []string
		for _, i := range list {
			all = append(all, i.Code)
		}
		codes[name] = strings.Join(all, " ")
	}
}

func TestAGoodProductHasNoIssues(t *testing.T) {
	t.Parallel()
	require.Empty(t, Check(shirt(), open, Found{Handle: "shirt"}))
	single := shirt()
	single.Options, single.Variants = nil, single.Variants[:1]
	require.Empty(t, Check(single, open, Found{Handle: "shirt"}))
}

// defect is one error, with the codes that it causes and what they are about.
type defect struct {
	change func(*listing.Product)
	rules  func(*Rules)
	found  func(*Found)
	want   map[string]string
	path   string // pointer of the first issue
}

var long = strings.Repeat("é", maxName+1)

// defects has one error against each rule.
var defects = map[string]defect{
	"no title":             {change: func(p *listing.Product) { p.Title = " " }, want: map[string]string{"SHIRT": listing.CodeAttributeMissing}, path: "/title"},
	"title too long":       {change: func(p *listing.Product) { p.Title = long }, want: map[string]string{"SHIRT": listing.CodeValueTooLong}, path: "/title"},
	"vendor too long":      {change: func(p *listing.Product) { p.Brand = long }, want: map[string]string{"SHIRT": listing.CodeValueTooLong}, path: "/vendor"},
	"type too long":        {change: func(p *listing.Product) { p.Type = long }, want: map[string]string{"SHIRT": listing.CodeValueTooLong}, path: "/productType"},
	"no handle":            {found: func(f *Found) { f.Handle = "" }, want: map[string]string{"SHIRT": listing.CodeWrongFormat}, path: "/handle"},
	"handle too long":      {found: func(f *Found) { f.Handle = long }, want: map[string]string{"SHIRT": listing.CodeValueTooLong}, path: "/handle"},
	"ten megabytes":        {change: func(p *listing.Product) { p.Description = strings.Repeat("<b>x</b>\n", 10<<20/9) }, want: map[string]string{"SHIRT": listing.CodeValueTooLong}, path: "/descriptionHtml"},
	"a script":             {change: func(p *listing.Product) { p.Description = "<p>a</p><SCRIPT src=x>" }, want: map[string]string{"SHIRT": listing.CodeHTMLNotAllowed}, path: "/descriptionHtml"},
	"a handler":            {change: func(p *listing.Product) { p.Description = `<img src="x" onerror="steal()">` }, want: map[string]string{"SHIRT": listing.CodeHTMLNotAllowed}},
	"a tag too long":       {change: func(p *listing.Product) { p.Aspects["Care"] = []string{long} }, want: map[string]string{"SHIRT": listing.CodeValueTooLong}, path: "/tags/0"},
	"too many tags":        {change: func(p *listing.Product) { p.Aspects["Care"] = slices.Collect(maps.Keys(numbered(250))) }, want: map[string]string{"SHIRT": listing.CodeTooManyValues}, path: "/tags"},
	"too many with theirs": {found: func(f *Found) { f.Tags = slices.Collect(maps.Keys(numbered(250))) }, want: map[string]string{"SHIRT": listing.CodeTooManyValues}, path: "/tags"},
	"no such collection":   {change: func(p *listing.Product) { p.Collections = []string{"c"} }, want: map[string]string{"SHIRT": listing.CodeCollectionMissing}, path: "/collections/0"},
	"collection by rule": {
		change: func(p *listing.Product) { p.Collections = []string{"c"} }, found: func(f *Found) { f.Collections = map[string]bool{"c": true} },
		want: map[string]string{"SHIRT": listing.CodeCollectionByRule}, path: "/collections/0",
	},
	"picture without TLS":   {change: func(p *listing.Product) { p.Images[0] = "http://images.example/a.jpg" }, want: map[string]string{"SHIRT": listing.CodeImageWrong}, path: "/files/0/originalSource"},
	"a file is no picture":  {change: func(p *listing.Product) { p.Images[0] = `C:\pictures\a.jpg` }, want: map[string]string{"SHIRT": listing.CodeImageWrong}},
	"password in a picture": {change: func(p *listing.Product) { p.Images[0] = "https://me:secret@images.example/a.jpg" }, want: map[string]string{"SHIRT": listing.CodeImageWrong}},
	"picture of a variant":  {change: func(p *listing.Product) { p.Variants[1].Images = []string{"a b"} }, want: map[string]string{"SHIRT-M": listing.CodeImageWrong}, path: "/variants/1/file/originalSource"},
	"too many pictures":     {change: func(p *listing.Product) { p.Images = pictures(251) }, want: map[string]string{"SHIRT": listing.CodeImageWrong}, path: "/files"},
	"too many options": {change: func(p *listing.Product) {
		for _, n := range []string{"A", "B", "C"} {
			p.Options = append(p.Options, n)
			for i := range p.Variants {
				p.Variants[i].Options[n] = "x"
			}
		}
	}, want: map[string]string{"SHIRT": listing.CodeOptionsWrong}, path: "/productOptions"},
	"an option twice": {change: func(p *listing.Product) {
		p.Options = []string{"Size", "size "}
		p.Variants = p.Variants[:1]
		p.Variants[0].Options["size "] = "S"
	}, want: map[string]string{"SHIRT": listing.CodeOptionsWrong}, path: "/productOptions/1/name"},
	"an option no name": {change: func(p *listing.Product) {
		p.Options = []string{"Size", ""}
		p.Variants = p.Variants[:1]
		p.Variants[0].Options[""] = "S"
	}, want: map[string]string{"SHIRT": listing.CodeOptionsWrong}, path: "/productOptions/1/name"},
	"option name too long": {change: func(p *listing.Product) {
		p.Options = []string{long}
		p.Variants = p.Variants[:1]
		p.Variants[0].Options = map[string]string{long: "S"}
	}, want: map[string]string{"SHIRT": listing.CodeValueTooLong}, path: "/productOptions/0/name"},
	"no options":       {change: func(p *listing.Product) { p.Options = nil }, want: map[string]string{"SHIRT": listing.CodeOptionsWrong}, path: "/productOptions"},
	"no variants":      {change: func(p *listing.Product) { p.Variants = nil }, want: map[string]string{"SHIRT": listing.CodeAttributeMissing}, path: "/variants"},
	"a value missing":  {change: func(p *listing.Product) { p.Variants[1].Options = nil }, want: map[string]string{"SHIRT-M": listing.CodeOptionsWrong}, path: "/variants/1/optionValues/0/name"},
	"a value too long": {change: func(p *listing.Product) { p.Variants[1].Options["Size"] = long }, want: map[string]string{"SHIRT-M": listing.CodeValueTooLong}, path: "/variants/1/optionValues/0/name"},
	"a value too many": {change: func(p *listing.Product) { p.Variants[1].Options["Colour"] = "Red" }, want: map[string]string{"SHIRT-M": listing.CodeOptionsWrong}, path: "/variants/1/optionValues"},
	"two alike":        {change: func(p *listing.Product) { p.Variants[2].Options["Size"] = "m" }, want: map[string]string{"SHIRT-M": listing.CodeVariantsAlike, "SHIRT-L": listing.CodeVariantsAlike}, path: "/variants/2/optionValues"},
	"spelt in two ways": {change: func(p *listing.Product) {
		p.Options = []string{"Size", "Colour"}
		for i, colour := range []string{"Red", "Red", "red"} {
			p.Variants[i].Options["Colour"] = colour
		}
	}, want: map[string]string{"SHIRT-L": listing.CodeOptionsWrong}, path: "/variants/2/optionValues/1/name"},
	"no SKU":                 {change: func(p *listing.Product) { p.Variants[1].SKU = "" }, want: map[string]string{"": listing.CodeSKUWrong}, path: "/variants/1/sku"},
	"a SKU twice":            {change: func(p *listing.Product) { p.Variants[1].SKU = "SHIRT-S" }, want: map[string]string{"SHIRT-S": listing.CodeSKUWrong}, path: "/variants/1/sku"},
	"SKU too long":           {change: func(p *listing.Product) { p.Variants[1].SKU = long }, want: map[string]string{long: listing.CodeSKUWrong}, path: "/variants/1/sku"},
	"barcode too long":       {change: func(p *listing.Product) { p.Variants[1].Barcode = long }, want: map[string]string{"SHIRT-M": listing.CodeIdentifierWrong}, path: "/variants/1/barcode"},
	"no price":               {change: func(p *listing.Product) { p.Variants[1].Price = 0 }, want: map[string]string{"SHIRT-M": listing.CodePriceMissing}, path: "/variants/1/price"},
	"a price below 0":        {change: func(p *listing.Product) { p.Variants[1].Price = -1 }, want: map[string]string{"SHIRT-M": listing.CodePriceMissing}, path: "/variants/1/price"},
	"another currency":       {change: func(p *listing.Product) { p.Currency = "EUR" }, want: map[string]string{"SHIRT": listing.CodeCurrencyWrong}},
	"no location":            {rules: func(r *Rules) { r.Location = nil }, want: map[string]string{"SHIRT": listing.CodeSettingsMissing}},
	"a closed location":      {rules: func(r *Rules) { r.Location = &Location{} }, want: map[string]string{"SHIRT": listing.CodeSettingsMissing}},
	"not to be revised":      {rules: func(r *Rules) { r.MayRevise = false }, found: has("SHIRT-S", "S"), want: map[string]string{"SHIRT": listing.CodeNotPermitted}},
	"not to be relisted":     {rules: func(r *Rules) { r.MayRelist = false }, found: func(f *Found) { has("SHIRT-S", "S")(f); f.Archived = true }, want: map[string]string{"SHIRT": listing.CodeNotPermitted}},
	"too many variants":      {rules: func(r *Rules) { r.MaxVariants = 2 }, want: map[string]string{"SHIRT": listing.CodeTooManyVariants}, path: "/variants"},
	"too many with theirs' ": {rules: func(r *Rules) { r.MaxVariants = 3 }, found: has("SHIRT-S", "S", "X", "XL"), want: map[string]string{"SHIRT": listing.CodeTooManyVariants}, path: "/variants"},
	"other options in the shop": {found: func(f *Found) {
		has("SHIRT-S", "S")(f)
		f.Variants = append(f.Variants, Variant{"X", map[string]string{"Colour": "Red"}})
	}, want: map[string]string{"SHIRT": listing.CodeOptionsWrong}, path: "/productOptions"},
	"alike one of the shop":    {found: has("SHIRT-S", "S", "X", "L"), want: map[string]string{"SHIRT-L": listing.CodeVariantsAlike}, path: "/variants/2/optionValues"},
	"another product's handle": {found: has("OTHER", "XL"), want: map[string]string{"SHIRT": listing.CodeHandleInUse}, path: "/handle"},
	"a SKU of another product": {found: func(f *Found) { f.Elsewhere = map[string]Holding{"SHIRT-L": {"old", "Old shirt"}} }, want: map[string]string{"SHIRT-L": listing.CodeSKUElsewhere}, path: "/variants/2/sku"},
	"a second thing, no options": {
		change: func(p *listing.Product) { p.Options = nil; p.Variants = p.Variants[:1] },
		found: func(f *Found) {
			f.Exists = true
			f.Variants = []Variant{{"SHIRT-S", map[string]string{DefaultOption: DefaultValue}}, {"X", map[string]string{DefaultOption: "Other"}}}
		},
		want: map[string]string{"SHIRT-S": listing.CodeVariantsAlike},
	},
}

func numbered(n int) map[string]bool {
	out := map[string]bool{}
	for i := range n {
		out[fmt.Sprint("value ", i)] = true
	}
	return out
}

func pictures(n int) []string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf("https://images.example/%d.jpg", i))
	}
	return all
}

// has returns a shop's product with a variant for each SKU, each with a size.
func has(skusAndSizes ...string) func(*Found) {
	return func(f *Found) {
		f.Exists = true
		for pair := range slices.Chunk(skusAndSizes, 2) {
			f.Variants = append(f.Variants, Variant{SKU: pair[0], Options: map[string]string{"Size": pair[1]}})
		}
	}
}

func (d defect) check() map[string][]listing.Issue {
	p, rules, found := shirt(), open, Found{Handle: "shirt"}
	if d.change != nil {
		d.change(&p)
	}
	if d.rules != nil {
		d.rules(&rules)
	}
	if d.found != nil {
		d.found(&found)
	}
	return Check(p, rules, found)
}

func TestEachRule(t *testing.T) {
	t.Parallel()
	for name, d := range defects {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issues, codes := d.check(), map[string]string{}
			of(codes, issues)
			require.Equal(t, d.want, codes)
			warned := slices.Contains([]string{"a script", "a handler", "collection by rule", "a value too many"}, name)
			for _, list := range issues {
				for _, i := range list {
					require.Equal(t, listing.Validation, i.Stage)
					require.Equal(t, warned, i.Severity == listing.Warning)
					require.NotEmpty(t, i.Message)
					require.NotEmpty(t, i.Want)
					require.Less(t, len(i.Message), 500, "texts are clipped")
					require.NotContains(t, i.Message, "%!")
					if d.path != "" && len(d.want) == 1 {
						require.Equal(t, d.path, i.Pointer)
						require.NotEmpty(t, i.Attributes)
					}
				}
			}
		})
	}
}

// All errors are reported at the first attempt.
func TestAllAtOnce(t *testing.T) {
	t.Parallel()
	p := shirt()
	p.Title, p.Currency, p.Images, p.Collections = "", "EUR", []string{"ftp://a/b.jpg"}, []string{"nowhere"}
	p.Variants[0].Price, p.Variants[0].Barcode = 0, long
	p.Variants[1].Options["Size"] = "L"
	codes := map[string]string{}
	of(codes, Check(p, open, Found{Handle: "shirt"}))
	require.Equal(t, map[string]string{
		"SHIRT":   strings.Join([]string{listing.CodeCurrencyWrong, listing.CodeAttributeMissing, listing.CodeCollectionMissing, listing.CodeImageWrong}, " "),
		"SHIRT-S": listing.CodeIdentifierWrong + " " + listing.CodePriceMissing, "SHIRT-M": listing.CodeVariantsAlike, "SHIRT-L": listing.CodeVariantsAlike,
	}, codes)
}

// A shop on Plus accepts any number of tags, and old tags of an aspect are removed for the new ones.
func TestTagsThatCount(t *testing.T) {
	t.Parallel()
	p, rules := shirt(), open
	p.Aspects["Care"] = slices.Collect(maps.Keys(numbered(400)))
	rules.Plus = true
	require.Empty(t, Check(p, rules, Found{Handle: "shirt"}))
	p.Aspects["Care"] = slices.Collect(maps.Keys(numbered(249)))
	require.Empty(t, Check(p, open, Found{Handle: "shirt", Tags: []string{"Care: old", "Material: Flax"}}))
}

func TestSettingsComeBack(t *testing.T) {
	t.Parallel()
	d, err := open.Definition()
	require.NoError(t, err)
	require.NotEmpty(t, d.Version)
	s, err := ParseSettings(d.Body)
	require.NoError(t, err)
	require.Equal(t, open.Settings, s)
	for _, bad := range []string{``, `[]`, `{"currency":"XXX","maxOptions":3,"maxVariants":9}`, `{"currency":"GBP"}`, strings.Repeat(" ", maxSettings+1)} {
		_, err := ParseSettings([]byte(bad))
		require.Error(t, err)
	}
}

func FuzzParseSettings(f *testing.F) {
	d, _ := open.Definition()
	f.Add(d.Body)
	f.Fuzz(func(t *testing.T, body []byte) {
		s, err := ParseSettings(body)
		if err != nil {
			return
		}
		Check(shirt(), Rules{Settings: s}, Found{})
	})
}

// FuzzCheck checks arbitrary texts: each issue has a code and is short.
func FuzzCheck(f *testing.F) {
	f.Add("SHIRT", "Size", "S", "https://x/y.jpg", "<p>")
	f.Fuzz(func(t *testing.T, key, option, value, image, text string) {
		p := shirt()
		p.Key, p.Title, p.Description, p.Options, p.Images = key, text, text, []string{option, value}, []string{image}
		p.Variants[0].Options, p.Variants[0].SKU = map[string]string{option: value, value: option}, value
		for _, list := range Check(p, open, Found{Handle: key, Tags: []string{text}}) {
			for _, i := range list {
				if i.Code == "" || i.Message == "" || len(i.Message) > 2000 {
					t.Fatalf("%+v", i)
				}
			}
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	p := shirt()
	p.Description = strings.Repeat("<p>Holds half a pint, and more.</p>", 60)
	b.ReportAllocs()
	for b.Loop() {
		if len(Check(p, open, Found{Handle: "shirt"})) > 0 {
			b.Fatal("it is good")
		}
	}
	b.ReportMetric(float64(b.N*len(p.Variants))/b.Elapsed().Seconds(), "items/s")
}

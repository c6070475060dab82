package aspects

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/towpath/towpath/internal/listing"
)

// variants checks SKUs and the differences between variants.
func (f *findings) variants(p listing.Product) {
	f.skus(p)
	f.options(p)
	if n := len(p.Variants); n > maxVariants {
		f.add(f.whole, issue{code: listing.CodeTooManyVariants, pointer: "/variantSKUs", message: fmt.Sprintf("The product has %d variants; a listing on eBay has at most %d.", n, maxVariants),
			want: "at most 250 variants: divide the product"})
		return
	}
	f.alike(p)
}

func (f *findings) skus(p listing.Product) {
	const at = "/sku"
	if len(p.Variants) == 0 {
		f.add(f.whole, issue{code: listing.CodeOptionsWrong, pointer: "/variantSKUs", message: "The product has nothing that can be bought.", want: "at least one variant"})
	}
	seen := map[string]bool{}
	for _, v := range p.Variants {
		switch n := utf8.RuneCountInString(v.SKU); {
		case v.SKU == "":
			f.add(f.whole, issue{code: listing.CodeSKUWrong, pointer: at, aspect: "sku", message: "A variant has no SKU.", want: "a SKU of its own for each variant"})
		case seen[v.SKU]:
			f.add(v.SKU, issue{code: listing.CodeSKUWrong, pointer: at, aspect: "sku", message: "Two variants of the product have this SKU (eBay's custom label).", want: "a SKU of its own for each variant"})
		case n > maxSKU:
			f.add(v.SKU, issue{code: listing.CodeSKUWrong, pointer: at, aspect: "sku", message: fmt.Sprintf("The SKU has %d characters; eBay allows %d.", n, maxSKU), want: "at most 50 characters"})
		case strings.ContainsFunc(v.SKU, unicode.IsControl), strings.TrimSpace(v.SKU) != v.SKU:
			f.add(v.SKU, issue{code: listing.CodeSKUWrong, pointer: at, aspect: "sku", message: "The SKU has a line break, a control sign or a space around it.", want: "letters, digits and signs between them"})
		}
		seen[v.SKU] = true
	}
	if n := utf8.RuneCountInString(p.Key); n > maxSKU && len(p.Options) > 0 {
		f.add(f.whole, issue{code: listing.CodeSKUWrong, pointer: "/inventoryItemGroupKey", message: fmt.Sprintf("The product's key has %d characters; eBay allows %d.", n, maxSKU), want: "at most 50 characters"})
	}
}

// options checks the names, and that each variant has a value for each.
func (f *findings) options(p listing.Product) {
	at := "/variesBy/specifications"
	whole := func(message, want string) {
		f.add(f.whole, issue{code: listing.CodeOptionsWrong, pointer: at, message: message, want: want})
	}
	switch {
	case len(p.Variants) > 1 && len(p.Options) == 0:
		whole("The product has several variants and does not say in what they differ.", "options such as Colour or Size")
	case len(p.Options) > 0 && p.Key == "":
		whole("A product with variants needs a key, under which eBay keeps them together.", "a product key")
	}
	if len(p.Options) > maxOptions {
		whole(fmt.Sprintf("The variants differ in %d things; eBay allows %d.", len(p.Options), maxOptions), "at most 5 options")
	}
	seen := map[string]bool{}
	for i, name := range p.Options {
		key := fold(name)
		switch {
		case key == "":
			whole("An option has no name.", "a name such as Colour or Size")
		case seen[key]:
			whole(fmt.Sprintf("Option %q is there twice.", clipped(name)), "each option once")
		case utf8.RuneCountInString(name) > maxName:
			f.add(f.whole, issue{code: listing.CodeValueTooLong, pointer: pointer("variesBy", "specifications", i, "name"), aspect: clipped(name),
				message: fmt.Sprintf("The option's name %q is longer than %d characters.", clipped(name), maxName), want: "at most 40 characters"})
		}
		seen[key] = true
		if values := p.Aspects[name]; len(values) > 0 { // eBay 21916626
			f.add(f.whole, issue{code: listing.CodeOptionsWrong, pointer: pointer("aspects", name), aspect: name,
				message: fmt.Sprintf("%s is said of the whole product (%s), and its variants differ in it: eBay wants it in one place.", clipped(name), clipped(values[0])),
				want:    "leave it out of the product's attributes"})
		}
	}
	for _, v := range p.Variants {
		f.values(p, v)
	}
}

// values checks that a variant has a value for each option and for nothing else.
func (f *findings) values(p listing.Product, v listing.Variant) {
	for _, name := range p.Options {
		if v.Options[name] == "" {
			f.add(v.SKU, issue{code: listing.CodeOptionsWrong, pointer: pointer("product", "aspects", name), aspect: name,
				message: fmt.Sprintf("It does not say its %s, in which the product's variants differ.", clipped(name)), want: "a value of " + clipped(name)})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(v.Options)) {
		if len(p.Options) > 0 && !slices.Contains(p.Options, name) {
			f.add(v.SKU, issue{code: listing.CodeOptionsWrong, pointer: pointer("product", "aspects", name), aspect: name,
				message: fmt.Sprintf("It says a %s, which is not one of the product's options.", clipped(name)), want: "options: " + someOf(p.Options)})
		}
	}
}

// alike finds variants without any difference (eBay 21916582, 21916585). Only a person knows which of them is wrong,
// so none is sent.
func (f *findings) alike(p listing.Product) {
	if len(p.Options) == 0 {
		return
	}
	keys, words := make([]string, len(p.Variants)), make([]string, len(p.Variants))
	same := map[string][]string{} // SKUs by key
	for i, v := range p.Variants {
		var values, shown []string
		for _, name := range p.Options {
			values, shown = append(values, foldValue(v.Options[name])), append(shown, name+" "+clipped(v.Options[name]))
		}
		if slices.Contains(values, "") {
			continue // already reported
		}
		keys[i], words[i] = strings.Join(values, "\x00"), strings.Join(shown, ", ")
		if !slices.Contains(same[keys[i]], v.SKU) {
			same[keys[i]] = append(same[keys[i]], v.SKU)
		}
	}
	for i, v := range p.Variants {
		if skus := same[keys[i]]; len(skus) > 1 {
			others := slices.DeleteFunc(slices.Clone(skus), func(sku string) bool { return sku == v.SKU })
			f.add(v.SKU, issue{code: listing.CodeVariantsAlike, pointer: "/variesBy/specifications",
				message: fmt.Sprintf("It has the same values as %s: %s.", someOf(others), words[i]), want: "values that no other variant of the product has"})
		}
	}
}

// images checks the pictures: each listing has at least one, and eBay fetches them over https only.
func (f *findings) images(p listing.Product) {
	grouped := len(p.Options) > 0
	if len(p.Images) == 0 {
		for _, v := range p.Variants {
			if len(v.Images) == 0 {
				key := v.SKU
				if !grouped {
					key = f.whole
				}
				f.add(key, issue{code: listing.CodeImageMissing, pointer: "/product/imageUrls", aspect: "imageUrls",
					message: "There is no picture of it.", want: "the https address of at least one picture"})
			}
		}
	}
	f.pictures(f.whole, p.Images, maxImages)
	most := maxImages
	if grouped {
		most = maxGroupImages
	}
	for _, v := range p.Variants {
		f.pictures(v.SKU, v.Images, most)
	}
}

func (f *findings) pictures(key string, addresses []string, most int) {
	if len(addresses) > most {
		f.add(key, issue{code: listing.CodeImageWrong, pointer: "/product/imageUrls", aspect: "imageUrls",
			message: fmt.Sprintf("There are %d pictures; eBay allows %d.", len(addresses), most), want: fmt.Sprintf("at most %d pictures", most)})
	}
	for i, address := range addresses {
		if u, err := url.Parse(address); err != nil || u.Scheme != "https" || u.Host == "" {
			f.add(key, issue{code: listing.CodeImageWrong, pointer: pointer("product", "imageUrls", i), aspect: "imageUrls",
				message: fmt.Sprintf("Picture %q is not an address that begins with https://.", clipped(address)), want: "an https address that eBay can reach"})
		}
	}
}

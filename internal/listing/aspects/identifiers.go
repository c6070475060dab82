package aspects

import (
	"fmt"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/listing"
)

// BarcodeField returns eBay's field for a barcode, which is also the lower-case name of its aspect: ean, upc or isbn,
// by the number of digits; empty for anything else.
func BarcodeField(barcode string) string {
	switch n := len(barcode); {
	case n == 12:
		return "upc"
	case n == 10, n == 13 && (barcode[:3] == "978" || barcode[:3] == "979"):
		return "isbn"
	case n == 8, n == 13, n == 14:
		return "ean"
	}
	return ""
}

// isBookNumber reports whether a text is an older book number (ISBN-10), which is not a GTIN: its digits are weighted
// from ten to one, X is ten, and the sum is a multiple of eleven.
func isBookNumber(text string) bool {
	const digits, modulus = 10, 11
	if len(text) != digits {
		return false
	}
	sum := 0
	for i, r := range text {
		n := int(r - '0')
		if i == digits-1 && (r == 'X' || r == 'x') {
			n = 10
		} else if r < '0' || r > '9' {
			return false
		}
		sum += n * (digits - i)
	}
	return sum%modulus == 0
}

// identifiers checks barcodes and finds those that the category requires and a variant lacks. A value among the
// aspects ("Does not apply") also satisfies the requirement.
func (f *findings) identifiers(p listing.Product, c *Category) {
	for _, v := range p.Variants {
		if isBookNumber(v.Barcode) {
			continue
		}
		if err := catalogue.CheckGTIN(v.Barcode); err != nil {
			f.add(v.SKU, issue{code: listing.CodeIdentifierWrong, pointer: pointer("product", "ean", 0), aspect: "ean",
				message: fmt.Sprintf("The %v.", err), want: "the barcode as it is printed on the goods, or none"})
		}
	}
	if c == nil {
		return
	}
	for _, a := range c.Aspects {
		if !a.Required || !isIdentifier(a.Name) || len(p.Aspects[a.Name]) > 0 {
			continue
		}
		for _, v := range p.Variants {
			if field := BarcodeField(v.Barcode); field == fold(a.Name) || field != "" && fold(a.Name) == "gtin" {
				continue
			}
			f.add(v.SKU, issue{code: listing.CodeIdentifierMissing, pointer: pointer("product", fold(a.Name)), aspect: a.Name,
				message: fmt.Sprintf("It has no %s; eBay requires one in category %s.", a.Name, c.ID),
				want:    "its barcode, or the attribute " + a.Name + " saying \"Does not apply\" where the maker gave it none"})
		}
	}
}

// country returns the name of a country for its ISO 3166-1 code in capitals, in the language of one of eBay's sites;
// empty for other texts. Merchants use the code, which other channels accept, but eBay's closed lists have names.
func country(code, marketplace string) string {
	const letters = 2
	if len(code) != letters || strings.ToUpper(code) != code {
		return ""
	}
	region, err := language.ParseRegion(code)
	if err != nil || !region.IsCountry() {
		return ""
	}
	return namer(marketplace).Name(region)
}

// namer returns the namer of countries in the site's language: that of most people in the site's country.
func namer(marketplace string) display.Namer {
	_, site, _ := strings.Cut(marketplace, "_")
	if region, err := language.ParseRegion(site); err == nil {
		tongue, _ := language.Compose(region)
		if base, confidence := tongue.Base(); confidence != language.No {
			if n := display.Regions(language.Make(base.String())); n != nil {
				return n
			}
		}
	}
	return display.English.Regions()
}

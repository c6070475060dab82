package merchantfile

import (
	"fmt"

	"github.com/towpath/towpath/internal/catalogue"
)

// product is what some rows of a file describe: a product and the kits among its variants.
type product struct {
	line int
	catalogue.Product
	kits []catalogue.Kit
}

// The greatest number of variants of a product: Shopify's limit since 2025, and that of an eBay listing.
const (
	maxVariants     = 2048
	maxEbayVariants = 250
)

func (p *page) manyVariants(one product) {
	switch n := len(one.Variants); {
	case n > maxVariants:
		p.mistake(catalogue.Mistake{Line: one.line, What: fmt.Sprintf("product %s has %d variants", quote(one.Key), n),
			Want: fmt.Sprintf("%d at most, as many as Shopify allows", maxVariants)})
	case n > maxEbayVariants:
		p.note("line %d: product %s has %d variants; an eBay listing may have %d", one.line, quote(one.Key), n, maxEbayVariants)
	}
}

// barcode reads a GTIN; it returns an empty text if there is none, or after a mistake.
func (p *page) barcode(r row, c column, text string) string {
	text, _ = unwrap(text)
	if text == "" {
		return ""
	}
	const want = "a GTIN (EAN, UPC) of 8, 12, 13 or 14 digits, or nothing"
	if reason, ok := Damaged(text); ok {
		p.wrong(r.line, c, quote(text)+" "+reason, want)
		return ""
	}
	err := catalogue.CheckGTIN(text)
	if err == nil {
		return text
	}
	if digitsOnly(text) {
		for zeros := text; len(zeros) < 14; {
			if zeros = "0" + zeros; catalogue.CheckGTIN(zeros) == nil {
				p.wrong(r.line, c, err.Error(), fmt.Sprintf("%s, if a spreadsheet has removed zeros from its beginning", zeros))
				return ""
			}
		}
	}
	p.wrong(r.line, c, err.Error(), want)
	return ""
}

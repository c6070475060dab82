package merchantfile

import (
	"context"
	"fmt"

	"github.com/towpath/towpath/internal/catalogue"
)

// product is what some rows of a file make: a product and the kits among its variants.
type product struct {
	line int
	catalogue.Product
	kits []catalogue.Kit
}

// goods reads products. Rows of one product need not stand together (a spreadsheet may have sorted them): how many
// there are is known since the file was opened, and a product is handed over with its last one.
func (f *File) goods(ctx context.Context, hand func(*page, product) error) (Report, error) {
	if !f.format.HoldsKind(Catalogue) {
		return Report{}, &WrongKindError{f.name, f.Format(), Catalogue}
	}
	p := f.page()
	if f.json != nil {
		err := f.json.read(ctx, p, hand)
		return *p.report, err
	}
	finish := func(rows []row) error {
		one, ok := f.shape.products(p, rows)
		if !ok {
			return nil
		}
		p.manyVariants(one)
		return hand(p, one)
	}
	open := map[string][]row{}
	err := f.each(ctx, p, func(r row) error {
		key := ""
		if f.shape.key != nil {
			key = f.shape.key(r)
		}
		if key == "" {
			return finish([]row{r})
		}
		rows := append(open[key], r.own())
		left := f.facts.groups[key]
		if len(rows) < min(left, maxGroup) {
			open[key] = rows
			return nil
		}
		delete(open, key)
		if left > maxGroup {
			f.facts.groups[key] = 0 // its other rows are read no more
			p.mistake(catalogue.Mistake{Line: rows[0].line, What: fmt.Sprintf("product %s has %d rows", quote(key), left),
				Want: fmt.Sprintf("%d at most", maxGroup)})
			return nil
		}
		return finish(rows)
	})
	return *p.report, err
}

// The most variants of a product: Shopify's limit since 2025, and that of an eBay listing.
const (
	maxVariants     = 2048
	maxEbayVariants = 250
)

func (p *page) manyVariants(one product) {
	switch n := len(one.Variants); {
	case n > maxVariants:
		p.mistake(catalogue.Mistake{Line: one.line, What: fmt.Sprintf("product %s has %d variants", quote(one.Key), n),
			Want: fmt.Sprintf("%d at most, as many as Shopify takes", maxVariants)})
	case n > maxEbayVariants:
		p.note("line %d: product %s has %d variants; an eBay listing takes %d", one.line, quote(one.Key), n, maxEbayVariants)
	}
}

// barcode reads a GTIN; it is empty where there is none, or after a mistake was noted.
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
				p.wrong(r.line, c, err.Error(), fmt.Sprintf("%s, if a spreadsheet has taken zeros off its beginning", zeros))
				return ""
			}
		}
	}
	p.wrong(r.line, c, err.Error(), want)
	return ""
}

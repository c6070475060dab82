package merchantfile

import (
	"context"
	"fmt"

	"github.com/towpath/towpath/internal/catalogue"
)

// Products calls take for each product with its variants, and the line where it begins. In formats that have only
// SKUs (Amazon, Linnworks) each SKU is a product of one variant without a key. An empty text means that the file does
// not have it. A catalogue.Mistake returned by take is recorded and reading continues; any other error ends it.
func (f *File) Products(ctx context.Context, take func(p catalogue.Product, line int) error) (Report, error) {
	return f.goods(ctx, func(p *page, one product) error {
		if len(one.Variants) == 0 {
			return nil // a kit that is described elsewhere in the file
		}
		return p.handed(one.line, take(one.Product, one.line))
	})
}

// Kits calls take for each kit. A kit's own SKU is also in Products.
func (f *File) Kits(ctx context.Context, take func(k catalogue.Kit, line int) error) (Report, error) {
	return f.goods(ctx, func(p *page, one product) error {
		for _, kit := range one.kits {
			if err := p.handed(one.line, take(kit, one.line)); err != nil {
				return err
			}
		}
		return nil
	})
}

// Stock calls take for each quantity, and for each row without one, with its reason.
func (f *File) Stock(ctx context.Context, take func(StockRow) error) (Report, error) {
	p, err := f.begin(Stock)
	if err != nil {
		return Report{}, err
	}
	err = f.together(ctx, p, func(rows []row) error {
		return f.shape.stock(p, rows, func(s StockRow) error {
			if s.Skip == "" {
				return p.handed(s.Line, take(s))
			}
			p.skip(s.Line, s.SKU, s.Skip)
			return take(s)
		})
	})
	return *p.report, err
}

// Listings calls take for each listing and variation.
func (f *File) Listings(ctx context.Context, take func(ListingRow) error) (Report, error) {
	p, err := f.begin(Listings)
	if err != nil {
		return Report{}, err
	}
	err = f.together(ctx, p, func(rows []row) error {
		for _, l := range f.shape.listing(p, rows) {
			if err := p.handed(l.Line, take(l)); err != nil {
				return err
			}
		}
		return nil
	})
	return *p.report, err
}

// Packages calls take for each package or line of one. Rows with a mistake are included, marked as Wrong: the rest of
// a package must not be sent without them.
func (f *File) Packages(ctx context.Context, take func(PackageRow) error) (Report, error) {
	p, err := f.begin(Packages)
	if err != nil {
		return Report{}, err
	}
	err = f.each(ctx, p, func(r row) error {
		pack, ok := f.shape.packed(p, r)
		if pack.Wrong = !ok; pack.Wrong {
			return take(pack)
		}
		return p.handed(pack.Line, take(pack))
	})
	return *p.report, err
}

// goods reads products.
func (f *File) goods(ctx context.Context, hand func(*page, product) error) (Report, error) {
	if f.json != nil {
		p := f.page()
		f.read = 0
		err := f.json.read(ctx, p, func(p *page, one product) error {
			f.read++
			return hand(p, one)
		})
		return *p.report, err
	}
	p, err := f.begin(Catalogue)
	if err != nil {
		return Report{}, err
	}
	err = f.together(ctx, p, func(rows []row) error {
		one, ok := f.shape.products(p, rows)
		if !ok {
			return nil
		}
		before := p.report.Wrong
		if p.manyVariants(one); p.report.Wrong > before {
			return nil
		}
		return hand(p, one)
	})
	return *p.report, err
}

// together calls do with all rows of one product or listing. They need not be adjacent (a spreadsheet may have sorted
// them): their number is known since the file was opened, and do is called after the last.
func (f *File) together(ctx context.Context, p *page, do func([]row) error) error {
	open, given := map[string][]row{}, map[string]bool{}
	return f.each(ctx, p, func(r row) error {
		key := ""
		if f.shape.key != nil {
			key = f.shape.key(r)
		}
		if key == "" {
			return do([]row{r})
		}
		if given[key] {
			return nil
		}
		open[key] = append(open[key], r.own())
		rows := open[key]
		all := f.facts.groups[key]
		if len(rows) < min(all, maxGroup) {
			return nil
		}
		delete(open, key)
		if all > maxGroup {
			given[key] = true
			p.mistake(catalogue.Mistake{Line: rows[0].line, What: fmt.Sprintf("%s has %d rows", quote(key), all),
				Want: fmt.Sprintf("%d at most for one product", maxGroup)})
			return nil
		}
		return do(rows)
	})
}

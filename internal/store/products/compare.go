package products

import (
	"context"
	"database/sql"
	"maps"
	"slices"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/store/db"
)

// comparison holds entries against what is stored. Entries of one call may be about one product: each sees what
// those before it made of it.
type comparison struct {
	read    db.Reading
	entries []catalogue.Product
	results []CatalogueResult
	marks   []string          // of the entries
	pending []int             // entries that their marks do not show to be unchanged
	known   map[string]string // SKU to the key of its product, of those that are stored letter by letter
	stored  catalogue.Stored
}

func newComparison(entries []catalogue.Product, read db.Reading) *comparison {
	return &comparison{
		read: read, entries: slices.Clone(entries), results: make([]CatalogueResult, len(entries)), marks: make([]string, len(entries)),
		known:  make(map[string]string),
		stored: catalogue.Stored{Products: make(map[string]catalogue.Product), Of: make(map[string]string)},
	}
}

func (c *comparison) run(ctx context.Context, lock string) error {
	if err := c.skipUnchanged(ctx, lock); err != nil || len(c.pending) == 0 {
		return err
	}
	if err := c.spell(ctx); err != nil {
		return err
	}
	if err := c.load(ctx); err != nil {
		return err
	}
	for _, i := range c.pending {
		c.merge(i)
	}
	return nil
}

// skipUnchanged reads the marks of the entries' SKUs. An entry whose mark all its SKUs have was the last to change
// each of them: it would change nothing.
func (c *comparison) skipUnchanged(ctx context.Context, lock string) error {
	var skus []string
	for _, e := range c.entries {
		for _, v := range e.Variants {
			skus = append(skus, v.SKU)
		}
	}
	marks := make(map[string]string, len(skus))
	err := c.read(ctx, `SELECT o.sku, o.product, o.hash FROM {{rows 1}} CROSS JOIN variants o WHERE o.sku = r.value`+lock,
		func(rows *sql.Rows) error {
			var sku, product, mark string
			err := rows.Scan(&sku, &product, &mark)
			c.known[sku], marks[sku] = product, mark
			return err
		}, db.Texts(skus))
	if err != nil {
		return err
	}
	for i, e := range c.entries {
		c.marks[i] = e.Mark()
		if slices.ContainsFunc(e.Variants, func(v catalogue.Variant) bool { return marks[v.SKU] != c.marks[i] }) {
			c.pending = append(c.pending, i)
			continue
		}
		for _, v := range e.Variants {
			c.results[i].Outcome.Same = append(c.results[i].Outcome.Same, v.SKU)
		}
	}
	return nil
}

// spell finds the catalogue's spelling of SKUs that it does not have letter by letter.
func (c *comparison) spell(ctx context.Context) error {
	var folded, numbers []string
	for _, i := range c.pending {
		for _, v := range c.entries[i].Variants {
			if _, ok := c.known[v.SKU]; ok {
				continue
			}
			folded = append(folded, catalogue.Fold(v.SKU))
			if n := catalogue.Number(v.SKU); n != "" {
				numbers = append(numbers, n)
			}
		}
	}
	if len(folded) == 0 {
		return nil
	}
	kin := kinship{of: make(map[string]string)}
	if err := kin.read(ctx, c.read, folded, numbers); err != nil {
		return err
	}
	for _, i := range c.pending {
		c.respell(i, kin)
	}
	return nil
}

// respell writes the SKUs of an entry as the catalogue does.
func (c *comparison) respell(i int, kin kinship) {
	e := c.entries[i]
	e.Variants = slices.Clone(e.Variants)
	for j, v := range e.Variants {
		if _, ok := c.known[v.SKU]; ok {
			continue
		}
		as, mistake := catalogue.Spelled(v.SKU, kin.kin(v.SKU))
		if mistake != nil {
			c.results[i].Mistake = mistake
			return
		}
		if as != v.SKU {
			if c.results[i].Spelled == nil {
				c.results[i].Spelled = make(map[string]string)
			}
			c.results[i].Spelled[v.SKU] = as
			c.known[as], e.Variants[j].SKU = kin.of[as], as
		}
	}
	c.entries[i] = e
}

// merge decides about one entry.
func (c *comparison) merge(i int) {
	r := &c.results[i]
	if r.Mistake != nil {
		return
	}
	out, mistake := catalogue.Merge(c.stored, c.entries[i])
	r.Outcome, r.Mistake = out, mistake
	if mistake != nil || !out.Writes() {
		return
	}
	moved := make(map[string]bool)
	for _, v := range c.entries[i].Variants {
		if from := c.stored.Of[v.SKU]; from != "" && from != out.Product.Key {
			moved[from] = true
		}
		c.stored.Of[v.SKU] = out.Product.Key
	}
	for from := range moved {
		p := c.stored.Products[from]
		p.Variants = slices.DeleteFunc(slices.Clone(p.Variants), func(v catalogue.Variant) bool { return c.stored.Of[v.SKU] != from })
		if c.stored.Products[from] = p; len(p.Variants) == 0 {
			delete(c.stored.Products, from)
		}
	}
	c.stored.Products[out.Product.Key] = out.Product
}

// catalogueRows are the rows that a comparison leads to. left are the products from which a SKU has moved away.
type catalogueRows struct {
	categories map[string]categoryRow
	products   map[string]catalogue.Product
	variants   map[string]catalogueVariant
	left       []string
}

// catalogueVariant is a variant as it is stored.
type catalogueVariant struct {
	catalogue.Variant
	title, product, mark string
	position             int
}

// written gathers the rows of entries that change something, each product as the last entry left it. The mark of
// a SKU is that of the entry it came with, and none where its product was changed by an entry that it is not in.
func (c *comparison) written() *catalogueRows {
	w := &catalogueRows{categories: make(map[string]categoryRow), products: make(map[string]catalogue.Product), variants: make(map[string]catalogueVariant)}
	left := make(map[string]bool)
	for _, i := range c.pending {
		r := &c.results[i]
		if r.Mistake != nil || !r.Outcome.Writes() {
			continue
		}
		key := r.Outcome.Product.Key
		p, mine := c.stored.Products[key], make(map[string]bool)
		for _, v := range c.entries[i].Variants {
			mine[v.SKU] = true
			if from, known := c.known[v.SKU]; known && from != key {
				left[from] = true
			}
		}
		changed := r.Outcome.NewProduct || r.Outcome.Changed
		if changed {
			w.products[key] = p
			w.addCategory(p.Category)
		}
		for at, v := range p.Variants {
			row := catalogueVariant{Variant: v, title: p.TitleOf(v), product: key, position: at}
			switch {
			case mine[v.SKU]:
				row.mark = c.marks[i]
				w.variants[v.SKU] = row
			case changed:
				w.variants[v.SKU] = row
			}
		}
	}
	w.left = slices.Sorted(maps.Keys(left))
	return w
}

func (w *catalogueRows) addCategory(path string) {
	parent := ""
	for _, step := range catalogue.Steps(path) {
		whole := step
		if parent != "" {
			whole = parent + catalogue.CategorySign + step
		}
		w.categories[whole] = categoryRow{whole, parent, step}
		parent = whole
	}
}

package catalogue

import (
	"maps"
	"slices"
)

// Stored is the catalogue's data about an entry's products and SKUs.
type Stored struct {
	Products map[string]Product // whole, by key
	Of       map[string]string  // SKU to the key of its product
}

// Outcome is the result of an entry. Nothing is written if New and Altered are empty and the product is unchanged.
type Outcome struct {
	Product    Product  // the whole product as it is to be, its other variants among them
	NewProduct bool     //
	Changed    bool     // of the product itself: a field of it, not of its variants
	New        []string // SKUs
	Altered    []string // SKUs that change
	Same       []string // SKUs that stay as they are
	Changes    []Change // field by field; of what is new, none
}

// Writes reports whether anything must be written.
func (o Outcome) Writes() bool { return o.NewProduct || o.Changed || len(o.New)+len(o.Altered) > 0 }

// Change is a changed field.
type Change struct {
	Of    string `json:"of"`    // "product mug", "SKU MUG-BLU"
	Field string `json:"field"` //
	Old   string `json:"old"`   // empty: it had none
	New   string `json:"new"`   //
}

// Rows are the rows that a comparison writes.
type Rows struct {
	Categories map[string]Category // by path
	Products   map[string]Product  // by key
	Variants   map[string]VariantRow
	Emptied    []string // products whose last SKU has moved away
}

// Category is one step of a path of categories.
type Category struct{ Path, Parent, Name string }

// VariantRow is a variant with its position in its product.
type VariantRow struct {
	Variant
	Title, Product string
	Position       int
	Mark           string // of the entry that it came with; empty: its product was changed by an entry that it is not in
	Altered        bool   // it is new, or a field of it has changed; false: others of its entry, or its product, have
}

// Rows returns the rows of entries that change something, each product in the state after the last entry.
func (c *Comparison) Rows() Rows {
	w := Rows{Categories: map[string]Category{}, Products: map[string]Product{}, Variants: map[string]VariantRow{}}
	left := map[string]bool{}
	for _, i := range c.pending {
		if r := c.Results[i]; r.Mistake == nil && r.Outcome.Writes() {
			c.write(&w, left, i)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(left)) {
		if _, has := c.stored.Products[key]; !has {
			w.Emptied = append(w.Emptied, key)
		}
	}
	return w
}

func (c *Comparison) write(w *Rows, left map[string]bool, i int) {
	out := c.Results[i].Outcome
	key := out.Product.Key
	p, mine := c.stored.Products[key], map[string]bool{}
	for _, v := range c.entries[i].Variants {
		mine[v.SKU] = true
		if from, known := c.known[v.SKU]; known && from != key {
			left[from] = true
		}
	}
	changed := out.NewProduct || out.Changed
	if changed {
		w.Products[key] = p
		w.addCategory(p.Category)
	}
	for at, v := range p.Variants {
		row := VariantRow{Variant: v, Title: p.TitleOf(v), Product: key, Position: at}
		row.Altered = w.Variants[v.SKU].Altered || slices.Contains(out.New, v.SKU) || slices.Contains(out.Altered, v.SKU)
		switch {
		case mine[v.SKU]:
			row.Mark = c.marks[i]
			w.Variants[v.SKU] = row
		case changed:
			w.Variants[v.SKU] = row
		}
	}
}

func (w *Rows) addCategory(path string) {
	parent := ""
	for _, step := range Steps(path) {
		whole := step
		if parent != "" {
			whole = parent + CategorySign + step
		}
		w.Categories[whole] = Category{whole, parent, step}
		parent = whole
	}
}

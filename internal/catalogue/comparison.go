package catalogue

import (
	"maps"
	"slices"
)

// Result is the result of comparing one entry with the catalogue.
type Result struct {
	Outcome Outcome
	Spelled map[string]string // SKUs of the entry that the catalogue spells otherwise, and how
	Mistake *Mistake          // not nil: nothing of the entry was taken
}

// Comparison compares entries, which are Clean, with what is stored. Entries of one comparison may be about one product:
// each sees what those before it made of it. Between its steps the caller reads what the next one asks for:
//
//	Skip      with the marks of SKUs
//	Respell   with the kin of Unspelled SKUs
//	Merge     with the products that Needs names
type Comparison struct {
	Results []Result

	entries []Product
	marks   []string          // of the entries
	pending []int             // entries that their marks do not show to be unchanged
	known   map[string]string // SKU to the key of its product, of those that are stored letter by letter
	stored  Stored
}

// Compare begins a comparison of entries with the stored catalogue.
func Compare(entries []Product) *Comparison {
	return &Comparison{
		Results: make([]Result, len(entries)), entries: slices.Clone(entries), marks: make([]string, len(entries)),
		known: map[string]string{}, stored: Stored{Products: map[string]Product{}, Of: map[string]string{}},
	}
}

// Marked is a SKU stored with exactly this spelling: the key of its product, and the mark of the entry that changed
// it last.
type Marked struct{ Product, Mark string }

// SKUs returns the entries' SKUs.
func (c *Comparison) SKUs() []string {
	var out []string
	for _, e := range c.entries {
		for _, v := range e.Variants {
			out = append(out, v.SKU)
		}
	}
	return out
}

// Skip leaves out unchanged entries: all their SKUs have the entry's mark, so it was the last to change each of them.
// It reports whether other entries remain.
func (c *Comparison) Skip(stored map[string]Marked) (more bool) {
	for sku, m := range stored {
		c.known[sku] = m.Product
	}
	for i, e := range c.entries {
		c.marks[i] = e.Mark()
		if slices.ContainsFunc(e.Variants, func(v Variant) bool { return stored[v.SKU].Mark != c.marks[i] }) {
			c.pending = append(c.pending, i)
			continue
		}
		for _, v := range e.Variants {
			c.Results[i].Outcome.Same = append(c.Results[i].Outcome.Same, v.SKU)
		}
	}
	return len(c.pending) > 0
}

// Unspelled returns the SKUs that the catalogue does not have with exactly this spelling.
func (c *Comparison) Unspelled() []string {
	var out []string
	for _, i := range c.pending {
		for _, v := range c.entries[i].Variants {
			if _, ok := c.known[v.SKU]; !ok {
				out = append(out, v.SKU)
			}
		}
	}
	return out
}

// Respell changes SKUs to the catalogue's spelling. of has the product key of each kin.
func (c *Comparison) Respell(kin map[string]Kin, of map[string]string) {
	for _, i := range c.pending {
		e := c.entries[i]
		e.Variants = slices.Clone(e.Variants)
		if c.respell(i, e.Variants, kin, of) {
			c.entries[i] = e
		}
	}
}

func (c *Comparison) respell(i int, variants []Variant, kin map[string]Kin, of map[string]string) bool {
	r := &c.Results[i]
	for j, v := range variants {
		if _, ok := c.known[v.SKU]; ok {
			continue
		}
		as, mistake := Spelled(v.SKU, kin[v.SKU])
		if r.Mistake = mistake; mistake != nil {
			return false
		}
		if as != v.SKU {
			if r.Spelled == nil {
				r.Spelled = map[string]string{}
			}
			r.Spelled[v.SKU] = as
			c.known[as], variants[j].SKU = of[as], as
		}
	}
	return true
}

// Needs returns the keys of the products that the entries concern.
func (c *Comparison) Needs() []string {
	keys := map[string]bool{}
	for _, i := range c.pending {
		e := c.entries[i]
		if e.Key != "" {
			keys[e.Key] = true
		}
		for _, v := range e.Variants {
			if key, known := c.known[v.SKU]; known {
				keys[key], c.stored.Of[v.SKU] = true, key
			} else if e.Key == "" {
				keys[v.SKU] = true // the product that it would make may be there
			}
		}
	}
	return slices.Sorted(maps.Keys(keys))
}

// Merge computes the results of the entries with the stored products.
func (c *Comparison) Merge(products []Product) {
	for _, p := range products {
		c.stored.Products[p.Key] = p
		for _, v := range p.Variants {
			c.stored.Of[v.SKU] = p.Key
		}
	}
	for _, i := range c.pending {
		c.merge(i)
	}
}

// merge decides about one entry.
func (c *Comparison) merge(i int) {
	r := &c.Results[i]
	if r.Mistake != nil {
		return
	}
	r.Outcome, r.Mistake = Merge(c.stored, c.entries[i])
	if r.Mistake != nil || !r.Outcome.Writes() {
		return
	}
	key, moved := r.Outcome.Product.Key, map[string]bool{}
	for _, v := range c.entries[i].Variants {
		if from := c.stored.Of[v.SKU]; from != "" && from != key {
			moved[from] = true
		}
		c.stored.Of[v.SKU] = key
	}
	for from := range moved {
		p := c.stored.Products[from]
		p.Variants = slices.DeleteFunc(slices.Clone(p.Variants), func(v Variant) bool { return c.stored.Of[v.SKU] != from })
		if c.stored.Products[from] = p; len(p.Variants) == 0 {
			delete(c.stored.Products, from)
		}
	}
	c.stored.Products[key] = r.Outcome.Product
}

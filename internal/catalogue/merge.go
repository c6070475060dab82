package catalogue

import (
	"fmt"
	"maps"
	"slices"
)

// Merge returns the result of an entry. Empty fields keep the stored values: a file without images removes none. An
// attribute with a name and no values is removed. The entry must be Clean, with the catalogue's spelling of SKUs.
func Merge(stored Stored, given Product) (Outcome, *Mistake) {
	m := merger{stored: stored, given: given}
	if err := m.begin(); err != nil {
		return Outcome{}, err
	}
	if m.whole() {
		m.product()
	}
	for _, v := range given.Variants {
		m.variant(v)
	}
	return m.out, nil
}

type merger struct {
	stored Stored
	given  Product
	out    Outcome
}

// begin finds the product of the entry: the one with its key; else the one that a new key replaces, because all its
// variants are in the entry; else a new one. An entry without a key uses the product of its SKU.
func (m *merger) begin() *Mistake {
	key := m.given.Key
	first := ""
	if len(m.given.Variants) > 0 {
		first = m.given.Variants[0].SKU
	}
	if key == "" {
		key = m.stored.Of[first]
		if key == "" {
			key = first
			if p, taken := m.stored.Products[key]; taken {
				return &Mistake{Column: "SKU", What: fmt.Sprintf("%q is the key of a product that has other SKUs (%s)", key, quoted(skusOf(p))),
					Want: "the product's key in a column of its own, if it is one of them"}
			}
		}
	}
	base, known := m.stored.Products[key]
	m.out.NewProduct = !known
	if !known {
		if old, ok := m.replaced(first); ok {
			m.change("product "+key, "key", old.Key, key)
			base = old
			base.Variants = nil // they move one by one
		}
		base.Key = key
	}
	m.out.Product = base
	m.out.Product.Variants = slices.Clone(base.Variants)
	m.out.Product.Attributes = maps.Clone(base.Attributes)
	return nil
}

// replaced returns the product of a SKU if all its variants are in the entry.
func (m *merger) replaced(sku string) (Product, bool) {
	old, ok := m.stored.Products[m.stored.Of[sku]]
	if !ok {
		return old, false
	}
	for _, v := range old.Variants {
		if !slices.ContainsFunc(m.given.Variants, func(g Variant) bool { return g.SKU == v.SKU }) {
			return old, false
		}
	}
	return old, true
}

// whole reports whether the entry describes the whole product. A row without a key describes only its SKU: it must
// not set the title of all variants.
func (m *merger) whole() bool { return m.given.Key != "" || len(m.out.Product.Variants) < 2 }

func (m *merger) product() {
	p, g, of := &m.out.Product, m.given, "product "+m.out.Product.Key
	before := len(m.out.Changes)
	p.Title = m.text(of, "title", p.Title, g.Title)
	p.Description = m.text(of, "description", p.Description, g.Description)
	p.Brand = m.text(of, "brand", p.Brand, g.Brand)
	p.Category = m.text(of, "category", p.Category, g.Category)
	p.Type = m.text(of, "type", p.Type, g.Type)
	p.Images = m.list(of, "images", p.Images, g.Images)
	if !sameMembers(p.Options, g.Options) {
		p.Options = m.list(of, "options", p.Options, g.Options)
	}
	m.attributes(of)
	m.out.Changed = !m.out.NewProduct && len(m.out.Changes) > before
}

func (m *merger) attributes(of string) {
	for _, name := range slices.Sorted(maps.Keys(m.given.Attributes)) {
		old, values := m.out.Product.Attributes[name], m.given.Attributes[name]
		if slices.Equal(old, values) || len(old) == 0 && len(values) == 0 {
			continue
		}
		m.change(of, "attribute "+name, joined(old), joined(values))
		if m.out.Product.Attributes == nil {
			m.out.Product.Attributes = map[string][]string{}
		}
		if m.out.Product.Attributes[name] = values; len(values) == 0 {
			delete(m.out.Product.Attributes, name)
		}
	}
}

// variant merges one variant into the product.
func (m *merger) variant(given Variant) {
	p := &m.out.Product
	of, before := "SKU "+given.SKU, len(m.out.Changes)
	at := slices.IndexFunc(p.Variants, func(v Variant) bool { return v.SKU == given.SKU })
	old, known := m.find(given.SKU)
	if from := m.stored.Of[given.SKU]; known && at < 0 {
		m.change(of, "product", from, p.Key)
	}
	if m.given.Key == "" && !m.whole() && given.Title == "" && m.given.Title != p.TitleOf(old) {
		given.Title = m.given.Title
	}
	v := m.fields(of, old, given)
	switch {
	case !known:
		m.out.Changes = m.out.Changes[:before]
		m.out.New = append(m.out.New, v.SKU)
	case len(m.out.Changes) > before:
		m.out.Altered = append(m.out.Altered, v.SKU)
	default:
		m.out.Same = append(m.out.Same, v.SKU)
	}
	if at < 0 {
		p.Variants = append(p.Variants, v)
	} else {
		p.Variants[at] = v
	}
}

// find returns a SKU as it is stored, in whatever product.
func (m *merger) find(sku string) (Variant, bool) {
	for _, v := range m.stored.Products[m.stored.Of[sku]].Variants {
		if v.SKU == sku {
			return v, true
		}
	}
	return Variant{}, false
}

func (m *merger) fields(of string, v, given Variant) Variant {
	v.SKU = given.SKU
	if given.Title != "" && given.Title != v.Title {
		m.change(of, "title", m.out.Product.TitleOf(v), given.Title)
		v.Title = given.Title
	}
	v.Barcode = m.text(of, "barcode", v.Barcode, given.Barcode)
	if given.WeightGrams != 0 && given.WeightGrams != v.WeightGrams {
		m.change(of, "weight", grams(v.WeightGrams), grams(given.WeightGrams))
		v.WeightGrams = given.WeightGrams
	}
	if len(given.Options) > 0 && !maps.Equal(v.Options, given.Options) {
		m.change(of, "options", pairs(v.Options), pairs(given.Options))
		v.Options = given.Options
	}
	v.Images = m.list(of, "images", v.Images, given.Images)
	v.Prices = m.prices(of, v.Prices, given.Prices)
	if given.Cost.Known() && given.Cost != v.Cost {
		m.change(of, "cost", v.Cost.String(), given.Cost.String())
		v.Cost = given.Cost
	}
	return v
}

func (m *merger) prices(of string, old, given []Price) []Price {
	out := slices.Clone(old)
	for _, g := range given {
		at := slices.IndexFunc(out, func(p Price) bool { return comparePrices(p, g) == 0 })
		field := "price"
		if g.Account != "" {
			field += " " + g.Account
		}
		switch {
		case at < 0:
			m.change(of, field, "", g.String())
			out = append(out, g)
		case out[at] != g:
			m.change(of, field, out[at].String(), g.String())
			out[at] = g
		}
	}
	slices.SortFunc(out, comparePrices)
	return out
}

func (m *merger) text(of, field, old, given string) string {
	if given == "" || given == old {
		return old
	}
	m.change(of, field, old, given)
	return given
}

func (m *merger) list(of, field string, old, given []string) []string {
	if len(given) == 0 || slices.Equal(old, given) {
		return old
	}
	m.change(of, field, joined(old), joined(given))
	return given
}

// change records a change; for a new product only the key that it takes over.
func (m *merger) change(of, field, old, given string) {
	if m.out.NewProduct && field != "key" && of == "product "+m.out.Product.Key {
		return
	}
	m.out.Changes = append(m.out.Changes, Change{Of: of, Field: field, Old: old, New: given})
}

package producttype

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/towpath/towpath/internal/listing"
)

// Place is where a product is listed.
type Place struct {
	Marketplace string          // Amazon's id of it; empty: the definition's
	Language    string          // such as en_GB; empty: the definition's
	Listed      map[string]bool // SKUs listed there: they get no quantity and no fulfilment
}

// Item is one listing of a product: a variant, or the parent of its variants.
type Item struct {
	SKU        string
	Parent     bool
	Attributes Attributes      // only the attributes that Towpath sets
	Issues     []listing.Issue // issues found while writing; those of the whole product are at its first item
}

// Write says what a product is in the definition's terms, the parent first when the product has options and the definition has parents (an
// offer for a product that Amazon has already has none). What it writes is:
//
//   - of the product: title, description, brand, images and aspects; of a variant: its options, barcode, images, price (also as the list price,
//     where a rule of the definition may require one), condition, and weight as the package's where that may be required;
//     Of an attribute that an aspect names as well, the aspect's title and description win, being meant for this channel, and the product's brand
//     and price, being the catalogue's; an aspect by a seller's word wins over one by Amazon's name, which an account may have set for a whole category;
//   - for a listing that is new: how it is fulfilled. DEFAULT with its quantity; what the channel fulfils gets the channel's own code and no
//     quantity. A listing that is there gets neither.
//
// Each value names its marketplace and its language where the definition has a field for it, and nowhere else. Facts of the product that
// the definition has no attribute for are left out; an aspect of that kind makes a warning (attribute-unknown), since somebody chose it: one
// that another marketplace demands (item_type_keyword in the US, recommended_browse_nodes in GB) is no mistake. Closed values may be given by
// the name that sellers see, in any case. A value that can't be read as what the definition wants is written as it is, for Validate to name.
func (d *Definition) Write(p listing.Product, place Place) []Item {
	w := writer{definition: d, product: p, place: place}
	if w.place.Marketplace == "" {
		w.place.Marketplace = d.marketplace
	}
	if w.place.Language == "" {
		w.place.Language = d.language
	}
	theme, options := w.family()
	shared := w.shared(options)
	issues := w.issues
	var items []Item
	if w.isFamily() {
		items = append(items, Item{SKU: p.Key, Parent: true, Attributes: w.parent(shared, theme)})
	}
	duplicates := w.duplicates()
	for _, v := range p.Variants {
		w.issues = nil
		i := Item{SKU: v.SKU, Attributes: w.variant(shared, v, theme, options)}
		i.Issues = slices.Concat(w.issues, duplicates[v.SKU])
		items = append(items, i)
	}
	if len(items) > 0 {
		items[0].Issues = append(issues, items[0].Issues...)
	}
	return items
}

// writer writes one product.
type writer struct {
	definition *Definition
	product    listing.Product
	place      Place
	issues     []listing.Issue
}

func (w *writer) warn(code, pointer string, names []string, message, want string) {
	i := issue(code, pointer, names, message, want)
	i.Severity = listing.Warning
	w.issues = append(w.issues, i)
}

// schema returns the attribute's schema, nil if the definition has none with the name.
func (w *writer) schema(name string) *jsonschema.Schema { return w.definition.root.Properties[name] }

// set sets an attribute's values, if the definition has it and it has none yet.
func (w *writer) set(a Attributes, name string, values ...any) {
	if _, given := a[name]; given || w.schema(name) == nil || len(values) == 0 {
		return
	}
	list := make([]any, len(values))
	for i, v := range values {
		list[i] = w.complete(itemsOf(w.schema(name)), v)
	}
	a[name] = list
}

// texts sets an attribute's texts, if there are any.
func (w *writer) texts(a Attributes, name string, texts ...string) {
	var values []any
	for _, text := range texts {
		if strings.TrimSpace(text) != "" {
			if v, ok := w.read(name, text); ok {
				values = append(values, v)
			}
		}
	}
	w.set(a, name, values...)
}

// isFamily reports whether the product has variants under a parent.
func (w *writer) isFamily() bool { return len(w.product.Options) > 0 && w.schema(parentage) != nil }

// shared returns the attributes common to all variants and their parent. Aspects that options name belong to the
// variants.
func (w *writer) shared(options map[string]string) Attributes {
	p, a := w.product, Attributes{}
	own := append(slices.Collect(maps.Values(options)), variationTheme, parentage, relationship, fulfillment)
	w.texts(a, "brand", p.Brand)
	if a["brand"] != nil {
		own = append(own, "brand")
	}
	words := sortedKeys(p.Aspects)
	slices.SortStableFunc(words, func(a, b string) int { return cmp.Compare(w.rank(a), w.rank(b)) })
	for _, word := range words {
		w.aspect(a, word, own)
	}
	w.texts(a, "item_name", p.Title)
	w.texts(a, "product_description", p.Description)
	return a
}

// rank orders words: sellers' words first, then Amazon's own names, then parts of attributes.
func (w *writer) rank(word string) int {
	switch {
	case w.schema(word) != nil:
		return 1
	case strings.Contains(word, "."):
		return 2
	}
	return 0
}

// aspect writes the values of one word: an attribute's name or title, or the path to one of its fields
// (item_dimensions.height).
func (w *writer) aspect(a Attributes, word string, own []string) {
	given := slices.DeleteFunc(slices.Clone(w.product.Aspects[word]), func(v string) bool { return strings.TrimSpace(v) == "" })
	if len(given) == 0 {
		return
	}
	head, path, nested := strings.Cut(word, ".")
	name, ok := w.definition.Find(word)
	if !ok && nested {
		name, ok = w.definition.Find(head)
	} else {
		nested = false
	}
	switch {
	case !ok:
		message := fmt.Sprintf("%s in this marketplace has no attribute %s; it is not sent.", w.definition.typeName(), cut(word, 60))
		w.warn(listing.CodeAttributeUnknown, pointer(word), []string{word}, message, "an attribute that the type has, or none")
	case slices.Contains(own, name):
	case nested:
		w.part(a, name, strings.Split(path, "."), given)
	case a[name] != nil && numbered(word):
		earlier, _ := a[name].([]any)
		delete(a, name)
		w.texts(a, name, given...)
		more, _ := a[name].([]any)
		a[name] = append(earlier, more...)
	default:
		w.texts(a, name, given...)
	}
}

// numbered reports whether a word is like Bullet Point 2, which adds a value to that of Bullet Point 1.
func numbered(word string) bool { return strings.TrimRightFunc(word, unicode.IsDigit) != word }

// images sets the main image and as many others as the definition has attributes for.
func (w *writer) images(a Attributes, images []string) {
	n := 0
	for _, image := range unique(images) {
		name := mainImage
		if n > 0 {
			name = otherImage + strconv.Itoa(n)
		}
		if w.schema(name) == nil || strings.TrimSpace(image) == "" {
			continue
		}
		w.set(a, name, map[string]any{"media_location": image})
		n++
	}
}

const (
	mainImage    = "main_product_image_locator"
	otherImage   = "other_product_image_locator_"
	relationship = "child_parent_sku_relationship"
	fulfillment  = "fulfillment_availability"
)

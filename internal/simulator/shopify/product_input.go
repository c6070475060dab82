package shopify

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/towpath/towpath/internal/simulator/market"
)

// productChange is the state of a productSet: the product before and after, and the errors.
type productChange struct {
	was      product
	exists   bool
	old      []market.Listing
	becomes  product
	listings []market.Listing        // of the variants that are set, in order; SKU "" of one without
	fresh    []bool                  // which of them are new
	shelves  []market.QuantityChange // what they are to have at the second location
	errs     []userError
}

func (c *productChange) wrong(code, message string, field ...string) {
	c.errs = append(c.errs, userError{Code: code, Message: message, Field: append([]string{"input"}, field...)})
}

func text(in map[string]any, name, otherwise string) string {
	if s, ok := in[name].(string); ok {
		return s
	}
	return otherwise
}

func texts(v any) []string {
	items, _ := v.([]any)
	out := make([]string, 0, len(items))
	for _, item := range items {
		if s, ok := item.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// files sets the list of files; files not in it are removed.
func (c *productChange) files(in map[string]any) {
	given, ok := in["files"].([]any)
	if !ok {
		return
	}
	if len(given) > maxFiles {
		c.wrong("INVALID_INPUT", "Files exceed the limit of 250 per product", "files")
		return
	}
	var all []media
	for i, f := range given {
		file, _ := f.(map[string]any)
		if m, ok := c.file(file); ok {
			all = append(all, m)
		} else {
			c.wrong("INVALID_INPUT", "File can't be found", "files", strconv.Itoa(i))
		}
	}
	c.becomes.Media = all
}

// file returns a file that the product has, or adds a new one.
func (c *productChange) file(file map[string]any) (media, bool) {
	if id := text(file, "id", ""); id != "" {
		i := slices.IndexFunc(c.was.Media, func(m media) bool { return m.ID == id })
		if i < 0 {
			return media{}, false
		}
		return c.was.Media[i], true
	}
	source := text(file, "originalSource", "")
	if u, err := url.Parse(source); err != nil || u.Scheme != "https" || u.Host == "" {
		return media{}, false
	}
	name := text(file, "filename", "image.jpg")
	if text(file, "filename", "") != "" && slices.ContainsFunc(c.was.Media, func(m media) bool { return m.URL == cdn+name }) {
		name = "again-" + name // APPEND_UUID, the default for a name in use
	}
	return media{ID: gid("MediaImage", mediaBase+hash(c.becomes.Handle+source)), Source: source, URL: cdn + name}, true
}

const cdn = "https://cdn.shopify.example/s/files/1/0001/files/"

// options sets the product's options, which must be sent together with its variants.
func (c *productChange) options(in map[string]any) {
	given, withOptions := in["productOptions"].([]any)
	_, withVariants := in["variants"].([]any)
	switch {
	case withVariants && !withOptions:
		c.wrong("PRODUCT_OPTIONS_INPUT_MISSING", "Product options input is required when updating variants", "productOptions")
	case withOptions && !withVariants:
		c.wrong("VARIANTS_INPUT_MISSING", "Variants input is required when updating product options", "variants")
	case len(given) > maxOptions:
		c.wrong("OPTIONS_OVER_LIMIT", "Can only specify a maximum of 3 options", "productOptions")
	}
	if len(c.errs) > 0 || !withOptions {
		return
	}
	c.becomes.Options = nil
	for i, o := range given {
		one, _ := o.(map[string]any)
		name, at := text(one, "name", ""), strconv.Itoa(i)
		if strings.TrimSpace(name) == "" {
			c.wrong("INVALID_INPUT", "Option name can't be blank", "productOptions", at, "name")
		}
		c.tooShort("INVALID_INPUT", name, "productOptions", at, "name")
		if slices.ContainsFunc(c.becomes.Options, func(o option) bool { return strings.EqualFold(o.Name, name) }) {
			c.wrong("DUPLICATED_OPTION_NAME", "Option already exists.", "productOptions", at, "name")
		}
		values, _ := one["values"].([]any)
		var names []string
		for n, v := range values {
			value, _ := v.(map[string]any)
			name := text(value, "name", "")
			c.tooShort("INVALID_INPUT", name, "productOptions", at, "values", strconv.Itoa(n))
			if slices.ContainsFunc(names, func(other string) bool { return strings.EqualFold(other, name) }) {
				c.wrong("DUPLICATED_OPTION_VALUE", "Option value already exists.", "productOptions", at, "values", strconv.Itoa(n))
			}
			names = append(names, name)
		}
		if len(names) == 0 {
			c.wrong("OPTION_VALUES_MISSING", "Option values are missing", "productOptions", at, "values")
		}
		c.becomes.Options = append(c.becomes.Options, option{name, names})
	}
}

// variantsOf sets the list of variants; variants not in it are deleted.
func (c *productChange) variantsOf(in map[string]any, location string) {
	given, ok := in["variants"].([]any)
	if !ok {
		c.listings, c.fresh = c.old, make([]bool, len(c.old))
		return
	}
	if len(given) > maxVariants {
		c.wrong("VARIANTS_OVER_LIMIT", "Number of product variants exceeds shop limit", "variants")
		return
	}
	var all [][]string
	for i, v := range given {
		one, _ := v.(map[string]any)
		at := []string{"variants", strconv.Itoa(i)}
		l, fresh := market.Listing{Quantity: 0, Product: c.becomes.Handle}, true
		if id := text(one, "id", ""); id != "" {
			n := slices.IndexFunc(c.old, func(l market.Listing) bool { return variantID(l) == id })
			if n < 0 {
				c.wrong("PRODUCT_VARIANT_DOES_NOT_EXIST", "Product variant does not exist", append(at, "id")...)
				continue
			}
			l, fresh = c.old[n], false
			l.Quantity, l.Product = -1, c.becomes.Handle
		}
		c.variant(&l, one, at, location)
		values := c.chosen(&l, one, at)
		if values != nil && sameOptions(all, values) {
			c.wrong("INVALID_VARIANT", fmt.Sprintf("The variant '%s' already exists. Please change at least one option value.", values[0]), at...)
		}
		all = append(all, values)
		c.listings, c.fresh = append(c.listings, l), append(c.fresh, fresh)
	}
}

// variant sets one variant's own fields.
func (c *productChange) variant(l *market.Listing, in map[string]any, at []string, location string) {
	d := detailsOf(*l)
	if sku, given := in["sku"].(string); given {
		l.SKU = sku
	}
	c.tooShort("INVALID_VARIANT", l.SKU, append(at, "sku")...)
	c.tooShort("INVALID_VARIANT", text(in, "barcode", ""), append(at, "barcode")...)
	d.Barcode, d.Policy = text(in, "barcode", d.Barcode), text(in, "inventoryPolicy", d.Policy)
	if item, ok := in["inventoryItem"].(map[string]any); ok {
		if tracked, ok := item["tracked"].(bool); ok {
			d.Untracked = !tracked
		}
	}
	if price, given := in["price"]; given {
		units, err := minorOf(price)
		if err != nil {
			c.wrong("INVALID_VARIANT", "Price is invalid", append(at, "price")...)
		}
		l.Price = units
	}
	stock, _ := in["inventoryQuantities"].([]any)
	for _, s := range stock {
		one, _ := s.(map[string]any)
		n, ok := whole(one["quantity"])
		where := text(one, "locationId", "")
		if ok && where == SecondLocation && where != location {
			c.shelves = append(c.shelves, market.QuantityChange{SKU: l.SKU, Location: where, Quantity: n})
			continue
		}
		if !ok || where != location || text(one, "name", "") != "available" {
			c.wrong("INVALID_INPUT", "Inventory quantities are invalid", append(at, "inventoryQuantities")...)
			continue
		}
		l.Quantity = n
	}
	if file, ok := in["file"].(map[string]any); ok {
		m, found := c.file(file)
		if !found || !slices.ContainsFunc(c.becomes.Media, func(other media) bool { return other.Source == m.Source }) {
			c.wrong("INVALID_INPUT", "The file must also be among the product's files", append(at, "file")...)
		}
		d.Image = m.ID
	}
	l.Content = d.content()
}

// chosen reads the variant's values of the product's options: one each, from the options' lists.
func (c *productChange) chosen(l *market.Listing, in map[string]any, at []string) []string {
	given, _ := in["optionValues"].([]any)
	l.Options = map[string]string{}
	for _, v := range given {
		one, _ := v.(map[string]any)
		l.Options[text(one, "optionName", "")] = text(one, "name", "")
	}
	values := make([]string, len(c.becomes.Options))
	for i, o := range c.becomes.Options {
		values[i] = l.Options[o.Name]
		if !slices.Contains(o.Values, values[i]) {
			c.wrong("OPTION_VALUE_DOES_NOT_EXIST", "Option value does not exist", append(at, "optionValues")...)
			return nil
		}
	}
	if len(l.Options) != len(values) {
		c.wrong("OPTION_DOES_NOT_EXIST", "Option does not exist", append(at, "optionValues")...)
		return nil
	}
	return values
}

package amazon

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/money"
)

// attributes are a listing's attributes by Amazon's names. Each is a list of values, which say for which marketplace
// and in which language they are.
type attributes map[string][]map[string]any

// inWords are attributes of plain words, which name their language. Others must not.
var inWords = map[string]bool{
	"item_name": true, "brand": true, "product_description": true, "bullet_point": true, "generic_keyword": true, "manufacturer": true,
	"model_name": true, "material": true, "color": true, "size": true, "style": true, "pattern": true, "flavor": true, "scent": true,
	"item_type_name": true, "special_feature": true, "target_audience_keyword": true, "included_components": true,
}

// american are Amazon's names of what operators call otherwise.
var american = map[string]string{"colour": "color", "flavour": "flavor"}

var notInNames = regexp.MustCompile(`[^a-z0-9]+`)

// attributeName is Amazon's way of writing a name: Bullet Point -> bullet_point.
func attributeName(name string) string {
	name = strings.Trim(notInNames.ReplaceAllString(strings.ToLower(name), "_"), "_")
	if other, ok := american[name]; ok {
		return other
	}
	return name
}

// writer writes the attributes of one product for one marketplace.
type writer struct {
	product     channel.Product
	marketplace string
	language    string // empty where the marketplace is not known
}

// set gives an attribute its values. A value that is a JSON object is taken as it is, for attributes of more than one
// part: {"value": 2, "unit": "kilograms"}.
func (w writer) set(a attributes, name string, values ...string) {
	var list []map[string]any
	for _, value := range values {
		entry := map[string]any{}
		if !strings.HasPrefix(value, "{") || json.Unmarshal([]byte(value), &entry) != nil {
			if entry = (map[string]any{"value": value}); inWords[name] && w.language != "" {
				entry["language_tag"] = w.language
			}
		}
		list = append(list, w.here(entry))
	}
	if len(list) > 0 {
		a[name] = list
	}
}

func (w writer) here(entry map[string]any) map[string]any {
	entry["marketplace_id"] = w.marketplace
	return entry
}

// shared are the facts that all variants and their parent have.
func (w writer) shared() attributes {
	p, a := w.product, attributes{}
	for _, name := range slices.Sorted(maps.Keys(p.Aspects)) {
		w.set(a, attributeName(name), p.Aspects[name]...)
	}
	for name, value := range map[string]string{"item_name": p.Title, "brand": p.Brand, "product_description": p.Description} {
		if value != "" {
			w.set(a, name, value)
		}
	}
	return a
}

// parent is the item that holds the variants together. It has no offer.
func (w writer) parent() attributes {
	a := w.shared()
	w.images(a, w.product.Images)
	w.set(a, "parentage_level", "parent")
	w.family(a, map[string]any{"child_relationship_type": "variation"})
	return a
}

// variant is the item that buyers buy, on its own or as a parent's child.
func (w writer) variant(v channel.Variant) attributes {
	p, a := w.product, w.shared()
	w.images(a, append(slices.Clone(v.Images), p.Images...))
	condition := p.Condition
	if condition == "" {
		condition = "new_new"
	}
	w.set(a, "condition_type", condition)
	a["purchasable_offer"] = []map[string]any{w.here(map[string]any{
		"currency":  p.Currency,
		"our_price": []map[string]any{{"schedule": []map[string]any{{"value_with_tax": json.Number(money.Format(v.Price, p.Currency))}}}},
	})}
	a["fulfillment_availability"] = []map[string]any{{"fulfillment_channel_code": "DEFAULT", "quantity": v.Quantity}}
	if v.Barcode != "" {
		a["externally_assigned_product_identifier"] = []map[string]any{w.here(map[string]any{"type": barcodeType(v.Barcode), "value": v.Barcode})}
	}
	for option, value := range v.Options {
		w.set(a, attributeName(option), value)
	}
	if w.isFamily() {
		w.set(a, "parentage_level", "child")
		w.family(a, map[string]any{"child_relationship_type": "variation", "parent_sku": p.Key})
	}
	return a
}

func (w writer) isFamily() bool { return len(w.product.Options) > 0 }

// family ties an item to its variations. Themes are named after their attributes: COLOR/SIZE. Product types have
// lists of their own; an aspect variation_theme names another.
func (w writer) family(a attributes, relationship map[string]any) {
	a["child_parent_sku_relationship"] = []map[string]any{w.here(relationship)}
	theme := strings.Join(w.product.Aspects["variation_theme"], "/")
	if theme == "" {
		var names []string
		for _, option := range w.product.Options {
			names = append(names, strings.ToUpper(attributeName(option)))
		}
		theme = strings.Join(names, "/")
	}
	a["variation_theme"] = []map[string]any{w.here(map[string]any{"name": theme})}
}

// images sets the main image and up to eight others.
func (w writer) images(a attributes, images []string) {
	for n, image := range images[:min(len(images), 9)] {
		name := "main_product_image_locator"
		if n > 0 {
			name = "other_product_image_locator_" + strconv.Itoa(n)
		}
		a[name] = []map[string]any{w.here(map[string]any{"media_location": image})}
	}
}

// barcodeType tells a GTIN by its length.
func barcodeType(barcode string) string {
	switch len(barcode) {
	case 12:
		return "upc"
	case 14:
		return "gtin"
	}
	return "ean"
}

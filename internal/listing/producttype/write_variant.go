package producttype

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/money"
)

// parent returns the item that groups the variants. It has no offer and no barcode.
func (w *writer) parent(shared Attributes, theme string) Attributes {
	a := maps.Clone(shared)
	for _, name := range []string{identifier, offer, "list_price", "condition_type", "merchant_shipping_group", exemption} {
		delete(a, name)
	}
	w.images(a, w.product.Images)
	w.texts(a, parentage, "parent")
	w.set(a, relationship, map[string]any{"child_relationship_type": "variation"})
	w.theme(a, theme)
	return a
}

func (w *writer) theme(a Attributes, theme string) {
	if theme != "" {
		w.set(a, variationTheme, map[string]any{"name": theme})
	}
}

// variant returns an item for buyers, on its own or as a parent's child.
func (w *writer) variant(shared Attributes, v listing.Variant, theme string, options map[string]string) Attributes {
	p, a := w.product, maps.Clone(shared)
	w.images(a, append(slices.Clone(v.Images), p.Images...))
	for _, option := range p.Options {
		if name := options[option]; name != "" {
			w.texts(a, name, v.Options[option])
		}
	}
	w.barcode(a, v)
	w.offer(a, v)
	if v.WeightGrams > 0 && w.definition.mayRequire(packageWeight) {
		w.set(a, packageWeight, map[string]any{"value": json.Number(fmt.Sprint(v.WeightGrams)), unitField: "grams"})
	}
	if w.isFamily() {
		w.texts(a, parentage, "child")
		w.set(a, relationship, map[string]any{"child_relationship_type": "variation", "parent_sku": p.Key})
		w.theme(a, theme)
	}
	return a
}

const packageWeight = "item_package_weight"

// offer writes the variant's price, condition and fulfilment.
func (w *writer) offer(a Attributes, v listing.Variant) {
	condition := w.product.Condition
	if condition == "" {
		condition = "new_new"
	}
	w.texts(a, "condition_type", condition)
	switch {
	case v.KeepsPrice && w.place.Listed[v.SKU]: // what another tool sets is not named, a discount neither
		delete(a, offer)
	case v.Price > 0:
		amount := json.Number(money.Format(v.Price, w.product.Currency))
		terms := map[string]any{} // an aspect's, such as a discount
		if given, ok := at(a[offer], []string{"0"}).(map[string]any); ok {
			terms = maps.Clone(given)
		}
		terms["currency"] = w.product.Currency
		terms["our_price"] = []any{map[string]any{"schedule": []any{map[string]any{"value_with_tax": amount}}}}
		delete(a, offer)
		w.set(a, offer, terms)
		if field := amountField(itemsOf(w.schema("list_price"))); field != "" && w.definition.mayRequire("list_price") {
			w.set(a, "list_price", map[string]any{"currency": w.product.Currency, field: amount})
		}
	}
	if w.place.Listed[v.SKU] {
		return
	}
	if !v.ChannelFulfils {
		w.set(a, fulfillment, map[string]any{"fulfillment_channel_code": merchantFulfils, "quantity": json.Number(fmt.Sprint(max(v.Quantity, 0)))})
		return
	}
	for _, code := range valuesOf(w.definition.schemaAt([]string{fulfillment, "0", "fulfillment_channel_code"})) {
		if code.Value != merchantFulfils {
			w.set(a, fulfillment, map[string]any{"fulfillment_channel_code": code.Value})
		}
	}
}

const merchantFulfils = "DEFAULT"

// amountField returns the field of a price with the amount: value in some marketplaces, value_with_tax in others.
func amountField(price *jsonschema.Schema) string {
	if price == nil {
		return ""
	}
	for _, name := range []string{"value", "value_with_tax"} {
		if price.Properties[name] != nil {
			return name
		}
	}
	return ""
}

// barcode writes the variant's barcode; its length gives its kind. A wrong one is not sent.
func (w *writer) barcode(a Attributes, v listing.Variant) {
	code := strings.TrimSpace(v.Barcode)
	if code == "" || w.schema(identifier) == nil {
		return
	}
	if err := catalogue.CheckGTIN(code); err != nil {
		w.issues = append(w.issues, issue(listing.CodeIdentifierWrong, pointer(identifier, "0", "value"), []string{identifier},
			"Its product identifier is wrong: "+cut(err.Error(), 160)+".", "an EAN, UPC or GTIN of 8, 12, 13 or 14 digits, as it stands on the goods"))
		return
	}
	kind := "ean"
	switch len(code) {
	case 12:
		kind = "upc"
	case 14:
		kind = "gtin"
	}
	delete(a, identifier)
	w.set(a, identifier, map[string]any{"type": kind, "value": code})
}

// mayRequire reports whether the definition requires an attribute, always or by a rule.
func (d *Definition) mayRequire(name string) bool { return d.required[name] }

// requiredNames adds the attributes that a schema or a rule within it requires.
func requiredNames(s *jsonschema.Schema, names map[string]bool, room int) {
	if s == nil || room == 0 {
		return
	}
	for _, name := range s.Required {
		names[name] = true
	}
	for _, one := range append([]*jsonschema.Schema{s.Then, s.Else}, s.AllOf...) {
		requiredNames(one, names, room-1)
	}
}

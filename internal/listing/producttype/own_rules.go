package producttype

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/towpath/towpath/internal/listing"
)

const (
	offer     = "purchasable_offer"
	skipOffer = "skip_offer"
	parentage = "parentage_level"
)

// tag matches an HTML tag in a text.
var tag = regexp.MustCompile(`</?[a-zA-Z][a-zA-Z0-9]*(\s[^<>]*)?/?>`)

// breaks matches the tags that Amazon allows in a text: line breaks.
var breaks = regexp.MustCompile(`^</?(?i:br)\s*/?>$`)

// values holds each value to what the schema only warns of, and each text to Amazon's rule for texts: no HTML but line breaks
// (sellercentral.amazon.com/help/hub/reference/G200386250, product description, since 2021).
func (j *validator) values() {
	j.visit(j.definition.root, j.attributes, make([]string, 0, 16), func(s *jsonschema.Schema, v any, steps []string) {
		text, ok := v.(string)
		if !ok {
			return
		}
		if slices.Contains(keywordsIn(s).deprecated, v) {
			f := j.about(slices.Clone(steps))
			i := issue(listing.CodeDeprecatedValue, pointer(steps...), slices.Clone(steps[:1]), fmt.Sprintf("%s is %q, which Amazon still accepts and is going to refuse.", f.what, shown(v)), "a value that is not deprecated")
			i.Severity = listing.Warning
			j.issues = append(j.issues, i)
		}
		if strings.IndexByte(text, '<') < 0 {
			return
		}
		for _, t := range tag.FindAllString(text[:min(len(text), maxHTML)], -1) {
			if !breaks.MatchString(t) {
				f := j.about(slices.Clone(steps))
				f.say(listing.CodeHTMLNotAllowed, fmt.Sprintf("%s has HTML in it (%s), which Amazon does not allow.", f.what, cut(t, 40)), "plain text; line breaks as <br>")
				return
			}
		}
	})
}

// maxHTML is how many bytes of a text are searched for HTML; what is longer is too long anyway.
const maxHTML = 200_000

// visit calls for each value whose schema is known.
func (j *validator) visit(s *jsonschema.Schema, v any, steps []string, call func(s *jsonschema.Schema, v any, steps []string)) {
	if s = resolved(s); s == nil {
		return
	}
	switch v := v.(type) {
	case map[string]any:
		for name, one := range v {
			if field := s.Properties[name]; field != nil {
				j.visit(field, one, append(steps, name), call)
			}
		}
	case []any:
		items, _ := s.Items.(*jsonschema.Schema)
		for i, one := range v {
			j.visit(items, one, append(steps, strconv.Itoa(i)), call)
		}
	default:
		call(s, v, steps)
	}
}

// price looks for a price above nothing. Amazon's definitions don't require one, even for an offer; what has no price is not for sale.
func (j *validator) price() {
	if j.definition.root.Properties[offer] == nil || j.says(skipOffer, true) || j.says(parentage, "parent") {
		return
	}
	offers, ok := j.attributes[offer].([]any)
	if !ok || len(offers) == 0 {
		j.noPrice()
		return
	}
	for i, one := range offers {
		j.currency(one, i)
		amount, found := ourPrice(one)
		switch {
		case !found:
			j.noPrice()
		case amount <= 0:
			j.add(listing.CodePriceMissing, pointer(offer, strconv.Itoa(i), "our_price", "0", "schedule", "0", "value_with_tax"), []string{offer}, "Its price is 0 or less.", "a price above 0")
		}
	}
}

func (j *validator) noPrice() {
	j.add(listing.CodePriceMissing, pointer(offer), []string{offer}, "It has no price.", "a price above 0 in the marketplace's currency")
}

// currency holds an offer's currency to those that the definition names: the list is an open one, which refuses nothing, but a price in
// another currency is never right.
func (j *validator) currency(one any, i int) {
	given, ok := at(one, []string{"currency"}).(string)
	list := valuesOf(j.definition.schemaAt([]string{offer, "0", "currency"}))
	if !ok || len(list) == 0 || slices.ContainsFunc(list, func(v Value) bool { return v.Value == given }) {
		return
	}
	f := j.about([]string{offer, strconv.Itoa(i), "currency"})
	if f.schema.Enum == nil {
		f.say(listing.CodeCurrencyWrong, fmt.Sprintf("Its price is in %s, and the marketplace sells in %s.", shown(given), choice(list, given)), choice(list, given))
	}
}

// ourPrice returns the price of an offer; false if it has no numeric one.
func ourPrice(one any) (float64, bool) {
	switch n := at(one, []string{"our_price", "0", "schedule", "0", "value_with_tax"}).(type) {
	case float64:
		return n, true
	case json.Number:
		f, err := n.Float64()
		return f, err == nil
	case int:
		return float64(n), true
	case int64:
		return float64(n), true
	}
	return 0, false
}

// says reports that one of an attribute's values is this.
func (j *validator) says(attribute string, value any) bool {
	list, _ := j.attributes[attribute].([]any)
	return slices.ContainsFunc(list, func(one any) bool { return at(one, []string{"value"}) == value })
}

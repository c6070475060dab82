package producttype

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/towpath/towpath/internal/listing"
)

// changes finds what would change a value that can't be changed once it is listed (editable is false). Values are compared that the selectors
// say are the same one; what is not listed yet may be given.
func (j *validator) changes(listed Attributes) {
	for _, name := range sortedKeys(j.attributes) {
		attribute := resolved(j.definition.root.Properties[name])
		ours, _ := j.attributes[name].([]any)
		theirs, _ := listed[name].([]any)
		if attribute == nil || len(ours) == 0 || len(theirs) == 0 {
			continue
		}
		there := byCombination(attribute, theirs)
		for key, indexes := range byCombination(attribute, ours) {
			if len(there[key]) > 0 {
				j.changed(name, attribute, pick(ours, indexes), pick(theirs, there[key]), indexes)
			}
		}
	}
}

// byCombination returns the indexes of values by the values of their selectors.
func byCombination(attribute *jsonschema.Schema, list []any) map[string][]int {
	k := keywordsIn(attribute)
	groups := map[string][]int{}
	for i, one := range list {
		key := k.combination(one)
		groups[key] = append(groups[key], i)
	}
	return groups
}

func pick(list []any, indexes []int) []any {
	var all []any
	for _, i := range indexes {
		all = append(all, list[i])
	}
	return all
}

// changed compares the fixed fields of values of one combination.
func (j *validator) changed(name string, attribute *jsonschema.Schema, ours, theirs []any, indexes []int) {
	items, k := itemsOf(attribute), keywordsIn(attribute)
	if items == nil {
		return
	}
	for _, field := range sortedKeys(items.Properties) {
		schema := resolved(items.Properties[field])
		if !keywordsIn(schema).fixed || slices.Contains(k.selectors, field) || field == marketplaceID || field == languageTag {
			continue
		}
		there := texted(theirs, field)
		if len(there) == 0 {
			continue
		}
		for i, one := range ours {
			if v := at(one, []string{field}); v != nil && !slices.Contains(there, shownWhole(v)) {
				f := j.about([]string{name, strconv.Itoa(indexes[i]), field})
				f.say(listing.CodeNotEditable, fmt.Sprintf("%s is listed as %q and can't be changed to %s any more.", f.what, cut(there[0], 60), quoted(v)), fmt.Sprintf("%q, as it is listed, or a new listing under another SKU", cut(there[0], 60)))
			}
		}
	}
}

func texted(list []any, field string) []string {
	var all []string
	for _, one := range list {
		if v := at(one, []string{field}); v != nil {
			all = append(all, shownWhole(v))
		}
	}
	return all
}

// shownWhole returns a value as text, equal for equal values: 0.30 and 0.3.
func shownWhole(v any) string {
	text := fmt.Sprint(v)
	if _, isText := v.(string); !isText {
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			return strconv.FormatFloat(f, 'g', -1, 64)
		}
	}
	return text
}

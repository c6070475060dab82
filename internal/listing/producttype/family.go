package producttype

import (
	"fmt"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/listing"
)

// family finds the attribute for each option of the product, and the theme that is about just these. An aspect variation_theme
// names another.
func (w *writer) family() (theme string, options map[string]string) {
	options = map[string]string{}
	if !w.isFamily() {
		return "", options
	}
	d := w.definition
	var names []string
	for _, option := range w.product.Options {
		name, ok := d.Find(option)
		if !ok || slices.Contains(names, name) {
			w.wrongOptions(fmt.Sprintf("%s has no attribute of its own for the option %s.", d.typeName(), cut(option, 60)))
			continue
		}
		options[option] = name
		names = append(names, name)
	}
	if chosen := w.product.Aspects[variationTheme]; len(chosen) > 0 {
		return strings.Join(chosen, "/"), options
	}
	if len(names) < len(w.product.Options) {
		return "", options
	}
	found, ok := d.Theme(names)
	if !ok {
		w.wrongOptions(fmt.Sprintf("%s has no variation theme for %s.", d.typeName(), strings.Join(w.product.Options, " and ")))
	}
	return found.Name, options
}

func (w *writer) wrongOptions(message string) {
	var names []string
	for _, t := range w.definition.themes {
		if !t.Deprecated {
			names = append(names, t.Name)
		}
	}
	want := "no options: the type has no variants"
	if len(names) > 0 {
		const most = 12
		want = "options that one of its themes is about: " + strings.Join(names[:min(len(names), most)], ", ")
		if len(names) > most {
			want += ", ..."
		}
	}
	w.issues = append(w.issues, issue(listing.CodeOptionsWrong, pointer(variationTheme), []string{variationTheme}, message, want))
}

// twins are the variants that nothing tells apart, or that lack a value of an option, by SKU.
func (w *writer) twins() map[string][]listing.Issue {
	found, seen := map[string][]listing.Issue{}, map[string]string{}
	alike := func(sku, other string) {
		if slices.ContainsFunc(found[sku], func(i listing.Issue) bool { return i.Code == listing.CodeVariantsAlike }) {
			return
		}
		found[sku] = append(found[sku], issue(listing.CodeVariantsAlike, "/attributes", nil, fmt.Sprintf("It is the same as %s: nothing tells the two apart.", other), "different values of the options"))
	}
	for _, v := range w.product.Variants {
		if !w.isFamily() {
			break
		}
		var key strings.Builder
		for _, option := range w.product.Options {
			value := strings.TrimSpace(v.Options[option])
			if value == "" {
				found[v.SKU] = append(found[v.SKU], issue(listing.CodeOptionsWrong, "/attributes", nil, fmt.Sprintf("It has no %s.", cut(option, 60)), "a value for each option of the product"))
			}
			fmt.Fprintf(&key, "%q", strings.ToLower(value))
		}
		if first, twice := seen[key.String()]; twice { // nobody can tell which of the two is described wrongly, so neither is sent
			alike(v.SKU, first)
			alike(first, v.SKU)
			continue
		}
		seen[key.String()] = v.SKU
	}
	return found
}

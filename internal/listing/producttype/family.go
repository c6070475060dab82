package producttype

import (
	"fmt"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/towpath/towpath/internal/listing"
)

// family returns the attribute for each option of the product and the theme with exactly these attributes. An aspect
// variation_theme selects another theme.
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

// duplicates returns issues for the variants that are equal in all options, or that lack a value of an option, by
// SKU.
func (w *writer) duplicates() map[string][]listing.Issue {
	found, seen := map[string][]listing.Issue{}, map[string]string{}
	alike := func(sku, other string) {
		if slices.ContainsFunc(found[sku], func(i listing.Issue) bool { return i.Code == listing.CodeVariantsAlike }) {
			return
		}
		found[sku] = append(found[sku], issue(listing.CodeVariantsAlike, "/attributes", nil, fmt.Sprintf("It is the same as %s: nothing distinguishes the two.", other), "different values of the options"))
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
		if first, twice := seen[key.String()]; twice { // only a person knows which of the two is wrong, so neither is sent
			alike(v.SKU, first)
			alike(first, v.SKU)
			continue
		}
		seen[key.String()] = v.SKU
	}
	return found
}

// Theme is a way in which the variants of a product may differ.
type Theme struct {
	Name       string   // Amazon's, such as COLOR/SIZE
	Attributes []string // in which the variants differ, such as color and size
	Deprecated bool     // still accepted, but should not be used
}

const variationTheme = "variation_theme"

// Themes returns the variation themes of the definition in its order. Without any, the type has no variants.
func (d *Definition) Themes() []Theme { return slices.Clone(d.themes) }

// Theme returns the theme with exactly these attributes: preferably one that is not deprecated and has the same
// order. ok is false when there is none.
func (d *Definition) Theme(attributes []string) (Theme, bool) {
	var best Theme
	rank := 0
	for _, t := range d.themes {
		if len(t.Attributes) != len(attributes) || slices.ContainsFunc(attributes, func(a string) bool { return !slices.Contains(t.Attributes, a) }) {
			continue
		}
		r := 1
		if slices.Equal(t.Attributes, attributes) {
			r = 2
		}
		if !t.Deprecated {
			r += 2
		}
		if r > rank {
			best, rank = t, r
		}
	}
	return best, rank > 0
}

// themesOf returns the themes. Rules contain a theme's attributes: if the theme is one of these, then these
// attributes are required. A part that no rule names is the name of an attribute.
func themesOf(d *Definition) []Theme {
	name := resolved(fieldsOf(d.root.Properties[variationTheme])["name"])
	if name == nil || name.Enum == nil {
		return nil
	}
	required := map[string][]string{}
	for _, r := range d.rules {
		themeRules(r, required)
	}
	deprecated := keywordsIn(name).deprecated
	var all []Theme
	for _, v := range name.Enum.Values {
		if s, ok := v.(string); ok {
			all = append(all, Theme{Name: s, Attributes: d.inOrder(s, required[s]), Deprecated: slices.Contains(deprecated, v)})
		}
	}
	return all
}

// themeRules adds to each theme in a rule's condition the attributes that the rule then requires.
func themeRules(s *jsonschema.Schema, required map[string][]string) {
	for _, one := range s.AllOf {
		themeRules(one, required)
	}
	if s.If == nil || s.Then == nil {
		return
	}
	for _, theme := range themesIn(s.If) {
		for _, name := range s.Then.Required {
			if !slices.Contains(required[theme], name) {
				required[theme] = append(required[theme], name)
			}
		}
	}
}

// themesIn returns the themes in a condition.
func themesIn(s *jsonschema.Schema) []string {
	if f := s.Properties[variationTheme]; f != nil && f.Contains != nil {
		if name := f.Contains.Properties["name"]; name != nil && name.Enum != nil {
			return texts(name.Enum.Values)
		}
	}
	for _, one := range s.AllOf {
		if names := themesIn(one); len(names) > 0 {
			return names
		}
	}
	return nil
}

// inOrder sorts the attributes of a theme in the order of its name.
func (d *Definition) inOrder(theme string, required []string) []string {
	var all []string
	add := func(name string) {
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	for part := range strings.SplitSeq(theme, "/") {
		bare := strings.TrimSuffix(strings.TrimSuffix(part, "_NAME"), "_TYPE")
		for _, word := range []string{part, bare} {
			name, ok := d.Find(word)
			if ok && (len(required) == 0 || slices.Contains(required, name)) {
				add(name)
				break
			}
		}
	}
	for _, name := range required {
		add(name)
	}
	return all
}

package aspects

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/towpath/towpath/internal/listing"
)

// aspects checks the item specifics: those of the product, those in which the variants differ, and required ones that
// are missing.
func (f *findings) aspects(p listing.Product, c *Category) {
	for _, name := range slices.Sorted(maps.Keys(p.Aspects)) {
		f.aspect(f.whole, c, name, p.Aspects[name], p.Aspects)
	}
	for _, name := range p.Options {
		if a, ok := c.Find(name); ok && !a.Varies {
			f.add(f.whole, issue{code: listing.CodeOptionsWrong, pointer: "/variesBy/specifications", aspect: a.Name,
				message: fmt.Sprintf("In category %s the variants of a listing can't differ in %s.", c.ID, a.Name),
				want:    "another option, or a product of its own for each " + a.Name})
		}
	}
	for _, v := range p.Variants {
		if len(p.Options) == 0 {
			break
		}
		all := maps.Clone(p.Aspects)
		for name, value := range v.Options {
			all[name] = []string{value}
		}
		for _, name := range p.Options {
			if value := v.Options[name]; value != "" {
				f.aspect(v.SKU, c, name, []string{value}, all)
			}
		}
	}
	f.required(p, c)
}

// required finds required aspects without a value; identifiers checks those that a barcode satisfies.
func (f *findings) required(p listing.Product, c *Category) {
	if c == nil {
		return
	}
	open := 0
	for _, a := range c.Aspects {
		if isIdentifier(a.Name) || len(p.Aspects[a.Name]) > 0 || slices.Contains(p.Options, a.Name) {
			continue
		}
		if !a.Required {
			if a.Recommended {
				open++
			}
			continue
		}
		f.add(f.whole, issue{code: listing.CodeAttributeMissing, pointer: pointer("product", "aspects", a.Name), aspect: a.Name,
			message: fmt.Sprintf("%s is missing; eBay requires it in category %s.", a.Name, c.ID), want: a.want()})
	}
	if open > 0 {
		f.addAs(listing.Info, f.whole, issue{code: listing.CodeAttributesRecommended, pointer: "/product/aspects",
			message: fmt.Sprintf("eBay recommends %d more item specifics in category %s, by which buyers filter.", open, c.ID)})
	}
}

// want describes the allowed values of the aspect.
func (a *Aspect) want() string {
	count := "one value"
	if a.Many {
		count = "one or more values"
	}
	switch {
	case a.Closed:
		return count + " of: " + someOf(a.texts())
	case a.Type == "NUMBER":
		return "a number, e.g. 12"
	case a.Type == "DATE":
		return "a date as " + a.dateFormat()
	case len(a.Values) > 0:
		return count + ", e.g. " + a.Values[0].Text
	}
	return count
}

func (a *Aspect) texts() []string {
	texts := make([]string, 0, len(a.Values))
	for _, v := range a.Values {
		texts = append(texts, v.Text)
	}
	return texts
}

// aspect checks the values of one aspect. An aspect that the category does not have is the seller's own, which eBay
// accepts.
func (f *findings) aspect(key string, c *Category, name string, values []string, all map[string][]string) {
	if n := utf8.RuneCountInString(name); n > maxName && !c.has(name) {
		f.add(key, issue{code: listing.CodeValueTooLong, pointer: pointer("product", "aspects", name), aspect: clipped(name),
			message: fmt.Sprintf("The name of the attribute %q has %d characters; eBay allows %d.", clipped(name), n, maxName), want: "a name of at most 40 characters"})
	}
	a, ok := c.Find(name)
	if !ok {
		a = &Aspect{Name: name, Many: true}
	}
	if len(values) > 1 && !a.Many {
		f.add(key, issue{code: listing.CodeTooManyValues, pointer: pointer("product", "aspects", name), aspect: name,
			message: fmt.Sprintf("%s has %d values; eBay allows one.", name, len(values)), want: "one value"})
	}
	for i, value := range values {
		f.value(key, a, i, value, all)
	}
}

func (c *Category) has(name string) bool {
	_, ok := c.Find(name)
	return ok
}

// value checks one value of an aspect.
func (f *findings) value(key string, a *Aspect, i int, value string, all map[string][]string) {
	wrong := func(code, message, want string) {
		f.add(key, issue{code: code, pointer: pointer("product", "aspects", a.Name, i), aspect: clipped(a.Name), message: message, want: want})
	}
	most := maxValue
	if a.MaxLength > 0 {
		most = a.MaxLength
	}
	v, known := a.Value(value)
	if n := utf8.RuneCountInString(value); n > most && !known {
		wrong(listing.CodeValueTooLong, fmt.Sprintf("%s has %d characters; eBay allows %d.", clipped(a.Name), n, most), fmt.Sprintf("at most %d characters", most))
		return
	}
	switch {
	case a.Closed && !known:
		wrong(listing.CodeValueNotAllowed, fmt.Sprintf("%s can't be %q: eBay has a list for it.", a.Name, clipped(value)), "one of: "+someOf(a.texts()))
	case known && !v.fits(all):
		wrong(listing.CodeValueNotAllowed, fmt.Sprintf("%s can't be %q together with the product's %s.", a.Name, v.Text, v.Controls[0].Aspect),
			fmt.Sprintf("%s as one of: %s, or another %s", v.Controls[0].Aspect, someOf(v.Controls[0].Values), a.Name))
	case !known && a.Type == "NUMBER":
		if _, err := strconv.ParseFloat(value, 64); err != nil {
			wrong(listing.CodeWrongType, fmt.Sprintf("%s is %q, which is no number.", a.Name, clipped(value)), "a number without a unit, e.g. 12")
		} else if _, err := strconv.ParseInt(value, 10, 32); err != nil && a.Format == "int32" {
			wrong(listing.CodeWrongFormat, fmt.Sprintf("%s is %q, which is no whole number.", a.Name, clipped(value)), "a whole number, e.g. 12")
		}
	case !known && a.Type == "DATE":
		if _, err := time.Parse(dateLayouts[a.dateFormat()], value); err != nil {
			wrong(listing.CodeWrongFormat, fmt.Sprintf("%s is %q, which is no date as eBay writes it here.", a.Name, clipped(value)), "a date as "+a.dateFormat())
		}
	}
}

// dateLayouts are Go's layouts by eBay's aspectFormat.
var dateLayouts = map[string]string{"YYYY": "2006", "YYYYMM": "200601", "YYYYMMDD": "20060102"}

func (a *Aspect) dateFormat() string {
	if _, ok := dateLayouts[a.Format]; ok {
		return a.Format
	}
	return "YYYYMMDD"
}

// fits reports whether a value is allowed together with the product's others. If a controlling aspect has no value,
// it reports true and leaves the decision to eBay.
func (v Value) fits(all map[string][]string) bool {
	for _, on := range v.Controls {
		given := false
		for name, values := range all {
			if fold(name) != fold(on.Aspect) {
				continue
			}
			given = len(values) > 0
			for _, value := range values {
				if slices.ContainsFunc(on.Values, func(may string) bool { return foldValue(may) == foldValue(value) }) {
					return true
				}
			}
		}
		if !given {
			return true
		}
	}
	return len(v.Controls) == 0
}

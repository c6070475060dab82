package catalogue

import (
	"fmt"
	"maps"
	"slices"
)

// KitPlan is the result of saving kits.
type KitPlan struct {
	Kits    map[string]Kit    // all of them afterwards, as given, by SKU
	Leaves  map[string][]Part // as they will be packed: down to what lies on a shelf
	Changed []string          // by SKU: given with other components, or with another content because a kit in it changed
	New     []string          // of these, those that were no kits

	before map[string][]Part // Leaves as they were
}

// PlanKits returns what saving the given kits changes; others stay unchanged. A kit given twice or one that
// contains itself is an error.
func PlanKits(known, given []Kit) (KitPlan, error) {
	before, p := map[string]Kit{}, KitPlan{Kits: map[string]Kit{}}
	for _, k := range known {
		before[k.SKU], p.Kits[k.SKU] = k, k
	}
	twice := map[string]bool{}
	for _, k := range given {
		if twice[k.SKU] {
			return KitPlan{}, fmt.Errorf("kit %q is defined twice", k.SKU)
		}
		twice[k.SKU] = true
		k.Parts = merged(k.Parts)
		p.Kits[k.SKU] = k
	}
	var err error
	if p.Leaves, err = Leaves(bySKU(p.Kits)); err != nil {
		return KitPlan{}, err
	}
	if p.before, err = Leaves(bySKU(before)); err != nil {
		return KitPlan{}, err
	}
	for _, sku := range slices.Sorted(maps.Keys(p.Kits)) {
		if k, ok := before[sku]; !ok {
			p.New = append(p.New, sku)
		} else if slices.Equal(k.Parts, p.Kits[sku].Parts) && slices.Equal(p.before[sku], p.Leaves[sku]) {
			continue
		}
		p.Changed = append(p.Changed, sku)
	}
	return p, nil
}

func bySKU(kits map[string]Kit) []Kit {
	out := make([]Kit, 0, len(kits))
	for _, sku := range slices.Sorted(maps.Keys(kits)) {
		out = append(out, kits[sku])
	}
	return out
}

// merged returns a list of parts with each SKU once.
func merged(parts []Part) []Part {
	var out []Part
	for _, p := range parts {
		if i := slices.IndexFunc(out, func(q Part) bool { return q.SKU == p.SKU }); i >= 0 {
			out[i].Quantity += p.Quantity
		} else {
			out = append(out, p)
		}
	}
	return out
}

// Parts returns the SKUs in the changed kits, each once, sorted.
func (p KitPlan) Parts() []string {
	var out []string
	for _, sku := range p.Changed {
		for _, part := range p.Kits[sku].Parts {
			out = append(out, part.SKU)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// SKUs returns the changed kits and the SKUs in them, each once, sorted.
func (p KitPlan) SKUs() []string {
	all := append(p.Parts(), p.Changed...)
	slices.Sort(all)
	return slices.Compact(all)
}

// Missing returns errors for parts that are neither in the catalogue nor kits. titles are those of the SKUs that the catalogue has.
func (p KitPlan) Missing(titles map[string]string) []error {
	var errs []error
	for _, sku := range p.Parts() {
		_, isKit := p.Kits[sku]
		if _, known := titles[sku]; !known && !isKit {
			errs = append(errs, fmt.Errorf("%s is a part of a kit, but not in the catalogue: enter it first", sku))
		}
	}
	return errs
}

// Entries returns the changed kits that the catalogue does not have, and those that it has under another title than the given one.
func (p KitPlan) Entries(titles map[string]string) (fresh, renamed []Titled) {
	for _, sku := range p.Changed {
		entry := Titled{SKU: sku, Title: p.Kits[sku].Title}
		if title, known := titles[sku]; !known {
			fresh = append(fresh, entry)
		} else if entry.Title != "" && entry.Title != title {
			renamed = append(renamed, entry)
		}
	}
	return fresh, renamed
}

// Kept returns a changed kit's parts as they are kept: as it is packed, and with quantity 0 what it has no more, because units that
// were sold before still hold it.
func (p KitPlan) Kept(sku string) []Part {
	out := slices.Clone(p.Leaves[sku])
	for _, old := range p.before[sku] {
		if !slices.ContainsFunc(out, func(now Part) bool { return now.SKU == old.SKU }) {
			out = append(out, Part{SKU: old.SKU})
		}
	}
	return out
}

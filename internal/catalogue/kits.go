package catalogue

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// MaxPartUnits is the greatest number of units of a SKU in a kit, over all kits in it.
const MaxPartUnits = 1_000_000

// Leaves resolves kits within kits: for each kit the physical SKUs and their quantities, sorted by SKU. A kit that
// contains itself is an error that shows the circle.
func Leaves(kits []Kit) (map[string][]Part, error) {
	out, wrong := Resolve(kits)
	for _, k := range kits {
		if err, ok := wrong[k.SKU]; ok {
			return nil, err
		}
	}
	return out, nil
}

// Resolve is like Leaves but continues after an error: it returns the valid kits and the errors of the others.
func Resolve(kits []Kit) (map[string][]Part, map[string]error) {
	r := resolver{kits: make(map[string]Kit, len(kits)), done: make(map[string]map[string]int, len(kits)), wrong: make(map[string]error)}
	for _, k := range kits {
		if _, twice := r.kits[k.SKU]; twice {
			r.wrong[k.SKU] = fmt.Errorf("kit %q is defined twice", k.SKU)
		}
		r.kits[k.SKU] = k
	}
	out := make(map[string][]Part, len(kits))
	for _, k := range kits {
		units, err := r.leaves(k.SKU)
		if err != nil {
			continue
		}
		delete(out, k.SKU)
		for _, sku := range slices.Sorted(maps.Keys(units)) {
			out[k.SKU] = append(out[k.SKU], Part{SKU: sku, Quantity: units[sku]})
		}
	}
	return out, r.wrong
}

// resolver resolves kits recursively, one path at a time.
type resolver struct {
	kits  map[string]Kit
	done  map[string]map[string]int
	wrong map[string]error
	path  []string // kits that are being resolved, the outermost first
}

// leaves returns the units of each SKU in a kit. An error of a kit is an error of all that contain it.
func (r *resolver) leaves(sku string) (map[string]int, error) {
	if err, ok := r.wrong[sku]; ok {
		return nil, err
	}
	if units, ok := r.done[sku]; ok {
		return units, nil
	}
	if i := slices.Index(r.path, sku); i >= 0 {
		return nil, circle(append(slices.Clone(r.path[i:]), sku))
	}
	r.path = append(r.path, sku)
	units, err := r.sum(r.kits[sku])
	r.path = r.path[:len(r.path)-1]
	if err != nil {
		r.wrong[sku] = err
		return nil, err
	}
	r.done[sku] = units
	return units, nil
}

func (r *resolver) sum(kit Kit) (map[string]int, error) {
	units := make(map[string]int)
	if len(kit.Parts) == 0 {
		return nil, fmt.Errorf("kit %q has no parts", kit.SKU)
	}
	for _, p := range kit.Parts {
		if p.Quantity < 1 || p.Quantity > MaxPartUnits {
			return nil, fmt.Errorf("kit %q has %d of %q; want 1 to %d", kit.SKU, p.Quantity, p.SKU, MaxPartUnits)
		}
		inner := map[string]int{p.SKU: 1}
		if _, isKit := r.kits[p.SKU]; isKit {
			var err error
			if inner, err = r.leaves(p.SKU); err != nil {
				return nil, err
			}
		}
		for leaf, n := range inner {
			if units[leaf]+n*p.Quantity > MaxPartUnits {
				return nil, fmt.Errorf("kit %q has more than %d of %q", kit.SKU, MaxPartUnits, leaf)
			}
			units[leaf] += n * p.Quantity
		}
	}
	return units, nil
}

// circle returns an error that shows how a kit contains itself.
func circle(path []string) error {
	if len(path) == 2 {
		return fmt.Errorf("kit %q is a part of itself", path[0])
	}
	quoted := make([]string, len(path))
	for i, sku := range path {
		quoted[i] = fmt.Sprintf("%q", sku)
	}
	return fmt.Errorf("kits go round in a circle: %s", strings.Join(quoted, " contains "))
}

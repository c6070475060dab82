package catalogue

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// MaxPartUnits is the most units of a SKU that a kit may take, over all kits in it.
const MaxPartUnits = 1_000_000

// Leaves resolves kits in kits: for each kit the SKUs that lie on a shelf, and how many of each it takes, sorted by SKU.
// A kit that contains itself is refused, with the way round named.
func Leaves(kits []Kit) (map[string][]Part, error) {
	r := resolver{kits: make(map[string]Kit, len(kits)), done: make(map[string]map[string]int, len(kits))}
	for _, k := range kits {
		if _, twice := r.kits[k.SKU]; twice {
			return nil, fmt.Errorf("kit %q is defined twice", k.SKU)
		}
		r.kits[k.SKU] = k
	}
	out := make(map[string][]Part, len(kits))
	for _, k := range kits {
		units, err := r.leaves(k.SKU)
		if err != nil {
			return nil, err
		}
		for _, sku := range slices.Sorted(maps.Keys(units)) {
			out[k.SKU] = append(out[k.SKU], Part{SKU: sku, Quantity: units[sku]})
		}
	}
	return out, nil
}

// resolver goes down through kits, one path at a time.
type resolver struct {
	kits map[string]Kit
	done map[string]map[string]int
	path []string // kits that are being resolved, the outermost first
}

func (r *resolver) leaves(sku string) (map[string]int, error) {
	if units, ok := r.done[sku]; ok {
		return units, nil
	}
	if i := slices.Index(r.path, sku); i >= 0 {
		return nil, circle(append(slices.Clone(r.path[i:]), sku))
	}
	r.path = append(r.path, sku)
	kit := r.kits[sku]
	units := make(map[string]int)
	if len(kit.Parts) == 0 {
		return nil, fmt.Errorf("kit %q has no parts", sku)
	}
	for _, p := range kit.Parts {
		if p.Quantity < 1 || p.Quantity > MaxPartUnits {
			return nil, fmt.Errorf("kit %q takes %d of %q; want 1 to %d", sku, p.Quantity, p.SKU, MaxPartUnits)
		}
		inner := map[string]int{p.SKU: 1}
		if _, isKit := r.kits[p.SKU]; isKit {
			var err error
			if inner, err = r.leaves(p.SKU); err != nil {
				return nil, err
			}
		}
		for leaf, n := range inner {
			if n > math.MaxInt32/p.Quantity || units[leaf]+n*p.Quantity > MaxPartUnits {
				return nil, fmt.Errorf("kit %q takes more than %d of %q", sku, MaxPartUnits, leaf)
			}
			units[leaf] += n * p.Quantity
		}
	}
	r.path = r.path[:len(r.path)-1]
	r.done[sku] = units
	return units, nil
}

// circle names the way on which a kit comes back to itself.
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

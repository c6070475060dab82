package starter

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/catalogue"
)

// fileKits are the kits of a file.
type fileKits struct {
	kits  []catalogue.Kit
	lines []int
	here  map[string]bool // parts, and whether the file describes them itself
}

// met records that the file describes a product's SKUs.
func (k *fileKits) met(p catalogue.Product) {
	for _, v := range p.Variants {
		if _, part := k.here[v.SKU]; part {
			k.here[v.SKU] = true
		}
	}
}

// readKits reads the kits of the file; only Towpath's own forms have kits.
func (i *catalogueImport) readKits(ctx context.Context) error {
	own, isJSON := strings.HasPrefix(i.out.Format.ID, "towpath-catalogue"), i.out.Format.ID == "towpath-catalogue-json"
	hasColumn := slices.ContainsFunc(i.out.Used, func(name string) bool { return catalogue.Fold(name) == "kit parts" })
	if !own || !isJSON && !hasColumn {
		return nil
	}
	i.kits.here = make(map[string]bool)
	_, err := i.file.Kits(ctx, func(k catalogue.Kit, line int) error {
		i.kits.kits, i.kits.lines = append(i.kits.kits, k), append(i.kits.lines, line)
		for _, p := range k.Parts {
			i.kits.here[p.SKU] = false
		}
		return nil
	})
	return unreadable(err)
}

// checkKits finds mistakes in the file's kits, and keeps the correct ones that are new or changed.
func (i *catalogueImport) checkKits(ctx context.Context) error {
	if len(i.kits.kits) == 0 {
		return nil
	}
	stored, err := i.store.Products.Kits(ctx)
	if err != nil {
		return err
	}
	before := make(map[string]catalogue.Kit, len(stored))
	for _, k := range stored {
		before[k.SKU] = k
	}
	has, err := i.partsThere(ctx)
	if err != nil {
		return err
	}
	wrong := wrongKits(before, i.kits.kits)
	if err := i.refuseHeld(ctx, before, wrong); err != nil {
		return err
	}
	var changed []catalogue.Kit
	for n, k := range i.kits.kits {
		mistake := kitMistake(k, wrong[k.SKU], has)
		if mistake != nil {
			i.wrong(i.kits.lines[n], *mistake)
			continue
		}
		old, known := before[k.SKU]
		switch {
		case !known:
			i.out.Kits.New++
		case slices.Equal(old.Parts, k.Parts):
			i.out.Kits.Same++
			continue
		default:
			i.out.Kits.Changed++
			i.addChange(catalogue.Change{Of: "kit " + k.SKU, Field: "parts", Old: old.PartsText(), New: k.PartsText()})
		}
		changed = append(changed, k)
	}
	i.kits.kits = changed
	return nil
}

// refuseHeld adds an error for each SKU that can't become a kit because it has stock or open orders.
func (i *catalogueImport) refuseHeld(ctx context.Context, before map[string]catalogue.Kit, wrong map[string]error) error {
	var fresh []string
	for _, k := range i.kits.kits {
		if _, known := before[k.SKU]; !known {
			fresh = append(fresh, k.SKU)
		}
	}
	refused, err := i.store.Products.KitsRefused(ctx, fresh)
	for sku, why := range refused {
		if wrong[sku] == nil {
			wrong[sku] = why
		}
	}
	return err
}

func (i *catalogueImport) addChange(c catalogue.Change) {
	i.out.Changing++
	if len(i.out.Changes) < maxShownChanges {
		i.out.Changes = append(i.out.Changes, c)
	}
}

// partsThere returns a function that reports whether the file or the catalogue has a part.
func (i *catalogueImport) partsThere(ctx context.Context) (func(string) bool, error) {
	known, _, err := i.store.Products.KnownSKUs(ctx, slices.Sorted(maps.Keys(i.kits.here)))
	if err != nil {
		return nil, err
	}
	kits := make(map[string]bool, len(i.kits.kits))
	for _, k := range i.kits.kits {
		kits[k.SKU] = true
	}
	return func(sku string) bool { return i.kits.here[sku] || known[sku] || kits[sku] }, nil
}

// wrongKits returns the errors of the file's kits, resolved together with the stored ones.
func wrongKits(before map[string]catalogue.Kit, given []catalogue.Kit) map[string]error {
	all := maps.Clone(before)
	for _, k := range given {
		all[k.SKU] = k
	}
	_, wrong := catalogue.Resolve(slices.Collect(maps.Values(all)))
	return wrong
}

const kitColumn = "kit parts"

func kitMistake(k catalogue.Kit, wrong error, has func(string) bool) *catalogue.Mistake {
	if wrong != nil {
		return &catalogue.Mistake{Column: kitColumn, What: wrong.Error(), Want: "a kit of SKUs that lie on the shelf, in the end"}
	}
	for _, p := range k.Parts {
		if !has(p.SKU) {
			return &catalogue.Mistake{Column: kitColumn, What: fmt.Sprintf("kit %q has the part %q, which neither the catalogue nor this file has", k.SKU, p.SKU),
				Want: "SKUs that are there, letter by letter: `towpath catalog list --search` finds them"}
		}
	}
	return nil
}

func (i *catalogueImport) saveKits(ctx context.Context) error {
	if len(i.kits.kits) == 0 {
		return nil
	}
	for n := range i.kits.kits {
		i.kits.kits[n].Title = "" // its SKU is saved and has its own title
	}
	saved, err := i.store.Products.SaveKits(ctx, i.kits.kits)
	if err != nil {
		return fmt.Errorf("save the kits of the file: %w", err)
	}
	i.out.Saved = i.out.Saved || len(saved.Changed) > 0
	i.out.Dirty = saved.Dirty
	return nil
}

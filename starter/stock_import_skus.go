package starter

import (
	"context"
	"fmt"

	"github.com/towpath/towpath/internal/catalogue"
)

// look finds each row's SKU in the catalogue, ignoring case and surrounding space. Unknown SKUs, SKUs damaged by a spreadsheet,
// and kits are mistakes.
func (i *stockImport) look(ctx context.Context) error {
	var good []stockRow
	for from := 0; from < len(i.rows); from += stockBatch {
		rows := i.rows[from:min(from+stockBatch, len(i.rows))]
		known, kits, err := i.Store.Products.KnownSKUs(ctx, skusOf(rows))
		if err != nil {
			return err
		}
		var strange []stockRow
		for _, r := range rows {
			if !known[r.sku] {
				strange = append(strange, r)
			} else if i.ownStock(r, kits) {
				good = append(good, r)
			}
		}
		found, err := i.spelled(ctx, strange)
		if err != nil {
			return err
		}
		good = append(good, found...)
	}
	i.rows = i.once(good)
	return nil
}

func skusOf(rows []stockRow) []string {
	skus := make([]string, len(rows))
	for k, r := range rows {
		skus[k] = r.sku
	}
	return skus
}

// ownStock reports whether the row's SKU is one that can have stock.
func (i *stockImport) ownStock(r stockRow, kits map[string]bool) bool {
	if kits[r.sku] {
		i.wrong(r.line, "SKU", r.sku+" is a kit and has no stock of its own", "its parts")
		return false
	}
	return true
}

// spelled accepts rows whose SKU has another spelling in the catalogue, and records the others as mistakes.
func (i *stockImport) spelled(ctx context.Context, rows []stockRow) ([]stockRow, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	near, err := i.Store.Products.Spellings(ctx, skusOf(rows))
	if err != nil {
		return nil, err
	}
	var found []stockRow
	for _, r := range rows {
		meant, mistake := catalogue.Spelled(r.sku, near[r.sku])
		switch {
		case mistake != nil:
			i.wrong(r.line, mistake.Column, mistake.What, mistake.Want)
		case meant == r.sku:
			i.wrong(r.line, "SKU", r.sku+" is not in the catalogue", "a SKU of `towpath catalog list`")
		default:
			i.out.Notes = append(i.out.Notes, fmt.Sprintf("line %d: %s is read as %s", r.line, r.sku, meant))
			r.sku = meant
			found = append(found, r)
		}
	}
	_, kits, err := i.Store.Products.KnownSKUs(ctx, skusOf(found))
	if err != nil {
		return nil, err
	}
	var good []stockRow
	for _, r := range found {
		if i.ownStock(r, kits) {
			good = append(good, r)
		}
	}
	return good, nil
}

// once drops rows whose SKU and location already had a figure under another spelling or name.
func (i *stockImport) once(rows []stockRow) []stockRow {
	first := make(map[[2]string]int, len(rows))
	var out []stockRow
	for _, r := range rows {
		key := [2]string{r.sku, r.location}
		if line, ok := first[key]; ok {
			i.wrong(max(r.line, line), "", fmt.Sprintf("%s at %s has a figure in line %d already", r.sku, r.location, min(r.line, line)), "one row for each SKU and location")
			continue
		}
		first[key] = r.line
		out = append(out, r)
	}
	return out
}

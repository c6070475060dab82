package publications

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"

	"github.com/towpath/towpath/internal/listing"
)

// codeAttributeMissing is the issue of goods that lack what their type requires.
const codeAttributeMissing = "attribute-missing"

// needKey is what needs are gathered by.
type needKey struct{ typ, attribute string }

// Needs gathers what types require and goods lack, from the issues of a run; empty: of the last one of the account. What is lacked by most
// goods comes first. Titles and closed lists stand in the definitions, and are left empty; Want is the check's word of them.
func (s *Store) Needs(ctx context.Context, account, run string) ([]listing.Need, error) {
	what := "gather what the goods of " + account + " lack"
	if run == "" {
		runs, err := s.texts(ctx, `SELECT id FROM publications WHERE account = $1 AND started_at > 0 ORDER BY started_at DESC, id DESC LIMIT 1`, account)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", what, err)
		}
		if len(runs) == 0 {
			return nil, nil
		}
		run = runs[0]
	}
	types, err := s.products.Types(ctx, account)
	if err != nil {
		return nil, err
	}
	needs, seen := map[needKey]*listing.Need{}, map[[3]string]bool{}
	err = s.Read(ctx, `SELECT i.type, i.reference, CASE WHEN i.type = 'product' THEN i.reference ELSE i.parent END, COALESCE(p.category, ''), COALESCE(p.type, ''), i.issues
		FROM run_items i LEFT JOIN products p ON p.key = CASE WHEN i.type = 'product' THEN i.reference ELSE i.parent END
		WHERE i.run_id = $1 AND i.account = $2 AND i.status = 'error' AND i.stage = 'validation' AND i.type IN ('product', 'variant')
		ORDER BY CASE WHEN i.type = 'variant' THEN 0 ELSE 1 END, i.id`, func(rows *sql.Rows) error {
		var kind, reference, product, category, productType, text string
		if err := rows.Scan(&kind, &reference, &product, &category, &productType, &text); err != nil {
			return err
		}
		issues, err := readIssues(text)
		if err != nil {
			return err
		}
		if of := typesOf(types, category); len(of) > 0 {
			productType = of[0].Type
		}
		gatherNeeds(needs, seen, issues, productType, product, reference)
		return nil
	}, run, account)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	out := make([]listing.Need, 0, len(needs))
	for _, n := range needs {
		out = append(out, *n)
	}
	slices.SortFunc(out, func(a, b listing.Need) int {
		return cmp.Or(cmp.Compare(b.Products, a.Products), cmp.Compare(a.Type, b.Type), cmp.Compare(a.Attribute, b.Attribute))
	})
	return out, nil
}

// gatherNeeds takes in the issues of one item; a product counts once for each attribute.
func gatherNeeds(needs map[needKey]*listing.Need, seen map[[3]string]bool, issues []listing.Issue, productType, product, reference string) {
	attributes := map[string]string{} // with what would be right
	for _, i := range issues {
		if i.Code == codeAttributeMissing {
			for _, name := range i.Attributes {
				attributes[name] = i.Want
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		key := needKey{productType, name}
		if needs[key] == nil {
			needs[key] = &listing.Need{Type: productType, Attribute: name, Want: attributes[name], Example: reference}
		}
		if once := [3]string{productType, name, product}; !seen[once] {
			seen[once] = true
			needs[key].Products++
		}
	}
}

package publications

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/towpath/towpath/internal/listing"
)

// Needs gathers what types require and goods lack, from the issues of a run; empty: of the last one of the account. What is lacked by most
// goods comes first. Titles and closed lists stand in the definitions, and are left empty; Want is the check's word of them. Variants are read first, so that
// an example is a SKU.
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
	needs := listing.GatherNeeds(types)
	err = s.Read(ctx, `SELECT i.reference, CASE WHEN i.type = 'product' THEN i.reference ELSE i.parent END, COALESCE(p.category, ''), COALESCE(p.type, ''), i.issues
		FROM run_items i LEFT JOIN products p ON p.key = CASE WHEN i.type = 'product' THEN i.reference ELSE i.parent END
		WHERE i.run_id = $1 AND i.account = $2 AND i.status = 'error' AND i.stage = 'validation' AND i.type IN ('product', 'variant')
		ORDER BY CASE WHEN i.type = 'variant' THEN 0 ELSE 1 END, i.id`, func(rows *sql.Rows) error {
		var text string
		var one listing.Lacking
		err := rows.Scan(&one.Reference, &one.Product, &one.Category, &one.Type, &text)
		if err == nil {
			one.Issues, err = readIssues(text)
		}
		needs.Add(one)
		return err
	}, run, account)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return needs.List(), nil
}

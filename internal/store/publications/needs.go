package publications

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/publication"
	"github.com/towpath/towpath/internal/store/db"
)

// begun is publication.Course.Begun in SQL, in the words of the index.
const begun = `started_at > 0`

// lastBegun returns the run that began last, of an account and an endpoint where they are given; empty when none has begun.
func lastBegun(ctx context.Context, read db.Reading, account string, endpoint channel.Endpoint) (id string, err error) {
	w := db.Where{}
	w.And(begun)
	if account != "" {
		w.And(`account = %s`, account)
	}
	if endpoint != "" {
		w.And(`endpoint = %s`, string(endpoint))
	}
	err = read(ctx, `SELECT id FROM publications`+w.Text()+` ORDER BY started_at DESC, id DESC LIMIT 1`, func(rows *sql.Rows) error { return rows.Scan(&id) }, w.Args...)
	return id, err
}

// Needs returns what types require and products lack, from the issues of a run, or of the account's last run when run is empty;
// the most frequent first. Titles and closed lists are in the definitions and left empty here.
func (s *Store) Needs(ctx context.Context, account, run string) ([]listing.Need, error) {
	what := "collect what the goods of " + account + " lack"
	if run == "" {
		last, err := lastBegun(ctx, s.Read, account, "")
		if err != nil {
			return nil, fmt.Errorf("%s: %w", what, err)
		}
		if last == "" {
			return nil, nil
		}
		run = last
	}
	types, err := s.products.Types(ctx, account)
	if err != nil {
		return nil, err
	}
	needs := listing.CollectNeeds(types)
	err = s.Read(ctx, `SELECT i.type, i.stage, i.reference, i.parent, i.issues,
			COALESCE(own.category, ''), COALESCE(own.type, ''), COALESCE(above.category, ''), COALESCE(above.type, '')
		FROM run_items i LEFT JOIN products own ON own.key = i.reference LEFT JOIN products above ON above.key = i.parent
		WHERE i.run_id = $1 AND i.account = $2 AND i.status = $3 AND i.stage = $4 ORDER BY i.id`, func(rows *sql.Rows) error {
		var text string
		var one listing.Lacking
		err := rows.Scan(&one.Kind, &one.Stage, &one.Reference, &one.Parent, &text, &one.Own.Category, &one.Own.Type, &one.Above.Category, &one.Above.Type)
		if err == nil {
			one.Issues, err = readIssues(text)
		}
		needs.Add(one)
		return err
	}, run, account, string(publication.Error), string(listing.Validation))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return needs.List(), nil
}

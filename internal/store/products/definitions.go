package products

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/store/db"
)

// SaveDefinition keeps what a channel says that goods of a type must be, in place of what it said before. scope is what it holds for: a
// channel's marketplace, or an account. One that was fetched earlier than what is kept changes nothing.
func (s *Store) SaveDefinition(ctx context.Context, scope string, d listing.Definition) error {
	what := fmt.Sprintf("save the definition of %q for %s", d.Type, scope)
	if scope == "" {
		return fmt.Errorf("%s: there is no scope", what)
	}
	return s.Write(ctx, what, func(ctx context.Context, t *db.Tx) error {
		body := d.Body
		if body == nil {
			body = []byte{}
		}
		_, err := t.Exec(ctx, `INSERT INTO definitions (scope, type, version, checksum, fetched_at, body) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (scope, type) DO UPDATE SET version = excluded.version, checksum = excluded.checksum, fetched_at = excluded.fetched_at,
				body = excluded.body WHERE excluded.fetched_at >= definitions.fetched_at`,
			scope, d.Type, db.Clean(d.Version), db.Clean(d.Checksum), db.Micro(d.FetchedAt), body)
		return err
	})
}

// Definitions answers the definitions of types that are kept for a scope, by type. A type of which none is kept is left out.
func (s *Store) Definitions(ctx context.Context, scope string, types []string) ([]listing.Definition, error) {
	return s.definitions(ctx, scope, types, `o.body`)
}

// DefinitionVersions is Definitions without the bodies, which are large: what is kept and how old it is.
func (s *Store) DefinitionVersions(ctx context.Context, scope string, types []string) ([]listing.Definition, error) {
	return s.definitions(ctx, scope, types, `NULL`)
}

func (s *Store) definitions(ctx context.Context, scope string, types []string, body string) ([]listing.Definition, error) {
	var out []listing.Definition
	err := s.Read(ctx, `SELECT o.type, o.version, o.checksum, o.fetched_at, `+body+` FROM definitions o
		WHERE o.scope = CAST($2 AS TEXT) AND o.type IN (SELECT r.value FROM {{rows 1}}) ORDER BY o.type`, func(rows *sql.Rows) error {
		var d listing.Definition
		var fetched int64
		err := rows.Scan(&d.Type, &d.Version, &d.Checksum, &fetched, &d.Body)
		d.FetchedAt = db.At(fetched)
		out = append(out, d)
		return err
	}, db.Texts(types), scope)
	if err != nil {
		return nil, fmt.Errorf("read definitions for %s: %w", scope, err)
	}
	return out, nil
}

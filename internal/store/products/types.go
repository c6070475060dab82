package products

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/store/db"
)

// SetType sets an account's type for a category. An empty type keeps the existing one. Values are added to the existing ones; a
// name without a value is removed. It returns the result.
func (s *Store) SetType(ctx context.Context, account string, set listing.TypeSettings) (listing.TypeSettings, error) {
	what := fmt.Sprintf("set the type of category %q on %s", set.Category, account)
	if _, err := s.accounts.Account(ctx, account); err != nil {
		return listing.TypeSettings{}, fmt.Errorf("%s: %w", what, err)
	}
	var now listing.TypeSettings
	err := s.Write(ctx, what, func(ctx context.Context, t *db.Tx) error {
		all, err := types(ctx, t, account, set.Category)
		if err != nil {
			return err
		}
		var before listing.TypeSettings
		if len(all) > 0 {
			before = all[0]
		}
		var changed bool
		if now, changed, err = before.Set(cleanSettings(set)); err != nil || !changed {
			return err
		}
		_, err = t.Exec(ctx, `INSERT INTO type_settings (account, category, type, attributes, changed_at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (account, category) DO UPDATE SET type = excluded.type, attributes = excluded.attributes, changed_at = excluded.changed_at`,
			account, now.Category, now.Type, db.Clean(db.JSONMap(now.Values)), t.Now)
		return err
	})
	return now, err
}

// cleanSettings returns the settings with texts that both databases can store.
func cleanSettings(s listing.TypeSettings) listing.TypeSettings {
	out := listing.TypeSettings{Category: db.Clean(s.Category), Type: db.Clean(s.Type), Values: make(map[string][]string, len(s.Values))}
	for name, values := range s.Values {
		out.Values[db.Clean(name)] = values
	}
	return out
}

// RemoveType removes an account's settings for a category, and reports whether there were any.
func (s *Store) RemoveType(ctx context.Context, account, category string) (removed bool, err error) {
	err = s.Write(ctx, fmt.Sprintf("remove the type of category %q on %s", category, account), func(ctx context.Context, t *db.Tx) error {
		n, err := t.Exec(ctx, `DELETE FROM type_settings WHERE account = $1 AND category = $2`, account, category)
		removed = n > 0
		return err
	})
	return removed, err
}

// Types lists an account's settings by category.
func (s *Store) Types(ctx context.Context, account string) ([]listing.TypeSettings, error) {
	out, err := readTypes(ctx, s.Read, `o.account = $1 ORDER BY o.category`, account)
	if err != nil {
		return nil, fmt.Errorf("list the types of %s: %w", account, err)
	}
	return out, nil
}

func types(ctx context.Context, t *db.Tx, account, category string) ([]listing.TypeSettings, error) {
	return readTypes(ctx, t.Query, `o.account = $1 AND o.category = $2 {{lock o}}`, account, db.Clean(category))
}

func readTypes(ctx context.Context, read db.Reading, condition string, args ...any) ([]listing.TypeSettings, error) {
	var out []listing.TypeSettings
	err := read(ctx, `SELECT o.category, o.type, o.attributes FROM type_settings o WHERE `+condition, func(rows *sql.Rows) error {
		var t listing.TypeSettings
		var values string
		if err := rows.Scan(&t.Category, &t.Type, &values); err != nil {
			return err
		}
		out = append(out, t)
		return json.Unmarshal([]byte(values), &out[len(out)-1].Values)
	}, args...)
	return out, err
}

// SaveDefinition saves a channel's definition of a type in place of the earlier one. scope is the marketplace or account that it
// applies to. A definition older than the stored one is ignored.
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

// Definitions returns the stored definitions of types in a scope, by type.
func (s *Store) Definitions(ctx context.Context, scope string, types []string) ([]listing.Definition, error) {
	return s.definitions(ctx, scope, types, `o.body`)
}

// DefinitionVersions is Definitions without the bodies, which are large.
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

package publications

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/publication"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/runs"
)

// NotPermitted are the items of an account's last production run that ended in error because its settings forbid the change.
type NotPermitted struct {
	Run     string // empty: the account has published nothing
	Items   int    // products or SKUs, as the channel names what it may not change
	AtLeast bool   // there may be more: only the first MostCounted errors of the run were looked through
	Sample  []string
	Since   time.Time // when the first of them was refused
}

// NotPermitted returns what the last production run of an account was not permitted to do.
func (s *Store) NotPermitted(ctx context.Context, account string) (out NotPermitted, err error) {
	if out.Run, err = lastBegun(ctx, s.Read, account, channel.Production); err == nil && out.Run != "" {
		err = s.notPermitted(ctx, &out)
	}
	if err != nil {
		return out, fmt.Errorf("read what %s was not permitted to publish: %w", account, err)
	}
	return out, nil
}

// Begun returns the accounts that have published something on the production endpoint.
func (s *Store) Begun(ctx context.Context) (accounts []string, err error) {
	err = s.Read(ctx, `SELECT a.id FROM accounts a WHERE EXISTS (SELECT 1 FROM publications p WHERE p.account = a.id AND p.endpoint = $1 AND p.started_at > 0) ORDER BY a.id`, func(rows *sql.Rows) error {
		var account string
		err := rows.Scan(&account)
		accounts = append(accounts, account)
		return err
	}, string(channel.Production))
	if err != nil {
		return nil, fmt.Errorf("read which accounts have published: %w", err)
	}
	return accounts, nil
}

// notPermitted looks through the errors of the run. A product whose variants are all in error has the code of one of them: it is counted only
// where none of its variants is.
func (s *Store) notPermitted(ctx context.Context, out *NotPermitted) error {
	counted := map[string]bool{} // products of counted variants
	for _, kind := range []listing.Kind{listing.KindVariant, listing.KindProduct} {
		seen := 0
		err := s.Read(ctx, `SELECT reference, parent, code, at FROM run_items WHERE run_id = $1 AND lane = $2 ORDER BY id LIMIT $3`, func(rows *sql.Rows) error {
			var reference, parent, code string
			var at int64
			if err := rows.Scan(&reference, &parent, &code, &at); err != nil {
				return err
			}
			if seen++; code != listing.CodeNotPermitted || kind == listing.KindProduct && counted[reference] {
				return nil
			}
			if kind == listing.KindVariant {
				counted[parent] = true
			}
			out.add(reference, db.At(at))
			return nil
		}, out.Run, string(publication.LaneOf(channel.Production, kind, publication.Status(runs.ItemError))), MostCounted)
		if err != nil {
			return err
		}
		out.AtLeast = out.AtLeast || seen >= MostCounted
	}
	return nil
}

func (n *NotPermitted) add(reference string, at time.Time) {
	if n.Items++; len(n.Sample) < incident.MaxSample {
		n.Sample = append(n.Sample, reference)
	}
	if n.Since.IsZero() || at.Before(n.Since) {
		n.Since = at
	}
}

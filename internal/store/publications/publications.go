package publications

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing/publication"
	"github.com/towpath/towpath/internal/store/db"
)

// AskPublication queues a run. Repeating it with the same id changes nothing.
func (s *Store) AskPublication(ctx context.Context, p Publication) error {
	what := "ask for the publication of " + p.Account
	ask, err := p.request().Complete(time.Now())
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	for _, id := range ask.Accounts() {
		a, err := s.accounts.Account(ctx, id)
		if err == nil {
			err = publication.NeedsAccount(id, a.Enabled)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
	}
	selection, err := json.Marshal(p.Selection)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return s.Write(ctx, what, func(ctx context.Context, t *db.Tx) error {
		_, err := t.Exec(ctx, `INSERT INTO publications (id, account, through, endpoint, selection, dry_run, asked_by, asked_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING`,
			ask.ID, ask.Account, ask.Through, ask.Endpoint, db.Clean(string(selection)), db.Truth(p.DryRun), db.Clean(ask.By), db.Micro(ask.AskedAt))
		return err
	})
}

func (p Publication) request() publication.Request {
	return publication.Request{ID: p.ID, Account: p.Account, Through: p.Through, Endpoint: string(p.Endpoint), By: p.By, AskedAt: p.AskedAt}
}

const publicationColumns = `o.id, o.account, o.through, o.endpoint, o.selection, o.dry_run, o.asked_by, o.asked_at, o.started_at, o.ended_at, o.stopped_by,
	o.items, o.done, o.invalid, o.refused, o.skipped, o.warnings`

func scanPublication(rows *sql.Rows) (Publication, error) {
	var p Publication
	var selection string
	var asked, started, ended int64
	c := &p.Counts
	err := rows.Scan(&p.ID, &p.Account, &p.Through, &p.Endpoint, &selection, &p.DryRun, &p.By, &asked, &started, &ended, &p.StoppedBy,
		&c.Items, &c.Done, &c.Invalid, &c.Refused, &c.Skipped, &c.Warnings)
	if err != nil {
		return p, err
	}
	p.AskedAt, p.StartedAt, p.EndedAt = db.At(asked), db.At(started), db.At(ended)
	p.Stopped = p.course().Stopped()
	if err := json.Unmarshal([]byte(selection), &p.Selection); err != nil {
		return p, fmt.Errorf("read the selection of run %s: %w", p.ID, err)
	}
	return p, nil
}

// notEnded is the condition for runs o that have not ended: publication.Course.Ended in the words of the partial index. queue is the
// order in which those of an account's endpoint take their turn.
const (
	notEnded = `o.ended_at = 0`
	queue    = `o.asked_at, o.id`
)

// publications reads those of a condition on o.
func publications(ctx context.Context, read db.Reading, condition string, args ...any) ([]Publication, error) {
	var out []Publication
	err := read(ctx, `SELECT `+publicationColumns+` FROM publications o WHERE `+condition, func(rows *sql.Rows) error {
		p, err := scanPublication(rows)
		out = append(out, p)
		return err
	}, args...)
	return out, err
}

// Publication returns a run with the current counts of its items; ErrNotFound when there is none with the id.
func (s *Store) Publication(ctx context.Context, id string) (Publication, error) {
	return readPublication(ctx, s.Read, id, "")
}

func readPublication(ctx context.Context, read db.Reading, id, lock string) (Publication, error) {
	found, err := publications(ctx, read, `o.id = $1`+lock, id)
	if err == nil && len(found) == 0 {
		err = db.ErrNotFound
	}
	if err != nil {
		return Publication{}, fmt.Errorf("publication %q: %w", id, err)
	}
	return found[0], nil
}

// NextPublication returns the next run of an account and endpoint: the oldest that has not ended.
func (s *Store) NextPublication(ctx context.Context, account string, endpoint channel.Endpoint) (Publication, bool, error) {
	found, err := publications(ctx, s.Read, `o.account = $1 AND o.endpoint = $2 AND `+notEnded+` ORDER BY `+queue+` LIMIT 1`, account, string(endpoint))
	if err != nil {
		return Publication{}, false, fmt.Errorf("find the next publication of %s: %w", account, err)
	}
	if len(found) == 0 {
		return Publication{}, false, nil
	}
	return found[0], true, nil
}

// List returns the unfinished runs in the order of their queues. An empty account or endpoint means all.
func (s *Store) List(ctx context.Context, account string, endpoint channel.Endpoint) ([]Publication, error) {
	w := db.Where{}
	w.And(notEnded)
	if account != "" {
		w.And(`o.account = %s`, account)
	}
	if endpoint != "" {
		w.And(`o.endpoint = %s`, string(endpoint))
	}
	var out []Publication
	err := s.Read(ctx, `SELECT `+publicationColumns+` FROM publications o`+w.Text()+` ORDER BY o.account, o.endpoint, `+queue+` LIMIT `+w.Arg(db.MaxLimit),
		func(rows *sql.Rows) error {
			p, err := scanPublication(rows)
			out = append(out, p)
			return err
		}, w.Args...)
	if err != nil {
		return nil, fmt.Errorf("list publications: %w", err)
	}
	return out, nil
}

// LastOutcomes returns the last result of each SKU per account and endpoint, without dry runs that found nothing, sorted by account,
// endpoint and SKU.
func (s *Store) LastOutcomes(ctx context.Context, skus []string) ([]PublicationItem, error) {
	var out []PublicationItem
	err := s.Read(ctx, `SELECT `+itemColumns+` FROM {{rows 1}} CROSS JOIN accounts a
			JOIN published p ON p.account = a.id AND p.endpoint IN ('production', 'test') AND p.sku = r.value
			JOIN run_items i ON i.id = p.ended_item
		ORDER BY p.account, p.endpoint, p.sku`, func(rows *sql.Rows) error {
		i, err := scanItem(rows)
		out = append(out, i)
		return err
	}, db.Texts(skus))
	if err != nil {
		return nil, fmt.Errorf("read what was last published of %d SKUs: %w", len(skus), err)
	}
	return out, nil
}

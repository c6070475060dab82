package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/publication"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/runs"
)

// Activity is the state of one kind of work on an account: what is in progress, how the last run ended, and what is queued.
type Activity struct {
	Account  string           `json:"account"`
	Endpoint channel.Endpoint `json:"endpoint"` // the account's
	Kind     runs.RunKind     `json:"kind"`
	Running  []runs.Run       `json:"running,omitempty"` // of publications with the counts as they are now
	Last     *runs.Run        `json:"last,omitempty"`    // nil: none has ended
	Queued   []QueuedRun      `json:"queued,omitempty"`
}

// QueuedRun is a publication that waits for its turn.
type QueuedRun struct {
	publications.Publication
	Behind string `json:"behind,omitempty"` // the run before it; empty: it is next
}

// activityKey is the sort key of the register.
type activityKey struct {
	account string
	kind    runs.RunKind
}

// Register returns the activities of every account, sorted by account, for each kind that has run or has work.
func (s *Store) Register(ctx context.Context) ([]Activity, error) {
	r := &activities{Store: s, all: map[activityKey]*Activity{}, endpoints: map[string]channel.Endpoint{}}
	for _, part := range []func(context.Context) error{r.accounts, r.lastRuns, r.running, r.queued} {
		if err := part(ctx); err != nil {
			return nil, fmt.Errorf("read the register of runs: %w", err)
		}
	}
	var out []Activity
	for _, account := range db.KeysOf(r.endpoints) {
		for _, kind := range runs.RunKinds() {
			if a := r.all[activityKey{account, kind}]; a != nil {
				out = append(out, *a)
			}
		}
	}
	return out, nil
}

type activities struct {
	*Store
	endpoints map[string]channel.Endpoint
	all       map[activityKey]*Activity
}

func (r *activities) of(account string, kind runs.RunKind) *Activity {
	key := activityKey{account, kind}
	if r.all[key] == nil {
		r.all[key] = &Activity{Account: account, Endpoint: r.endpoints[account], Kind: kind}
	}
	return r.all[key]
}

func (r *activities) accounts(ctx context.Context) error {
	return r.Read(ctx, `SELECT id, endpoint FROM accounts ORDER BY id`, func(rows *sql.Rows) error {
		var id string
		var endpoint channel.Endpoint
		err := rows.Scan(&id, &endpoint)
		r.endpoints[id] = endpoint
		return err
	})
}

// lastRuns finds the last run of each account and kind through the index, without reading others. The sign keeps SQLite from reading all
// runs of the account that have ended, in the order of another index.
func (r *activities) lastRuns(ctx context.Context) error {
	var kinds []string
	for _, k := range runs.RunKinds() {
		kinds = append(kinds, string(k))
	}
	return r.Read(ctx, `SELECT `+runs.RunColumns+` FROM {{rows 1}} CROSS JOIN accounts a JOIN runs o ON o.id = (SELECT o.id FROM runs o
			WHERE o.account = a.id AND o.kind = r.value AND +`+runs.Ended+` ORDER BY o.started_at DESC LIMIT 1)`, func(rows *sql.Rows) error {
		run, err := runs.ScanRun(rows)
		r.of(run.Account, run.Kind).Last = &run
		return err
	}, db.Texts(kinds))
}

// running reads the runs that go on, of publications with the counts of their items.
func (r *activities) running(ctx context.Context) error {
	list, err := r.GoingOn(ctx)
	for _, run := range list {
		a := r.of(run.Account, run.Kind)
		a.Running = append(a.Running, run)
	}
	return err
}

// GoingOn returns the runs that go on, the longest first, of publications with the counts of their items. Runs that have not ended are
// few: the partial index has no others. The sign keeps SQLite from reading all runs in the order of another index instead.
func (s *Store) GoingOn(ctx context.Context) ([]runs.Run, error) {
	var out []runs.Run
	now := time.Now()
	err := s.Read(ctx, `SELECT `+runs.RunColumns+`, COALESCE(p.items, 0), COALESCE(p.done, 0), COALESCE(p.invalid, 0), COALESCE(p.refused, 0),
			COALESCE(p.skipped, 0), COALESCE(p.warnings, 0)
		FROM runs o LEFT JOIN publications p ON p.id = o.id WHERE `+runs.GoingOn+`
		ORDER BY +o.started_at, o.id LIMIT $1`, func(rows *sql.Rows) error {
		var c message.PublicationCounts
		run, err := runs.ScanRun(rows, &c.Items, &c.Done, &c.Invalid, &c.Refused, &c.Skipped, &c.Warnings)
		if run.Kind == runs.RunListings {
			run.Counts = message.PublicationRun(c)
		}
		if run.GoesOn(now) {
			out = append(out, run)
		}
		return err
	}, db.MaxLimit)
	if err != nil {
		return nil, fmt.Errorf("read the runs that go on: %w", err)
	}
	return out, nil
}

func (r *activities) queued(ctx context.Context) error {
	waiting, err := r.QueuedPublications(ctx)
	for _, q := range waiting {
		a := r.of(q.Account, runs.RunListings)
		a.Queued = append(a.Queued, q)
	}
	return err
}

// QueuedPublications returns the publications that wait for their turn, in the order of their queues.
func (s *Store) QueuedPublications(ctx context.Context) ([]QueuedRun, error) {
	waiting, err := s.Publications.List(ctx, "", "")
	queues := make(publication.Queues)
	var out []QueuedRun
	for _, p := range waiting {
		q := QueuedRun{Publication: p, Behind: queues.Join(p.Account, string(p.Endpoint), p.ID)}
		if course := (publication.Course{StartedAt: p.StartedAt}); !course.Begun() {
			out = append(out, q)
		}
	}
	return out, err
}

// PendingItems are the items of a publication that wait at one step.
type PendingItems struct {
	Account  string           `json:"account"`
	Endpoint channel.Endpoint `json:"endpoint"`
	RunID    string           `json:"runId"`
	Step     listing.Step     `json:"step"`    // the last one that they have come to
	Items    int              `json:"items"`   // variants
	Since    time.Time        `json:"since"`   // when the oldest came into the run
	Example  string           `json:"example"` // one of their SKUs
	Handles  int              `json:"handles"` // submissions that the channel has not answered
}

// WaitingFor returns what the items wait for, as text for operators.
func (p PendingItems) WaitingFor() string { return p.Step.WaitsFor(p.Handles) }

// PendingPublished lists what is pending in publications, by run and step, the longest first.
func (s *Store) PendingPublished(ctx context.Context) ([]PendingItems, error) {
	var out []PendingItems
	err := s.Read(ctx, `SELECT i.account, i.endpoint, i.run_id, i.step, COUNT(*), MIN(i.created_at), MIN(i.reference),
			(SELECT COUNT(DISTINCT h.handle) FROM publication_submissions h WHERE h.run_id = i.run_id)
		FROM run_items i WHERE i.status = 'pending' AND i.type = $1 GROUP BY i.account, i.endpoint, i.run_id, i.step`, func(rows *sql.Rows) error {
		var p PendingItems
		var since int64
		err := rows.Scan(&p.Account, &p.Endpoint, &p.RunID, &p.Step, &p.Items, &since, &p.Example, &p.Handles)
		p.Since, p.Handles = db.At(since), p.Step.Unanswered(p.Handles)
		out = append(out, p)
		return err
	}, string(listing.KindVariant))
	if err != nil {
		return nil, fmt.Errorf("list what is pending in publications: %w", err)
	}
	slices.SortStableFunc(out, func(a, b PendingItems) int { return a.Since.Compare(b.Since) })
	return out, nil
}

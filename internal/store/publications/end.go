package publications

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/runs"
)

// Reasons of items that a run left behind.
const (
	reasonNoAnswer = "it was sent, and the channel has not answered: publish it again"
	reasonTooLate  = "the run ended before it was its turn"
)

// SkipRest ends all that a run has not sent as skipped, with the reason. What was sent and not answered says so itself. The counts are what
// changed.
func (s *Store) SkipRest(ctx context.Context, run, reason string) (message.PublicationCounts, error) {
	var all message.PublicationCounts
	for {
		counts, more, err := s.skipSome(ctx, run, reason)
		if all = all.Add(counts); err != nil || !more {
			return all, err
		}
	}
}

// skipSome skips what is left of some products.
func (s *Store) skipSome(ctx context.Context, run, reason string) (counts message.PublicationCounts, more bool, err error) {
	err = s.Write(ctx, "skip what is left of run "+run, func(ctx context.Context, t *db.Tx) error {
		counts, more = message.PublicationCounts{}, false
		p, err := publication(ctx, t.Query, run, "")
		if err != nil {
			return err
		}
		var keys []string
		if err := t.Query(ctx, `SELECT i.reference FROM run_items i WHERE i.run_id = $1 AND i.lane = $2 ORDER BY i.id LIMIT $3`, func(rows *sql.Rows) error {
			var key string
			err := rows.Scan(&key)
			keys = append(keys, key)
			return err
		}, run, Lane(p.Endpoint, string(listing.KindProduct), runs.ItemPending), maxChunkProducts); err != nil || len(keys) == 0 {
			return err
		}
		v := &verdictSave{Tx: t, publication: p, pending: map[int64]bool{}}
		if err := v.readFates(ctx, keys); err != nil {
			return err
		}
		for _, i := range v.items {
			if i.kind == listing.KindVariant && i.status == runs.ItemPending {
				why := reason
				if i.step == listing.Submitted {
					why = reasonNoAnswer
				}
				v.verdicts = append(v.verdicts, ItemVerdict{Product: i.parent, SKU: i.reference, Skipped: why})
			}
		}
		plan := newSettlement(v.items, p.DryRun, false)
		plan.settle(v.verdicts)
		counts, more = plan.counts, len(keys) == maxChunkProducts
		if err := v.write(ctx); err != nil {
			return err
		}
		return addCounts(ctx, t, run, counts)
	})
	return counts, more, err
}

// Lane is how run_items.lane names an endpoint, a type and a status.
func Lane(endpoint channel.Endpoint, kind string, status runs.ItemStatus) string {
	return string(endpoint) + "/" + kind + "/" + string(status)
}

// EndPublication ends a run, in the register of runs too, with the fault for which it gave up, if any. Nothing of it stays pending. It
// answers the counts of all its items; a repetition answers them again.
func (s *Store) EndPublication(ctx context.Context, id string, fault *channel.Fault) (message.PublicationCounts, error) {
	if _, err := s.SkipRest(ctx, id, reasonTooLate); err != nil {
		return message.PublicationCounts{}, err
	}
	var counts message.PublicationCounts
	err := s.Write(ctx, "end run "+id, func(ctx context.Context, t *db.Tx) error {
		p, err := publication(ctx, t.Query, id, " {{lock o}}")
		if err != nil {
			return err
		}
		if counts = p.Counts; !p.EndedAt.IsZero() {
			return nil
		}
		if err := runs.SaveFaults(ctx, t, p.Through, []*channel.Fault{fault}); err != nil {
			return err
		}
		if err := endCategories(ctx, t, p); err != nil {
			return err
		}
		if counts, err = countPublication(ctx, t, id); err != nil {
			return err
		}
		if _, err := t.Exec(ctx, `UPDATE publications SET ended_at = $2, items = $3, done = $4, invalid = $5, refused = $6, skipped = $7, warnings = $8,
				started_at = CASE WHEN started_at = 0 THEN CAST($2 AS BIGINT) ELSE started_at END WHERE id = $1`,
			id, t.Now, counts.Items, counts.Done, counts.Invalid, counts.Refused, counts.Skipped, counts.Warnings); err != nil {
			return err
		}
		for _, table := range []string{"publication_plans", "publication_submissions"} {
			if _, err := t.Exec(ctx, `DELETE FROM `+table+` WHERE run_id = $1`, id); err != nil {
				return err
			}
		}
		return runs.EndRun(ctx, t, publicationRun(p, counts, fault, t.Now))
	})
	return counts, err
}

// publicationRun is the run of a publication in the register.
func publicationRun(p Publication, counts message.PublicationCounts, fault *channel.Fault, now int64) runs.Run {
	run := runs.Run{ID: p.ID, Kind: runs.RunListings, Account: p.Account, Endpoint: p.Endpoint, WorkflowID: message.PublicationWorkflowID(p.Account, p.Endpoint),
		StartedAt: p.StartedAt, EndedAt: db.At(now), Counts: counts.Run()}
	if run.StartedAt.IsZero() {
		run.StartedAt = run.EndedAt
	}
	if fault != nil {
		run.FaultID, run.FaultClass, run.FaultCode = fault.ID, fault.Class, fault.Code
	}
	return run
}

// endCategories ends the run's categories: one whose goods have no type on the account is in error, one of which something was worked on is
// done.
func endCategories(ctx context.Context, t *db.Tx, p Publication) error {
	_, err := t.Exec(ctx, `WITH found AS MATERIALIZED (
			SELECT p.parent AS path, SUM(CASE WHEN p.code = 'type-missing' THEN 1 ELSE 0 END) AS untyped,
				SUM(CASE WHEN p.status = 'skipped' THEN 0 ELSE 1 END) AS worked, COUNT(*) AS products
			FROM run_items p WHERE p.run_id = CAST($1 AS TEXT) AND p.type = 'product' AND p.parent <> '' GROUP BY p.parent)
		UPDATE run_items SET at = CAST($2 AS BIGINT), step = CASE WHEN found.untyped = 0 AND found.worked > 0 THEN 'validated' ELSE '' END,
			status = CASE WHEN found.untyped > 0 THEN 'error' WHEN found.worked > 0 THEN 'done' ELSE 'skipped' END,
			stage = CASE WHEN found.untyped > 0 THEN 'validation' ELSE '' END, code = CASE WHEN found.untyped > 0 THEN 'type-missing' ELSE '' END,
			reason = CASE WHEN found.untyped > 0 THEN 'the account has no type for ' || CAST(found.untyped AS TEXT) || ' of its ' || CAST(found.products AS TEXT) || ' products'
				WHEN found.worked > 0 THEN '' ELSE 'nothing of it was to be sent' END
		FROM found WHERE run_items.run_id = CAST($1 AS TEXT) AND run_items.type = 'category' AND run_items.reference = found.path
			AND run_items.status = 'pending'`, p.ID, t.Now)
	return err
}

// countPublication counts a run's items anew.
func countPublication(ctx context.Context, t *db.Tx, run string) (message.PublicationCounts, error) {
	var c message.PublicationCounts
	err := t.Query(ctx, `SELECT status, stage, COUNT(*), CAST(SUM(CASE WHEN warnings > 0 THEN 1 ELSE 0 END) AS BIGINT) FROM run_items WHERE run_id = $1 GROUP BY status, stage`,
		func(rows *sql.Rows) error {
			var status runs.ItemStatus
			var stage listing.Stage
			var n, warned int
			if err := rows.Scan(&status, &stage, &n, &warned); err != nil {
				return err
			}
			c.Items += n
			switch {
			case status == runs.ItemDone:
				c.Done, c.Warnings = c.Done+n, c.Warnings+warned
			case status == runs.ItemSkipped:
				c.Skipped += n
			case status == runs.ItemError && stage == listing.Response:
				c.Refused += n
			case status == runs.ItemError:
				c.Invalid += n
			}
			return nil
		}, run)
	if err != nil {
		return c, fmt.Errorf("count the items: %w", err)
	}
	return c, nil
}

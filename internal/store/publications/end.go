package publications

import (
	"context"
	"database/sql"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/publication"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/runs"
)

// SkipRest ends all unsent items of a run as skipped, with the reason. Items sent without an answer get a note. It returns the
// changes of the counts.
func (s *Store) SkipRest(ctx context.Context, run, reason string) (message.PublicationCounts, error) {
	var all message.PublicationCounts
	for {
		counts, more, err := s.skipSome(ctx, run, reason)
		if all = all.Add(counts); err != nil || !more {
			return all, err
		}
	}
}

// skipSome skips the rest of some products.
func (s *Store) skipSome(ctx context.Context, run, reason string) (counts message.PublicationCounts, more bool, err error) {
	err = s.Write(ctx, "skip what is left of run "+run, func(ctx context.Context, t *db.Tx) error {
		counts, more = message.PublicationCounts{}, false
		p, err := readPublication(ctx, t.Query, run, "")
		if err != nil {
			return err
		}
		var keys []string
		if err := t.Query(ctx, `SELECT i.reference FROM run_items i WHERE i.run_id = $1 AND i.lane = $2 ORDER BY i.id LIMIT $3`, func(rows *sql.Rows) error {
			var key string
			err := rows.Scan(&key)
			keys = append(keys, key)
			return err
		}, run, string(publication.LaneOf(p.Endpoint, listing.KindProduct, publication.Pending)), maxChunkProducts); err != nil || len(keys) == 0 {
			return err
		}
		items, err := readFamilies(ctx, t, p.ID, keys)
		if err != nil {
			return err
		}
		rest := publication.Verdicts{List: publication.Rest(items, reason), DryRun: p.DryRun}
		counts, more = publication.Decide(items, rest), len(keys) == maxChunkProducts
		if err := writeItems(ctx, t, items); err != nil {
			return err
		}
		return addCounts(ctx, t, run, counts)
	})
	return counts, more, err
}

// EndPublication ends a run, also in the register of runs, with the fault for which it gave up, if any. No item stays pending. It
// returns the counts of all its items, also when repeated.
func (s *Store) EndPublication(ctx context.Context, id string, fault *channel.Fault) (message.PublicationCounts, error) {
	if _, err := s.SkipRest(ctx, id, publication.TooLate); err != nil {
		return message.PublicationCounts{}, err
	}
	var counts message.PublicationCounts
	err := s.Write(ctx, "end run "+id, func(ctx context.Context, t *db.Tx) error {
		p, err := readPublication(ctx, t.Query, id, " {{lock o}}")
		if err != nil {
			return err
		}
		c := p.course()
		if counts = p.Counts; !c.End(db.At(t.Now)) {
			return nil
		}
		p.StartedAt, p.EndedAt = c.StartedAt, c.EndedAt
		if err := runs.SaveFaults(ctx, t, p.Through, []*channel.Fault{fault}); err != nil {
			return err
		}
		if err := endCategories(ctx, t, p); err != nil {
			return err
		}
		counted, err := countPublications(ctx, t, []string{id})
		if err != nil {
			return err
		}
		counts = counted[id].counts
		if _, err := t.Exec(ctx, `UPDATE publications SET ended_at = $2, items = $3, done = $4, invalid = $5, refused = $6, skipped = $7, warnings = $8,
				started_at = $9 WHERE id = $1`,
			id, db.Micro(p.EndedAt), counts.Items, counts.Done, counts.Invalid, counts.Refused, counts.Skipped, counts.Warnings, db.Micro(p.StartedAt)); err != nil {
			return err
		}
		for _, table := range []string{"publication_plans", "publication_submissions"} {
			if _, err := t.Exec(ctx, `DELETE FROM `+table+` WHERE run_id = $1`, id); err != nil {
				return err
			}
		}
		return runs.EndRun(ctx, t, publicationRun(p, counts, fault))
	})
	return counts, err
}

// publicationRun returns an ended publication as a run of the register.
func publicationRun(p Publication, counts message.PublicationCounts, fault *channel.Fault) runs.Run {
	run := runs.Run{ID: p.ID, Kind: runs.RunListings, Account: p.Account, Endpoint: p.Endpoint, WorkflowID: message.PublicationWorkflowID(p.Account, p.Endpoint),
		StartedAt: p.StartedAt, EndedAt: p.EndedAt, Counts: message.PublicationRun(counts)}
	if fault != nil {
		run.FaultID, run.FaultClass, run.FaultCode = fault.ID, fault.Class, fault.Code
	}
	return run
}

// endCategories ends the pending categories of the run by the results of their products.
func endCategories(ctx context.Context, t *db.Tx, p Publication) error {
	var products []publication.Products
	err := t.Query(ctx, `SELECT p.parent, p.status, p.code, COUNT(*) FROM run_items p
		WHERE p.run_id = $1 AND p.type = 'product' GROUP BY p.parent, p.status, p.code`, func(rows *sql.Rows) error {
		var one publication.Products
		err := rows.Scan(&one.Category, &one.Status, &one.Code, &one.N)
		products = append(products, one)
		return err
	}, p.ID)
	if err != nil {
		return err
	}
	items, err := readItems(ctx, t, `WITH found AS MATERIALIZED (SELECT i.id FROM run_items i WHERE i.run_id = $1 AND i.lane = $2)`,
		p.ID, string(publication.LaneOf(p.Endpoint, listing.KindCategory, publication.Pending)))
	if err != nil {
		return err
	}
	publication.EndCategories(items, products)
	return writeItems(ctx, t, items)
}

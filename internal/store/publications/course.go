package publications

import (
	"context"

	"github.com/towpath/towpath/internal/listing/publication"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/runs"
)

func (p Publication) course() publication.Course {
	return publication.Course{StartedAt: p.StartedAt, EndedAt: p.EndedAt, StoppedBy: p.StoppedBy}
}

// StopPublication records that a person wants a run to end. It reports whether this changed anything.
func (s *Store) StopPublication(ctx context.Context, id, by string) (stopped bool, err error) {
	err = s.Write(ctx, "stop run "+id, func(ctx context.Context, t *db.Tx) error {
		p, err := readPublication(ctx, t.Query, id, " {{lock o}}")
		if err != nil {
			return err
		}
		c := p.course()
		if stopped, err = c.Stop(by); err != nil || !stopped {
			return err
		}
		_, err = t.Exec(ctx, `UPDATE publications SET stopped_by = $2 WHERE id = $1`, id, db.Clean(c.StoppedBy))
		return err
	})
	return stopped, err
}

// BeginPublication records the start of a run, also in the register of runs. It may be repeated.
func (s *Store) BeginPublication(ctx context.Context, id, workflowID string) error {
	return s.Write(ctx, "begin run "+id, func(ctx context.Context, t *db.Tx) error {
		p, err := readPublication(ctx, t.Query, id, " {{lock o}}")
		if err != nil {
			return err
		}
		c := p.course()
		if !c.Begin(db.At(t.Now)) {
			return nil
		}
		if _, err := t.Exec(ctx, `UPDATE publications SET started_at = $2 WHERE id = $1`, id, db.Micro(c.StartedAt)); err != nil {
			return err
		}
		return runs.InsertRun(ctx, t, runs.Run{ID: id, Kind: runs.RunListings, Account: p.Account, Endpoint: p.Endpoint, WorkflowID: workflowID, StartedAt: c.StartedAt})
	})
}

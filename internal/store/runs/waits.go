package runs

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/store/db"
)

// Wait is the time that a channel has asked an account to wait with runs of a kind (Retry-After, case A5). It is kept when a run ends
// with the fault that asked for it, and holds until it is over or somebody asks for such a run.
type Wait struct {
	Account string    `json:"account"`
	Kind    RunKind   `json:"kind"`
	Until   time.Time `json:"until"`
	FaultID string    `json:"faultId,omitempty"` // the fault that asked for it
}

// EndRunAsked records the end of a run as EndRun does, and that the channel has asked to wait.
func (s *Store) EndRunAsked(ctx context.Context, run Run, until time.Time) error {
	return s.Write(ctx, "end run "+run.ID, func(ctx context.Context, t *db.Tx) error {
		if err := EndRun(ctx, t, run); err != nil {
			return err
		}
		_, err := t.Exec(ctx, `INSERT INTO run_waits (account, kind, until, fault_id) VALUES ($1, $2, $3, $4)
			ON CONFLICT (account, kind) DO UPDATE SET until = excluded.until, fault_id = excluded.fault_id`,
			run.Account, string(run.Kind), db.Micro(until), run.FaultID)
		return err
	})
}

// Wait returns what holds back the account's runs of a kind; found is false when nothing does.
func (s *Store) Wait(ctx context.Context, account string, kind RunKind) (w Wait, found bool, err error) {
	list, err := s.waits(ctx, `account = $1 AND kind = $2 AND until > $3`, account, string(kind), time.Now().UnixMicro())
	if err != nil || len(list) == 0 {
		return Wait{}, false, err
	}
	return list[0], true, nil
}

// Waits returns what holds back runs of any account, by account and kind.
func (s *Store) Waits(ctx context.Context) ([]Wait, error) {
	return s.waits(ctx, `until > $1`, time.Now().UnixMicro())
}

func (s *Store) waits(ctx context.Context, which string, args ...any) (out []Wait, err error) {
	err = s.Read(ctx, `SELECT account, kind, until, fault_id FROM run_waits WHERE `+which+` ORDER BY account, kind`, func(rows *sql.Rows) error {
		var w Wait
		var until int64
		if err := rows.Scan(&w.Account, &w.Kind, &until, &w.FaultID); err != nil {
			return err
		}
		w.Until = time.UnixMicro(until).UTC()
		out = append(out, w)
		return nil
	}, args...)
	if err != nil {
		return nil, fmt.Errorf("read what channels ask to wait for: %w", err)
	}
	return out, nil
}

// ForgetWait lets the account's runs of the kinds ask the channel at once; without a kind, all runs.
func (s *Store) ForgetWait(ctx context.Context, account string, kinds ...RunKind) error {
	if len(kinds) == 0 {
		kinds = RunKinds()
	}
	return s.Write(ctx, "forget a wait", func(ctx context.Context, t *db.Tx) error {
		for _, kind := range kinds {
			if _, err := t.Exec(ctx, `DELETE FROM run_waits WHERE account = $1 AND kind = $2`, account, string(kind)); err != nil {
				return err
			}
		}
		return nil
	})
}

// EndStarted records the end of a run only if its start was recorded.
func (s *Store) EndStarted(ctx context.Context, run Run) error {
	return s.Write(ctx, "end run "+run.ID, func(ctx context.Context, t *db.Tx) error {
		n, err := t.Exec(ctx, `UPDATE runs SET ended_at = ended_at WHERE id = $1`, run.ID)
		if err != nil || n == 0 {
			return err
		}
		return EndRun(ctx, t, run)
	})
}

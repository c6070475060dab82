package incidents

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/store/db"
)

// Marks lists what persons have said and asked of incidents.
func (s *Store) Marks(ctx context.Context) (out []incident.Mark, err error) {
	err = s.Read(ctx, `SELECT kind, account, code, acknowledged_by, acknowledged_at, reason, subjects, retried_by, retried_at, retried, run, since
		FROM incident_marks ORDER BY kind, account, code LIMIT $1`, func(rows *sql.Rows) error {
		var m incident.Mark
		var a incident.Acknowledgement
		var t incident.Attempt
		var acknowledged, retried, since int64
		err := rows.Scan(&m.Kind, &m.Account, &m.Code, &a.By, &acknowledged, &a.Reason, &a.Subjects, &t.By, &retried, &t.Items, &t.Run, &since)
		if acknowledged > 0 {
			a.At, m.Acknowledged = db.At(acknowledged), &a
		}
		if retried > 0 {
			t.At, t.Since, m.Attempt = db.At(retried), db.At(since), &t
		}
		out = append(out, m)
		return err
	}, db.MaxLimit)
	if err != nil {
		return nil, fmt.Errorf("list what was said of incidents: %w", err)
	}
	return out, nil
}

// Acknowledge keeps that a person knows of an incident. The last one counts.
func (s *Store) Acknowledge(ctx context.Context, n incident.Name, a incident.Acknowledgement) error {
	return s.Write(ctx, "acknowledge "+n.String(), func(ctx context.Context, t *db.Tx) error {
		_, err := t.Exec(ctx, `INSERT INTO incident_marks (kind, account, code, acknowledged_by, acknowledged_at, reason, subjects) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (kind, account, code) DO UPDATE SET acknowledged_by = excluded.acknowledged_by, acknowledged_at = excluded.acknowledged_at,
				reason = excluded.reason, subjects = excluded.subjects`,
			string(n.Kind), n.Account, n.Code, db.Clean(a.By), t.Now, db.Clean(a.Reason), a.Subjects)
		return err
	})
}

// Unacknowledge takes an acknowledgement back and reports whether there was one.
func (s *Store) Unacknowledge(ctx context.Context, n incident.Name) (changed bool, err error) {
	err = s.Write(ctx, "take back that "+n.String()+" is known", func(ctx context.Context, t *db.Tx) error {
		count, err := t.Exec(ctx, `UPDATE incident_marks SET acknowledged_by = '', acknowledged_at = 0, reason = '', subjects = 0
			WHERE kind = $1 AND account = $2 AND code = $3 AND acknowledged_at > 0`, string(n.Kind), n.Account, n.Code)
		changed = count > 0
		return err
	})
	return changed, err
}

// LowerAcknowledged lets an acknowledgement hold for so many from now on, if it held for more: what comes after some have gone is new. One that was
// given anew since it was read stays as it is.
func (s *Store) LowerAcknowledged(ctx context.Context, n incident.Name, was incident.Acknowledgement, subjects int) error {
	return s.Write(ctx, "let the acknowledgement of "+n.String()+" hold for fewer", func(ctx context.Context, t *db.Tx) error {
		_, err := t.Exec(ctx, `UPDATE incident_marks SET subjects = $4 WHERE kind = $1 AND account = $2 AND code = $3 AND acknowledged_at = $5 AND subjects > $4`,
			string(n.Kind), n.Account, n.Code, subjects, db.Micro(was.At))
		return err
	})
}

// Lapse takes back an acknowledgement that does not hold any more, unless one was given anew since it was read.
func (s *Store) Lapse(ctx context.Context, n incident.Name, was incident.Acknowledgement) error {
	return s.Write(ctx, "let the acknowledgement of "+n.String()+" lapse", func(ctx context.Context, t *db.Tx) error {
		_, err := t.Exec(ctx, `UPDATE incident_marks SET acknowledged_by = '', acknowledged_at = 0, reason = '', subjects = 0
			WHERE kind = $1 AND account = $2 AND code = $3 AND acknowledged_at = $4`, string(n.Kind), n.Account, n.Code, db.Micro(was.At))
		return err
	})
}

// Attempted keeps that a person has asked for another attempt at an incident: at a.At, or now when that is zero. The last one counts.
func (s *Store) Attempted(ctx context.Context, n incident.Name, a incident.Attempt) error {
	return s.Write(ctx, "keep the retry of "+n.String(), func(ctx context.Context, t *db.Tx) error {
		at := t.Now
		if !a.At.IsZero() {
			at = db.Micro(a.At) // what began between asking and this line belongs to the attempt
		}
		_, err := t.Exec(ctx, `INSERT INTO incident_marks (kind, account, code, retried_by, retried_at, retried, run, since) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
			ON CONFLICT (kind, account, code) DO UPDATE SET retried_by = excluded.retried_by, retried_at = excluded.retried_at,
				retried = excluded.retried, run = excluded.run, since = excluded.since`,
			string(n.Kind), n.Account, n.Code, db.Clean(a.By), at, a.Items, a.Run, db.Micro(a.Since))
		return err
	})
}

// ForgetMark removes what was said and asked of an incident that is resolved.
func (s *Store) ForgetMark(ctx context.Context, n incident.Name) error {
	return s.Write(ctx, "forget what was said of "+n.String(), func(ctx context.Context, t *db.Tx) error {
		_, err := t.Exec(ctx, `DELETE FROM incident_marks WHERE kind = $1 AND account = $2 AND code = $3`, string(n.Kind), n.Account, n.Code)
		return err
	})
}

// KeepJudged saves the incidents that are judged anew each time, as they are now, for the list of past ones: those that are
// not among them any more are closed.
func (s *Store) KeepJudged(ctx context.Context, now []incident.Incident) error {
	return s.Write(ctx, "keep incidents", func(ctx context.Context, t *db.Tx) error {
		before := map[incident.Name]incident.Incident{}
		err := t.Query(ctx, `SELECT i.kind, i.account, i.code, `+SavedColumns+` FROM incidents i WHERE i.state = 'open' AND i.kind IN `+
			db.Words(incident.Kinds(), incident.Kind.Judged), func(rows *sql.Rows) error {
			var n incident.Name
			var saved savedFields
			if err := rows.Scan(append([]any{&n.Kind, &n.Account, &n.Code}, saved.dest()...)...); err != nil {
				return err
			}
			one, err := saved.incident()
			before[n] = one
			return err
		})
		if err != nil {
			return err
		}
		var news []incident.Incident
		for _, i := range now {
			was := before[i.Name()]
			delete(before, i.Name())
			since := i.Since
			if after, is := i.After(was, db.At(t.Now)); is {
				if !was.Open && !since.IsZero() {
					after.Since = since
				}
				news = append(news, after)
			}
		}
		for n, was := range before {
			gone, _ := incident.Incident{Kind: n.Kind, Account: n.Account, Code: n.Code}.After(was, db.At(t.Now))
			gone.Since = was.Since
			news = append(news, gone)
		}
		return Save(ctx, t, news)
	})
}

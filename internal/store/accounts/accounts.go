// Package accounts stores accounts: their settings from the accounts file, whether they are paused, their rotating
// grants and the rates of their budgets. Its tables are accounts, grants, limits and observed_rates. Room settings
// saves the settings, because some change levels. It imports db and incidents.
package accounts

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/incidents"
)

// Store stores accounts. It is safe for concurrent use.
type Store struct {
	*db.DB
}

// New returns the room for an open database.
func New(d *db.DB) *Store { return &Store{DB: d} }

// Account is an account as it is kept.
type Account = account.Account

// AtZero is what happens to a listing when its level is zero.
type AtZero = account.AtZero

// The choices of AtZero.
const (
	KeepAtZero = account.KeepAtZero
	EndAtZero  = account.EndAtZero
)

// List lists all accounts by id.
func (s *Store) List(ctx context.Context) ([]Account, error) {
	out, err := readAccounts(ctx, s.Read, "")
	if err != nil {
		return nil, fmt.Errorf("list accounts: %w", err)
	}
	return out, nil
}

// Account returns one account; ErrNotFound when there is none with the id.
func (s *Store) Account(ctx context.Context, id string) (Account, error) { return one(ctx, s.Read, id) }

// Read reads one account in a transaction, or all when id is empty.
func Read(ctx context.Context, t *db.Tx, id string) ([]Account, error) {
	return readAccounts(ctx, t.Query, id)
}

// One reads one account in a transaction; ErrNotFound when there is none with the id.
func One(ctx context.Context, t *db.Tx, id string) (Account, error) { return one(ctx, t.Query, id) }

func one(ctx context.Context, read db.Reading, id string) (Account, error) {
	found, err := readAccounts(ctx, read, id)
	if err != nil {
		return Account{}, fmt.Errorf("account %s: %w", id, err)
	}
	if id == "" || len(found) == 0 {
		return Account{}, fmt.Errorf("account %q: %w", id, db.ErrNotFound)
	}
	return found[0], nil
}

// readAccounts reads one account, or all when id is empty.
func readAccounts(ctx context.Context, read db.Reading, id string) ([]Account, error) {
	var out []Account
	w := db.Where{}
	if id != "" {
		w.And(`a.id = %s`, id)
	}
	err := read(ctx, `SELECT a.id, a.channel, a.endpoint, a.name, a.order_location, a.buffer, a.cap, a.reserve_at,
			a.enabled, a.paused, a.paused_reason, a.paused_at, a.paused_work, a.watermark, a.process_at, a.statuses, a.ship_from,
			a.may_revise, a.may_end, a.may_relist, a.at_zero, a.host, a.simulated, a.authorised_on, a.secret_issued_on,
			COALESCE(g.refresh_expires_at, 0), a.observing, a.marketplace, a.seller, a.test_account, a.publish_changed, a.by_location, a.cancel_send, a.cancel_cause, a.time_zone, a.routing, a.split, a.price_brake, COALESCE(p.location, ''),
			(SELECT COUNT(*) FROM links l WHERE l.account = a.id AND l.apart <> '' AND l.apart = 'sample'),
			(SELECT COUNT(*) FROM links l WHERE l.account = a.id AND l.apart <> '' AND l.apart = 'undo')
		FROM accounts a LEFT JOIN account_locations p ON p.account = a.id LEFT JOIN grants g ON g.account = a.id
		`+w.Text()+` ORDER BY a.id, p.position`, func(rows *sql.Rows) error {
		a, location, err := scanAccount(rows)
		if err != nil {
			return err
		}
		if len(out) == 0 || out[len(out)-1].ID != a.ID {
			out = append(out, a)
		}
		if location != "" {
			last := &out[len(out)-1]
			last.StockLocations = append(last.StockLocations, location)
		}
		return nil
	}, w.Args...)
	return out, err
}

func scanAccount(rows *sql.Rows) (a Account, location string, err error) {
	var pausedAt, watermark, authorised, issued, refreshEnds, publishes int64
	var statuses, shipFrom, routing, brake, pausedWork string
	p := &a.Listings
	if err := rows.Scan(&a.ID, &a.Channel, &a.Endpoint, &a.Name, &a.OrderLocation, &a.Buffer, &a.Cap, &a.ReserveAt,
		&a.Enabled, &a.Paused, &a.PausedReason, &pausedAt, &pausedWork, &watermark, &a.ProcessAt, &statuses, &shipFrom,
		&p.Revise, &p.End, &p.Relist, &a.AtZero, &a.Host, &a.Simulated, &authorised, &issued, &refreshEnds, &a.Observing,
		&a.Marketplace, &a.Seller, &a.TestAccount, &publishes, &a.ByLocation, &a.Cancelling.Send, &a.Cancelling.Cause, &a.TimeZone, &routing, &a.Split, &brake, &location, &a.Sample, &a.GoingBack); err != nil {
		return a, "", err
	}
	a.PausedAt, a.Watermark, a.PublishChanged = db.At(pausedAt), db.At(watermark), time.Duration(publishes)*time.Microsecond
	a.AuthorisedOn, a.SecretIssuedOn, a.RefreshEnds = db.At(authorised), db.At(issued), db.At(refreshEnds)
	err = errors.Join(json.Unmarshal([]byte(statuses), &a.Statuses), json.Unmarshal([]byte(shipFrom), &a.ShipFrom), json.Unmarshal([]byte(routing), &a.Routing),
		json.Unmarshal([]byte(brake), &a.PriceBrake), json.Unmarshal([]byte(pausedWork), &a.PausedWork))
	if err != nil {
		return a, "", fmt.Errorf("settings of account %s: %w", a.ID, err)
	}
	return a, location, nil
}

// Pause stops an account: nothing is read from or sent to its channel until Resume. It reports whether the account was running.
// The first reason stays.
func (s *Store) Pause(ctx context.Context, id, reason string) (changed bool, err error) {
	return s.setPause(ctx, id, func(a *Account, now time.Time) bool { return a.Pause(db.Clean(reason), now) })
}

// Resume lets a paused account continue and reports whether it was paused.
func (s *Store) Resume(ctx context.Context, id string) (changed bool, err error) {
	return s.setPause(ctx, id, func(a *Account, _ time.Time) bool { return a.Resume() })
}

// PauseWork stops one kind of work of an account until ResumeWork, while the others go on. It reports whether it was not paused. The first reason stays.
func (s *Store) PauseWork(ctx context.Context, id string, w account.Work, reason string) (changed bool, err error) {
	return s.setPause(ctx, id, func(a *Account, now time.Time) bool { return a.PauseWork(w, db.Clean(reason), now) })
}

// ResumeWork lets a kind of work continue and reports whether it was paused by itself.
func (s *Store) ResumeWork(ctx context.Context, id string, w account.Work) (changed bool, err error) {
	return s.setPause(ctx, id, func(a *Account, _ time.Time) bool { return a.ResumeWork(w) })
}

// Keep keeps an account's row as it is until the transaction ends, beside others that keep it. Who changes it waits.
func Keep(ctx context.Context, t *db.Tx, id string) error {
	if t.SoleWriter() {
		return nil
	}
	return t.Query(ctx, `SELECT o.id FROM accounts o WHERE o.id = $1 {{keep o}}`, func(*sql.Rows) error { return nil }, id)
}

// setPause pauses or resumes an account by a rule that reports whether it changed.
func (s *Store) setPause(ctx context.Context, id string, set func(*Account, time.Time) bool) (changed bool, err error) {
	err = s.Write(ctx, "pause or resume account "+id, func(ctx context.Context, t *db.Tx) error {
		// Whoever pauses another kind at the same moment waits here, and then reads what this one has set.
		err := t.Query(ctx, `SELECT o.id FROM accounts o WHERE o.id = $1 {{own o}}`, func(rows *sql.Rows) error { return rows.Scan(&id) }, id)
		if err != nil {
			return err
		}
		was, err := One(ctx, t, id)
		if err != nil {
			return err
		}
		a, now := was, db.At(t.Now)
		if changed = set(&a, now); !changed {
			return nil
		}
		work, err := json.Marshal(append([]account.PausedWork{}, a.PausedWork...))
		if err != nil {
			return err
		}
		err = t.ExecAll(ctx, 1, `UPDATE accounts SET paused = $2, paused_reason = $3, paused_at = $4, paused_work = $5 WHERE id = $1`,
			id, db.Truth(a.Paused), a.PausedReason, db.Micro(a.PausedAt), string(work))
		if err != nil {
			return err
		}
		return incidents.Save(ctx, t, pauseNews(was, a, now))
	})
	return changed, err
}

// pauseNews returns what is news of the incidents of an account's pause, and of those of its kinds of work.
func pauseNews(was, is Account, now time.Time) []incident.Incident {
	var news []incident.Incident
	add := func(before, after incident.Incident) {
		if one, changed := after.After(before, now); changed {
			news = append(news, one)
		}
	}
	add(incident.OfPause(was.ID, "", was.Paused, was.PausedReason, was.PausedAt), incident.OfPause(is.ID, "", is.Paused, is.PausedReason, is.PausedAt))
	for _, w := range account.Works() {
		before, wasPaused := was.Pauses(w)
		after, isPaused := is.Pauses(w)
		add(incident.OfPause(was.ID, string(w), wasPaused, before.Reason, before.At), incident.OfPause(is.ID, string(w), isPaused, after.Reason, after.At))
	}
	return news
}

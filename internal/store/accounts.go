package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/order"
)

// Accounts lists all accounts by id.
func (s *Store) Accounts(ctx context.Context) ([]Account, error) {
	out, err := s.accounts(ctx, s.reader, "")
	if err != nil {
		return nil, fmt.Errorf("list accounts: %w", err)
	}
	return out, nil
}

// Account finds one account; ErrNotFound when there is none of that id.
func (s *Store) Account(ctx context.Context, id string) (Account, error) {
	found, err := s.accounts(ctx, s.reader, id)
	if err != nil {
		return Account{}, fmt.Errorf("account %s: %w", id, err)
	}
	if id == "" || len(found) == 0 {
		return Account{}, fmt.Errorf("account %q: %w", id, ErrNotFound)
	}
	return found[0], nil
}

func (t *tx) accounts(ctx context.Context, id string) ([]Account, error) {
	return t.store.accounts(ctx, t.conn, id)
}

// accounts reads one account, or all when id is empty.
func (s *Store) accounts(ctx context.Context, q querier, id string) ([]Account, error) {
	var out []Account
	err := s.each(ctx, q, `SELECT a.id, a.channel, a.endpoint, a.name, a.order_location, a.buffer, a.cap, a.reserve_at,
			a.enabled, a.paused, a.paused_reason, a.paused_at, a.watermark, a.take_at, a.statuses, a.ship_from,
			a.may_revise, a.may_end, a.may_relist, a.at_zero, a.host, a.simulated, a.authorised_on, a.secret_issued_on,
			COALESCE(g.refresh_expires_at, 0), a.observing, a.marketplace, a.test_account, a.publish_changed, COALESCE(p.location, '')
		FROM accounts a LEFT JOIN account_locations p ON p.account = a.id LEFT JOIN grants g ON g.account = a.id
		WHERE CAST($1 AS TEXT) = '' OR a.id = CAST($1 AS TEXT) ORDER BY a.id, p.position`, func(rows *sql.Rows) error {
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
	}, id)
	return out, err
}

func scanAccount(rows *sql.Rows) (a Account, location string, err error) {
	var pausedAt, watermark, authorised, issued, refreshEnds, publishes int64
	var statuses, shipFrom string
	p := &a.Listings
	if err := rows.Scan(&a.ID, &a.Channel, &a.Endpoint, &a.Name, &a.OrderLocation, &a.Buffer, &a.Cap, &a.ReserveAt,
		&a.Enabled, &a.Paused, &a.PausedReason, &pausedAt, &watermark, &a.TakeAt, &statuses, &shipFrom,
		&p.Revise, &p.End, &p.Relist, &a.AtZero, &a.Host, &a.Simulated, &authorised, &issued, &refreshEnds, &a.Observing,
		&a.Marketplace, &a.TestAccount, &publishes, &location); err != nil {
		return a, "", err
	}
	a.PausedAt, a.Watermark, a.PublishChanged = at(pausedAt), at(watermark), time.Duration(publishes)*time.Microsecond
	a.AuthorisedOn, a.SecretIssuedOn, a.RefreshEnds = at(authorised), at(issued), at(refreshEnds)
	err = errors.Join(json.Unmarshal([]byte(statuses), &a.Statuses), json.Unmarshal([]byte(shipFrom), &a.ShipFrom))
	if err != nil {
		return a, "", fmt.Errorf("settings of account %s: %w", a.ID, err)
	}
	return a, location, nil
}

// Pause stops an account: nothing is read from its channel or sent there until Resume. It reports whether
// the account was running. The first reason stays.
func (s *Store) Pause(ctx context.Context, account, reason string) (changed bool, err error) {
	return s.setPause(ctx, account, `UPDATE accounts SET paused = 1, paused_reason = CAST($2 AS TEXT), paused_at = CAST($3 AS BIGINT)
		WHERE id = $1 AND paused = 0`, clean(reason), true)
}

// Resume lets a paused account go on and reports whether it was paused.
func (s *Store) Resume(ctx context.Context, account string) (changed bool, err error) {
	return s.setPause(ctx, account, `UPDATE accounts SET paused = 0, paused_reason = CAST($2 AS TEXT), paused_at = 0 * CAST($3 AS BIGINT)
		WHERE id = $1 AND paused = 1`, "", false)
}

func (s *Store) setPause(ctx context.Context, account, text, reason string, pauses bool) (changed bool, err error) {
	if _, err := s.Account(ctx, account); err != nil {
		return false, err
	}
	err = s.write(ctx, "pause or resume account "+account, func(ctx context.Context, t *tx) error {
		n, err := t.exec(ctx, text, account, reason, t.now)
		if changed = n > 0; err != nil || !changed {
			return err
		}
		paused := incident.Incident{Kind: incident.Paused, Account: account}
		if pauses {
			paused.Subjects, paused.Sample = 1, []string{reason}
		}
		return t.settleIncidents(ctx, []incident.Incident{paused})
	})
	return changed, err
}

// Summaries shows all accounts at a glance.
func (s *Store) Summaries(ctx context.Context) ([]AccountSummary, error) {
	accounts, err := s.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]AccountSummary, len(accounts))
	index := map[string]*AccountSummary{}
	for i, a := range accounts {
		out[i] = AccountSummary{Account: a, Orders: map[order.State]int{}, LastRun: map[RunKind]Run{}}
		index[a.ID] = &out[i]
	}
	count := func(text string, set func(a *AccountSummary, word string, n int), args ...any) {
		if err != nil {
			return
		}
		err = s.read(ctx, text, func(rows *sql.Rows) error {
			var account, word string
			var n int
			if err := rows.Scan(&account, &word, &n); err != nil {
				return err
			}
			if a := index[account]; a != nil {
				set(a, word, n)
			}
			return nil
		}, args...)
	}
	count(`SELECT account, state, COUNT(*) FROM orders GROUP BY account, state`,
		func(a *AccountSummary, state string, n int) { a.Orders[order.State(state)] = n })
	count(`SELECT l.account, '', COUNT(*) FROM links l WHERE `+sendable+` GROUP BY l.account`,
		func(a *AccountSummary, _ string, n int) { a.Dirty = n })
	// What is held until the account goes live waits for no person.
	count(`SELECT p.account, '', COUNT(*) FROM parked p LEFT JOIN faults f ON f.id = p.fault_id
		WHERE COALESCE(f.code, '') <> CAST($1 AS TEXT) GROUP BY p.account`,
		func(a *AccountSummary, _ string, n int) { a.Parked = n }, incident.CodeObserving)
	count(`SELECT account, '', COUNT(*) FROM faults WHERE at >= $1 GROUP BY account`,
		func(a *AccountSummary, _ string, n int) { a.Faults = n }, time.Now().Add(-time.Hour).UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("summarise accounts: %w", err)
	}
	for i, a := range accounts {
		for _, kind := range []RunKind{RunOrders, RunStock, RunShipments} {
			last, err := s.Runs(ctx, RunFilter{Account: a.ID, Kind: kind, Limit: 1})
			if err != nil {
				return nil, fmt.Errorf("summarise accounts: %w", err)
			}
			if len(last) > 0 {
				out[i].LastRun[kind] = last[0]
			}
		}
	}
	return out, nil
}

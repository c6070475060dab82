package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/order"
)

// SaveAccounts saves the settings of accounts; their condition (pause, watermark) stays. An account whose
// buffer, cap or locations changed lists other levels than before: all its links become dirty.
func (s *Store) SaveAccounts(ctx context.Context, accounts []Account) error {
	for _, a := range accounts {
		if a.ID == "" || a.OrderLocation == "" {
			return fmt.Errorf("save accounts: account %q needs an id and an order location", a.ID)
		}
		if a.Buffer < 0 || a.Cap < 0 {
			return fmt.Errorf("save accounts: account %s: buffer and cap are 0 or more", a.ID)
		}
	}
	return s.write(ctx, "save accounts", func(ctx context.Context, t *tx) error {
		before, err := t.accounts(ctx, "")
		if err != nil {
			return err
		}
		if err := t.upsertAccounts(ctx, accounts); err != nil {
			return err
		}
		var relisted []string
		for _, a := range accounts {
			i := slices.IndexFunc(before, func(b Account) bool { return b.ID == a.ID })
			if i >= 0 && (a.Buffer != before[i].Buffer || a.Cap != before[i].Cap || !sameSet(a.StockLocations, before[i].StockLocations)) {
				relisted = append(relisted, a.ID)
			}
		}
		if len(relisted) == 0 {
			return nil
		}
		_, err = t.exec(ctx, `UPDATE links SET dirty_version = dirty_version + 1,
				dirty_since = CASE WHEN dirty_version > clean_version THEN dirty_since ELSE CAST($2 AS BIGINT) END
			WHERE account IN (SELECT r.value ->> 0 FROM {{rows 1}})`, texts(relisted), t.now)
		return err
	})
}

func sameSet(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

func (t *tx) upsertAccounts(ctx context.Context, accounts []Account) error {
	_, err := t.exec(ctx, `INSERT INTO accounts (id, channel, endpoint, name, order_location, buffer, cap, reserve_at, enabled)
		SELECT r.value ->> 0, r.value ->> 1, r.value ->> 2, r.value ->> 3, r.value ->> 4,
			CAST(r.value ->> 5 AS BIGINT), CAST(r.value ->> 6 AS BIGINT), r.value ->> 7, CAST(r.value ->> 8 AS BIGINT)
		FROM {{rows 1}} WHERE true
		ON CONFLICT (id) DO UPDATE SET channel = excluded.channel, endpoint = excluded.endpoint, name = excluded.name,
			order_location = excluded.order_location, buffer = excluded.buffer, cap = excluded.cap,
			reserve_at = excluded.reserve_at, enabled = excluded.enabled`,
		table(accounts, func(a Account) []any {
			moment := a.ReserveAt
			if moment == "" {
				moment = AtPlaced
			}
			return []any{a.ID, string(a.Channel), string(a.Endpoint), a.Name, a.OrderLocation, a.Buffer, a.Cap, string(moment), a.Enabled}
		}))
	if err != nil {
		return err
	}
	type place struct {
		account, location string
		position          int
	}
	var places []place
	for _, a := range accounts {
		for i, location := range slices.Compact(slices.Sorted(slices.Values(a.StockLocations))) {
			places = append(places, place{a.ID, location, i})
		}
	}
	_, err = t.exec(ctx, `DELETE FROM account_locations WHERE account IN (SELECT r.value ->> 0 FROM {{rows 1}})`,
		table(accounts, func(a Account) []any { return []any{a.ID} }))
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `INSERT INTO account_locations (account, location, position)
		SELECT r.value ->> 0, r.value ->> 1, CAST(r.value ->> 2 AS BIGINT) FROM {{rows 1}}`,
		table(places, func(p place) []any { return []any{p.account, p.location, p.position} }))
	return err
}

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
			a.enabled, a.paused, a.paused_reason, a.paused_at, a.watermark, COALESCE(p.location, '')
		FROM accounts a LEFT JOIN account_locations p ON p.account = a.id
		WHERE CAST($1 AS TEXT) = '' OR a.id = CAST($1 AS TEXT) ORDER BY a.id, p.position`, func(rows *sql.Rows) error {
		var a Account
		var pausedAt, watermark int64
		var location string
		if err := rows.Scan(&a.ID, &a.Channel, &a.Endpoint, &a.Name, &a.OrderLocation, &a.Buffer, &a.Cap, &a.ReserveAt,
			&a.Enabled, &a.Paused, &a.PausedReason, &pausedAt, &watermark, &location); err != nil {
			return err
		}
		a.PausedAt, a.Watermark = at(pausedAt), at(watermark)
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

// Pause stops an account: nothing is read from its channel or sent there until Resume. It reports whether
// the account was running. The first reason stays.
func (s *Store) Pause(ctx context.Context, account, reason string) (changed bool, err error) {
	return s.setPause(ctx, account, `UPDATE accounts SET paused = 1, paused_reason = CAST($2 AS TEXT), paused_at = CAST($3 AS BIGINT)
		WHERE id = $1 AND paused = 0`, clean(reason))
}

// Resume lets a paused account go on and reports whether it was paused.
func (s *Store) Resume(ctx context.Context, account string) (changed bool, err error) {
	return s.setPause(ctx, account, `UPDATE accounts SET paused = 0, paused_reason = CAST($2 AS TEXT), paused_at = 0 * CAST($3 AS BIGINT)
		WHERE id = $1 AND paused = 1`, "")
}

func (s *Store) setPause(ctx context.Context, account, text, reason string) (changed bool, err error) {
	if _, err := s.Account(ctx, account); err != nil {
		return false, err
	}
	err = s.write(ctx, "pause or resume account "+account, func(ctx context.Context, t *tx) error {
		n, err := t.exec(ctx, text, account, reason, t.now)
		changed = n > 0
		return err
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
	count(`SELECT account, '', COUNT(*) FROM parked GROUP BY account`,
		func(a *AccountSummary, _ string, n int) { a.Parked = n })
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

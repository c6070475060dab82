package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
)

// SaveAccounts saves the settings of accounts; their condition (pause, watermark) stays. A new account observes until
// GoLive, and so does one that speaks to another shop than before: another channel or endpoint, or a real one after a
// simulated one. An account whose
// buffer, cap or locations changed lists other levels than before: all its links become dirty. One that takes
// orders at another moment than before has its unpaid orders judged anew. An account that has orders keeps its
// channel and its endpoint: orders of a test endpoint would take stock once it is called production.
func (s *Store) SaveAccounts(ctx context.Context, accounts []Account) error {
	accounts = slices.Clone(accounts)
	for i, a := range accounts {
		if a.ID == "" || a.OrderLocation == "" {
			return fmt.Errorf("save accounts: account %q needs an id and an order location", a.ID)
		}
		if a.Buffer < 0 || a.Cap < 0 {
			return fmt.Errorf("save accounts: account %s: buffer and cap are 0 or more", a.ID)
		}
		accounts[i].ReserveAt = cmp.Or(a.ReserveAt, order.AtPlaced)
		accounts[i].TakeAt = cmp.Or(a.TakeAt, order.AtPaid)
		accounts[i].AtZero = cmp.Or(a.AtZero, KeepAtZero)
	}
	return s.write(ctx, "save accounts", func(ctx context.Context, t *tx) error {
		saved, err := t.accounts(ctx, "")
		if err != nil {
			return err
		}
		if err := t.keepEndpoints(ctx, saved, accounts); err != nil {
			return err
		}
		otherwise := changed(saved, accounts, listsOtherwise)
		brake, err := t.watchAccounts(ctx, otherwise)
		if err != nil {
			return err
		}
		if err := t.upsertAccounts(ctx, accounts); err != nil {
			return err
		}
		if err := t.saveLocations(ctx, accounts); err != nil {
			return err
		}
		if err := t.dirtyLinks(ctx, otherwise, stock.BySetting); err != nil {
			return err
		}
		if err := brake.settle(ctx); err != nil {
			return err
		}
		return t.judgeUnpaid(ctx, changed(saved, accounts, func(a, b Account) bool { return a.TakeAt != b.TakeAt }))
	})
}

// changed are the ids of the accounts that were saved before and are different now.
func changed(saved, accounts []Account, different func(before, now Account) bool) []string {
	var ids []string
	for _, a := range accounts {
		i := slices.IndexFunc(saved, func(b Account) bool { return b.ID == a.ID })
		if i >= 0 && different(saved[i], a) {
			ids = append(ids, a.ID)
		}
	}
	return ids
}

func listsOtherwise(a, b Account) bool {
	return a.Buffer != b.Buffer || a.Cap != b.Cap || !sameSet(a.StockLocations, b.StockLocations)
}

func sameSet(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// keepEndpoints refuses another channel or endpoint for an account that has orders. One without any forgets how
// far it was scanned: that was said of the other endpoint.
func (t *tx) keepEndpoints(ctx context.Context, saved, accounts []Account) error {
	moved := changed(saved, accounts, func(a, b Account) bool { return a.Channel != b.Channel || a.Endpoint != b.Endpoint })
	if len(moved) == 0 {
		return nil
	}
	var errs []error
	err := t.query(ctx, `SELECT a.id, a.channel, a.endpoint FROM {{rows 1}} CROSS JOIN accounts a
		WHERE a.id = r.value AND EXISTS (SELECT 1 FROM orders o WHERE o.account = a.id) ORDER BY a.id`, func(rows *sql.Rows) error {
		var id, channel, endpoint string
		err := rows.Scan(&id, &channel, &endpoint)
		errs = append(errs, fmt.Errorf("account %s has orders of the %s endpoint of %s: give the other endpoint an account with an id of its own", id, endpoint, channel))
		return err
	}, texts(moved))
	if err := errors.Join(append(errs, err)...); err != nil {
		return err
	}
	_, err = t.exec(ctx, `UPDATE accounts SET watermark = 0 WHERE id IN (SELECT r.value FROM {{rows 1}})`, texts(moved))
	return err
}

// dirtyLinks makes every level of the accounts one to be sent.
func (t *tx) dirtyLinks(ctx context.Context, accounts []string, cause stock.Cause) error {
	if len(accounts) == 0 {
		return nil
	}
	_, err := t.exec(ctx, `UPDATE links SET dirty_version = dirty_version + 1, cause = CAST($3 AS TEXT),
			dirty_since = CASE WHEN dirty_version > clean_version THEN dirty_since ELSE CAST($2 AS BIGINT) END
		WHERE account IN (SELECT r.value FROM {{rows 1}})`, texts(accounts), t.now, string(cause))
	return err
}

// judgeUnpaid gives the unpaid orders that nothing is packed of the state that the accounts' new setting gives
// them. Their lifecycles are owed a hint, which the sweep delivers.
func (t *tx) judgeUnpaid(ctx context.Context, accounts []string) error {
	if len(accounts) == 0 {
		return nil
	}
	_, err := t.exec(ctx, `UPDATE orders SET updated_at = CAST($2 AS BIGINT),
			state = CASE WHEN state = 'open' THEN 'awaiting-payment' ELSE 'open' END,
			handled_version = CASE WHEN handled_version < channel_version THEN handled_version ELSE channel_version - 1 END
		WHERE paid = 0 AND account IN (SELECT r.value FROM {{rows 1}}) AND state = CASE
			WHEN (SELECT a.take_at FROM accounts a WHERE a.id = orders.account) = 'placed' THEN 'awaiting-payment' ELSE 'open' END`,
		texts(accounts), t.now)
	return err
}

func (t *tx) upsertAccounts(ctx context.Context, accounts []Account) error {
	_, err := t.exec(ctx, `INSERT INTO accounts (id, channel, endpoint, name, order_location, buffer, cap, reserve_at, enabled,
			take_at, statuses, ship_from, may_revise, may_end, may_relist, at_zero, host, simulated, authorised_on, secret_issued_on, observing,
			marketplace, test_account, publish_changed)
		SELECT r.value ->> 0, r.value ->> 1, r.value ->> 2, r.value ->> 3, r.value ->> 4,
			CAST(r.value ->> 5 AS BIGINT), CAST(r.value ->> 6 AS BIGINT), r.value ->> 7, CAST(r.value ->> 8 AS BIGINT),
			r.value ->> 9, r.value ->> 10, r.value ->> 11, CAST(r.value ->> 12 AS BIGINT), CAST(r.value ->> 13 AS BIGINT),
			CAST(r.value ->> 14 AS BIGINT), r.value ->> 15, r.value ->> 16, CAST(r.value ->> 17 AS BIGINT),
			CAST(r.value ->> 18 AS BIGINT), CAST(r.value ->> 19 AS BIGINT), 1,
			r.value ->> 20, r.value ->> 21, CAST(r.value ->> 22 AS BIGINT)
		FROM {{rows 1}} WHERE true
		ON CONFLICT (id) DO UPDATE SET observing = CASE WHEN accounts.channel <> excluded.channel
				OR accounts.endpoint <> excluded.endpoint OR accounts.simulated > excluded.simulated THEN 1 ELSE accounts.observing END,
			channel = excluded.channel, endpoint = excluded.endpoint, name = excluded.name,
			order_location = excluded.order_location, buffer = excluded.buffer, cap = excluded.cap,
			reserve_at = excluded.reserve_at, enabled = excluded.enabled, take_at = excluded.take_at,
			statuses = excluded.statuses, ship_from = excluded.ship_from, may_revise = excluded.may_revise,
			may_end = excluded.may_end, may_relist = excluded.may_relist, at_zero = excluded.at_zero, host = excluded.host,
			simulated = excluded.simulated, authorised_on = excluded.authorised_on, secret_issued_on = excluded.secret_issued_on,
			marketplace = excluded.marketplace, test_account = excluded.test_account, publish_changed = excluded.publish_changed`,
		table(accounts, func(a Account) []any {
			return []any{a.ID, string(a.Channel), string(a.Endpoint), a.Name, a.OrderLocation, a.Buffer, a.Cap, string(a.ReserveAt), a.Enabled,
				string(a.TakeAt), object(a.Statuses), object(a.ShipFrom), a.Listings.Revise, a.Listings.End, a.Listings.Relist,
				string(a.AtZero), a.Host, a.Simulated, micro(a.AuthorisedOn), micro(a.SecretIssuedOn),
				a.Marketplace, a.TestAccount, a.PublishChanged.Microseconds()}
		}))
	return err
}

// object is a setting with words for keys as it is stored.
func object[V ~string](setting map[string]V) string {
	text, err := json.Marshal(setting)
	if err != nil {
		panic(err) // words only: a mistake in this package
	}
	if setting == nil {
		return "{}"
	}
	return string(text)
}

// saveLocations saves where the accounts' levels come from.
func (t *tx) saveLocations(ctx context.Context, accounts []Account) error {
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
	_, err := t.exec(ctx, `DELETE FROM account_locations WHERE account IN (SELECT r.value ->> 0 FROM {{rows 1}})`,
		table(accounts, func(a Account) []any { return []any{a.ID} }))
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `INSERT INTO account_locations (account, location, position)
		SELECT r.value ->> 0, r.value ->> 1, CAST(r.value ->> 2 AS BIGINT) FROM {{rows 1}}`,
		table(places, func(p place) []any { return []any{p.account, p.location, p.position} }))
	return err
}

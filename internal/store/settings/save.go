package settings

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/levels"
)

// SaveAccounts saves the settings of accounts, without changing pause and watermark. A new account observes until GoLive, and so
// does one that now belongs to another shop: another channel or endpoint, or a real one after a simulated one. If buffer, cap or
// locations change, all its links become dirty. If the time at which it accepts orders changes, its unpaid orders are updated. An
// account with orders keeps its channel and endpoint: orders of a test endpoint would take real stock on production.
func (s *Store) SaveAccounts(ctx context.Context, list []accounts.Account) error {
	list = slices.Clone(list)
	for i := range list {
		if err := list[i].Complete(); err != nil {
			return fmt.Errorf("save accounts: %w", err)
		}
	}
	return s.Write(ctx, "save accounts", func(ctx context.Context, t *db.Tx) error {
		saved, err := accounts.Read(ctx, t, "")
		if err != nil {
			return err
		}
		if err := keepEndpoints(ctx, t, saved, list); err != nil {
			return err
		}
		otherwise := account.Changed(saved, list, accounts.Account.ListsOtherwise)
		brake, err := levels.WatchAccounts(ctx, t, otherwise)
		if err != nil {
			return err
		}
		if err := upsertAccounts(ctx, t, list, account.Changed(saved, list, accounts.Account.ToAnotherShop)); err != nil {
			return err
		}
		if err := saveLocations(ctx, t, list); err != nil {
			return err
		}
		if err := dirtyLinks(ctx, t, otherwise, stock.BySetting); err != nil {
			return err
		}
		if err := brake.Apply(ctx); err != nil {
			return err
		}
		return updateUnpaid(ctx, t, list, account.Changed(saved, list, accounts.Account.ChangesProcessAt))
	})
}

// keepEndpoints refuses another channel or endpoint where account.Account.MayMove does. Others are scanned from the beginning.
func keepEndpoints(ctx context.Context, t *db.Tx, saved, list []accounts.Account) error {
	moved := account.Changed(saved, list, accounts.Account.Moved)
	if len(moved) == 0 {
		return nil
	}
	var errs []error
	err := t.Query(ctx, `SELECT a.id, a.channel, a.endpoint, CASE WHEN EXISTS (SELECT 1 FROM orders o WHERE o.account = a.id) THEN 1 ELSE 0 END
		FROM {{rows 1}} CROSS JOIN accounts a WHERE a.id = r.value ORDER BY a.id`, func(rows *sql.Rows) error {
		var a accounts.Account
		var hasOrders bool
		err := rows.Scan(&a.ID, &a.Channel, &a.Endpoint, &hasOrders)
		errs = append(errs, a.MayMove(hasOrders))
		return err
	}, db.Texts(moved))
	if err := errors.Join(append(errs, err)...); err != nil {
		return err
	}
	_, err = t.Exec(ctx, `UPDATE accounts SET watermark = 0 WHERE id IN (SELECT r.value FROM {{rows 1}})`, db.Texts(moved))
	return err
}

// dirtyLinks marks all levels of the accounts to be sent.
func dirtyLinks(ctx context.Context, t *db.Tx, accounts []string, cause stock.Cause) error {
	if len(accounts) == 0 {
		return nil
	}
	_, err := t.Exec(ctx, `UPDATE links SET `+levels.Changed("CAST($2 AS BIGINT)", "CAST($3 AS TEXT)")+`
		WHERE account IN (SELECT r.value FROM {{rows 1}})`, db.Texts(accounts), t.Now, string(cause))
	return err
}

// unpaidRow has the change of state of an account's unpaid orders without packed units.
type unpaidRow struct {
	Account string      `db:"account"`
	Before  order.State `db:"state_before"`
	After   order.State `db:"state_after"`
}

// redelivered is SQL that makes an order of the outbox pending again, as order.Order.Redeliver does.
const redelivered = `delivered_version = CASE WHEN delivered_version < channel_version THEN delivered_version ELSE channel_version - 1 END`

// updateUnpaid sets the new state of unpaid orders without packages on accounts whose setting changed. The sweep delivers their
// outbox.
func updateUnpaid(ctx context.Context, t *db.Tx, list []accounts.Account, changed []string) error {
	var rows []unpaidRow
	for _, a := range list {
		if slices.Contains(changed, a.ID) {
			after, before := a.ProcessAt.Unpaid()
			rows = append(rows, unpaidRow{a.ID, before, after})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	_, err := t.Exec(ctx, `UPDATE orders SET updated_at = CAST($2 AS BIGINT), state = r.state_after, `+redelivered+`
		FROM {{rows 1}} WHERE orders.paid = 0 AND orders.account = r.account AND orders.state = r.state_before`, db.RowsOf(rows), t.Now)
	return err
}

// accountRow has the columns of a row of accounts that the account's settings fill.
type accountRow struct {
	ID             string           `db:"id"`
	Channel        channel.Kind     `db:"channel"`
	Endpoint       channel.Endpoint `db:"endpoint"`
	Name           string           `db:"name"`
	OrderLocation  string           `db:"order_location"`
	Buffer         int              `db:"buffer"`
	Cap            int              `db:"cap"`
	ReserveAt      order.Moment     `db:"reserve_at"`
	Enabled        bool             `db:"enabled"`
	ProcessAt      order.Moment     `db:"process_at"`
	Statuses       string           `db:"statuses"`
	ShipFrom       string           `db:"ship_from"`
	Routing        string           `db:"routing"`
	Split          bool             `db:"split"`
	MayRevise      bool             `db:"may_revise"`
	MayEnd         bool             `db:"may_end"`
	MayRelist      bool             `db:"may_relist"`
	AtZero         accounts.AtZero  `db:"at_zero"`
	PriceBrake     string           `db:"price_brake"`
	Host           string           `db:"host"`
	Simulated      bool             `db:"simulated"`
	AuthorisedOn   time.Time        `db:"authorised_on"`
	SecretIssuedOn time.Time        `db:"secret_issued_on"`
	Marketplace    string           `db:"marketplace"`
	Seller         string           `db:"seller"`
	TestAccount    string           `db:"test_account"`
	PublishChanged time.Duration    `db:"publish_changed"`
	ByLocation     bool             `db:"by_location"`
	CancelSend     bool             `db:"cancel_send"`
	CancelCause    order.Cause      `db:"cancel_cause"`
	TimeZone       string           `db:"time_zone"`
	Observing      bool             `db:"observing"` // of a new one
}

func rowOfAccount(a accounts.Account) accountRow {
	a.Begin()
	return accountRow{
		ID: a.ID, Channel: a.Channel, Endpoint: a.Endpoint, Name: a.Name, OrderLocation: a.OrderLocation, Buffer: a.Buffer, Cap: a.Cap,
		ReserveAt: a.ReserveAt, Enabled: a.Enabled, ProcessAt: a.ProcessAt, Statuses: object(a.Statuses), ShipFrom: object(a.ShipFrom),
		Routing: routing(a.Routing), Split: a.Split,
		MayRevise: a.Listings.Revise, MayEnd: a.Listings.End, MayRelist: a.Listings.Relist, AtZero: a.AtZero, PriceBrake: brake(a.PriceBrake), Host: a.Host,
		Simulated: a.Simulated, AuthorisedOn: a.AuthorisedOn, SecretIssuedOn: a.SecretIssuedOn, Marketplace: a.Marketplace, Seller: a.Seller,
		TestAccount: a.TestAccount, PublishChanged: a.PublishChanged, ByLocation: a.ByLocation, CancelSend: a.Cancelling.Send, CancelCause: a.Cancelling.Cause, TimeZone: a.TimeZone, Observing: a.Observing,
	}
}

// upsertAccounts writes settings. A new account observes, and so do those that are now connected to another shop.
func upsertAccounts(ctx context.Context, t *db.Tx, list []accounts.Account, toAnotherShop []string) error {
	_, err := t.Exec(ctx, `INSERT INTO accounts ({{columns 1}}) SELECT {{values 1}} FROM {{rows 1}} WHERE true
		ON CONFLICT (id) DO UPDATE SET channel = excluded.channel, endpoint = excluded.endpoint, name = excluded.name,
			order_location = excluded.order_location, buffer = excluded.buffer, cap = excluded.cap,
			reserve_at = excluded.reserve_at, enabled = excluded.enabled, process_at = excluded.process_at,
			statuses = excluded.statuses, ship_from = excluded.ship_from, routing = excluded.routing, split = excluded.split, may_revise = excluded.may_revise,
			may_end = excluded.may_end, may_relist = excluded.may_relist, at_zero = excluded.at_zero, price_brake = excluded.price_brake, host = excluded.host,
			simulated = excluded.simulated, authorised_on = excluded.authorised_on, secret_issued_on = excluded.secret_issued_on,
			marketplace = excluded.marketplace, seller = excluded.seller, test_account = excluded.test_account, publish_changed = excluded.publish_changed,
			by_location = excluded.by_location,
			cancel_send = excluded.cancel_send, cancel_cause = excluded.cancel_cause, time_zone = excluded.time_zone,
			switched_at = CASE WHEN accounts.may_revise = excluded.may_revise AND accounts.may_end = excluded.may_end AND accounts.may_relist = excluded.may_relist
				THEN accounts.switched_at ELSE CAST($2 AS BIGINT) END`,
		db.RowsBy(list, rowOfAccount), t.Now)
	if err != nil || len(toAnotherShop) == 0 {
		return err
	}
	_, err = t.Exec(ctx, `UPDATE accounts SET observing = 1 WHERE id IN (SELECT r.value FROM {{rows 1}})`, db.Texts(toAnotherShop))
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

// brake is the setting as it is stored.
func brake(setting listing.Brake) string {
	text, err := json.Marshal(setting)
	if err != nil {
		panic(err) // words and whole numbers only: a mistake in this package
	}
	return string(text)
}

// routing is the setting as it is stored.
func routing(routes []order.Route) string {
	text, err := json.Marshal(routes)
	if err != nil {
		panic(err) // words only: a mistake in this package
	}
	return string(text)
}

// accountPlace is a row of account_locations.
type accountPlace struct {
	Account  string `db:"account"`
	Location string `db:"location"`
	Position int    `db:"position"`
}

// saveLocations saves where the accounts' levels come from.
func saveLocations(ctx context.Context, t *db.Tx, list []accounts.Account) error {
	var places []accountPlace
	var ids []string
	for _, a := range list {
		ids = append(ids, a.ID)
		for i, location := range a.Shelves() {
			places = append(places, accountPlace{a.ID, location, i})
		}
	}
	_, err := t.Exec(ctx, `DELETE FROM account_locations WHERE account IN (SELECT r.value FROM {{rows 1}})`, db.Texts(ids))
	if err != nil {
		return err
	}
	_, err = t.Exec(ctx, `INSERT INTO account_locations ({{columns 1}}) SELECT {{values 1}} FROM {{rows 1}}`, db.RowsOf(places))
	return err
}

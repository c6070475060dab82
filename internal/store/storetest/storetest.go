package storetest

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/keyring"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/postgrestest"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/settings"
)

// Exec runs a statement, so that a test can fill the tables.
func Exec(ctx context.Context, d *db.DB, text string, args ...any) error {
	return d.Write(ctx, "fill", func(ctx context.Context, t *db.Tx) error {
		_, err := t.Exec(ctx, text, args...)
		return err
	})
}

// MigrateTo creates the tables of an earlier version of the program.
func MigrateTo(ctx context.Context, d *db.DB, version int64) error {
	provider, err := d.Migrator()
	if err != nil {
		return err
	}
	_, err = provider.UpTo(ctx, version)
	return err
}

// Openers are the databases on which the whole suite runs.
var Openers = map[string]func(t testing.TB) string{
	"sqlite":   func(t testing.TB) string { return "sqlite:" + filepath.Join(t.TempDir(), "store.db") },
	"postgres": postgrestest.URL,
}

// Both runs a test on both databases, each time on an empty store with the three usual accounts.
func Both(t *testing.T, test func(t *testing.T, s *store.Store)) {
	t.Helper()
	for name, address := range Openers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, Fresh(t, address(t)))
		})
	}
}

// Fresh opens a store at an address, empty but for the usual accounts, which are live.
func Fresh(t testing.TB, address string) *store.Store {
	t.Helper()
	ctx := context.Background()
	s, err := store.Open(ctx, address, keyring.ForSimulations())
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	require.NoError(t, s.Migrate(ctx))
	require.NoError(t, s.Settings.SaveAccounts(ctx, Accounts()))
	golive(t, s, Accounts()...)
	return s
}

// golive lets the accounts send, as a merchant does after the first day.
func golive(t testing.TB, s *store.Store, list ...accounts.Account) {
	t.Helper()
	for _, a := range list {
		_, err := s.Settings.GoLive(context.Background(), a.ID, settings.Live{By: "test"})
		require.NoError(t, err)
	}
}

// Accounts are the usual accounts: one per channel, one of a test endpoint, and one that reserves late.
func Accounts() []accounts.Account {
	one := func(id string, kind channel.Kind) accounts.Account {
		return accounts.Account{Account: message.Account{ID: id, Channel: kind, Endpoint: channel.Production}, Name: id,
			OrderLocation: "main", StockLocations: []string{"main"}, Cap: stock.NoCap, ReserveAt: order.AtPlaced, Enabled: true}
	}
	amazon := one("amazon-uk", channel.Amazon)
	amazon.ShipFrom = map[string]string{"DE": "depot"}
	test := one("sandbox", channel.Amazon)
	test.Endpoint = channel.Test
	late := one("late-uk", channel.EBay)
	late.ReserveAt = order.AtPaid
	return []accounts.Account{amazon, one("ebay-uk", channel.EBay), one("shopify-uk", channel.Shopify), test, late}
}

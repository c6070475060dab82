package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/config"
	"github.com/towpath/towpath/internal/invocation"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/incidents"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/storetest"
	"github.com/towpath/towpath/internal/version"
)

func TestWrongUsageExits2AndSaysWhatWouldBeRight(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.fill()
	for line, want := range map[string]string{
		"bogus":                                 "unknown command",
		"orders --bogus":                        "unknown flag",
		"orders -o xml":                         "want table or json",
		"orders --state lost":                   "awaiting-payment, open",
		"orders --account amazn-uk":             "`towpath accounts` lists them",
		"orders --limit 0":                      "want 1 to",
		"runs --kind party":                     "orders, stock, shipments",
		"order":                                 "accepts 1 arg",
		"order 999":                             "no order",
		"order 1001":                            "amazon-uk",
		"process 1001":                          "--package FILE",
		"process 1001 --package nowhere.json":   "nowhere.json",
		"cancel 1001 --line 1":                  "one --quantity for each --line",
		"cancel 1001 --line 1 --quantity 0":     "1 or more",
		"return 1001":                           "--line ID",
		"return 1001 --line 1 --quantity 1":     "--restock or --write-off",
		"retry":                                 "status",
		"retry x --code 1 --account shopify-uk": "--code needs --account, and no names beside it",
		"sync":                                  "sync orders, sync stock or sync shipments",
		"backfill":                              "backfill orders, shipments, links",
		"backfill orders --from 2026-11-01 --to 2026-11-02":                        "--account is missing",
		"backfill orders --account amazon-uk --from 2026-11-02 --to 2026-11-01":    "is not before --to",
		"backfill orders --account amazon-uk --from 2026-11-02":                    "--to is missing",
		"backfill orders --account amazon-uk --from 2026-11-01 --to 2999-01-01":    "is in the future",
		"backfill shipments --account amazon-uk --from 1999-01-01 --to 2026-11-01": "more than ten years",
		"backfill links":                   "--account is missing",
		"backfill list --account amazn-uk": "`towpath accounts` lists them",
		"backfill orders --account amazon-uk --file nowhere.csv --from 2026-11-01": "--to is missing",
		"accounts bogus":                      "unknown command",
		"accounts test":                       "accepts 1 arg",
		"limits --account amazn-uk":           "`towpath accounts` lists them",
		"limits set amazon-uk rockets 1":      "orders, order, levels, feed, feedread, shipment, cancel, listings, publish, check, define, report",
		"limits set shopify-uk feed 1":        "shopify has orders",
		"limits set amazon-uk orders 0":       "from 0.001 to 1000",
		"limits set amazon-uk orders fast":    "from 0.001 to 1000",
		"limits reset amazon-uk":              "accepts 2 arg",
		"workers promote":                     "or --unversioned",
		"workers promote 1.5.0 --unversioned": "or --unversioned",
	} {
		code, out, errs := b.run(strings.Fields(line)...)
		require.Equal(t, exitUsage, code, "%s: %s", line, errs)
		require.Contains(t, errs, want, line)
		require.Empty(t, out, line)
	}
}

func TestASettingsMistakeIsWrongUsageAndAStaleDevIsMentioned(t *testing.T) {
	t.Parallel()
	b := &fixture{t: t}
	p, _, errs := b.program()
	p.Load = func() (config.Settings, config.Origins, error) {
		return config.Settings{}, config.Origins{}, errors.New("TOWPATH_SPEED=-1")
	}
	require.Equal(t, exitUsage, p.Run(context.Background(), []string{"orders"}))
	require.Contains(t, errs.String(), "TOWPATH_SPEED")

	p, _, errs = b.program()
	p.Load = func() (config.Settings, config.Origins, error) {
		return config.Settings{}, config.Origins{Note: "process 7 has ended"}, nil
	}
	require.Equal(t, exitUsage, p.Run(context.Background(), []string{"orders"}))
	require.Contains(t, errs.String(), "TOWPATH_DATABASE_URL")
	require.Contains(t, errs.String(), "process 7 has ended")
}

func TestAStoreThatIsMissingOrOldSaysMigrate(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "store.db")
	b := &fixture{t: t, settings: config.Settings{TemporalAddress: "127.0.0.1:1", TemporalNamespace: "n", Speed: 1, LogLevel: "error", DatabaseURL: "sqlite:" + path}}
	code, _, errs := b.run("orders")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errs, "towpath migrate")
	require.NoFileExists(t, path, "a reader creates no store")

	require.NoError(t, os.WriteFile(path, nil, 0o600))
	for _, command := range []string{"orders", "worker"} {
		code, _, errs = b.run(command)
		require.Equal(t, exitFailed, code)
		require.Contains(t, errs, "older than this program: run `towpath migrate`")
	}
}

func TestAStoreOfANewerProgramIsRefusedByEveryCommand(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	require.NoError(t, storetest.Exec(context.Background(), b.store.DB, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)`))
	for _, command := range []string{"orders", "status", "worker", "console", "migrate"} {
		code, out, errs := b.run(command)
		require.Equal(t, exitUsage, code, command)
		require.Empty(t, out, command)
		require.Contains(t, errs, "a newer program made the store's tables: the store is at version 9999", command)
		require.Contains(t, errs, "start the newer one; the address is "+b.settings.DatabaseURL, command)
	}
}

func TestOrdersArePagedAsTableAndAsJSON(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	code, out, _ := b.run("orders", "-o", "json")
	require.Zero(t, code)
	require.JSONEq(t, `{"orders": []}`, out)

	b.fill()
	code, out, errs := b.run("orders", "--account", "amazon-uk", "--state", "open", "--limit", "1")
	require.Zero(t, code, errs)
	require.Contains(t, out, "12.50 GBP")
	require.Contains(t, out, "--after ")
	require.NotContains(t, out, buyerName)

	seen := make(map[int64]bool)
	after := "0"
	for range 4 {
		code, out, errs = b.run("orders", "--limit", "1", "--after", after, "-o", "json")
		require.Zero(t, code, errs)
		var page struct {
			Orders []orders.OrderRow
			After  json.Number
		}
		require.NoError(t, json.Unmarshal([]byte(out), &page))
		require.Len(t, page.Orders, 1)
		seen[page.Orders[0].Key.RowID] = true
		after = page.After.String()
	}
	require.Len(t, seen, 4, "each order is on exactly one page")
}

func TestOneOrderShowsWhereItIsAndWhyWithoutTheBuyer(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.fill()
	require.NoError(t, b.store.Incidents.Park(context.Background(), incidents.Parked{
		WorkflowID: message.ShipmentWorkflowID("amazon-uk", "1001", "P1"), Account: "amazon-uk", OrderRow: b.rowOf("amazon-uk", "1001"), Reference: "1001", Package: "P1", Since: epoch,
		Fault: channel.NewFault(channel.Limit, "confirmShipment", "raw words about "+buyerName),
	}))
	code, out, errs := b.run("order", "1001", "--account", "amazon-uk")
	require.Zero(t, code, errs)
	for _, want := range []string{
		"`towpath links match`", "1 is on lines that are not linked to a SKU of yours", "A lamp", "Nobody?[2J knows",
		"towpath retry shipment/amazon-uk/1001/P1", "limit in confirmShipment", "not known while Temporal does not answer",
		"readOrders", "req-amazon-uk",
	} {
		require.Contains(t, out, want)
	}
	require.NotContains(t, out, "\x1b", "a channel's text can't steer the terminal")
	require.NotContains(t, out, buyerName)

	code, out, errs = b.run("order", "shopify-uk-only", "-o", "json")
	require.Zero(t, code, errs)
	require.NotContains(t, out, buyerName)
	var detail orders.OrderDetail
	require.NoError(t, json.Unmarshal([]byte(out), &detail))
	require.Len(t, detail.Lines, 2)
}

func TestRunsShowTheFaultThatEndedThem(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.fill()
	code, out, errs := b.run("runs", "--kind", "orders", "--account", "amazon-uk", "--errors")
	require.Zero(t, code, errs)
	require.Contains(t, out, "throttled QuotaExceeded")
	require.Contains(t, out, "3 s")
	code, out, _ = b.run("runs", "--kind", "shipments", "-o", "json")
	require.Zero(t, code)
	require.JSONEq(t, `{"runs": []}`, out)
}

func TestStatusExits3WhenSomethingNeedsAPerson(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.fill()
	ctx := context.Background()
	_, err := b.store.Accounts.Pause(ctx, "shopify-uk", "the channel refuses the account's credentials")
	require.NoError(t, err)
	require.NoError(t, b.store.Incidents.Park(ctx, incidents.Parked{WorkflowID: "shipment/amazon-uk/1001", Account: "amazon-uk", Reference: "1001", Since: epoch,
		Fault: channel.NewFault(channel.Auth, "confirmShipment", "")}))
	code, out, errs := b.run("status")
	require.Equal(t, exitAttention, code)
	require.Contains(t, errs, "shopify-uk paused: the channel refuses the account's credentials; amazon-uk 1 package is parked after auth")
	for _, want := range []string{"towpath accounts resume shopify-uk", "towpath retry shipment/amazon-uk/1001", "paused", "does not answer", "auth in confirmShipment"} {
		require.Contains(t, out, want)
	}
	code, out, _ = b.run("status", "-o", "json")
	require.Equal(t, exitAttention, code)
	require.True(t, json.Valid([]byte(out)))
}

// Many packages parked by one fault are one incident with one command; the first are named.
func TestStatusShowsParkedPackagesAsOneIncident(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.fill()
	for i := range 5 {
		f := channel.NewFault(channel.Unavailable, "confirmShipment", "")
		f.Code = "busy"
		require.NoError(t, b.store.Incidents.Park(context.Background(), incidents.Parked{WorkflowID: fmt.Sprintf("shipment/amazon-uk/1001/P%d", i), Account: "amazon-uk",
			Reference: "1001", Package: fmt.Sprintf("P%d", i), Since: epoch.Add(time.Duration(i) * time.Minute), Fault: f}))
	}
	code, out, _ := b.run("status")
	require.Equal(t, exitAttention, code)
	require.Equal(t, 1, strings.Count(out, "5 packages are parked after busy"))
	require.Contains(t, out, "    towpath retry --account amazon-uk --code busy\n")
	require.Contains(t, out, "    towpath retry shipment/amazon-uk/1001/P2\n")
	require.NotContains(t, out, "P3")
	require.Contains(t, out, "and 2 more")
	require.Equal(t, 1, strings.Count(out, "you retry"), "the remedy stands once")
	require.Less(t, strings.Index(out, "Needs you"), strings.Index(out, "Accounts"), "what is urgent is at the top")
}

func TestWithoutTemporalWhatMustReachItFailsAndChangesNothing(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.fill()
	for _, line := range []string{"cancel 1001 --account amazon-uk", "sync orders", "retry --account amazon-uk", "accounts pause amazon-uk",
		"limits set amazon-uk orders 0.5", "limits reset amazon-uk orders", "workers", "workers promote 1.5.0"} {
		code, _, errs := b.run(strings.Fields(line)...)
		require.Equal(t, exitFailed, code, line)
		require.Contains(t, errs, "TOWPATH_TEMPORAL_ADDRESS", line)
	}
	a, err := b.store.Accounts.Account(context.Background(), "amazon-uk")
	require.NoError(t, err)
	require.False(t, a.Paused)
	rates, err := b.store.Accounts.Rates(context.Background(), "")
	require.NoError(t, err)
	require.Empty(t, rates)
}

func TestConfigMasksSecretsAndSaysWhereEachSettingCameFrom(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.settings.TemporalAPIKey = "key-1"
	b.settings.DatabaseURL = "postgres://towpath:hunter2@db/towpath"
	p, out, _ := b.program()
	p.Load = func() (config.Settings, config.Origins, error) {
		return b.settings, config.Origins{By: map[string]string{"TOWPATH_SPEED": config.FromEnvironment}, Note: "a stale file"}, nil
	}
	require.Zero(t, p.Run(context.Background(), []string{"config"}))
	require.NotContains(t, out.String(), "hunter2")
	require.NotContains(t, out.String(), "key-1")
	require.Contains(t, out.String(), config.FromEnvironment)
	require.Contains(t, out.String(), "a stale file")
}

func TestAccountsAreListedAndTestedWithTheAccountsFile(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.fill()
	code, out, errs := b.run("accounts")
	require.Zero(t, code, errs)
	require.Contains(t, out, "amazon-uk")

	code, _, errs = b.run("accounts", "test", "amazon-uk")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errs, "TOWPATH_ACCOUNTS")

	require.NoError(t, config.WriteAccounts(b.settings.Accounts, []config.Account{{
		Store: accounts.Account{Account: message.Account{ID: "shopify-uk", Channel: channel.Shopify, Endpoint: channel.Test}, OrderLocation: "main",
			StockLocations: []string{"main"}, Cap: stock.NoCap, ReserveAt: order.AtPlaced, Enabled: true},
		Channel: channel.Account{BaseURL: "http://127.0.0.1:1", Simulated: true, Location: "gid://shopify/Location/1", Credentials: map[string]string{"accessToken": "shpat_secret"}},
	}}))
	code, _, errs = b.run("accounts", "test", "amazon-uk")
	require.Equal(t, exitUsage, code)
	require.Contains(t, errs, "is not in the accounts file")
	code, _, errs = b.run("accounts", "test", "shopify-uk")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errs, "network")
	require.NotContains(t, errs, "shpat_secret")
}

func TestPrintedCommandsAreSpelledAsTheProgramWasCalled(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.fill()
	p, _, errs := b.program()
	p.Name = "bin/towpath"
	require.Equal(t, exitUsage, p.Run(context.Background(), []string{"--data", "/srv/my demo", "orders", "--account", "nope"}))
	require.Contains(t, errs.String(), "`bin/towpath --data '/srv/my demo' accounts` lists them")

	p, out, _ := b.program()
	p.Name = "bin/towpath"
	p.Load = func() (config.Settings, config.Origins, error) { return b.settings, config.Origins{Dev: "demo"}, nil }
	require.Zero(t, p.Run(context.Background(), []string{"order", "amazon-uk-only"}))
	require.Contains(t, out.String(), "`bin/towpath --data demo process ", "where the environment named the folder, printed commands name it, too")

	p, out, _ = b.program()
	p.Name = "bin/towpath"
	require.Zero(t, p.Run(context.Background(), []string{"--data", "demo", "orders", "--help"}))
	require.Contains(t, out.String(), "  bin/towpath --data demo orders --reference ")
	require.Contains(t, out.String(), "  bin/towpath orders [flags]")
}

func TestEveryCommandCanBePrinted(t *testing.T) {
	t.Parallel()
	p := &Program{}
	for _, c := range p.root().Commands() {
		require.Contains(t, invocation.Commands, c.Name(), "add it to internal/invocation")
	}
}

func TestTheProgramSaysWhichBuildItIs(t *testing.T) {
	t.Parallel()
	b := &fixture{t: t}
	code, out, errs := b.run("--version")
	require.Zero(t, code, errs)
	require.Regexp(t, `^towpath .*, go1\.\d+.*, \w+/\w+\n$`, out)

	code, out, errs = b.run("--version", "-o", "json")
	require.Zero(t, code, errs)
	var build version.Info
	require.NoError(t, json.Unmarshal([]byte(out), &build))
	require.Equal(t, version.Of("towpath"), build)

	code, _, errs = b.run("--version", "-o", "xml")
	require.Equal(t, exitUsage, code)
	require.Contains(t, errs, "want table or json")
	code, out, _ = b.run()
	require.Zero(t, code)
	require.Contains(t, out, "Ask and act:", "without a command it helps")
}

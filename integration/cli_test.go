package integration

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/incidents"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/starter"
)

// Every command of the command line works with a towpath-dev that runs in the same folder.
func TestTheCommandLineFindsWhatRunsInItsFolderAndWorksOnIt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p, running := startRunning(t, dir, "--speed", "200", "--faults", "none")
	d := &operator{t: t, dir: dir}
	d.asksForSettingsAndAccounts(running.TemporalAddress)
	d.synchronises()
	d.listsAndShows(p)
	d.processes(p)
	d.cancels(p)
	d.refusesNonsense()
	sealed := openSealed(t, dir, running)
	p.eventually("notes and gift messages of all channels", func() bool { return sealedNotes(t, sealed) })
	d.meetsAParkedPackage(p, sealed)
	d.synchronisesShipments(p)
	require.NoError(t, sealed.Close())
	d.meetsOrdersThatCannotBeRead(p)
	requireNoBuyers(t, dir, running, d.seen.String())
	require.Zero(t, p.stop())
	requireNoBuyersInFiles(t, dir)
}

func (d *operator) asksForSettingsAndAccounts(temporal string) {
	var settings struct {
		Settings []struct{ Name, Value, Origin, Meaning string }
	}
	requireLinedUp(d.t, d.ask(&settings, "config"))
	from := make(map[string][]string)
	for _, s := range settings.Settings {
		from[s.Name] = []string{s.Value, s.Origin}
		require.NotEmpty(d.t, s.Meaning, s.Name)
	}
	require.Equal(d.t, temporal, from["TOWPATH_TEMPORAL_ADDRESS"][0])
	require.Contains(d.t, from["TOWPATH_TEMPORAL_ADDRESS"][1], "towpath-dev in ")
	require.Equal(d.t, "default", from["TOWPATH_LOG_LEVEL"][1])

	var list struct{ Accounts []accounts.Account }
	table := d.ask(&list, "accounts")
	requireLinedUp(d.t, table)
	require.Len(d.t, list.Accounts, 5, "three accounts with buyers and two sandboxes")
	for _, a := range list.Accounts {
		require.Contains(d.t, table, a.ID)
		var tested struct {
			Works  bool
			Checks []channel.Check
		}
		d.act(&tested, "accounts", "test", a.ID)
		require.True(d.t, tested.Works)
		require.GreaterOrEqual(d.t, len(tested.Checks), 5)
	}
}

// meetsAParkedPackage lets no marketplace take packages until one is parked: only then there is a shipment sync.
func (d *operator) meetsAParkedPackage(p *program, s *store.Store) {
	calls := map[string]string{"amazon-uk": "confirmShipment", "ebay-uk": "createShippingFulfillment", "shopify-uk": "fulfillmentCreate"}
	for account, call := range calls {
		switchOn(p, d.dir, account, faults.Rates{Unavailable: 1, Operations: []string{call}})
	}
	p.eventually("a parked package", func() bool {
		parked, err := s.Incidents.ParkedList(d.t.Context(), "")
		require.NoError(d.t, err)
		return len(parked) > 0
	})
	for account := range calls {
		switchOn(p, d.dir, account, faults.Rates{})
	}
}

// synchronisesShipments sends what is parked again: a sample first, then all, with a result for each.
func (d *operator) synchronisesShipments(p *program) {
	require.NotEmpty(d.t, d.shipments("requires-sync"))
	var synced struct{ Shipments []starter.SyncedShipment }
	d.act(&synced, "sync", "shipments", "--sample", "1", "--wait")
	require.Len(d.t, synced.Shipments, 1)
	require.Equal(d.t, starter.ShipmentPrepared, synced.Shipments[0].Outcome)
	p.eventually("no package to require synchronization", func() bool {
		synced.Shipments = nil
		d.act(&synced, "sync", "shipments", "--wait")
		for _, one := range synced.Shipments {
			require.Equal(d.t, starter.ShipmentPrepared, one.Outcome, one.Words())
		}
		return len(d.shipments("requires-sync")) == 0
	})
	said, _, code := d.run("sync", "shipments")
	require.Zero(d.t, code)
	require.Contains(d.t, said, "No package of that kind is parked.")
	require.NotEmpty(d.t, d.shipments("prepared"))
}

// shipments lists orders by how far their packages are.
func (d *operator) shipments(progress string) []orders.OrderRow {
	var l orderList
	d.act(&l, "orders", "--shipments", progress)
	return l.Orders
}

// meetsOrdersThatCannotBeRead tries the orders again that are set aside after bad answers.
func (d *operator) meetsOrdersThatCannotBeRead(p *program) {
	meetBadAnswers(p, d.dir, func(args ...string) (string, string, int) { return towpath(d.t, d.dir, args...) })
	said, _, code := towpath(d.t, d.dir, "orders", "aside", "list")
	require.Equal(d.t, 3, code)
	d.seen.WriteString(said)
	require.Contains(d.t, said, "What to do")
	said, _, code = towpath(d.t, d.dir, "orders", "aside", "retry", "--wait")
	require.Zero(d.t, code, said)
	d.seen.WriteString(said)
	said, _, code = towpath(d.t, d.dir, "orders", "aside", "list")
	require.Zero(d.t, code, said)
	require.Contains(d.t, said, "No order is set aside.")
}

func (d *operator) synchronises() {
	for _, account := range []string{"amazon-uk", "ebay-uk", "shopify-uk"} {
		for _, kind := range []runs.RunKind{runs.RunOrders, runs.RunStock} {
			var synced struct {
				Accounts []struct {
					Account string
					Run     *runs.Run
				}
			}
			d.act(&synced, "sync", string(kind), "--account", account, "--wait")
			require.Len(d.t, synced.Accounts, 1)
			require.Equal(d.t, account, synced.Accounts[0].Account)
			if run := synced.Accounts[0].Run; run != nil {
				require.Equal(d.t, kind, run.Kind)
				require.False(d.t, run.EndedAt.IsZero())
			} else {
				require.Equal(d.t, runs.RunStock, kind, "a scan always is a run")
			}
		}
	}
	var list struct{ Runs []runs.Run }
	requireLinedUp(d.t, d.ask(&list, "runs", "--limit", "5"))
	require.Len(d.t, list.Runs, 5)
}

func (d *operator) listsAndShows(p *program) {
	p.eventually("six orders", func() bool {
		var l orderList
		d.act(&l, "orders", "--limit", "6")
		return len(l.Orders) == 6
	})
	var page orderList
	table := d.ask(&page, "orders", "--limit", "4")
	requireLinedUp(d.t, table)
	require.Len(d.t, page.Orders, 4)
	require.Contains(d.t, table, fmt.Sprintf("--after %d", page.After))
	var next orderList
	d.act(&next, "orders", "--limit", "4", "--after", fmt.Sprint(page.After))
	require.NotEmpty(d.t, next.Orders)
	require.Less(d.t, next.Orders[0].Key.RowID, page.Orders[3].Key.RowID)

	row := page.Orders[0]
	table, _, code := d.run("order", row.Reference, "--account", row.Key.Account.ID)
	require.Zero(d.t, code)
	require.Contains(d.t, table, row.Key.OrderID)
	require.Contains(d.t, table, "Where it is")
	require.Len(d.t, d.order(row).Lines, row.LineCount)

	var now struct {
		Accounts []starter.AccountNow
		Parked   []incidents.Parked
	}
	d.publishesWhatIsWrong(p)
	table = d.finds(&now, "status")
	_, columns, _ := strings.Cut(table, "\n\n") // the table follows the headline and an empty line
	requireLinedUp(d.t, columns)
	require.Contains(d.t, table, "items --account amazon-uk --endpoint production --status error")
	require.Len(d.t, now.Accounts, 5)
	require.Empty(d.t, now.Parked)
	p.eventually("the next scan of every account", func() bool { // not known while Temporal is slow to answer
		d.finds(&now, "status")
		return !slices.ContainsFunc(now.Accounts, func(a starter.AccountNow) bool { return a.Orders.Next.IsZero() })
	})
}

// publishesWhatIsWrong publishes the goods of the demonstration that Amazon takes and the two that it does not, as the README does.
func (d *operator) publishesWhatIsWrong(p *program) {
	p.eventually("the demonstration's goods to be published", func() bool {
		stdout, _, _ := d.run("items", "--account", "amazon-uk", "--status", "done")
		return strings.Contains(stdout, "LS-BOARD")
	})
	said, stderr, code := d.run("publish", "--account", "amazon-uk", "--category", "Kitchen", "--endpoint", "production", "--wait")
	require.Equal(d.t, 3, code, "%s%s", said, stderr)
	p.eventually("two items in error", func() bool { // each with a code of its own, and so an incident of its own
		stdout, _, _ := d.run("status")
		return strings.Count(stdout, "1 item is in error on the production endpoint after ") == 2
	})
}

// processes processes an order by hand, twice: its package counts once, and is sent to the channel once.
func (d *operator) processes(p *program) {
	var before starter.OrderStatus
	var file string
	row := d.quicker(p, "process", func(row orders.OrderRow, st starter.OrderStatus) bool {
		before, file = st, d.packed(fmt.Sprintf("hand%d", row.Key.RowID), st)
		_, _, code := d.run("process", row.Key.OrderID, "--account", row.Key.Account.ID, "--package", file)
		return code == 0
	})
	for range 2 {
		var again message.OrderResult
		d.act(&again, "process", row.Key.OrderID, "--account", row.Key.Account.ID, "--package", file)
		require.Empty(d.t, again.Refused)
	}
	var after starter.OrderStatus
	p.eventually("the package to be confirmed", func() bool {
		after = d.order(row)
		return len(after.Packages) > 0 && after.Packages[0].State == shipment.Confirmed
	})
	require.Len(d.t, after.Packages, 1)
	require.Equal(d.t, before.Units.Reserved, after.Units.Shipped)
	require.Zero(d.t, after.Units.Open())
	require.Equal(d.t, 1, trackingRecords(d.t, d.dir, row.Key, after.Packages[0].TrackingNumber))
}

// cancels cancels an open order: its reserved units are free again, and a scan does not reopen the order.
func (d *operator) cancels(p *program) {
	row := d.quicker(p, "cancel", func(row orders.OrderRow, _ starter.OrderStatus) bool {
		_, _, code := d.run("cancel", row.Key.OrderID, "--account", row.Key.Account.ID, "--key", fmt.Sprint(row.Key.RowID))
		return code == 0
	})
	d.run("sync", "orders", "--account", row.Key.Account.ID, "--wait")
	st := d.order(row)
	require.Equal(d.t, order.Cancelled, st.State)
	require.Zero(d.t, st.Units.Reserved)
	require.Positive(d.t, st.Units.Cancelled)
}

func (d *operator) refusesNonsense() {
	row := d.list("")[0]
	before := d.order(row)
	broken := filepath.Join(d.dir, "broken.json")
	require.NoError(d.t, os.WriteFile(broken, []byte("{\n  \"id\": 7\n}"), 0o600))
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"order", "no-such-order"}, `no order "no-such-order"`},
		{[]string{"cancel", "no-such-order"}, `no order "no-such-order"`},
		{[]string{"process", row.Key.OrderID, "--package", broken}, "line 2: id"},
		{[]string{"process", row.Key.OrderID, "--package", filepath.Join(d.dir, "missing.json")}, "missing.json"},
		{[]string{"sync", "orders", "--account", "amazn-uk"}, `no account "amazn-uk"`},
	} {
		stdout, stderr, code := d.run(c.args...)
		require.Equal(d.t, 2, code, "%s: %s", c.args, stderr)
		require.Contains(d.t, stderr, c.want)
		require.Empty(d.t, stdout)
	}
	require.Equal(d.t, before.Lines, d.order(row).Lines)
	require.Equal(d.t, before.Packages, d.order(row).Packages)
}

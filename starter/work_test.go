package starter_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/remedy"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

// kindsOf are the kinds of runs that wait while a kind of work is paused.
var kindsOf = map[account.Work][]runs.RunKind{
	account.Orders:    {runs.RunOrders, runs.RunCoverage, runs.RunBackfill},
	account.Stock:     {runs.RunStock},
	account.Shipments: {runs.RunShipments},
	account.Listings:  {runs.RunListings, runs.RunLinks, runs.RunLevels, runs.RunMigration},
}

// Runs are of more kinds than there is work to pause: each waits with its work, in the account's health, in the register and among what needs a person.
func TestRunsOfAKindWaitWhileTheirWorkIsPaused(t *testing.T) {
	t.Parallel()
	for _, work := range account.Works() {
		d, ctx := newFixture(t), t.Context()
		for _, kind := range runs.RunKinds() {
			d.ended(t, kind, "f", 0, false, false, false)
		}
		before := failingKinds(d.needs(t))
		require.ElementsMatch(t, []string{"orders", "stock", "levels", "coverage"}, before)
		_, err := d.store.Accounts.PauseWork(ctx, "ebay-uk", work, "stock take")
		require.NoError(t, err)

		acc, err := d.store.Accounts.Account(ctx, "ebay-uk")
		require.NoError(t, err)
		health, err := d.AccountHealth(ctx, acc)
		require.NoError(t, err)
		var paused []runs.RunKind
		for _, h := range health {
			if h.State == remedy.Paused {
				paused = append(paused, h.Kind)
			}
		}
		require.ElementsMatch(t, kindsOf[work], paused, "health while %s is paused", work)

		register, err := d.Register(ctx, wording.NoTemporal)
		require.NoError(t, err)
		paused = nil
		for _, a := range register.Activities {
			if a.Account == "ebay-uk" && a.NoTime == wording.Paused {
				paused = append(paused, a.Kind)
			}
		}
		require.ElementsMatch(t, kindsOf[work], paused, "register while %s is paused", work)

		still := failingKinds(d.needs(t))
		for _, kind := range before {
			if slices.Contains(kindsOf[work], runs.RunKind(kind)) {
				require.NotContains(t, still, kind, "failing while %s is paused", work)
			} else {
				require.Contains(t, still, kind, "failing while %s is paused", work)
			}
		}
	}
}

// A package that is parked because shipments are paused waits for the end of the pause: the pause asks for a person, and after it the package does.
func TestAPackageThatWaitsForAPauseNeedsNobody(t *testing.T) {
	t.Parallel()
	d, ctx := newFixture(t), t.Context()
	d.parks(t, "ebay-uk", "1", incident.CodePaused, epoch)
	d.parks(t, "ebay-uk", "2", "25001", epoch)
	yours := func() (names, orders []string) {
		needs := d.needs(t)
		for _, n := range needs {
			names = append(names, n.Name().String())
		}
		all, err := d.NeedsYou(ctx, "", incident.Builds{})
		require.NoError(t, err)
		parked, err := d.store.Incidents.ParkedList(ctx, "")
		require.NoError(t, err)
		for _, p := range starter.WaitsForYou(parked, all) {
			orders = append(orders, p.OrderID)
		}
		return names, orders
	}
	_, err := d.store.Accounts.PauseWork(ctx, "ebay-uk", account.Shipments, "stock take")
	require.NoError(t, err)
	names, orders := yours()
	require.Equal(t, []string{"paused/ebay-uk/shipments", "parked/ebay-uk/25001"}, names)
	require.Equal(t, []string{"2"}, orders)
	_, err = d.store.Accounts.ResumeWork(ctx, "ebay-uk", account.Shipments)
	require.NoError(t, err)
	names, orders = yours()
	require.ElementsMatch(t, []string{"parked/ebay-uk/25001", "parked/ebay-uk/account-paused"}, names)
	require.ElementsMatch(t, []string{"1", "2"}, orders)
}

func failingKinds(needs []incident.Need) (kinds []string) {
	for _, n := range needs {
		if n.Kind == incident.Failing {
			kinds = append(kinds, n.Code)
		}
	}
	return kinds
}

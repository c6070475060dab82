package account_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
)

func usual() account.Account {
	return account.Account{Account: message.Account{ID: "ebay-uk", Channel: channel.EBay, Endpoint: channel.Production},
		OrderLocation: "main", StockLocations: []string{"main", "depot"}, Buffer: 1, Cap: 9, ProcessAt: order.AtPaid}
}

func TestSettingsThatAreLeftOutGetTheirUsualValues(t *testing.T) {
	t.Parallel()
	a := account.Account{Account: message.Account{ID: "a"}, OrderLocation: "main"}
	require.NoError(t, a.Complete())
	require.Equal(t, order.AtPlaced, a.ReserveAt)
	require.Equal(t, order.AtPaid, a.ProcessAt)
	require.Equal(t, account.KeepAtZero, a.AtZero)
	for _, wrong := range []account.Account{{OrderLocation: "main"}, {Account: message.Account{ID: "a"}},
		{Account: message.Account{ID: "a"}, OrderLocation: "main", Buffer: -1}, {Account: message.Account{ID: "a"}, OrderLocation: "main", Cap: -1}} {
		require.Error(t, wrong.Complete())
	}
}

func TestWhatOtherSettingsChange(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change                           func(*account.Account)
		lists, processes, moves, another bool
	}{
		"nothing":                         {func(*account.Account) {}, false, false, false, false},
		"a name":                          {func(a *account.Account) { a.Name = "eBay" }, false, false, false, false},
		"a buffer":                        {func(a *account.Account) { a.Buffer = 2 }, true, false, false, false},
		"a cap":                           {func(a *account.Account) { a.Cap = 2 }, true, false, false, false},
		"a location fewer":                {func(a *account.Account) { a.StockLocations = []string{"main"} }, true, false, false, false},
		"the same locations, other order": {func(a *account.Account) { a.StockLocations = []string{"depot", "main"} }, false, false, false, false},
		"when orders are packed":          {func(a *account.Account) { a.ProcessAt = order.AtPlaced }, false, true, false, false},
		"another channel":                 {func(a *account.Account) { a.Channel = channel.Amazon }, false, false, true, true},
		"another endpoint":                {func(a *account.Account) { a.Endpoint = channel.Test }, false, false, true, true},
		"a simulated marketplace":         {func(a *account.Account) { a.Simulated = true }, false, false, false, false},
	} {
		before, now := usual(), usual()
		tc.change(&now)
		require.Equal(t, tc.lists, before.ListsOtherwise(now), name)
		require.Equal(t, tc.processes, before.ChangesProcessAt(now), name)
		require.Equal(t, tc.moves, before.Moved(now), name)
		require.Equal(t, tc.another, before.ToAnotherShop(now), name)
	}
	before := usual()
	before.Simulated = true
	require.True(t, before.ToAnotherShop(usual()), "a real one after a simulated one")
}

func TestOnlyAccountsThatWereThereAreChanged(t *testing.T) {
	t.Parallel()
	other, fresh := usual(), usual()
	other.Cap, fresh.ID = 2, "new"
	require.Equal(t, []string{"ebay-uk"}, account.Changed([]account.Account{usual()}, []account.Account{other, fresh}, account.Account.ListsOtherwise))
	require.Empty(t, account.Changed([]account.Account{usual()}, []account.Account{usual()}, account.Account.ListsOtherwise))
}

func TestWhatAnAccountUses(t *testing.T) {
	t.Parallel()
	a := usual()
	a.ShipFrom = map[string]string{"DE": "berlin"}
	require.Equal(t, []string{"berlin", "depot", "main"}, slices.Compact(slices.Sorted(slices.Values(a.Locations()))))
	p := a.OrderPolicy()
	require.False(t, p.Test)
	require.Equal(t, []string{"berlin"}, p.RouteTo("DE"))
	require.Equal(t, []string{"main"}, p.RouteTo("FR"), "the order location")
	a.ShipFrom, a.Routing = nil, []order.Route{{Countries: []string{"IE"}, Locations: []string{"dublin", "main"}}}
	require.Contains(t, a.Locations(), "dublin")
	require.Equal(t, []string{"dublin", "main"}, a.OrderPolicy().RouteTo("IE"))
	a.Endpoint = channel.Test
	require.True(t, a.OrderPolicy().Test)
	require.ErrorContains(t, a.MayMove(true), "orders of the test endpoint of ebay")
	require.NoError(t, a.MayMove(false))
	a.StockLocations = []string{"main", "depot", "main"}
	require.Equal(t, []string{"depot", "main"}, a.Shelves())
}

func TestAnAccountThatIsSwitchedOffWarnsOfNothing(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	a := usual()
	a.Channel, a.RefreshEnds, a.Enabled = channel.Shopify, now.Add(24*time.Hour), true
	require.NotEmpty(t, a.Warnings(now))
	a.Enabled = false
	require.Empty(t, a.Warnings(now))
}

func TestAnAccountRunsUntilItIsPausedOrSwitchedOff(t *testing.T) {
	t.Parallel()
	require.True(t, account.Account{Enabled: true}.Runs())
	require.False(t, account.Account{Enabled: true, Paused: true}.Runs())
	require.False(t, account.Account{}.Runs())
}

func TestAnAccountThatObservesSendsTheLevelsOfItsSampleAndOfWhatGoesBack(t *testing.T) {
	t.Parallel()
	require.True(t, account.Account{}.SendsLevels())
	require.False(t, account.Account{Observing: true}.SendsLevels())
	require.True(t, account.Account{Observing: true, Sample: 1}.SendsLevels())
	require.True(t, account.Account{Observing: true, GoingBack: 1}.SendsLevels())
}

package activities_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/settings"
)

// Nothing is written to the channel of an observing account, even if it was requested before the account began to
// observe.
func TestNothingIsWrittenToTheChannelOfAnAccountThatObserves(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.list(7, "LAMP")
	_, err := s.store.Settings.Observe(t.Context(), account)
	require.NoError(t, err)
	stock, ships, links := activities.Stock{Environment: s.environment}, activities.Shipments{Environment: s.environment}, activities.Links{Environment: s.environment, Pushes: s.caller}

	pushed := do[activities.PushOutput](s, stock.PushLevels, activities.PushInput{Account: account, RunID: "push", Size: 5})
	require.Equal(t, activities.CodeObserving, pushed.Fault.Code)
	require.Equal(t, channel.Config, pushed.Fault.Class)
	sent := do[activities.SendOutput](s, ships.SendPackage, activities.SendInput{Order: message.OrderKey{Account: message.Account{ID: account}}, PackageID: "p"})
	require.Equal(t, activities.CodeObserving, sent.Fault.Code)
	calls, err := s.store.Runs.RunCalls(t.Context(), "push", 10)
	require.NoError(t, err)
	require.Empty(t, calls)

	read := do[activities.ListingsOutput](s, links.ImportListings, activities.ListingsInput{Account: account, RunID: "read"})
	require.Nil(t, read.Fault, "reading goes on")
	_, err = s.store.Settings.GoLive(t.Context(), account, settings.Live{By: "test"})
	require.NoError(t, err)
	require.Equal(t, 1, s.push())
}

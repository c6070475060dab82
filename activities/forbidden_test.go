package activities_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/backfill"
	"github.com/towpath/towpath/internal/channel"
)

// enumerating is a refusing connection to a channel that can list the ids of its orders.
type enumerating struct{ *refusing }

func (e enumerating) OrderIDs(ctx context.Context, _ channel.IDsQuery) (channel.IDsPage, error) {
	return channel.IDsPage{}, e.ask(ctx)
}

// A role for reports, or for past orders, may be missing while new orders can be read: not to read them would oversell. A scan that is refused
// itself pauses the reading of orders, and nothing else.
func TestOnlyAScansOwnRefusalPausesTheReadingOfOrders(t *testing.T) {
	t.Parallel()
	window := backfill.Range{From: time.Now().UTC().Add(-48 * time.Hour).Truncate(time.Second), To: time.Now().UTC().Truncate(time.Second)}
	ids := func(s *shop, budget channel.Operation) *channel.Fault {
		a := &activities.Coverage{Environment: s.environment}
		return do[activities.ListIDsOutput](s, a.ListOrderIDs, activities.ListIDsInput{Account: account, RunID: "ids", Started: time.Now(), Window: window, Budget: budget}).Fault
	}
	for name, tc := range map[string]struct {
		ask    func(*shop) *channel.Fault
		pauses bool
	}{
		"a backfill": {func(s *shop) *channel.Fault {
			a := &activities.Orders{Environment: s.environment, Lifecycles: s.caller, Pushes: s.caller}
			return do[activities.BackfillOutput](s, a.BackfillPage, activities.BackfillPageInput{Account: account, RunID: "past", Records: backfill.Orders, Window: window}).Fault
		}, false},
		"a list of ids": {func(s *shop) *channel.Fault { return ids(s, channel.OpOrders) }, false},
		"a report":      {func(s *shop) *channel.Fault { return ids(s, channel.OpReport) }, false},
		"a scan": {func(s *shop) *channel.Fault {
			a := &activities.Orders{Environment: s.environment, Lifecycles: s.caller, Pushes: s.caller}
			return do[activities.PageOutput](s, a.SyncOrdersPage, activities.PageInput{Account: account, RunID: "scan", Started: time.Now()}).Fault
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, conn := openRefusing(t, func(context.Context) error {
				f := channel.NewFault(channel.Config, "readOrders", "")
				f.Status, f.Code = 403, "Unauthorized"
				return f
			})
			s.environment.Connections[account] = enumerating{conn}
			require.Equal(t, 403, tc.ask(s).Status)
			require.Equal(t, 1, conn.calls)
			acc, err := s.store.Accounts.Account(t.Context(), account)
			require.NoError(t, err)
			require.False(t, acc.Paused)
			if !tc.pauses {
				require.Empty(t, acc.PausedWork)
				return
			}
			require.Equal(t, "orders paused", acc.PausedText())
			require.Contains(t, acc.PausedWork[0].Reason, "the channel forbids it: ")
		})
	}
}

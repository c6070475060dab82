package activities_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/store/settings"
)

// between is a comparing channel on which something happens after it was read.
type between struct {
	*comparing
	sets  int
	after func(sets int) error // a call of SetLevels; its error is the answer, after the call was carried out
}

func (b *between) SetLevels(ctx context.Context, levels []channel.Level) (channel.LevelsAnswer, error) {
	out, err := b.comparing.SetLevels(ctx, levels)
	b.sets++
	if b.after != nil && err == nil {
		err = b.after(b.sets)
	}
	return out, err
}

// openLowered opens a store whose account lists ten of A, of which its buyers have then bought two that no scan has seen.
func openLowered(t *testing.T) (*shop, *between) {
	t.Helper()
	s := openStore(t, channel.Shopify)
	_, err := s.store.Settings.GoLive(t.Context(), account, settings.Live{By: "test"})
	require.NoError(t, err)
	conn := &between{comparing: &comparing{has: map[string]int{"A": 0}}}
	s.environment.Connections[account] = conn
	require.NoError(t, s.store.Links.SaveLinks(t.Context(), []links.Link{{Account: account, ChannelSKU: "A", SKU: "A"}}))
	s.arrive("main", 10)
	require.Equal(t, 1, s.push())
	conn.sets, conn.has["A"] = 0, 8
	return s, conn
}

// leave takes units of A off the shelf, as a sale on another channel does.
func (s *shop) leave(n int) {
	s.t.Helper()
	_, err := s.store.Ledger.ApplyStock(s.t.Context(), []stock.Change{{Key: time.Now().String(), SKU: "A", Location: "main", Kind: stock.Adjust, Quantity: -n}})
	require.NoError(s.t, err)
}

func bought(id string, n int) order.Snapshot {
	return order.Snapshot{ID: id, PlacedAt: time.Now().Add(-time.Second), UpdatedAt: time.Now(), Fulfilment: order.FulfilmentUnshipped, Paid: true, Currency: "GBP",
		Lines: []order.SnapshotLine{{ID: id + "-1", SKU: "A", Quantity: n, Location: "main"}}}
}

// A hot SKU sells here and elsewhere: what was sold elsewhere is taken off at once, with what was sold here, and no scan is waited for.
func TestALevelThatFallsIsLoweredBeforeTheScan(t *testing.T) {
	t.Parallel()
	s, conn := openLowered(t)
	s.leave(1)
	require.Zero(t, s.push(), "the exact level is not sent yet")
	require.Equal(t, []any{2, 7}, []any{conn.sets, conn.has["A"]}, "ten less two bought here and one elsewhere")
	items, err := s.store.Runs.Items(t.Context(), "push", runs.ItemPending, "", 9)
	require.NoError(t, err)
	require.Contains(t, items[0].Reason, "it lists that many less")
	require.Zero(t, s.push(), "it waits for a scan")
	s.scan(bought("1", 2))
	require.Equal(t, 1, s.push())
	require.Equal(t, []any{3, 7}, []any{conn.sets, conn.has["A"]}, "expected and replaced at once")
}

// Units that nobody bought, such as some that the merchant took away in the shop, are back after the scan.
func TestALoweredLevelIsMadeExactAfterTheScan(t *testing.T) {
	t.Parallel()
	s, conn := openLowered(t)
	s.leave(1)
	require.Zero(t, s.push())
	s.scan()
	require.Equal(t, 1, s.push())
	require.Equal(t, []any{3, 9}, []any{conn.sets, conn.has["A"]})
}

func TestARisingLevelWaitsForTheScan(t *testing.T) {
	t.Parallel()
	s, conn := openLowered(t)
	s.arrive("main", 5)
	require.Zero(t, s.push())
	require.Equal(t, []any{1, 8}, []any{conn.sets, conn.has["A"]})
	s.scan(bought("1", 2))
	require.Equal(t, 1, s.push())
	require.Equal(t, 13, conn.has["A"])
}

// What happens to the second call never puts a sold unit on sale again, and the level is exact after the next scans.
func TestALevelThatIsNotLowered(t *testing.T) {
	t.Parallel()
	lost := channel.NewFault(channel.Unavailable, "set", "no answer")
	lost.Ambiguous = true
	busy := channel.NewFault(channel.Unavailable, "set", "busy")
	for name, tc := range map[string]struct {
		buys  int   // before the second call
		fault error // of it
		had   int   // after it
	}{
		"bought once more in between": {1, nil, 7},
		"the answer is lost":          {0, lost, 7},
		"the channel fails":           {0, busy, 7},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, conn := openLowered(t)
			s.leave(1)
			conn.after = func(sets int) error {
				if sets == 2 {
					return tc.fault
				}
				return nil
			}
			conn.read = func() { conn.has["A"] -= tc.buys }
			require.Zero(t, s.push())
			require.Equal(t, tc.had, conn.has["A"])
			conn.read = nil
			s.scan(bought("1", 2+tc.buys))
			s.push()
			s.scan()
			s.push()
			require.Equal(t, 7-tc.buys, conn.has["A"])
			n, err := s.store.Levels.DirtyCount(t.Context(), account)
			require.NoError(t, err)
			require.Zero(t, n)
		})
	}
}

// At a location that has sold, and at no other.
func TestALevelIsLoweredAtItsLocation(t *testing.T) {
	t.Parallel()
	s, conn := openLocated(t)
	conn.has["main"] -= 2
	s.leave(1)
	require.Zero(t, s.push())
	require.Equal(t, map[string]int{"main": 7, "attic": 5}, conn.has)
	s.scan(bought("1", 2))
	require.Equal(t, 1, s.push())
	require.Equal(t, []any{1, map[string]int{"main": 7, "attic": 5}}, []any{conn.refused, conn.has})
}

// A location that has taken its part of a level is left alone when another one refuses its own.
func TestALocationThatHasAcceptedIsNotLowered(t *testing.T) {
	t.Parallel()
	s, conn := openLocated(t)
	conn.has["main"] -= 2
	s.leave(1)
	_, err := s.store.Ledger.ApplyStock(t.Context(), []stock.Change{{Key: "attic", SKU: "A", Location: "attic", Kind: stock.Adjust, Quantity: -1}})
	require.NoError(t, err)
	require.Zero(t, s.push())
	require.Equal(t, map[string]int{"main": 7, "attic": 4}, conn.has)
	s.scan(bought("1", 2))
	require.Equal(t, 1, s.push())
	require.Equal(t, map[string]int{"main": 7, "attic": 4}, conn.has)
}

// The channel has carried out a call and the worker dies before it is saved: what that call took is not taken once more.
func TestWhatACallOfOursHasTakenIsNotTakenTwice(t *testing.T) {
	t.Parallel()
	for name, leaves := range map[string]int{"the same level again": 0, "the level has fallen since": 1} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, conn := openLowered(t)
			conn.has["A"] = 10
			s.leave(3)
			conn.after = func(sets int) error {
				if sets == 1 {
					s.leave(leaves)
					panic("killed")
				}
				return nil
			}
			require.Equal(t, leaves == 0, s.pushAgain().Counts.Pushed == 1, "what the channel has is what is wanted")
			require.Equal(t, 7, conn.has["A"], "not a unit less before the scan")
			s.scan()
			s.push()
			require.Equal(t, 7-leaves, conn.has["A"])
		})
	}
}

// pushAgain pushes as Temporal has it done: an attempt that does not end is followed by another.
func (s *shop) pushAgain() (out activities.PushOutput) {
	s.t.Helper()
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	a := activities.Stock{Environment: s.environment}
	env.RegisterActivity(a.PushLevels)
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute, RetryPolicy: &temporal.RetryPolicy{MaximumAttempts: 2}})
		return workflow.ExecuteActivity(ctx, a.PushLevels, activities.PushInput{Account: account, RunID: "push", Size: 5}).Get(ctx, &out)
	})
	require.NoError(s.t, env.GetWorkflowError())
	return out
}

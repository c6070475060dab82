package activities_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/worker"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/store/settings"
)

// refusing is a connection whose every call ends with the error that fail returns. It has no other methods.
type refusing struct {
	channel.Connection
	calls int
	fail  func(ctx context.Context) error
}

func (r *refusing) ask(ctx context.Context) error {
	r.calls++
	return r.fail(ctx)
}

func (r *refusing) Orders(ctx context.Context, _ channel.OrdersQuery) (channel.OrdersPage, error) {
	return channel.OrdersPage{}, r.ask(ctx)
}

func (r *refusing) Listings(ctx context.Context, _ channel.ListingsQuery) (channel.ListingsPage, error) {
	return channel.ListingsPage{}, r.ask(ctx)
}

func (r *refusing) Batch(dirty int) (int, channel.Operation) { return dirty, channel.OpLevels }

func (r *refusing) SetLevels(ctx context.Context, _ []channel.Level) (channel.LevelsAnswer, error) {
	return channel.LevelsAnswer{}, r.ask(ctx)
}

// openRefusing returns a live shop with a dirty level, whose channel refuses every call.
func openRefusing(t *testing.T, fail func(ctx context.Context) error) (*shop, *refusing) {
	t.Helper()
	s, conn := openStore(t, channel.EBay), &refusing{fail: fail}
	_, err := s.store.Settings.GoLive(t.Context(), account, settings.Live{By: "test"})
	require.NoError(t, err)
	require.NoError(t, s.store.Links.SaveLinks(t.Context(), []links.Link{{Account: account, ChannelSKU: "LAMP", SKU: "lamp"}}))
	s.environment.Connections[account] = conn
	return s, conn
}

// carryOut runs an activity that returns nothing.
func carryOut(s *shop, activity, in any) {
	s.t.Helper()
	s.env.RegisterActivity(activity)
	_, err := s.env.ExecuteActivity(activity, in)
	require.NoError(s.t, err)
}

// runKind is a kind of run by its first call and its end.
type runKind struct {
	ask func(s *shop, run string) *channel.Fault
	end func(s *shop, in activities.EndInput)
}

var askedKinds = map[runs.RunKind]runKind{
	runs.RunOrders: {
		func(s *shop, run string) *channel.Fault {
			a := activities.Orders{Environment: s.environment, Lifecycles: s.caller, Pushes: s.caller}
			return do[activities.PageOutput](s, a.SyncOrdersPage, activities.PageInput{Account: account, RunID: run, Started: time.Now()}).Fault
		},
		func(s *shop, in activities.EndInput) {
			a := activities.Orders{Environment: s.environment}
			carryOut(s, a.EndScan, in)
		},
	},
	runs.RunStock: {
		func(s *shop, run string) *channel.Fault {
			a := activities.Stock{Environment: s.environment}
			return do[activities.PushOutput](s, a.PushLevels, activities.PushInput{Account: account, RunID: run, Started: time.Now(), Size: 5}).Fault
		},
		func(s *shop, in activities.EndInput) {
			a := activities.Stock{Environment: s.environment}
			carryOut(s, a.EndPush, in)
		},
	},
	runs.RunLinks: {
		func(s *shop, run string) *channel.Fault {
			a := activities.Links{Environment: s.environment, Pushes: s.caller}
			return do[activities.ListingsOutput](s, a.ImportListings, activities.ListingsInput{Account: account, RunID: run, Started: time.Now()}).Fault
		},
		func(s *shop, in activities.EndInput) {
			a := activities.Links{Environment: s.environment}
			carryOut(s, a.EndImport, in)
		},
	},
}

// Case A5: a 429 with Retry-After of a day. The run ends; the next ones do not ask and are no runs, until the time is over or a person
// asks.
func TestTheNextRunAsksOnlyWhenTheChannelAllowsIt(t *testing.T) {
	t.Parallel()
	for kind, of := range askedKinds {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			s, conn := openRefusing(t, func(context.Context) error {
				f := channel.NewFault(channel.Throttled, "test", "")
				f.RetryAfter = 24 * time.Hour
				return f
			})
			ctx := t.Context()
			end := func(run string, f *channel.Fault) {
				of.end(s, activities.EndInput{Account: message.Account{ID: account}, RunID: run, Started: time.Now(), Fault: f})
			}
			first := of.ask(s, "first")
			require.Equal(t, channel.Throttled, first.Class)
			end("first", first)
			wait, found, err := s.store.Runs.Wait(ctx, account, kind)
			require.NoError(t, err)
			require.True(t, found)
			require.Equal(t, first.ID, wait.FaultID)

			second := of.ask(s, "second")
			require.Equal(t, activities.CodeWaits, second.Code)
			require.Equal(t, 1, conn.calls, "the channel was not asked")
			require.Greater(t, second.RetryAfter, 23*time.Hour)
			end("second", second)
			list, err := s.store.Runs.List(ctx, runs.RunFilter{Account: account})
			require.NoError(t, err)
			require.Len(t, list, 1, "a run that did not begin is no run")
			summaries, err := s.store.Summaries(ctx)
			require.NoError(t, err)
			require.Equal(t, wait, summaries[0].Waits[kind])

			require.NoError(t, s.store.Runs.ForgetWait(ctx, account, kind))
			require.Empty(t, of.ask(s, "third").Code)
			require.Equal(t, 2, conn.calls)
		})
	}
}

// A call that takes all the time that its activity has is a fault of the channel, with its class, and is recorded: neither the end of
// that time nor a worker that stops takes it away.
func TestACallThatTakesAllTheTimeIsRecorded(t *testing.T) {
	t.Parallel()
	for kind, of := range askedKinds {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			work, stop := context.WithTimeout(t.Context(), 5*time.Second+200*time.Millisecond)
			t.Cleanup(stop)
			var inTime error
			s, _ := openRefusing(t, func(ctx context.Context) error {
				<-ctx.Done()
				inTime = work.Err()
				stop()
				return channel.NewFault(channel.Timeout, "test", "")
			})
			s.env.SetWorkerOptions(worker.Options{BackgroundActivityContext: work})
			fault := of.ask(s, "slow")
			require.Equal(t, channel.Timeout, fault.Class)
			require.NoError(t, inTime, "the call ended before its activity's time did")
			saved, err := s.store.Runs.Fault(t.Context(), fault.ID)
			require.NoError(t, err)
			require.Equal(t, channel.Timeout, saved.Class)
		})
	}
}

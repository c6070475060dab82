package integration

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	taskqueuepb "go.temporal.io/api/taskqueue/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
	"go.uber.org/zap/zaptest"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/keyring"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/polltest"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/settings"
	"github.com/towpath/towpath/internal/temporalserver"
	"github.com/towpath/towpath/starter"
)

// limitsFixture returns a Temporal server and a store with one eBay account.
func limitsFixture(t *testing.T) (*starter.Starter, string) {
	t.Helper()
	ctx := t.Context()
	server, err := temporalserver.Start(ctx, temporalserver.Options{
		File: filepath.Join(t.TempDir(), "temporal.db"), UIPort: temporalserver.NoUI, Logger: zaptest.NewLogger(t),
	})
	require.NoError(t, err)
	t.Cleanup(server.Stop)
	st, err := store.Open(ctx, "sqlite:"+filepath.Join(t.TempDir(), "store.db"), keyring.ForSimulations())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	require.NoError(t, st.Migrate(ctx))
	require.NoError(t, st.Settings.SaveAccounts(ctx, []accounts.Account{{
		Account: message.Account{ID: "ebay-uk", Channel: channel.EBay, Endpoint: channel.Production},
		Name:    "eBay UK", OrderLocation: "main", StockLocations: []string{"main"}, Enabled: true,
	}}))
	_, err = st.Settings.GoLive(ctx, "ebay-uk", settings.Live{By: "test"})
	require.NoError(t, err)
	c, err := client.DialContext(ctx, client.Options{
		HostPort: server.Address(), Namespace: server.Namespace(), Logger: platform.SDKLogger(zaptest.NewLogger(t)),
	})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return &starter.Starter{Temporal: c, Store: st, Speed: 1, Logger: zaptest.NewLogger(t)}, server.Namespace()
}

// overrides returns the rates that the server has for eBay's queue, which replace those that calls carry.
func overrides(t *testing.T, s *starter.Starter, namespace string) map[string]float32 {
	t.Helper()
	d, err := s.Temporal.WorkflowService().DescribeTaskQueue(t.Context(), &workflowservice.DescribeTaskQueueRequest{
		Namespace: namespace, TaskQueue: &taskqueuepb.TaskQueue{Name: message.ChannelQueue(channel.EBay)},
		TaskQueueType: enumspb.TASK_QUEUE_TYPE_ACTIVITY, ReportConfig: true,
	})
	require.NoError(t, err)
	return d.GetConfig().GetFairnessWeightOverrides()
}

// The server uses the rate that was set last: the file sets it at every start, a person until the reset.
func TestRatesReachTheTemporalServer(t *testing.T) {
	t.Parallel()
	s, namespace := limitsFixture(t)
	ctx := t.Context()
	has := func(want map[string]float32) {
		t.Helper()
		polltest.Until(t, fmt.Sprint("the server keeps to ", want), func() bool { return maps.Equal(want, overrides(t, s, namespace)) })
	}
	file := map[string]map[channel.Operation]float64{"ebay-uk": {channel.OpLevels: 2, channel.OpShipment: 0.25}}
	require.NoError(t, s.Store.Accounts.SaveFileRates(ctx, file))
	require.NoError(t, s.Prepare(ctx, namespace))
	has(map[string]float32{"ebay-uk/levels": 2, "ebay-uk/shipment": 0.25})

	l, err := s.SetLimit(ctx, namespace, "ebay-uk", channel.OpLevels, 3)
	require.NoError(t, err)
	require.Equal(t, accounts.RateByHand, l.Source)
	require.InDelta(t, 3, l.Rate, 0)
	has(map[string]float32{"ebay-uk/levels": 3, "ebay-uk/shipment": 0.25})

	// A restart with another file does not change what was set by hand.
	require.NoError(t, s.Store.Accounts.SaveFileRates(ctx, map[string]map[channel.Operation]float64{"ebay-uk": {channel.OpLevels: 4}}))
	require.NoError(t, s.Prepare(ctx, namespace))
	has(map[string]float32{"ebay-uk/levels": 3})

	l, err = s.ResetLimit(ctx, namespace, "ebay-uk", channel.OpLevels)
	require.NoError(t, err)
	require.Equal(t, accounts.RateFromFile, l.Source)
	has(map[string]float32{"ebay-uk/levels": 4})

	require.NoError(t, s.Store.Accounts.SaveFileRates(ctx, map[string]map[channel.Operation]float64{"ebay-uk": nil}))
	require.NoError(t, s.Prepare(ctx, namespace))
	has(nil)

	for _, wrong := range []func() (starter.Limit, error){
		func() (starter.Limit, error) { return s.SetLimit(ctx, namespace, "ebay-uk", channel.OpFeed, 1) },
		func() (starter.Limit, error) { return s.SetLimit(ctx, namespace, "nobody", channel.OpLevels, 1) },
		func() (starter.Limit, error) { return s.SetLimit(ctx, namespace, "ebay-uk", channel.OpLevels, 0) },
		func() (starter.Limit, error) { return s.ResetLimit(ctx, namespace, "ebay-uk", "rockets") },
	} {
		_, err := wrong()
		var usage *starter.UsageError
		require.ErrorAs(t, err, &usage)
	}
	has(nil)
}

// Waiting calls already follow a new rate: at one call in 1,000 seconds they would take hours.
func TestAFasterRateFreesWhatWaitsAlready(t *testing.T) {
	t.Parallel()
	const calls = 40
	s, namespace := limitsFixture(t)
	ctx := t.Context()
	require.NoError(t, s.Prepare(ctx, namespace))
	_, err := s.SetLimit(ctx, namespace, "ebay-uk", channel.OpOrder, channel.MinRate)
	require.NoError(t, err)
	polltest.Until(t, "the server knows the rate", func() bool { return len(overrides(t, s, namespace)) == 1 })

	var arrived atomic.Int64
	w := worker.New(s.Temporal, message.ChannelQueue(channel.EBay), worker.Options{})
	w.RegisterActivityWithOptions(func(context.Context) error { arrived.Add(1); return nil }, activity.RegisterOptions{Name: "call"})
	w.RegisterWorkflowWithOptions(func(ctx workflow.Context) error {
		ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
			StartToCloseTimeout: time.Minute, DisableEagerExecution: true,
			Priority: temporal.Priority{
				FairnessKey: message.BudgetKey("ebay-uk", channel.OpOrder), FairnessWeight: float32(channel.Budget(channel.EBay, channel.OpOrder)),
			},
		})
		var all []workflow.Future
		for range calls {
			all = append(all, workflow.ExecuteActivity(ctx, "call"))
		}
		for _, f := range all {
			if err := f.Get(ctx, nil); err != nil {
				return err
			}
		}
		return nil
	}, workflow.RegisterOptions{Name: "calls"})
	require.NoError(t, w.Start())
	t.Cleanup(w.Stop)
	run, err := s.Temporal.ExecuteWorkflow(ctx, client.StartWorkflowOptions{TaskQueue: message.ChannelQueue(channel.EBay)}, "calls")
	require.NoError(t, err)
	polltest.Until(t, "one call is made and the others wait", func() bool {
		queues, err := s.Queues(ctx, namespace)
		require.NoError(t, err)
		return arrived.Load() == 1 && queues[1].Waiting >= calls-1
	})

	_, err = s.SetLimit(ctx, namespace, "ebay-uk", channel.OpOrder, channel.MaxRate)
	require.NoError(t, err)
	ended, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	require.NoError(t, run.Get(ended, nil))
	require.EqualValues(t, calls, arrived.Load())
}

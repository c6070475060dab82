package workflows_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/worker"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/keyring"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/store/storetest"
	"github.com/towpath/towpath/workflows"
)

var errAway = errors.New("the store does not answer")

// Case A6. A package is processed while the store is away for minutes: the update waits, and its answer is the package's.
func TestAnUpdateOutlivesTheStoresAbsence(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	env.RegisterWorkflow(workflows.ShipmentSync)
	sync(env, order.Shipped)
	var a *activities.Lifecycle
	var back time.Time
	tries, local := 0, 0
	env.OnActivity(a.ProcessPackage, mock.Anything, mock.Anything).Return(
		func(ctx context.Context, _ activities.ChangeInput) (message.OrderResult, error) {
			tries++
			if activity.GetInfo(ctx).IsLocalActivity {
				local++
			}
			if env.Now().Before(back) {
				return message.OrderResult{}, errAway
			}
			return message.OrderResult{State: order.Processed}, nil
		})
	var processed *answer
	env.RegisterDelayedCallback(func() {
		back = env.Now().Add(2 * time.Minute) // the test environment repeats an activity ten times at most
		processed = process(env, "P1")
	}, time.Minute)
	env.RegisterDelayedCallback(func() {
		env.SignalWorkflow(message.SignalChannelChanged, message.OrderChange{State: order.Completed, Version: 2})
	}, 4*time.Hour)
	env.ExecuteWorkflow(workflows.OrderLifecycle, lifecycleInput(t, order.Open))
	require.NoError(t, env.GetWorkflowError())
	require.NoError(t, processed.err)
	require.Equal(t, order.Processed, processed.result.State)
	require.Greater(t, local, 3, "the first minute costs no events")
	require.Less(t, local, 30, "a local activity writes events while it waits: after a minute the server waits instead")
	require.Greater(t, tries, local)
}

// Case A6, the same while a package parks: neither its shipment sync nor the order fails.
func TestAShipmentParksThoughTheStoreIsAway(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	var ship *activities.Shipments
	sends := 0
	env.OnActivity(ship.SendPackage, mock.Anything, mock.Anything).Return(
		func(context.Context, activities.SendInput) (activities.SendOutput, error) {
			if sends++; sends <= 3 {
				return activities.SendOutput{Fault: busy}, nil
			}
			return activities.SendOutput{State: order.Shipped}, nil
		})
	back := env.Now().Add(2 * time.Minute)
	away := func() error {
		if env.Now().Before(back) {
			return errAway
		}
		return nil
	}
	env.OnActivity(ship.ParkPackage, mock.Anything, mock.Anything).Return(func(context.Context, activities.ParkInput) (activities.ParkOutput, error) {
		return activities.ParkOutput{}, away()
	})
	env.OnActivity(ship.UnparkPackage, mock.Anything, mock.Anything).Return(func(context.Context, string) error { return away() })
	env.RegisterDelayedCallback(func() {
		back = env.Now().Add(2 * time.Minute)
		env.SignalWorkflow(message.SignalRetry, nil)
	}, time.Hour)
	env.ExecuteWorkflow(workflows.ShipmentSync, shipmentInput(t))
	require.NoError(t, env.GetWorkflowError())
}

// Case A6 on both databases: a scan's end is recorded although the store is locked for longer than a local activity is tried. The
// store's own waits are cut short, the workflow's pass on its clock.
func TestAScanOutlivesALockedStore(t *testing.T) {
	t.Parallel()
	for name, address := range storetest.Openers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := address(t)
			s := storetest.Fresh(t, at)
			unlock := lockStore(t, at)
			orders := &activities.Orders{Environment: activities.Environment{Store: s}}
			gone := channel.NewFault(channel.Unavailable, "orders", "")
			env := newEnv(t)
			env.RegisterActivityWithOptions(
				func(context.Context, activities.PageInput) (activities.PageOutput, error) {
					return activities.PageOutput{Fault: gone}, nil
				}, activity.RegisterOptions{Name: string(message.ActivitySyncOrdersPage)})
			var local, regular atomic.Int32
			env.RegisterActivityWithOptions(
				func(ctx context.Context, in activities.EndInput) error {
					patience := 100 * time.Millisecond
					if activity.GetInfo(ctx).IsLocalActivity {
						local.Add(1)
					} else if n := regular.Add(1); n >= 3 {
						if n == 3 {
							unlock()
						}
						patience = time.Minute // of a machine that may be slow
					}
					ctx, cancel := context.WithTimeout(ctx, patience)
					defer cancel()
					return orders.EndScan(ctx, in)
				}, activity.RegisterOptions{Name: string(message.ActivityEndScan)})
			input := message.OrderSyncInput{Account: account, Policy: policies(t).Orders}
			input.Policy.Attempts = 1
			env.ExecuteWorkflow(workflows.OrderSync, input)
			require.NoError(t, env.GetWorkflowError())
			require.Positive(t, local.Load())
			require.GreaterOrEqual(t, regular.Load(), int32(3))
			list, err := s.Runs.List(t.Context(), runs.RunFilter{Account: account.ID})
			require.NoError(t, err)
			require.Len(t, list, 1)
			require.Equal(t, gone.ID, list[0].FaultID)
		})
	}
}

// lockStore lets another process write to the store, which waits with its transaction open until unlock is called.
func lockStore(t *testing.T, address string) (unlock func()) {
	t.Helper()
	other, err := store.Open(t.Context(), address, keyring.ForSimulations())
	require.NoError(t, err)
	locked, release, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- other.Write(context.Background(), "hold", func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `DELETE FROM runs`)
			if _, onPostgres := tx.Exec(ctx, `LOCK TABLE runs`); err == nil && onPostgres != nil {
				err = nil // SQLite has one lock for all
			}
			close(locked)
			<-release
			return err
		})
	}()
	<-locked
	return func() {
		close(release)
		require.NoError(t, <-ended)
		require.NoError(t, other.Close())
	}
}

// A history in which the store's absence failed an update, as an earlier version left them, must replay. The failure is put into
// the recorded history of a refused package, whose answer is as empty of consequences.
func TestAnUpdateThatFailedInAnEarlierVersionReplays(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/histories/OrderLifecycle-refused.json")
	require.NoError(t, err)
	var history struct {
		Events []map[string]any `json:"events"`
	}
	require.NoError(t, json.Unmarshal(text, &history))
	failure := map[string]any{
		"message": "deadline exceeded", "source": "GoSDK", "timeoutFailureInfo": map[string]any{"timeoutType": "TIMEOUT_TYPE_SCHEDULE_TO_CLOSE"},
	}
	marker, outcome := history.Events[6], history.Events[7]
	require.Equal(t, "EVENT_TYPE_MARKER_RECORDED", marker["eventType"])
	recorded := marker["markerRecordedEventAttributes"].(map[string]any)
	delete(recorded["details"].(map[string]any), "result")
	recorded["failure"] = failure
	outcome["workflowExecutionUpdateCompletedEventAttributes"].(map[string]any)["outcome"] = map[string]any{"failure": failure}
	text, err = json.Marshal(history)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "failed.json")
	require.NoError(t, os.WriteFile(file, text, 0o600))
	r := worker.NewWorkflowReplayer()
	workflows.Register(r)
	require.NoError(t, r.ReplayWorkflowHistoryFromJSONFile(silent(), file))
}

package starter_test

import (
	"context"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/internal/backfill"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/starter"
	"github.com/towpath/towpath/workflows"
)

// starts is a fake Temporal client: it records which workflows are started, and with what.
type starts struct {
	client.Client
	mu  sync.Mutex
	all map[string][]any
}

func (s *starts) note(workflow any, args []any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all[workflow.(string)] = append(s.all[workflow.(string)], args...)
}

func (s *starts) ExecuteWorkflow(_ context.Context, _ client.StartWorkflowOptions, workflow any, args ...any) (client.WorkflowRun, error) {
	s.note(workflow, args)
	return nil, nil
}

func (s *starts) SignalWithStartWorkflow(_ context.Context, _, _ string, _ any, _ client.StartWorkflowOptions, workflow any, args ...any) (client.WorkflowRun, error) {
	s.note(workflow, args)
	return nil, nil
}

func (s *starts) QueryWorkflow(context.Context, string, string, string, ...any) (converter.EncodedValue, error) {
	return nil, errMissing
}

func (s *starts) SignalWorkflow(context.Context, string, string, string, any) error {
	return errMissing
}

func (s *starts) NewWithStartWorkflowOperation(_ client.StartWorkflowOptions, workflow any, args ...any) client.WithStartWorkflowOperation {
	s.note(workflow, args)
	return nil
}

func (s *starts) UpdateWithStartWorkflow(context.Context, client.UpdateWithStartWorkflowOptions) (client.WorkflowUpdateHandle, error) {
	return nil, &serviceerror.InvalidArgument{}
}

func (s *starts) ScheduleClient() client.ScheduleClient { return schedules{starts: s} }

type schedules struct {
	client.ScheduleClient
	starts *starts
}

func (s schedules) Create(_ context.Context, o client.ScheduleOptions) (client.ScheduleHandle, error) {
	action := o.Action.(*client.ScheduleWorkflowAction)
	s.starts.note(action.Workflow, action.Args)
	return nil, nil
}

// A workflow whose input has no version behaves like one from before there were versions. It is started by name, so
// that neither the compiler nor the SDK sees whether it is given what it takes.
func TestWhateverIsStartedGetsItsVersion(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	d := newFixture(t)
	d.sell(t, "ebay-uk", "1")
	s := &starts{all: make(map[string][]any)}
	d.Temporal = s
	key := d.row(t, "ebay-uk", "1").Key
	delivered := d.Deliver(ctx, []orders.OutboxEntry{{Key: key, State: order.Open, New: true}, {Key: key, State: order.Open}})
	require.Len(t, delivered, 2)
	_, err := d.Cancel(ctx, d.row(t, "ebay-uk", "1"), orders.Cancellation{Reason: "test"})
	require.Error(t, err)
	require.NoError(t, d.WakeStock(ctx, []string{"ebay-uk"}))
	require.NoError(t, d.WakePublication(ctx, "ebay-uk", channel.Production))
	require.NoError(t, d.ImportLinks(ctx, "ebay-uk"))
	require.NoError(t, d.CheckLevels(ctx, "ebay-uk", time.Minute))
	require.NoError(t, d.CheckListings(ctx, "ebay-uk", time.Minute))
	require.NoError(t, d.Compare(ctx, "ebay-uk", backfill.Range{From: time.Now().Add(-time.Hour), To: time.Now()}))
	plan := starter.MigrationPlan{Account: "ebay-uk", Listings: []starter.PlannedListing{{Verdict: listing.Verdict{Found: listing.Found{ID: "110000000001"}}, CanMigrate: true}}}
	require.NoError(t, d.MigrateListings(ctx, plan, "test"))
	accounts, err := d.store.Accounts.List(ctx)
	require.NoError(t, err)
	accounts[0].PublishChanged = time.Hour
	require.NoError(t, d.EnsureSchedules(ctx, accounts[:1]))

	started := []string{message.WorkflowShipmentSync} // by the lifecycle
	inputsOf := inputs{}
	workflows.Register(inputsOf)
	for name, given := range s.all {
		started = append(started, name)
		for _, in := range given {
			require.IsType(t, inputsOf[name], in, name)
			require.Equal(t, workflows.Current(name).Version, in.(interface{ StartedAs() int }).StartedAs(), name)
		}
	}
	require.ElementsMatch(t, []string{
		message.WorkflowOrderSync, message.WorkflowOrderLifecycle, message.WorkflowShipmentSync, message.WorkflowStockPush, message.WorkflowLinksImport,
		message.WorkflowLevelCheck, message.WorkflowListingMigration, message.WorkflowListingPublication, message.WorkflowPublishChanged, message.WorkflowSweep,
		message.WorkflowCoverage,
	}, started)
}

// inputs records the input type of every workflow; it is no real worker.
type inputs map[string]any

func (i inputs) RegisterWorkflowWithOptions(w any, o workflow.RegisterOptions) {
	i[o.Name] = reflect.Zero(reflect.TypeOf(w).In(1)).Interface()
}

func (inputs) RegisterWorkflow(any) {}

func (inputs) RegisterDynamicWorkflow(any, workflow.DynamicRegisterOptions) {}

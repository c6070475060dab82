package workflows_test

import (
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/workflows"
)

// histories returns the committed histories, which integration/histories records from real runs, one per branch of the code.
func histories(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/histories/*.json")
	require.NoError(t, err)
	return files
}

func silent() log.Logger { return log.NewStructuredLogger(slog.New(slog.DiscardHandler)) }

// Running workflows must continue under a new version.
func TestReplayOfCommittedHistories(t *testing.T) {
	t.Parallel()
	seen := make(map[string]bool)
	for _, file := range histories(t) {
		kind, _, _ := strings.Cut(filepath.Base(file), "-")
		seen[kind] = true
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			t.Parallel()
			r := worker.NewWorkflowReplayer()
			workflows.Register(r)
			require.NoError(t, r.ReplayWorkflowHistoryFromJSONFile(silent(), file))
		})
	}
	every := registered{}
	workflows.Register(every)
	require.NotEmpty(t, every)
	for kind := range every {
		require.True(t, seen[kind], "no history of %s: record one, see integration/histories", kind)
	}
}

// Proves that the replay test fails when a workflow changes.
func TestReplayCatchesAChangedWorkflow(t *testing.T) {
	t.Parallel()
	for kind, changed := range map[string]any{
		// Reads the channel before it sends.
		"ShipmentSync-first-try": func(ctx workflow.Context, in message.ShipmentSyncInput) (message.ShipmentSyncResult, error) {
			var a *activities.Orders
			err := workflow.ExecuteLocalActivity(ctx, a.RefreshOrder, activities.RefreshInput{Order: in.Order}).Get(ctx, nil)
			if err != nil {
				return message.ShipmentSyncResult{}, err
			}
			return workflows.ShipmentSync(ctx, in)
		},
		// Forgets to send.
		"OrderLifecycle-one-package": func(ctx workflow.Context, in message.OrderLifecycleInput) (message.OrderResult, error) {
			accept := func(workflow.Context, message.ProcessRequest) (message.OrderResult, error) {
				return message.OrderResult{}, nil
			}
			if err := workflow.SetUpdateHandler(ctx, message.UpdateProcess, accept); err != nil {
				return message.OrderResult{}, err
			}
			workflow.GetSignalChannel(ctx, message.SignalChannelChanged).Receive(ctx, nil)
			return message.OrderResult{State: in.State}, nil
		},
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			name, _, _ := strings.Cut(kind, "-")
			r := worker.NewWorkflowReplayer()
			r.RegisterWorkflowWithOptions(changed, workflow.RegisterOptions{Name: name})
			require.Error(t, r.ReplayWorkflowHistoryFromJSONFile(silent(), "testdata/histories/"+kind+".json"))
		})
	}
}

// registered records what is registered.
type registered map[string]any

func (r registered) RegisterWorkflow(w any) { r["without a name"] = w }

func (r registered) RegisterWorkflowWithOptions(w any, o workflow.RegisterOptions) { r[o.Name] = w }

func (r registered) RegisterDynamicWorkflow(w any, _ workflow.DynamicRegisterOptions) {
	r["dynamic"] = w
}

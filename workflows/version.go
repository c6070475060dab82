package workflows

import (
	"fmt"

	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/internal/message"
)

// A running workflow continues by replaying its history with the current code, which must make the same calls, timers, child
// workflows, signals and search attributes in the same order. So a change of these applies only to workflows that start later:
//
//  1. Raise the workflow's number below, and note in its line what changes.
//  2. Branch on the version in the input: if in.Version >= 2 { new } else { old }.
//  3. Keep the histories in testdata, record one of the new branch (make histories), and test both branches as version_test.go
//     does.
//  4. Remove the old branch when no older workflow of the type runs (docs/operating.md shows how to check).
//
// Whoever starts a workflow writes Current into its input; carry does so when a workflow continues as new. So an old version
// lasts for one history at most.
//
// Where a change must reach a history that has already started and may last long (a parked publication, a push that is woken
// again and again), use workflow.GetVersion in workflows that continue as new. It costs an event and a search attribute each
// time, which an order can't spare.
//
// Changes of texts, of activities, or of other fields of an input need no version. Fields have a rule of their own
// (internal/message).
var versions = map[string]int{
	message.WorkflowOrderSync:          2, // 2: retry ends a wait; a fault at the end is shown in State
	message.WorkflowOrderLifecycle:     2, // 2: sends its packages itself, each on its own
	message.WorkflowShipmentSync:       3, // 2: parks first what its lifecycle could not send; any signal ends any wait. 3: corrects what a channel has
	message.WorkflowStockPush:          3, // 2: as OrderSync; a long wait for a feed continues as new. 3: a feed holds up nothing else
	message.WorkflowLinksImport:        2, // 2: as OrderSync
	message.WorkflowLevelCheck:         2, // 2: as OrderSync
	message.WorkflowListingMigration:   2, // 2: as OrderSync
	message.WorkflowListingPublication: 1,
	message.WorkflowPublishChanged:     1,
	message.WorkflowSweep:              1,
	message.WorkflowBackfill:           2, // as the other runs of accounts are since their version 2
	message.WorkflowOrderCancellation:  1,
	message.WorkflowCoverage:           2, // as the other runs of accounts are since their version 2
}

// Current returns the version that the starter of a workflow writes into its input.
func Current(workflowType string) message.Versioned {
	return message.Versioned{Version: versions[workflowType]}
}

// LeaveNewer returns an interceptor that refuses workflows which a newer version of Towpath started. During an upgrade or after a
// rollback, workers of both versions take the same tasks; an old worker would start the workflow in the old way, and no newer one
// could continue it. Instead the task fails and is retried until a newer worker takes it. With tellsBuild, a pinned workflow
// stays with its build and is not refused; new schedules get their version from a new build before it is current.
func LeaveNewer(reportsBuild bool) interceptor.WorkerInterceptor {
	return &leavesNewer{reportsBuild: reportsBuild}
}

type leavesNewer struct {
	interceptor.WorkerInterceptorBase
	reportsBuild bool
}

func (l *leavesNewer) InterceptWorkflow(_ workflow.Context, next interceptor.WorkflowInboundInterceptor) interceptor.WorkflowInboundInterceptor {
	return &newerLeft{WorkflowInboundInterceptorBase: interceptor.WorkflowInboundInterceptorBase{Next: next}, reportsBuild: l.reportsBuild}
}

type newerLeft struct {
	interceptor.WorkflowInboundInterceptorBase
	reportsBuild bool
}

// ExecuteWorkflow panics for a newer version: an error would end the workflow, a panic fails only the task.
func (n *newerLeft) ExecuteWorkflow(ctx workflow.Context, in *interceptor.ExecuteWorkflowInput) (any, error) {
	name := workflow.GetInfo(ctx).WorkflowType.Name
	stays := n.reportsBuild && behaviours[name] == pinned
	for _, arg := range in.Args {
		started, ok := arg.(interface{ StartedAs() int })
		if known := versions[name]; ok && !stays && started.StartedAs() > known {
			panic(fmt.Sprintf("%s was started as version %d, and this worker knows %d: a newer worker has to go on with it", name, started.StartedAs(), known))
		}
	}
	return n.Next.ExecuteWorkflow(ctx, in)
}

// The behaviour of a workflow when another build of the workers becomes current. It matters only where workers report their build
// (TOWPATH_DEPLOYMENT, TOWPATH_BUILD_ID).
const (
	// pinned workflows end under the build that they started under. They last minutes, so an old build need not run for long.
	pinned = workflow.VersioningBehaviorPinned
	// upgraded workflows continue under the new build at once, so their changes must check the version. They may wait long: for a
	// buyer, a package, a person or a wake.
	upgraded = workflow.VersioningBehaviorAutoUpgrade
)

// Every workflow must be listed: a worker that reports its build can't register one without a behaviour.
var behaviours = map[string]workflow.VersioningBehavior{
	message.WorkflowOrderSync:          pinned,
	message.WorkflowOrderLifecycle:     upgraded, // until the order is completed: weeks
	message.WorkflowShipmentSync:       upgraded, // may be parked
	message.WorkflowStockPush:          upgraded, // one per account, woken again and again
	message.WorkflowLinksImport:        pinned,
	message.WorkflowLevelCheck:         pinned,
	message.WorkflowListingMigration:   pinned,
	message.WorkflowListingPublication: upgraded, // may be parked, and has a queue of runs
	message.WorkflowPublishChanged:     pinned,
	message.WorkflowSweep:              pinned,
	message.WorkflowBackfill:           upgraded, // may take days, or be paused
	message.WorkflowOrderCancellation:  upgraded, // may be parked
	message.WorkflowCoverage:           pinned,
}

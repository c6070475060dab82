package workflows

import (
	"fmt"

	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/internal/message"
)

// A workflow that runs is continued by replaying its history with the code of today: the same calls, timers, child workflows, signals and search
// attributes in the same order, or it is stuck. So a change of what a workflow does, or of the order, is made for those that start from now on:
//
//  1. Raise the workflow's number below, and note in the line what it does since.
//  2. Branch on the version that the input has: if in.Version >= 2 { as it is now } else { as it was }.
//  3. Leave the histories in testdata as they are, record one of the new branch (make histories), and prove the change both ways as version_test.go does.
//  4. Take the old branch out when no workflow of the type runs that is older (docs/operating.md says how to see that).
//
// Whoever starts a workflow writes Current into its input; what another history goes on with gets it from carry. So a version that was in the input
// of a workflow with more than one history lasts for one of them.
//
// Where a change must reach a history that has begun, because it may last for long (a publication that is parked, a push that is always woken again),
// ask workflow.GetVersion with a name for the change, of those that go on in new histories only. It costs an event and a search attribute
// each time, and an order has neither to spare.
//
// What texts say, what an activity does, what an input holds besides: all that needs no version. Fields have a rule of their own (internal/message).
var versions = map[string]int{
	message.WorkflowOrderSync:          1,
	message.WorkflowOrderLifecycle:     1,
	message.WorkflowShipmentSync:       1,
	message.WorkflowStockPush:          1,
	message.WorkflowLinksImport:        1,
	message.WorkflowLevelCheck:         1,
	message.WorkflowListingMigration:   1,
	message.WorkflowListingPublication: 1,
	message.WorkflowPublishChanged:     1,
	message.WorkflowSweep:              1,
}

// Current is what whoever starts a workflow of a type writes into its input.
func Current(workflowType string) message.Versioned {
	return message.Versioned{Version: versions[workflowType]}
}

// LeaveNewer makes a worker leave alone what a newer version of Towpath has started. While an upgrade is rolled out, and after one that was taken
// back, workers of both versions take the same tasks: an older one would begin the workflow as it knows it, and no newer one could go on. The task
// fails instead, and is tried again until a newer worker has it. Where workers tell the server their build, a pinned workflow is never handed
// on, so it is begun as this build knows it: a new build that is started and not yet current gives its versions to the schedules.
func LeaveNewer(tellsBuild bool) interceptor.WorkerInterceptor {
	return &leavesNewer{tellsBuild: tellsBuild}
}

type leavesNewer struct {
	interceptor.WorkerInterceptorBase
	tellsBuild bool
}

func (l *leavesNewer) InterceptWorkflow(_ workflow.Context, next interceptor.WorkflowInboundInterceptor) interceptor.WorkflowInboundInterceptor {
	return &newerLeft{WorkflowInboundInterceptorBase: interceptor.WorkflowInboundInterceptorBase{Next: next}, tellsBuild: l.tellsBuild}
}

type newerLeft struct {
	interceptor.WorkflowInboundInterceptorBase
	tellsBuild bool
}

// ExecuteWorkflow panics for what is newer: an error would end the workflow, a panic fails its task alone.
func (n *newerLeft) ExecuteWorkflow(ctx workflow.Context, in *interceptor.ExecuteWorkflowInput) (any, error) {
	name := workflow.GetInfo(ctx).WorkflowType.Name
	stays := n.tellsBuild && behaviours[name] == pinned
	for _, arg := range in.Args {
		started, ok := arg.(interface{ StartedAs() int })
		if known := versions[name]; ok && !stays && started.StartedAs() > known {
			panic(fmt.Sprintf("%s was started as version %d, and this worker knows %d: a newer worker has to go on with it", name, started.StartedAs(), known))
		}
	}
	return n.Next.ExecuteWorkflow(ctx, in)
}

// What a workflow does when another build of the workers becomes the current one. It matters only where workers tell the server their build
// (TOWPATH_DEPLOYMENT, TOWPATH_BUILD_ID); elsewhere whoever polls takes what there is.
const (
	// pinned: it ends under the build that it began under. For what is over in minutes, so that no old build has to be kept for longer.
	pinned = workflow.VersioningBehaviorPinned
	// upgraded: it goes on under the new build at once, which is why a change of it asks for the version. For what waits as long as it takes:
	// a buyer, a parcel, a person, a wake.
	upgraded = workflow.VersioningBehaviorAutoUpgrade
)

// There is no default: a workflow that is not here can't be registered by a worker that tells its build.
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
}

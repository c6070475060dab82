package workflows

import (
	"fmt"

	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/workflow"
)

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

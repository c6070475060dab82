package workflows

import (
	"fmt"

	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/workflow"
)

// LeaveNewer makes a worker leave alone what a newer version of Towpath has started. While an upgrade is rolled out, and after one that was taken
// back, workers of both versions take the same tasks: an older one would begin the workflow as it knows it, and no newer one could go on. The task
// fails instead, and is tried again until a newer worker has it.
func LeaveNewer() interceptor.WorkerInterceptor { return &leavesNewer{} }

type leavesNewer struct {
	interceptor.WorkerInterceptorBase
}

func (*leavesNewer) InterceptWorkflow(_ workflow.Context, next interceptor.WorkflowInboundInterceptor) interceptor.WorkflowInboundInterceptor {
	return &newerLeft{interceptor.WorkflowInboundInterceptorBase{Next: next}}
}

type newerLeft struct {
	interceptor.WorkflowInboundInterceptorBase
}

// ExecuteWorkflow panics for what is newer: an error would end the workflow, a panic fails its task alone.
func (n *newerLeft) ExecuteWorkflow(ctx workflow.Context, in *interceptor.ExecuteWorkflowInput) (any, error) {
	name := workflow.GetInfo(ctx).WorkflowType.Name
	for _, arg := range in.Args {
		started, ok := arg.(interface{ StartedAs() int })
		if known := versions[name]; ok && started.StartedAs() > known {
			panic(fmt.Sprintf("%s was started as version %d, and this worker knows %d: a newer worker has to go on with it", name, started.StartedAs(), known))
		}
	}
	return n.Next.ExecuteWorkflow(ctx, in)
}

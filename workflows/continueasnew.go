package workflows

import (
	"go.temporal.io/sdk/workflow"
)

// grown reports whether the history has become long, so that the workflow should continue as new.
func grown(ctx workflow.Context) bool { return workflow.GetInfo(ctx).GetContinueAsNewSuggested() }

// continueAsNew returns the error that continues the workflow as new, with the input that next returns and the workflow's current
// version. Call it when the history is grown and no work is in progress. Before it returns
//
//   - running updates are finished, and listening coroutines have received all signals so far, so that next can include them;
//   - the wakes channels are emptied: these signals mean "look into the store", and the new history begins with that.
//
// Signals that arrive later make the server refuse the completion of the task; the workflow then runs on and calls carry again.
func continueAsNew[In any, P renewed[In]](ctx workflow.Context, next func() In, wakes ...workflow.ReceiveChannel) error {
	heard := false
	workflow.Go(ctx, func(workflow.Context) { heard = true }) // runs after all listening coroutines
	if err := workflow.Await(ctx, func() bool { return heard && workflow.AllHandlersFinished(ctx) }); err != nil {
		return err
	}
	for _, wake := range wakes {
		drain(wake)
	}
	in, name := next(), workflow.GetInfo(ctx).WorkflowType.Name
	P(&in).RenewVersion(versions[name])
	return workflow.NewContinueAsNewError(ctx, name, in)
}

// renewed is an input that carries a version.
type renewed[In any] interface {
	*In
	RenewVersion(version int)
}

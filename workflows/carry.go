package workflows

import (
	"go.temporal.io/sdk/workflow"
)

// grown reports that the history has become long: the workflow goes on in a new one as soon as it can.
func grown(ctx workflow.Context) bool { return workflow.GetInfo(ctx).GetContinueAsNewSuggested() }

// carry goes on in a new history, which begins with the input that next answers and at the workflow's current version. It is what a workflow returns, as its
// error, when the history is grown and nothing is under way. Before that
//
//   - updates that have begun are finished, and what signals have said so far is heard by those who listen in a coroutine, so that next can carry it;
//   - wakes are emptied: signals that say "look into the store", which is the first thing that the new history does.
//
// What arrives after that the server hands to the workflow before it ends, and carry is asked again.
func carry[In any, P renewed[In]](ctx workflow.Context, next func() In, wakes ...workflow.ReceiveChannel) error {
	heard := false
	workflow.Go(ctx, func(workflow.Context) { heard = true }) // runs after all that listen
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

// renewed is an input with a version.
type renewed[In any] interface {
	*In
	RenewVersion(version int)
}

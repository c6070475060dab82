package workflows

import (
	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
)

// attempt sends a package under the policy. When the channel refuses because the order changed there, it reads the order again,
// which reduces or voids the package, and sends what is left.
func attempt(ctx workflow.Context, c *caller, in activities.SendInput) (activities.SendOutput, error) {
	order, id, what := in.Order, in.PackageID, "send package "
	if in.Corrected {
		what = "correct package "
	}
	out, err := call[activities.SendOutput](ctx, c, channel.OpShipment, what+id, message.ActivitySendPackage, in)
	if err != nil || out.Fault == nil || out.Fault.Class != channel.Conflict || in.Corrected {
		return out, err
	}
	again, err := call[activities.RefreshOutput](ctx, c, channel.OpOrder, "read the order again", message.ActivityRefreshOrder,
		activities.RefreshInput{Order: order, RunID: workflow.GetInfo(ctx).WorkflowExecution.RunID})
	if err != nil || again.Fault != nil {
		out.Fault = again.Fault
		return out, err
	}
	return call[activities.SendOutput](ctx, c, channel.OpShipment, "send what is left of package "+id, message.ActivitySendPackage, in)
}

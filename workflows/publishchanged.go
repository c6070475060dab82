package workflows

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/internal/message"
)

// PublishChanged is what an account's schedule starts: it asks for the publication of what has changed, and ends. A schedule can't wake a workflow
// that runs, which the publication itself may.
func PublishChanged(ctx workflow.Context, in message.PublishChangedInput) (message.PublishChangedResult, error) {
	out, err := local[message.PublishChangedResult](ctx, "ask for what has changed", message.ActivityAskForChanged, in)
	if err != nil {
		return out, fmt.Errorf("ask for what has changed of %s: %w", in.Account, err)
	}
	return out, nil
}

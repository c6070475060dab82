package workflows

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/internal/message"
)

// PublishChanged requests the publication of an account's changed listings. A schedule starts it because a schedule can't signal
// the ListingPublication workflow, which may be running already.
func PublishChanged(ctx workflow.Context, in message.PublishChangedInput) (message.PublishChangedResult, error) {
	out, err := local[message.PublishChangedResult](ctx, "ask for what has changed", message.ActivityAskForChanged, in)
	if err != nil {
		return out, fmt.Errorf("request the publication of changed listings of %s: %w", in.Account, err)
	}
	return out, nil
}

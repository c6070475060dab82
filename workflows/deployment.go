package workflows

import (
	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/internal/message"
)

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

package workflows

import (
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

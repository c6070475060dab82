// Package workflows is the orchestration: deterministic, one file per workflow. Side effects are in
// activities; business facts are in the store; what stands here is what waits for what.
package workflows

import (
	"fmt"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
)

// The states that workflows show, beside those of an order.
const (
	stateRunning = "running"
	stateParked  = "parked"
	stateDone    = "done"
	stateFailed  = "failed"
)

// The search attributes. Account and State are given at the start, which is free; State is written again only
// on parking and unparking.
var (
	attrAccount   = temporal.NewSearchAttributeKeyKeyword(message.AttrAccount)
	attrState     = temporal.NewSearchAttributeKeyKeyword(message.AttrState)
	attrFaultCode = temporal.NewSearchAttributeKeyKeyword(message.AttrFaultCode)
)

// Attributes are the search attributes with which every workflow starts.
func Attributes(account string) temporal.SearchAttributes {
	if account == "" {
		return temporal.NewSearchAttributes(attrState.ValueSet(stateRunning))
	}
	return temporal.NewSearchAttributes(attrAccount.ValueSet(account), attrState.ValueSet(stateRunning))
}

// markParked shows in searches that the workflow waits for a person, and because of what.
func markParked(ctx workflow.Context, fault *channel.Fault) error {
	if err := workflow.UpsertTypedSearchAttributes(ctx, attrState.ValueSet(stateParked), attrFaultCode.ValueSet(faultCode(fault))); err != nil {
		return fmt.Errorf("mark as parked: %w", err)
	}
	return nil
}

// markRunning takes markParked back.
func markRunning(ctx workflow.Context) error {
	if err := workflow.UpsertTypedSearchAttributes(ctx, attrState.ValueSet(stateRunning), attrFaultCode.ValueUnset()); err != nil {
		return fmt.Errorf("mark as running: %w", err)
	}
	return nil
}

// Register makes a worker run every workflow, under its frozen name.
func Register(w worker.WorkflowRegistry) {
	for name, run := range map[string]any{
		message.WorkflowOrderSync:          OrderSync,
		message.WorkflowOrderLifecycle:     OrderLifecycle,
		message.WorkflowShipmentSync:       ShipmentSync,
		message.WorkflowStockPush:          StockPush,
		message.WorkflowLinksImport:        LinksImport,
		message.WorkflowLevelCheck:         LevelCheck,
		message.WorkflowListingMigration:   ListingMigration,
		message.WorkflowListingPublication: ListingPublication,
		message.WorkflowPublishChanged:     PublishChanged,
		message.WorkflowSweep:              Sweep,
	} {
		w.RegisterWorkflowWithOptions(run, workflow.RegisterOptions{Name: name, VersioningBehavior: behaviours[name]})
	}
}

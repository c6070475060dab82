// Package workflows holds the Temporal workflows, one file each. They are deterministic and decide only the order of the work:
// side effects are in package activities, and business data is in the store.
package workflows

import (
	"fmt"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
)

// States of a workflow in addition to those of an order.
const (
	stateRunning = "running"
	stateParked  = "parked"
	stateDone    = "done"
	stateFailed  = "failed"
)

// The search attributes. Account and State are set at the start, which costs no event; State changes only when the workflow parks
// or resumes, and when it ends with a fault.
var (
	attrAccount   = temporal.NewSearchAttributeKeyKeyword(message.AttrAccount)
	attrState     = temporal.NewSearchAttributeKeyKeyword(message.AttrState)
	attrFaultCode = temporal.NewSearchAttributeKeyKeyword(message.AttrFaultCode)
)

// Attributes returns the search attributes that every workflow starts with.
func Attributes(account string) temporal.SearchAttributes {
	if account == "" {
		return temporal.NewSearchAttributes(attrState.ValueSet(stateRunning))
	}
	return temporal.NewSearchAttributes(attrAccount.ValueSet(account), attrState.ValueSet(stateRunning))
}

// markParked sets the search attributes to show that the workflow waits for a person, and the fault's code.
func markParked(ctx workflow.Context, fault *channel.Fault) error {
	if err := workflow.UpsertTypedSearchAttributes(ctx, attrState.ValueSet(stateParked), attrFaultCode.ValueSet(faultCode(fault))); err != nil {
		return fmt.Errorf("mark as parked: %w", err)
	}
	return nil
}

// markFailed sets the search attributes to show that the workflow ends with a fault, and the fault's code.
func markFailed(ctx workflow.Context, fault *channel.Fault) error {
	if err := workflow.UpsertTypedSearchAttributes(ctx, attrState.ValueSet(stateFailed), attrFaultCode.ValueSet(faultCode(fault))); err != nil {
		return fmt.Errorf("mark as failed: %w", err)
	}
	return nil
}

// markRunning sets the search attributes back to running.
func markRunning(ctx workflow.Context) error {
	if err := workflow.UpsertTypedSearchAttributes(ctx, attrState.ValueSet(stateRunning), attrFaultCode.ValueUnset()); err != nil {
		return fmt.Errorf("mark as running: %w", err)
	}
	return nil
}

// Register registers every workflow with the worker, under its frozen name.
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
		message.WorkflowBackfill:           Backfill,
		message.WorkflowOrderCancellation:  OrderCancellation,
		message.WorkflowCoverage:           Coverage,
	} {
		w.RegisterWorkflowWithOptions(run, workflow.RegisterOptions{Name: name, VersioningBehavior: behaviours[name]})
	}
}

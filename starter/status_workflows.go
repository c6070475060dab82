package starter

import (
	"context"
	"errors"
	"fmt"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"

	"github.com/towpath/towpath/internal/message"
)

// RunningLifecycles returns the workflow ids of all running order lifecycles from visibility, which is seconds late.
func (s *Starter) RunningLifecycles(ctx context.Context) (map[string]bool, error) {
	running := make(map[string]bool)
	var token []byte
	for {
		page, err := s.Temporal.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{
			Query: "WorkflowType = '" + message.WorkflowOrderLifecycle + "' AND ExecutionStatus = 'Running'", PageSize: 1000, NextPageToken: token,
		})
		if err != nil {
			return nil, err
		}
		for _, e := range page.Executions {
			running[e.Execution.WorkflowId] = true
		}
		if token = page.NextPageToken; len(token) == 0 {
			return running, nil
		}
	}
}

// Failed returns the number of workflows that ended with an error of their own; there should be none.
func (s *Starter) Failed(ctx context.Context) (int64, error) {
	r, err := s.Temporal.CountWorkflow(ctx, &workflowservice.CountWorkflowExecutionsRequest{
		Query: "ExecutionStatus IN ('Failed', 'TimedOut', 'Terminated')",
	})
	if err != nil {
		return 0, fmt.Errorf("count failed workflows: %w", err)
	}
	return r.Count, nil
}

// Closed reports whether a workflow has ended, or was never started.
func (s *Starter) Closed(ctx context.Context, workflowID string) (bool, error) {
	d, err := s.Temporal.DescribeWorkflowExecution(ctx, workflowID, "")
	var gone *serviceerror.NotFound
	if errors.As(err, &gone) {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("describe %s: %w", workflowID, err)
	}
	return d.WorkflowExecutionInfo.Status != enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING, nil
}

// Sending reports whether the order's lifecycle has a call for a package under way, which may wait for the channel's budget, or has
// left all packages to one shipment sync, as version 1 does.
func (s *Starter) Sending(ctx context.Context, o message.OrderKey) (bool, error) {
	id := message.OrderWorkflowID(o.Account.ID, o.OrderID)
	d, err := s.Temporal.DescribeWorkflowExecution(ctx, id, "")
	var gone *serviceerror.NotFound
	if errors.As(err, &gone) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("describe %s: %w", id, err)
	}
	for _, a := range d.GetPendingActivities() {
		if a.GetActivityType().GetName() == string(message.ActivitySendPackage) {
			return true, nil
		}
	}
	for _, c := range d.GetPendingChildren() {
		if c.GetWorkflowId() == message.OrderShipmentWorkflowID(o.Account.ID, o.OrderID) {
			return true, nil
		}
	}
	return false, nil
}

package starter

import (
	"context"
	"fmt"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/workflows"
)

// ImportLinks starts the import of an account's listings, unless one is running.
func (s *Starter) ImportLinks(ctx context.Context, id string) error {
	acc, err := s.syncable(ctx, id, account.Listings)
	if err != nil {
		return err
	}
	if !acc.Enabled {
		return &RefusedError{Reason: fmt.Sprintf("account %s is off: enable it in the accounts file", acc.ID)}
	}
	if err := s.askNow(ctx, acc.ID, runs.RunLinks, message.LinksWorkflowID(acc.ID)); err != nil {
		return err
	}
	_, err = s.Temporal.ExecuteWorkflow(ctx, s.once(acc.Account, message.LinksWorkflowID(acc.ID), message.WorkflowLinksImport, "Listings of "+acc.ID),
		message.WorkflowLinksImport, message.LinksImportInput{
			Versioned: workflows.Current(message.WorkflowLinksImport), Account: acc.Account, Policy: s.Policies.Orders,
		})
	if err != nil {
		return fmt.Errorf("start import of listings of %s: %w", acc.ID, err)
	}
	return nil
}

// LinksImported waits for the end of an account's import and calls show with its status meanwhile.
func (s *Starter) LinksImported(ctx context.Context, account string, show func(message.Status)) (message.LinksImportResult, error) {
	id := message.LinksWorkflowID(account)
	for {
		closed, err := s.Closed(ctx, id)
		if err != nil {
			return message.LinksImportResult{}, err
		}
		if closed {
			break
		}
		if st, ok := s.Query(ctx, id); ok {
			show(st)
		}
		if err := pause(ctx); err != nil {
			return message.LinksImportResult{}, fmt.Errorf("wait for import of listings of %s: %w", account, err)
		}
	}
	var out message.LinksImportResult
	if err := s.Temporal.GetWorkflow(ctx, id, "").Get(ctx, &out); err != nil {
		return out, fmt.Errorf("import of listings of %s: %w", account, err)
	}
	return out, nil
}

// CheckLevels starts a check of the account's levels and listings that were accepted longer ago than acceptedFor, unless one is
// running.
func (s *Starter) CheckLevels(ctx context.Context, account string, acceptedFor time.Duration) error {
	return s.check(ctx, account, message.LevelCheckInput{ShowsWithin: acceptedFor, Listings: true})
}

// CheckListings starts a check of only the account's listings that were accepted longer ago than acceptedFor.
func (s *Starter) CheckListings(ctx context.Context, account string, acceptedFor time.Duration) error {
	return s.check(ctx, account, message.LevelCheckInput{ShowsWithin: acceptedFor, Listings: true, ListingsOnly: true})
}

func (s *Starter) check(ctx context.Context, account string, in message.LevelCheckInput) error {
	acc, err := s.Store.Accounts.Account(ctx, account)
	if err != nil {
		return fmt.Errorf("check levels of %s: %w", account, err)
	}
	in.Versioned, in.Account, in.Policy = workflows.Current(message.WorkflowLevelCheck), acc.Account, s.Policies.Stock
	_, err = s.Temporal.ExecuteWorkflow(ctx, s.once(acc.Account, message.LevelsWorkflowID(acc.ID), message.WorkflowLevelCheck, "Accepted levels of "+acc.ID), message.WorkflowLevelCheck, in)
	if err != nil {
		return fmt.Errorf("start check of levels of %s: %w", account, err)
	}
	return nil
}

// once returns the start options of a workflow that runs once per account at a time.
func (s *Starter) once(account message.Account, id, workflowType, summary string) client.StartWorkflowOptions {
	return client.StartWorkflowOptions{
		ID: id, TaskQueue: message.TaskQueue,
		WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		TypedSearchAttributes:    workflows.Attributes(account.ID),
		StaticSummary:            summary,
		StaticDetails:            workflows.About(workflowType),
	}
}

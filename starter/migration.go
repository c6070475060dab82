package starter

import (
	"context"
	"fmt"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/workflows"
)

// MigrationPlan is what a migration of an account's listings would do, for a person to confirm.
type MigrationPlan struct {
	Account      string           `json:"account"`
	Listings     []PlannedListing `json:"listings"` // listings that the channel's API does not know
	Can          int              `json:"can"`
	Cannot       int              `json:"cannot"`
	Managed      int              `json:"managed"` // listings of the report that the channel's API already knows
	Asked        int              `json:"asked"`   // of Can: confirmed by somebody, and waiting
	NotCovered   []string         `json:"notCovered"`
	Consequences []string         `json:"consequences"`
}

// PlannedListing is a listing with the result of Towpath's check and the channel's last answer.
type PlannedListing struct {
	listing.Verdict
	CanMigrate bool   `json:"canMigrate"`
	Asked      bool   `json:"asked"`
	FaultID    string `json:"faultId,omitempty"` // why the channel refused it the last time
	FaultCode  string `json:"faultCode,omitempty"`
}

// MigrationPlan checks an account's listings that the channel's API does not know, and returns all or those with the given ids.
// All are checked together, because a SKU may be on one listing only. marketplace is the account's site; empty: sites are not
// compared.
func (s *Starter) MigrationPlan(ctx context.Context, account, marketplace string, ids []string) (MigrationPlan, error) {
	plan := MigrationPlan{Account: account, Listings: []PlannedListing{}, NotCovered: listing.NotCovered, Consequences: listing.Consequences}
	rows, err := s.Store.Links.FoundListings(ctx, account)
	if err != nil {
		return plan, err
	}
	managed, err := s.Store.Links.ManagedSKUs(ctx, account)
	if err != nil {
		return plan, err
	}
	var found []listing.Found
	at := map[string]int{}
	for i, r := range rows {
		if at[r.ID] = i; r.Managed {
			plan.Managed++
			continue
		}
		found = append(found, r.Found)
	}
	wanted := map[string]bool{}
	for _, id := range ids {
		if i, ok := at[id]; !ok || rows[i].Managed {
			return plan, &UsageError{Problem: unknownListing(account, id, ok)}
		}
		wanted[id] = true
	}
	for _, v := range listing.Check(found, listing.Rules{Marketplace: marketplace, Managed: managed}) {
		if len(wanted) > 0 && !wanted[v.ID] {
			continue
		}
		row := rows[at[v.ID]]
		p := PlannedListing{Verdict: v, CanMigrate: v.CanMigrate(), Asked: !row.AskedAt.IsZero(), FaultID: row.FaultID, FaultCode: row.FaultCode}
		plan.Listings = append(plan.Listings, p)
		switch {
		case !p.CanMigrate:
			plan.Cannot++
		case p.Asked:
			plan.Asked++
			plan.Can++
		default:
			plan.Can++
		}
	}
	return plan, nil
}

func unknownListing(account, id string, managed bool) string {
	if managed {
		return fmt.Sprintf("listing %s of %s is under the Inventory API already: there is nothing to migrate", id, account)
	}
	return fmt.Sprintf("no imported report has listing %q of %s: `towpath links import --account %s --file REPORT.csv` reads one", id, account, account)
}

// MigrateListings starts the migration of the plan's listings that can be migrated. by is the person who confirms; a migration
// can't be undone. A running migration includes the new listings.
func (s *Starter) MigrateListings(ctx context.Context, plan MigrationPlan, by string) error {
	acc, err := s.syncable(ctx, plan.Account, account.Listings)
	if err != nil {
		return err
	}
	if !acc.Enabled {
		return &RefusedError{Reason: fmt.Sprintf("account %s is off: enable it in the accounts file", acc.ID)}
	}
	if acc.Channel != channel.EBay {
		return &UsageError{Problem: fmt.Sprintf("account %s is on %s, whose API knows every listing: there is nothing to migrate", acc.ID, acc.Channel)}
	}
	var ids []string
	for _, l := range plan.Listings {
		if l.CanMigrate {
			ids = append(ids, l.ID)
		}
	}
	if len(ids) == 0 {
		return &RefusedError{Reason: fmt.Sprintf("none of the listings of %s can be migrated: `towpath links migrate --account %s --dry-run` says why", acc.ID, acc.ID)}
	}
	if _, err := s.Store.Links.AskMigration(ctx, acc.ID, by, ids); err != nil {
		return err
	}
	if err := s.askNow(ctx, acc.ID, runs.RunMigration, message.MigrationWorkflowID(acc.ID)); err != nil {
		return err
	}
	_, err = s.Temporal.ExecuteWorkflow(ctx, s.once(acc.Account, message.MigrationWorkflowID(acc.ID), message.WorkflowListingMigration, "Migration of listings of "+acc.ID),
		message.WorkflowListingMigration, message.ListingMigrationInput{
			Versioned: workflows.Current(message.WorkflowListingMigration), Account: acc.Account, Policy: s.Policies.Stock,
		})
	if err != nil {
		return fmt.Errorf("start migration of listings of %s: %w", acc.ID, err)
	}
	return nil
}

// ListingsMigrated waits for the end of an account's migration and calls show with its status meanwhile.
func (s *Starter) ListingsMigrated(ctx context.Context, account string, show func(message.Status)) (message.ListingMigrationResult, error) {
	id := message.MigrationWorkflowID(account)
	for {
		closed, err := s.Closed(ctx, id)
		if err != nil {
			return message.ListingMigrationResult{}, err
		}
		if closed {
			break
		}
		if st, ok := s.Query(ctx, id); ok {
			show(st)
		}
		if err := pause(ctx); err != nil {
			return message.ListingMigrationResult{}, fmt.Errorf("wait for migration of listings of %s: %w", account, err)
		}
	}
	var out message.ListingMigrationResult
	if err := s.Temporal.GetWorkflow(ctx, id, "").Get(ctx, &out); err != nil {
		return out, fmt.Errorf("migration of listings of %s: %w", account, err)
	}
	return out, nil
}

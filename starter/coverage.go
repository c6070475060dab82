package starter

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/backfill"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/coverage"
	"github.com/towpath/towpath/internal/invocation"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/coverages"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/workflows"
)

// Compare starts a comparison of a window of an account with its channel, unless one is running.
func (s *Starter) Compare(ctx context.Context, account string, window backfill.Range) error {
	acc, err := s.Store.Accounts.Account(ctx, account)
	if err != nil {
		return fmt.Errorf("compare %s with its channel: %w", account, err)
	}
	in := message.CoverageInput{Versioned: workflows.Current(message.WorkflowCoverage), Account: acc.Account, Policy: s.Policies.Orders,
		Window: window, Budget: channel.IDsBudget(acc.Channel)}
	_, err = s.Temporal.ExecuteWorkflow(ctx, s.once(acc.Account, message.CoverageWorkflowID(acc.ID), message.WorkflowCoverage, "What the channel has against what is here, of "+acc.ID), message.WorkflowCoverage, in)
	if err != nil {
		return fmt.Errorf("start the comparison of %s with its channel: %w", account, err)
	}
	return nil
}

// CheckCoverage compares the last day of an account again, up to the moment that has settled. It returns a *UsageError for an account of a
// test endpoint.
func (s *Starter) CheckCoverage(ctx context.Context, account string) error {
	acc, err := s.Store.Accounts.Account(ctx, account)
	if err != nil {
		return fmt.Errorf("compare %s with its channel: %w", account, err)
	}
	if acc.Endpoint != channel.Production {
		return usagef("account %s is of a test endpoint, which has answers of its own: what it lists was never sold, so it would be missing here for ever. "+
			"Compare an account of production: `towpath accounts` lists them", account)
	}
	p, err := s.Store.Coverage.Progress(ctx, account)
	if err != nil {
		return err
	}
	window, due := coverage.Again(p, s.coveragePace(acc), time.Now())
	if !due {
		return &RefusedError{Reason: fmt.Sprintf("no order of %s is old enough to be compared yet: channels list orders a while after they were placed", account)}
	}
	return s.Compare(ctx, account, window)
}

// CoverageShown is what an account's channel has against what is here, as it is shown.
type CoverageShown struct {
	Account string `json:"account"`
	coverages.Check
	TimeZone string           `json:"timeZone"`       // of the account: Days are its days
	Why      string           `json:"why,omitempty"`  // it was not compared yet
	Again    time.Time        `json:"again,omitzero"` // after a check that has not ended well, the sweep begins none before this
	Total    coverage.Tally   `json:"total"`          // of Days
	Days     []coverage.Tally `json:"days"`
	Hours    []coverage.Tally `json:"hours"`
	Missing  []MissingOrder   `json:"missingOrders"`
}

// MissingOrder is a missing order as it is shown.
type MissingOrder struct {
	coverages.Missing
	Next    string `json:"next"`              // what becomes of it
	Command string `json:"command,omitempty"` // for a person
}

func missingOrder(m coverages.Missing) MissingOrder {
	out := MissingOrder{Missing: m}
	id := cmp.Or(m.Backfill, m.Behind)
	switch m.Stands() {
	case coverage.Backfilling:
		if out.Next = "a backfill begins with a sweep"; id != "" {
			out.Next = "backfill " + id + " is running"
		}
	case coverage.Interrupted:
		if out.Next, out.Command = fmt.Sprintf("backfill %s is %s", id, m.State), "towpath backfill resume "+id; m.Behind != "" {
			out.Next = "waits for " + out.Next
		}
	case coverage.Lost, coverage.Unknown, coverage.Healed, coverage.Whole:
		out.Next = "a backfill has not brought it"
		out.Command = fmt.Sprintf("towpath explain order %s --account %s", invocation.ShellWord(m.OrderID), m.Account)
	}
	return out
}

// Zone returns the account's time zone, in which all is shown.
func (c CoverageShown) Zone() *time.Location { return (account.Account{TimeZone: c.TimeZone}).Zone() }

// WhyUnknown is the constant, for the console.
func (c CoverageShown) WhyUnknown() string { return WhyUnknown }

// NeedsYou returns how many missing orders no backfill is about to bring.
func (c CoverageShown) NeedsYou() int { return c.Total.Missing - c.Total.Asked }

// WhyUnknown says why what a channel has is not known.
const WhyUnknown = "Amazon makes no report of a day without orders, nor when one is cancelled. The next check asks for these hours, too"

// CoverageDays is for how many days coverage is shown by default.
const CoverageDays = 7

// MostMissing limits the missing orders that are listed.
const MostMissing = 100

// Coverage returns what an account's channel has against what is here, of the last days in its time zone.
func (s *Starter) Coverage(ctx context.Context, acc accounts.Account, days int) (out CoverageShown, err error) {
	zone := acc.Zone()
	out = CoverageShown{Account: acc.ID, TimeZone: zone.String(), Days: []coverage.Tally{}, Hours: []coverage.Tally{}, Missing: []MissingOrder{}}
	if out.Check, err = s.Store.Coverage.Check(ctx, acc.ID); err != nil {
		return out, err
	}
	y, m, d := time.Now().In(zone).Date()
	hours, err := s.Store.Coverage.Hours(ctx, acc.ID, backfill.FirstMoment(y, m, d+1-days, zone))
	if err != nil {
		return out, err
	}
	out.Hours, out.Days = append(out.Hours, hours...), append(out.Days, coverage.Days(hours, zone)...)
	for _, d := range out.Days {
		out.Total = out.Total.Add(d)
	}
	if out.Total.Missing > 0 {
		missing, err := s.Store.Coverage.Missing(ctx, acc.ID, MostMissing)
		if err != nil {
			return out, err
		}
		for _, m := range missing {
			out.Missing = append(out.Missing, missingOrder(m))
		}
	}
	if !out.TriedAt.IsZero() {
		out.Again = out.TriedAt.Add(s.coveragePace(acc).Again)
	}
	if out.CheckedAt.IsZero() {
		out.Why = s.notCompared(acc)
	}
	return out, nil
}

// notCompared says why an account has not been compared.
func (s *Starter) notCompared(acc accounts.Account) string {
	switch {
	case acc.Endpoint != channel.Production:
		return "a test endpoint has answers of its own: only production is compared"
	case !acc.Enabled:
		return "the account is switched off"
	case acc.Paused:
		return "the account is paused"
	}
	return fmt.Sprintf("the first check comes with a sweep, %s after the first scan", wording.Took(s.coveragePace(acc).Settles))
}

func (s *Starter) coveragePace(acc accounts.Account) coverage.Pace {
	return coverage.PaceAt(channel.CoverageEvery(acc.Channel), s.Speed)
}

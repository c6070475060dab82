package workflows_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/workflows"
)

func publicationInput(t *testing.T) message.ListingPublicationInput {
	t.Helper()
	return message.ListingPublicationInput{Account: account, Endpoint: channel.Production, Policy: policies(t).Listings}
}

// fixture answers for the store and the channel: a queue of runs, each with a number of batches of SKUs to be checked
// and sent.
type fixture struct {
	env    *testsuite.TestWorkflowEnvironment
	queue  []activities.Taken
	check  func(n int, in activities.CheckGoodsInput) activities.CheckGoodsOutput
	plan   func(n int, in activities.PlanInput) activities.SubmitPlan
	submit func(n int, in activities.SubmitInput) activities.SubmitOutput
	answer func(n int, in activities.SubmitInput) activities.SubmitOutput

	checks  []activities.CheckGoodsInput
	plans   int
	submits []activities.SubmitInput
	answers int
	gaveUp  []activities.GiveUpInput
	ended   []activities.PublicationEnd
}

func newFixture(t *testing.T, runs ...activities.Taken) *fixture {
	t.Helper()
	d := &fixture{env: newEnv(t), queue: runs}
	var a *activities.Publication
	d.env.OnActivity(a.TakeRun, mock.Anything, mock.Anything).Return(func(context.Context, activities.TakeInput) (activities.Taken, error) {
		if len(d.queue) == 0 {
			return activities.Taken{}, nil
		}
		return d.queue[0], nil
	}).Maybe()
	d.env.OnActivity(a.SelectGoods, mock.Anything, mock.Anything).Return(func(_ context.Context, in activities.SelectInput) (activities.Selected, error) {
		if in.After == "" {
			return activities.Selected{Next: "m", Items: 500}, nil
		}
		return activities.Selected{Items: 100}, nil
	}).Maybe()
	d.env.OnActivity(a.CheckGoods, mock.Anything, mock.Anything).Return(func(_ context.Context, in activities.CheckGoodsInput) (activities.CheckGoodsOutput, error) {
		d.checks = append(d.checks, in)
		if d.check == nil {
			return activities.CheckGoodsOutput{Last: true, Checked: 600, Counts: message.PublicationCounts{Items: 600}}, nil
		}
		return d.check(len(d.checks), in), nil
	}).Maybe()
	d.env.OnActivity(a.PlanSubmit, mock.Anything, mock.Anything).Return(func(_ context.Context, in activities.PlanInput) (activities.SubmitPlan, error) {
		d.plans++
		if d.plan == nil {
			return activities.SubmitPlan{}, nil
		}
		return d.plan(d.plans, in), nil
	}).Maybe()
	d.env.OnActivity(a.SubmitGoods, mock.Anything, mock.Anything).Return(func(_ context.Context, in activities.SubmitInput) (activities.SubmitOutput, error) {
		d.submits = append(d.submits, in)
		if d.submit == nil {
			return activities.SubmitOutput{Counts: message.PublicationCounts{Items: 600, Done: len(d.submits)}}, nil
		}
		return d.submit(len(d.submits), in), nil
	}).Maybe()
	d.env.OnActivity(a.SubmissionOutcome, mock.Anything, mock.Anything).Return(func(_ context.Context, in activities.SubmitInput) (activities.SubmitOutput, error) {
		d.answers++
		return d.answer(d.answers, in), nil
	}).Maybe()
	d.env.OnActivity(a.GiveUp, mock.Anything, mock.Anything).Return(func(_ context.Context, in activities.GiveUpInput) (message.PublicationCounts, error) {
		d.gaveUp = append(d.gaveUp, in)
		return message.PublicationCounts{Items: 600, Refused: 100 * len(d.gaveUp)}, nil
	}).Maybe()
	d.env.OnActivity(a.EndPublication, mock.Anything, mock.Anything).Return(func(_ context.Context, in activities.PublicationEnd) (message.PublicationCounts, error) {
		d.ended = append(d.ended, in)
		d.queue = d.queue[1:]
		return message.PublicationCounts{Items: 600, Done: 600}, nil
	}).Maybe()
	return d
}

func taken(id string) activities.Taken { return activities.Taken{RunID: id, Through: account} }

// once plans the batches on the first call and nothing afterwards.
func once(batches ...activities.SubmitBatch) func(int, activities.PlanInput) activities.SubmitPlan {
	return func(n int, _ activities.PlanInput) activities.SubmitPlan {
		if n > 1 {
			return activities.SubmitPlan{}
		}
		return activities.SubmitPlan{Batches: batches, SKUs: 50, Op: channel.OpPublish}
	}
}

// Runs are done one after the other, each from its selection to its end.
func TestPublicationsAreWorkedThroughInTheirOrder(t *testing.T) {
	t.Parallel()
	d := newFixture(t, taken("run-1"), taken("run-2"))
	d.plan = once(activities.SubmitBatch{Until: "f", SKUs: 50}, activities.SubmitBatch{After: "f", Until: "k", SKUs: 20})
	d.env.ExecuteWorkflow(workflows.ListingPublication, publicationInput(t))
	require.NoError(t, d.env.GetWorkflowError())
	require.Equal(t, []activities.PublicationEnd{{RunID: "run-1"}, {RunID: "run-2"}}, d.ended)
	require.Len(t, d.checks, 2)
	require.Len(t, d.submits, 2)
	second := activities.SubmitInput{RunID: "run-1", Seller: account.ID, Through: account.ID, After: "f", Until: "k", SKUs: 20, Op: channel.OpPublish}
	require.Contains(t, d.submits, second, "batches are on their way side by side: which comes first is chance")
	var out message.ListingPublicationResult
	require.NoError(t, d.env.GetWorkflowResult(&out))
	require.Equal(t, message.ListingPublicationResult{RunID: "run-2", Runs: 2, Counts: message.PublicationCounts{Items: 600, Done: 600}}, out)
	require.Equal(t, "done", status(t, d.env).State)
}

func TestADryRunEndsAfterItsCheck(t *testing.T) {
	t.Parallel()
	run := taken("run-1")
	run.DryRun = true
	d := newFixture(t, run)
	d.env.ExecuteWorkflow(workflows.ListingPublication, publicationInput(t))
	require.NoError(t, d.env.GetWorkflowError())
	require.Len(t, d.ended, 1)
	require.Zero(t, d.plans)
}

// A wake that arrives while the last run ends is not lost: the queue is read again.
func TestAPublicationThatIsWokenAtItsEndLooksAgain(t *testing.T) {
	t.Parallel()
	d := newFixture(t, taken("run-1"))
	d.check = func(n int, _ activities.CheckGoodsInput) activities.CheckGoodsOutput {
		if n == 1 {
			d.queue = append(d.queue, taken("run-2"))
			d.env.SignalWorkflow(message.SignalWake, nil)
		}
		return activities.CheckGoodsOutput{Last: true}
	}
	d.env.ExecuteWorkflow(workflows.ListingPublication, publicationInput(t))
	require.NoError(t, d.env.GetWorkflowError())
	require.Len(t, d.ended, 2)
}

// The workflow asks about a pending submission until it is answered. Items that the channel wants again are sent in another
// round.
func TestAPendingSubmissionIsAskedAboutAndItsRestSentAgain(t *testing.T) {
	t.Parallel()
	d := newFixture(t, taken("run-1"))
	d.plan = func(n int, _ activities.PlanInput) activities.SubmitPlan {
		if n > 2 {
			return activities.SubmitPlan{}
		}
		return activities.SubmitPlan{Batches: []activities.SubmitBatch{{Until: "z", SKUs: 600}}, SKUs: 10_000, Op: channel.OpFeed}
	}
	d.submit = func(n int, _ activities.SubmitInput) activities.SubmitOutput {
		if n == 1 {
			return activities.SubmitOutput{Pending: "feed-1"}
		}
		return activities.SubmitOutput{Counts: message.PublicationCounts{Items: 600, Done: 600}}
	}
	d.answer = func(n int, in activities.SubmitInput) activities.SubmitOutput {
		require.Equal(t, "feed-1", in.Pending)
		switch n {
		case 1:
			return activities.SubmitOutput{Pending: "feed-1"}
		case 2:
			return activities.SubmitOutput{Fault: busy, Pending: "feed-1"}
		}
		return activities.SubmitOutput{Again: busy, Counts: message.PublicationCounts{Items: 600, Done: 500}}
	}
	d.env.ExecuteWorkflow(workflows.ListingPublication, publicationInput(t))
	require.NoError(t, d.env.GetWorkflowError())
	require.Equal(t, 3, d.answers)
	require.Len(t, d.submits, 2)
	require.Equal(t, 3, d.plans)
	require.Len(t, d.ended, 1)
}

// Items are given up when the channel asks for them again in round after round and no item gets a result.
func TestWhatIsWantedAgainForEverIsGivenUp(t *testing.T) {
	t.Parallel()
	d := newFixture(t, taken("run-1"))
	d.plan = func(int, activities.PlanInput) activities.SubmitPlan {
		if len(d.gaveUp) > 0 {
			return activities.SubmitPlan{}
		}
		return activities.SubmitPlan{Batches: []activities.SubmitBatch{{Until: "z", SKUs: 600}}, SKUs: 10_000, Op: channel.OpFeed}
	}
	d.submit = func(int, activities.SubmitInput) activities.SubmitOutput {
		return activities.SubmitOutput{Pending: "feed"}
	}
	d.answer = func(int, activities.SubmitInput) activities.SubmitOutput { return activities.SubmitOutput{Again: busy} }
	d.env.ExecuteWorkflow(workflows.ListingPublication, publicationInput(t))
	require.NoError(t, d.env.GetWorkflowError())
	require.Equal(t, []activities.GiveUpInput{{RunID: "run-1", Checked: true, Fault: busy}}, d.gaveUp)
	require.Len(t, d.submits, policies(t).Listings.Attempts)
}

// When the policy gives up on a batch, only its items end in error; the next batch continues.
func TestABatchThatIsGivenUpCostsItsItemsOnly(t *testing.T) {
	t.Parallel()
	d := newFixture(t, taken("run-1"))
	d.plan = once(activities.SubmitBatch{Until: "f", SKUs: 50}, activities.SubmitBatch{After: "f", Until: "k", SKUs: 20})
	d.submit = func(_ int, in activities.SubmitInput) activities.SubmitOutput {
		if in.Until == "f" {
			return activities.SubmitOutput{Fault: busy}
		}
		return activities.SubmitOutput{Counts: message.PublicationCounts{Items: 600, Done: 20}}
	}
	d.env.ExecuteWorkflow(workflows.ListingPublication, publicationInput(t))
	require.NoError(t, d.env.GetWorkflowError())
	require.Equal(t, []activities.GiveUpInput{{RunID: "run-1", Until: "f", Checked: true, Fault: busy}}, d.gaveUp)
	require.Len(t, d.submits, policies(t).Listings.Attempts+1)
	require.Len(t, d.ended, 1)
}

// When a definition can't be fetched, the items that need it fail, and the run continues.
func TestADefinitionThatCannotBeHadIsDoneWithout(t *testing.T) {
	t.Parallel()
	d := newFixture(t, taken("run-1"))
	d.check = func(_ int, in activities.CheckGoodsInput) activities.CheckGoodsOutput {
		if !in.Resigned {
			return activities.CheckGoodsOutput{Fault: busy, Undefined: true, Last: true}
		}
		return activities.CheckGoodsOutput{Last: true}
	}
	d.env.ExecuteWorkflow(workflows.ListingPublication, publicationInput(t))
	require.NoError(t, d.env.GetWorkflowError())
	require.Len(t, d.checks, policies(t).Listings.Attempts+1)
	require.Empty(t, d.gaveUp)
	require.Len(t, d.ended, 1)
}

// A paused account parks the run. Its items stay pending, and retry continues with them.
func TestAPausedAccountParksTheRunUntilRetry(t *testing.T) {
	t.Parallel()
	d := newFixture(t, taken("run-1"))
	paused := &channel.Fault{ID: "f1", Class: channel.Config, Code: activities.CodePaused}
	d.plan = func(n int, _ activities.PlanInput) activities.SubmitPlan {
		if n > 2 {
			return activities.SubmitPlan{}
		}
		return activities.SubmitPlan{Batches: []activities.SubmitBatch{{Until: "f", SKUs: 50}}, SKUs: 50, Op: channel.OpPublish}
	}
	d.submit = func(n int, _ activities.SubmitInput) activities.SubmitOutput {
		if n == 1 {
			return activities.SubmitOutput{Fault: paused}
		}
		return activities.SubmitOutput{Counts: message.PublicationCounts{Items: 600, Done: 600}}
	}
	var parked message.Status
	d.env.RegisterDelayedCallback(func() {
		parked = status(t, d.env)
		d.env.SignalWorkflow(message.SignalRetry, nil)
	}, time.Hour)
	d.env.ExecuteWorkflow(workflows.ListingPublication, publicationInput(t))
	require.NoError(t, d.env.GetWorkflowError())
	require.Equal(t, "parked", parked.State)
	require.Contains(t, parked.WaitingFor, "towpath accounts resume "+account.ID)
	require.Equal(t, "run-1", parked.RunID)
	require.Equal(t, 600, parked.Progress.Total)
	require.Len(t, d.submits, 2)
	require.Empty(t, d.gaveUp)
}

// Stop ends the current run: no further batch is sent, and answers to sent batches are still awaited.
func TestAStoppedRunWaitsForWhatItHasSent(t *testing.T) {
	t.Parallel()
	d := newFixture(t, taken("run-1"))
	d.plan = func(int, activities.PlanInput) activities.SubmitPlan {
		return activities.SubmitPlan{Batches: []activities.SubmitBatch{{Until: "f", SKUs: 50}, {After: "f", Until: "k", SKUs: 20}}, SKUs: 50, Op: channel.OpFeed}
	}
	d.submit = func(int, activities.SubmitInput) activities.SubmitOutput {
		d.env.SignalWorkflow(message.SignalStop, message.StopRequest{RunID: "another"})
		d.env.SignalWorkflow(message.SignalStop, message.StopRequest{RunID: "run-1", By: "Jo"})
		return activities.SubmitOutput{Pending: "feed-1"}
	}
	d.answer = func(int, activities.SubmitInput) activities.SubmitOutput {
		return activities.SubmitOutput{Counts: message.PublicationCounts{Items: 600, Done: 50}}
	}
	d.env.ExecuteWorkflow(workflows.ListingPublication, publicationInput(t))
	require.NoError(t, d.env.GetWorkflowError())
	require.Len(t, d.submits, 1)
	require.Equal(t, 1, d.answers)
	require.Equal(t, []activities.PublicationEnd{{RunID: "run-1", Stopped: true, By: "Jo"}}, d.ended)
}

// A run continues in a new history at its step: checked items are not checked again.
func TestALongPublicationGoesOnInANewHistory(t *testing.T) {
	t.Parallel()
	d := newFixture(t, taken("run-1"))
	d.env.SetContinueAsNewSuggested(true)
	d.plan = once(activities.SubmitBatch{Until: "f", SKUs: 50})
	in := publicationInput(t)
	in.RunID, in.Selected, in.Checked, in.Runs = "run-1", true, true, 3
	d.env.ExecuteWorkflow(workflows.ListingPublication, in)
	var goOn *workflow.ContinueAsNewError
	require.ErrorAs(t, d.env.GetWorkflowError(), &goOn)
	var next message.ListingPublicationInput
	require.NoError(t, decoded(goOn, &next))
	in.Versioned = workflows.Current(message.WorkflowListingPublication)
	require.Equal(t, in, next)
	require.Empty(t, d.checks)
	require.Empty(t, d.submits)
}

package workflows_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/backfill"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/workflows"
)

var (
	monday = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	search = backfill.Search{Longest: 90 * 24 * time.Hour, Most: 1000, Page: 100, First: 24 * time.Hour}
)

func backfillInput(t *testing.T, days int) message.BackfillInput {
	t.Helper()
	return message.BackfillInput{
		Versioned: workflows.Current(message.WorkflowBackfill), Account: account, Policy: policies(t).Orders, RunID: "b1", Started: monday.AddDate(0, 1, 0),
		Records: backfill.Orders, Search: search, Walk: backfill.Begin(backfill.Range{From: monday, To: monday.AddDate(0, 0, days)}, search),
	}
}

// marked notes what a backfill records of itself.
func marked(env *testsuite.TestWorkflowEnvironment) *[]activities.MarkBackfillInput {
	var a *activities.Orders
	var list []activities.MarkBackfillInput
	env.OnActivity(a.MarkBackfill, mock.Anything, mock.Anything).Return(
		func(_ context.Context, in activities.MarkBackfillInput) error { list = append(list, in); return nil })
	return &list
}

func standings(list []activities.MarkBackfillInput) (out []backfill.Standing) {
	for _, in := range list {
		out = append(out, in.State)
	}
	return out
}

func backfilled(t *testing.T, env *testsuite.TestWorkflowEnvironment) message.BackfillResult {
	t.Helper()
	require.NoError(t, env.GetWorkflowError())
	var out message.BackfillResult
	require.NoError(t, env.GetWorkflowResult(&out))
	return out
}

// A window with more orders than a search shows is halved before its second page, and an empty one is followed by a longer one. No
// moment of the range is left out.
func TestABackfillAdaptsItsWindows(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	marks := marked(env)
	var a *activities.Orders
	var asked []backfill.Range
	env.OnActivity(a.BackfillPage, mock.Anything, mock.Anything).Return(func(_ context.Context, in activities.BackfillPageInput) (activities.BackfillOutput, error) {
		asked = append(asked, in.Window)
		if in.Window.From.Equal(monday) && in.Window.To.Sub(in.Window.From) > 12*time.Hour {
			return activities.BackfillOutput{Total: 1500, Found: 100, Next: "2", Counts: message.Counts{Seen: 100, Saved: 100}}, nil
		}
		return activities.BackfillOutput{}, nil
	})
	env.ExecuteWorkflow(workflows.Backfill, backfillInput(t, 10))
	out := backfilled(t, env)
	require.Equal(t, backfill.Done, out.State)
	require.Equal(t, 100, out.Counts.Saved)
	require.Equal(t, []backfill.Standing{backfill.Running, backfill.Done}, standings(*marks))
	hours := func(n int) time.Time { return monday.Add(time.Duration(n) * time.Hour) }
	require.Equal(t, []backfill.Range{
		{From: monday, To: hours(24)}, {From: monday, To: hours(12)}, {From: hours(12), To: hours(60)}, {From: hours(60), To: hours(240)},
	}, asked)
	st := status(t, env)
	require.Equal(t, "b1", st.RunID)
	require.Equal(t, "100%", st.Step)
}

// A search that the channel ends, or whose cursor it refuses, is begun anew with half the window; one that it refuses at once is a fault.
func TestASearchThatEndsIsBegunAnew(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		fault *channel.Fault
		first bool // it comes with the first page
		done  bool
	}{
		"too many":             {&channel.Fault{ID: "f", Class: channel.Limit, Code: "LIMIT"}, true, true},
		"the cursor is gone":   {&channel.Fault{ID: "f", Class: channel.Invalid, Code: "CURSOR"}, false, true},
		"the query is refused": {&channel.Fault{ID: "f", Class: channel.Invalid, Code: "QUERY"}, true, false},
		"access has ended":     {&channel.Fault{ID: "f", Class: channel.Auth, Code: "invalid_grant"}, false, false},
	} {
		env := newEnv(t)
		marks := marked(env)
		var a *activities.Orders
		env.OnActivity(a.BackfillPage, mock.Anything, mock.Anything).Return(func(_ context.Context, in activities.BackfillPageInput) (activities.BackfillOutput, error) {
			switch long := in.Window.To.Sub(in.Window.From) >= 24*time.Hour; {
			case long && (tc.first || in.Cursor != ""):
				return activities.BackfillOutput{Fault: tc.fault}, nil
			case long:
				return activities.BackfillOutput{Next: "2", Found: 100, Counts: message.Counts{Seen: 100}}, nil
			}
			return activities.BackfillOutput{Found: 500}, nil
		})
		env.ExecuteWorkflow(workflows.Backfill, backfillInput(t, 2))
		out := backfilled(t, env)
		last := (*marks)[len(*marks)-1]
		if tc.done {
			require.Equal(t, backfill.Done, out.State, name)
			require.Nil(t, last.Fault, name)
		} else {
			require.Equal(t, backfill.Failed, out.State, name)
			require.Equal(t, tc.fault, last.Fault, name)
			require.Equal(t, 1, last.Counts.Errors, name)
		}
	}
}

// A long backfill goes on in a new history, where it was and as the same run.
func TestALongBackfillGoesOnInANewHistory(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	marked(env)
	env.SetContinueAsNewSuggested(true)
	var a *activities.Orders
	env.OnActivity(a.BackfillPage, mock.Anything, mock.Anything).Return(
		activities.BackfillOutput{Next: "2", Found: 100, Counts: message.Counts{Seen: 100, Saved: 10, Same: 90}}, nil).Once()
	in := backfillInput(t, 2)
	env.ExecuteWorkflow(workflows.Backfill, in)
	var goOn *workflow.ContinueAsNewError
	require.ErrorAs(t, env.GetWorkflowError(), &goOn)
	var next message.BackfillInput
	require.NoError(t, decoded(goOn, &next))
	in.Cursor, in.Found, in.Counts = "2", 100, message.Counts{Seen: 100, Saved: 10, Same: 90}
	next.Took = 0
	require.Equal(t, in, next)

	env = newEnv(t)
	marked(env)
	env.OnActivity(a.BackfillPage, mock.Anything, mock.Anything).Return(func(_ context.Context, in activities.BackfillPageInput) (activities.BackfillOutput, error) {
		require.Equal(t, "b1", in.RunID)
		if in.Window.From.Equal(monday) {
			require.Equal(t, "2", in.Cursor)
		}
		return activities.BackfillOutput{Counts: message.Counts{Seen: 5, Same: 5}}, nil
	}).Twice()
	env.ExecuteWorkflow(workflows.Backfill, next)
	require.Equal(t, message.Counts{Seen: 110, Saved: 10, Same: 100}, backfilled(t, env).Counts)
}

// Where scans use the whole budget, a search comes with every second turn. A pause lasts until a person ends it, a stop ends the rest.
func TestABackfillTakesTurnsRestsAndStops(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	marks := marked(env)
	var a *activities.Orders
	var at []time.Time
	env.OnActivity(a.BackfillPage, mock.Anything, mock.Anything).Return(func(context.Context, activities.BackfillPageInput) (activities.BackfillOutput, error) {
		at = append(at, env.Now())
		return activities.BackfillOutput{Next: "more", Found: 1, Counts: message.Counts{Seen: 1, Same: 1}}, nil
	})
	in := backfillInput(t, 2)
	in.Pace = 6 * time.Minute
	began := env.Now()
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(message.SignalPause, message.PauseRequest{Paused: true}) }, 13*time.Minute)
	env.RegisterDelayedCallback(func() {
		require.Len(t, at, 3)
		require.Equal(t, "parked", status(t, env).State)
		env.SignalWorkflow(message.SignalPause, message.PauseRequest{})
	}, 10*time.Hour)
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(message.SignalStop, message.StopRequest{}) }, 10*time.Hour+10*time.Minute)
	env.ExecuteWorkflow(workflows.Backfill, in)
	out := backfilled(t, env)
	require.Equal(t, backfill.Stopped, out.State)
	require.Equal(t, []backfill.Standing{backfill.Running, backfill.Paused, backfill.Running, backfill.Stopped}, standings(*marks))
	var since []time.Duration
	for _, when := range at {
		since = append(since, when.Sub(began).Round(time.Minute))
	}
	require.Equal(t, []time.Duration{0, 6 * time.Minute, 12 * time.Minute, 10 * time.Hour, 10*time.Hour + 6*time.Minute}, since)
	require.Less(t, (*marks)[3].Took, time.Hour, "a pause does not count")
}

// Of a report, orders that are over are kept, and the channel is asked for the open ones, one by one.
func TestAReportIsReadInSteps(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	marks := marked(env)
	var a *activities.Orders
	var rows []int
	env.OnActivity(a.BackfillRows, mock.Anything, mock.Anything).Return(func(_ context.Context, in activities.BackfillRowsInput) (activities.BackfillOutput, error) {
		rows = append(rows, in.Row)
		out := activities.BackfillOutput{Row: in.Row + 100, Found: 100, Counts: message.Counts{Seen: 98, Skipped: 98}}
		if in.Row == 0 {
			out.Ask = []string{"A", "B"}
		}
		return out, nil
	})
	var asked []string
	env.OnActivity(a.BackfillOrder, mock.Anything, mock.Anything).Return(func(_ context.Context, in activities.BackfillOrderInput) (activities.BackfillOutput, error) {
		asked = append(asked, in.OrderID)
		return activities.BackfillOutput{Counts: message.Counts{Seen: 1, Saved: 1}}, nil
	})
	in := backfillInput(t, 2)
	in.Rows = 200
	env.ExecuteWorkflow(workflows.Backfill, in)
	out := backfilled(t, env)
	require.Equal(t, message.Counts{Seen: 198, Saved: 2, Skipped: 196}, out.Counts)
	require.Equal(t, []int{0, 100}, rows)
	require.Equal(t, []string{"A", "B"}, asked)
	require.Equal(t, 200, (*marks)[1].Row)
	require.True(t, slices.Equal([]backfill.Standing{backfill.Running, backfill.Done}, standings(*marks)))
}

// A report whose orders are not in the store any more was not read to its end.
func TestAReportThatIsGoneIsNotRead(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	marks := marked(env)
	var a *activities.Orders
	env.OnActivity(a.BackfillRows, mock.Anything, mock.Anything).Return(activities.BackfillOutput{Fault: &channel.Fault{ID: "f", Class: channel.Missing, Code: activities.CodeNoRows}}, nil)
	in := backfillInput(t, 2)
	in.Rows = 200
	env.ExecuteWorkflow(workflows.Backfill, in)
	require.Equal(t, backfill.Failed, backfilled(t, env).State)
	require.Equal(t, []backfill.Standing{backfill.Running, backfill.Failed}, standings(*marks))
}

package starter_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/remedy"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/store/storetest"
	"github.com/towpath/towpath/starter"
)

// ended records runs of a kind that ended one minute after the other, the last one just now: true is one without errors.
func (d *fixture) ended(t *testing.T, kind runs.RunKind, fault string, errors int, well ...bool) {
	t.Helper()
	for i, ok := range well {
		at := time.Now().Add(time.Duration(i-len(well)) * time.Minute)
		run := runs.Run{ID: fmt.Sprintf("%s-%s-%d", kind, fault, i), Kind: kind, Account: "ebay-uk", Endpoint: channel.Production, StartedAt: at, EndedAt: at.Add(time.Second)}
		if !ok {
			run.Counts = message.Counts{Errors: errors}
			run.FaultID = fault
			if fault != "" {
				run.FaultClass, run.FaultCode = channel.Unavailable, "503"
			}
		}
		require.NoError(t, d.store.Runs.EndRun(t.Context(), run))
	}
}

func (d *fixture) needs(t *testing.T) []incident.Need {
	t.Helper()
	needs, err := d.NeedsYou(t.Context(), "", incident.Builds{})
	require.NoError(t, err)
	return incident.ForYou(needs)
}

// Case F1: order scans failed for 15 hours and nobody was told.
func TestRunsThatFailAgainAndAgainNeedAPerson(t *testing.T) {
	t.Parallel()
	d := newFixture(t)
	d.ended(t, runs.RunOrders, "f", 0, true, true, false, true, false)
	require.Empty(t, d.needs(t), "one error now and then is nothing to worry about")
	d.ended(t, runs.RunOrders, "f", 0, true, true, false, false, false)
	require.NoError(t, d.store.Runs.StartRun(t.Context(), runs.Run{ID: "now", Kind: runs.RunOrders, Account: "ebay-uk", StartedAt: time.Now()}), "one that runs tells nothing yet")
	needs := d.needs(t)
	require.Len(t, needs, 1)
	require.Equal(t, incident.Failing, needs[0].Kind)
	require.Contains(t, needs[0].Title, "runs of kind orders keep failing after unavailable 503: 3 errors in the last 5 runs, the newest 3 in a row")
	require.Equal(t, "towpath runs --errors --account ebay-uk --kind orders", needs[0].Command)
	first, err := d.store.Runs.List(t.Context(), runs.RunFilter{ID: "orders-f-2", Limit: 1})
	require.NoError(t, err)
	require.Equal(t, first[0].StartedAt, needs[0].Since)
	_, err = d.store.Accounts.Pause(t.Context(), "ebay-uk", "stock take")
	require.NoError(t, err)
	needs = d.needs(t)
	require.Len(t, needs, 1, "while it is paused, that is what to do something about")
	require.Equal(t, incident.Paused, needs[0].Kind)
}

// A person who has mended the cause and tries again is not told of the runs before that: one that goes well ends the incident, at once and for good.
func TestARetryBeginsTheCountOfFailingRunsAnew(t *testing.T) {
	t.Parallel()
	d := newFixture(t)
	d.ended(t, runs.RunOrders, "f", 0, false, false, false, false, false, false, false, false)
	name := incident.Name{Kind: incident.Failing, Account: "ebay-uk", Code: string(runs.RunOrders)}
	require.Len(t, d.needs(t), 1)
	require.NoError(t, d.store.Incidents.Attempted(t.Context(), name, incident.Attempt{By: "ann", Items: 1}))
	all, err := d.NeedsYou(t.Context(), "", incident.Builds{})
	require.NoError(t, err)
	require.Equal(t, "a run of kind orders is being tried again", all[0].Title)
	require.Equal(t, incident.Retrying, all[0].State)
	after := time.Now()
	end := func(id string, well bool) {
		after = after.Add(time.Second)
		run := runs.Run{ID: id, Kind: runs.RunOrders, Account: "ebay-uk", Endpoint: channel.Production, StartedAt: after, EndedAt: after.Add(time.Millisecond)}
		if !well {
			run.FaultID, run.FaultClass, run.FaultCode = "f", channel.Unavailable, "503"
		}
		require.NoError(t, d.store.Runs.EndRun(t.Context(), run))
	}
	end("bad", false)
	needs := d.needs(t)
	require.Len(t, needs, 1, "one more that failed: the retry has changed nothing")
	require.Equal(t, incident.Open, needs[0].State)
	require.Contains(t, needs[0].Title, "in a row")
	end("well", true)
	require.Empty(t, d.needs(t))
	require.NoError(t, d.KeepIncidents(t.Context()))
	require.Empty(t, d.needs(t), "the sweep has not forgotten the retry")
	for i := range 3 {
		end(fmt.Sprint("again-", i), false)
	}
	require.Len(t, d.needs(t), 1, "what fails again is told again")
}

// Case F1b: a push with 16 of 23 levels refused counted as well, and the levels were said to have been sent.
func TestWhatAChannelRefusesNeedsAPersonAndIsNoHealth(t *testing.T) {
	t.Parallel()
	d := newFixture(t)
	d.ended(t, runs.RunStock, "", 16, false)
	list, err := d.store.Runs.List(t.Context(), runs.RunFilter{Account: "ebay-uk", Kind: runs.RunStock, Limit: 9})
	require.NoError(t, err)
	require.Equal(t, 1, starter.HealthOf(list).Errors)

	dirty, err := d.store.Levels.DirtyLevels(t.Context(), "ebay-uk", 9)
	require.NoError(t, err)
	_, err = d.store.Levels.SavePushes(t.Context(), "ebay-uk", "run", []levels.Push{{ChannelSKU: "LAMP", Version: dirty[0].Version, SentAt: epoch,
		Fault: channel.NewFault(channel.Missing, "setLevels", "")}})
	require.NoError(t, err)
	needs := d.needs(t)
	require.Len(t, needs, 1)
	require.Equal(t, incident.Refused, needs[0].Kind)
	require.Equal(t, "1 level was refused by the channel with missing: it lists other quantities", needs[0].Title)
	require.Equal(t, []string{"LAMP"}, needs[0].Sample)
	all, err := d.store.Summaries(t.Context())
	require.NoError(t, err)
	require.Equal(t, "1 level was refused by the channel", starter.AccountNow{AccountSummary: all[1]}.Words(true).StockPush().Text)
}

// The pill of an account is that of its worst kind, and a rejected feed, all of whose levels are in error, is not ok.
func TestAnAccountIsAsWellAsItsWorstKind(t *testing.T) {
	t.Parallel()
	d := newFixture(t)
	account, err := d.store.Accounts.Account(t.Context(), "ebay-uk")
	require.NoError(t, err)
	worst := func() starter.KindHealth {
		list, err := d.Healths(t.Context(), []accounts.Account{account})
		require.NoError(t, err)
		require.Len(t, list, 1)
		require.NotNil(t, list[0].Worst)
		return *list[0].Worst
	}
	list, err := d.Healths(t.Context(), []accounts.Account{account, {Account: message.Account{ID: "off"}}})
	require.NoError(t, err)
	require.Equal(t, []starter.HealthNow{{Account: "ebay-uk", Kinds: []starter.KindHealth{}}}, list, "nothing has run, and one is switched off")

	d.ended(t, runs.RunOrders, "f", 0, true, true, true)
	require.Equal(t, "orders ok: no errors in the last 3 runs: all is well", worst().Text())
	d.ended(t, runs.RunStock, "", 11_647, true, true, false)
	require.Equal(t, "stock isolated: 1 error in the last 3 runs: nothing to worry about, up to 2 in 100 are usual", worst().Text())
	d.ended(t, runs.RunLinks, "", 1, true, false, false)
	require.Equal(t, remedy.Degraded, worst().State)
	d.ended(t, runs.RunStock, "", 11_647, false, false, false)
	require.Equal(t, runs.RunStock, worst().Kind)
	require.Contains(t, worst().Text(), "stock failing: 3 errors in the last 3 runs, the newest 3 in a row: needs attention")
	account.Paused = true
	require.Equal(t, remedy.Paused, worst().State)
	require.Contains(t, worst().Words, "paused; before, ")
}

// Case F2.
func TestAStoreThatCantBeWrittenNeedsAPerson(t *testing.T) {
	t.Parallel()
	d := newFixture(t)
	require.NoError(t, storetest.Exec(t.Context(), d.store.DB, `DROP TABLE trial_writes`))
	needs := d.needs(t)
	require.Len(t, needs, 1)
	require.Equal(t, incident.Unwritable, needs[0].Kind)
	require.Contains(t, needs[0].Title, "the store can't be written: ")
}

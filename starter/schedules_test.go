package starter_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/accounts"
)

// exists makes the creation of existing schedules fail.
func exists(call, _ string) error {
	if call == "create" {
		return temporal.ErrScheduleAlreadyRunning
	}
	return nil
}

// An existing schedule is updated: the account's row decides whether it is paused, whatever a crash left there.
func TestAScheduleThatExistsIsBroughtUpToDate(t *testing.T) {
	t.Parallel()
	d, f := newFaulty(t, exists)
	paused := accounts.Account{Account: message.Account{ID: "amazon-uk", Channel: channel.Amazon}, Enabled: true, Paused: true, PausedReason: "holidays"}
	works := accounts.Account{Account: message.Account{ID: "ebay-uk", Channel: channel.EBay}, Enabled: true, PublishChanged: 3 * time.Hour}
	require.NoError(t, d.EnsureSchedules(t.Context(), []accounts.Account{paused, works}))
	for id, want := range map[string]time.Duration{
		message.OrdersScheduleID("ebay-uk"): time.Minute, message.OpenOrdersScheduleID("ebay-uk"): 24 * time.Hour,
		message.PublicationsScheduleID("ebay-uk"): 3 * time.Hour, message.SweepScheduleID: 5 * time.Minute,
	} {
		require.Contains(t, f.schedules, id)
		require.Equal(t, want, f.schedules[id].Spec.Intervals[0].Every, id)
		require.False(t, f.schedules[id].State.Paused, id)
		require.Empty(t, f.schedules[id].State.Note, id)
		require.Equal(t, id == message.OrdersScheduleID("ebay-uk"), f.created[id].TriggerImmediately, id)
	}
	// Case E2: Temporal away for 79 s at the nightly scan's time must not cost the night.
	for id, want := range map[string]time.Duration{
		message.OrdersScheduleID("ebay-uk"): time.Minute, message.SweepScheduleID: 150 * time.Second,
		message.PublicationsScheduleID("ebay-uk"): 90 * time.Minute, message.OpenOrdersScheduleID("ebay-uk"): 12 * time.Hour,
	} {
		require.Equal(t, want, f.created[id].CatchupWindow, id)
		require.Equal(t, want, f.schedules[id].Policy.CatchupWindow, "an existing one: "+id)
		require.Equal(t, f.created[id].Overlap, f.schedules[id].Policy.Overlap, id)
	}
	id := message.OrdersScheduleID("amazon-uk")
	require.True(t, f.schedules[id].State.Paused)
	require.Equal(t, "holidays", f.schedules[id].State.Note)
	require.False(t, f.created[id].TriggerImmediately, "a paused account's scan does not begin")
}

// Many accounts' schedules are created side by side: none is left out, only so many are asked for at once, and an error names its account.
func TestSchedulesOfManyAccountsAreCreatedSideBySide(t *testing.T) {
	t.Parallel()
	d, f := newFaulty(t, nil)
	var under, most, begun atomic.Int64
	tooMany := make(chan struct{})
	within, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	f.creating = func() {
		now := under.Add(1)
		defer under.Add(-1)
		for before := most.Load(); now > before && !most.CompareAndSwap(before, now); before = most.Load() {
		}
		if begun.Add(1) == 9 {
			close(tooMany)
		}
		select { // the first stay under way for a while, or until there are too many
		case <-tooMany:
		case <-within.Done():
		}
	}
	var many []accounts.Account
	for i := range 30 {
		many = append(many, accounts.Account{Account: message.Account{ID: fmt.Sprintf("ebay-%d", i+1), Channel: channel.EBay}, Enabled: true})
	}
	require.NoError(t, d.EnsureSchedules(t.Context(), many))
	require.Greater(t, most.Load(), int64(1), "side by side")
	require.LessOrEqual(t, most.Load(), int64(8))
	require.Len(t, f.created, 2*len(many)+1)
	for _, a := range many {
		require.Contains(t, f.created, message.OrdersScheduleID(a.ID))
		require.Contains(t, f.created, message.OpenOrdersScheduleID(a.ID))
	}
	f.fail = func(_, id string) error {
		if id == message.OrdersScheduleID("ebay-7") {
			return errAway
		}
		return nil
	}
	require.ErrorContains(t, d.EnsureSchedules(t.Context(), many), "schedules of ebay-7: ")
}

// The scans of many accounts begin in different seconds of their interval; an account's always in the same one, also after its pace was changed.
func TestAccountsScanInDifferentSeconds(t *testing.T) {
	t.Parallel()
	d, f := newFaulty(t, exists)
	var many []accounts.Account
	for i := range 60 {
		many = append(many, accounts.Account{Account: message.Account{ID: fmt.Sprintf("ebay-%d", i+1), Channel: channel.EBay}, Enabled: true})
	}
	amazon := accounts.Account{Account: message.Account{ID: "amazon-uk", Channel: channel.Amazon}, Enabled: true}
	require.NoError(t, d.EnsureSchedules(t.Context(), append(many, amazon)))
	in := map[time.Duration]int{}
	for _, a := range many {
		spec := f.created[message.OrdersScheduleID(a.ID)].Spec.Intervals[0]
		require.Equal(t, spec, f.schedules[message.OrdersScheduleID(a.ID)].Spec.Intervals[0], "an existing one")
		require.Less(t, spec.Offset, spec.Every)
		require.Zero(t, spec.Offset%time.Second)
		in[spec.Offset]++
		require.Less(t, f.created[message.OpenOrdersScheduleID(a.ID)].Spec.Intervals[0].Offset, time.Hour, "the night's scan stays in the night")
	}
	require.Greater(t, len(in), 20)
	require.Zero(t, f.created[message.SweepScheduleID].Spec.Intervals[0].Offset)
	before := f.schedules[message.OrdersScheduleID("amazon-uk")].Spec.Intervals[0]
	require.NoError(t, d.PaceScans(t.Context(), "amazon-uk"))
	require.Equal(t, before, f.schedules[message.OrdersScheduleID("amazon-uk")].Spec.Intervals[0])
}

// An account that is switched off may never have had schedules, which is no error; a server that does not answer is
// one.
func TestSwitchingOffMindsOnlyTheServer(t *testing.T) {
	t.Parallel()
	off := []accounts.Account{{Account: message.Account{ID: "ebay-uk", Channel: channel.EBay}}}
	d, f := newFaulty(t, func(call, _ string) error {
		if call == "pause" {
			return errMissing
		}
		return nil
	})
	require.NoError(t, d.EnsureSchedules(t.Context(), off))
	require.NotContains(t, f.created, message.OrdersScheduleID("ebay-uk"))
	f.fail = always(errAway)
	require.ErrorContains(t, d.EnsureSchedules(t.Context(), off), "connection refused")
}

// The row decides: an account that was paused while the server did not answer is paused, and pausing it again
// corrects the schedules.
func TestAnAccountIsPausedWithoutTheServer(t *testing.T) {
	t.Parallel()
	d, f := newFaulty(t, always(errAway))
	require.ErrorContains(t, d.Pause(t.Context(), "ebay-uk", "holidays"), message.OrdersScheduleID("ebay-uk"))
	acc, err := d.store.Accounts.Account(t.Context(), "ebay-uk")
	require.NoError(t, err)
	require.True(t, acc.Paused)
	f.fail, f.asked = nil, nil
	require.NoError(t, d.Pause(t.Context(), "ebay-uk", "holidays"))
	require.ElementsMatch(t, []string{
		"pause " + message.OrdersScheduleID("ebay-uk"), "pause " + message.OpenOrdersScheduleID("ebay-uk"), "pause " + message.PublicationsScheduleID("ebay-uk"),
	}, f.calls())
}

// An account that its channel does not accept stays paused, and the server is not called.
func TestAnAccountThatTheChannelRefusesStaysPaused(t *testing.T) {
	t.Parallel()
	d, f := newFaulty(t, nil)
	_, err := d.store.Accounts.Pause(t.Context(), "ebay-uk", "holidays")
	require.NoError(t, err)
	refused := errors.New("invalid_grant")
	require.ErrorIs(t, d.Resume(t.Context(), "ebay-uk", func(context.Context) error { return refused }), refused)
	acc, err := d.store.Accounts.Account(t.Context(), "ebay-uk")
	require.NoError(t, err)
	require.True(t, acc.Paused)
	require.Empty(t, f.calls())
	require.NoError(t, d.Resume(t.Context(), "ebay-uk", func(context.Context) error { return nil }))
	require.Contains(t, f.calls(), "unpause "+message.OrdersScheduleID("ebay-uk"))
	require.Contains(t, f.calls(), "signal or start "+message.StockWorkflowID("ebay-uk"))
}

// What a person paused by itself, a stock take, is no part of what the whole account's resumption is about: it stays, and its schedule with it.
func TestResumingAnAccountKeepsWhatWasPausedByItself(t *testing.T) {
	t.Parallel()
	d, f := newFaulty(t, nil)
	ctx, works := t.Context(), func(context.Context) error { return nil }
	require.NoError(t, d.PauseWork(ctx, "ebay-uk", []account.Work{account.Stock, account.Listings}, "stock take"))
	require.NoError(t, d.Pause(ctx, "ebay-uk", "holidays"))
	f.asked = nil
	require.NoError(t, d.Resume(ctx, "ebay-uk", works))
	acc, err := d.store.Accounts.Account(ctx, "ebay-uk")
	require.NoError(t, err)
	require.False(t, acc.Paused)
	require.Equal(t, "stock and listings paused", acc.PausedText())
	require.Contains(t, f.calls(), "unpause "+message.OrdersScheduleID("ebay-uk"))
	require.NotContains(t, f.calls(), "unpause "+message.PublicationsScheduleID("ebay-uk"))
	require.NotContains(t, f.calls(), "signal or start "+message.StockWorkflowID("ebay-uk"))

	f.asked = nil
	require.NoError(t, d.ResumeWork(ctx, "ebay-uk", []account.Work{account.Stock}, works))
	require.Contains(t, f.calls(), "signal or start "+message.StockWorkflowID("ebay-uk"))
	require.NoError(t, d.Resume(ctx, "ebay-uk", works), "of one that is not paused as a whole, the kinds are meant")
	acc, err = d.store.Accounts.Account(ctx, "ebay-uk")
	require.NoError(t, err)
	require.Empty(t, acc.PausedWork)
	require.Contains(t, f.calls(), "unpause "+message.PublicationsScheduleID("ebay-uk"))
}

// The schedules of an account that the accounts file switches off stay as they were stopped, whoever asks to follow its row.
func TestFollowingAnAccountThatIsSwitchedOffStartsNothing(t *testing.T) {
	t.Parallel()
	d, f := newFaulty(t, nil)
	acc, err := d.store.Accounts.Account(t.Context(), "ebay-uk")
	require.NoError(t, err)
	acc.Enabled = false
	require.NoError(t, d.store.Settings.SaveAccounts(t.Context(), []accounts.Account{acc}))
	require.NoError(t, d.FollowAccount(t.Context(), "ebay-uk", false, ""))
	require.NoError(t, d.Resume(t.Context(), "ebay-uk", func(context.Context) error { return nil }))
	for _, call := range f.calls() {
		require.NotContains(t, call, "unpause ")
	}
}

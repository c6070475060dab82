package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/storetest"
)

// Refused levels of one code are one incident: a sample is sent again first, it is under way until the channel has answered, and nothing is left when it accepts all.
func TestAnIncidentOfRefusedLevelsEndsWhenTheChannelAcceptsThem(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "lamp", "mug")
		receive(t, s, "a", "lamp", 5)
		name := incident.Name{Kind: incident.Refused, Account: "ebay-uk", Code: "25710"}
		answer := func(accepted bool) {
			dirty, err := s.Levels.DirtyLevels(ctx, "ebay-uk", 10)
			require.NoError(t, err)
			var pushes []levels.Push
			for _, d := range dirty {
				p := levels.Push{ChannelSKU: d.ChannelSKU, Version: d.Version, Quantity: d.Quantity, SentAt: time.Now()}
				if accepted {
					p.AckedAt = time.Now()
				} else {
					p.Fault = channel.NewFault(channel.Invalid, "setLevels", "")
					p.Fault.Code, p.Fault.Hit.SKU = "25710", d.ChannelSKU
				}
				pushes = append(pushes, p)
			}
			_, err = s.Levels.SavePushes(ctx, "ebay-uk", "run-1", pushes)
			require.NoError(t, err)
		}
		trying := func() int {
			require.NoError(t, s.Incidents.Attempted(ctx, name, incident.Attempt{By: "ann", Items: 1}))
			marks, err := s.Incidents.Marks(ctx)
			require.NoError(t, err)
			n, err := s.Trying(ctx, marks[0])
			require.NoError(t, err)
			return n
		}
		answer(false)
		a, known, err := s.Affected(ctx, name, 5)
		require.NoError(t, err)
		require.True(t, known)
		require.Equal(t, []any{2, 2, 0}, []any{a.Items, a.SKUs, a.Orders})
		require.Equal(t, incident.Trend{LastHour: 2}, a.Trend)
		require.NotEmpty(t, a.FaultID)
		require.Zero(t, trying())

		n, err := s.Levels.RetryRefused(ctx, "ebay-uk", "25710", nil, 1)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.Equal(t, 1, trying())
		answer(false)
		require.Zero(t, trying(), "it was refused again")
		n, err = s.Levels.RetryRefused(ctx, "ebay-uk", "25710", []string{"ebay-uk:mug", "ebay-uk:lamp"}, 10)
		require.NoError(t, err)
		require.Equal(t, 2, n)
		answer(true)
		require.Zero(t, trying())
		a, _, err = s.Affected(ctx, name, 5)
		require.NoError(t, err)
		require.Zero(t, a.Items)
	})
}

// What is judged anew is kept while it is open, and closed when it is gone.
func TestJudgedIncidentsAreKeptAndClosed(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		require.NoError(t, s.Incidents.KeepJudged(ctx, []incident.Incident{{Kind: incident.Late, Account: "ebay-uk", Subjects: 2, Since: epoch, Open: true}}))
		list, err := s.Incidents.List(ctx, "ebay-uk", false)
		require.NoError(t, err)
		require.Len(t, list, 1)
		require.Equal(t, epoch, list[0].Since)
		require.NoError(t, s.Incidents.KeepJudged(ctx, nil))
		list, err = s.Incidents.List(ctx, "ebay-uk", true)
		require.NoError(t, err)
		require.Len(t, list, 1)
		require.False(t, list[0].Open)
		require.Equal(t, epoch, list[0].Since)
	})
}

// A kind of work that is paused is an incident of its own, and levels of such an account are not to be pushed.
func TestPausedWorkIsAnIncidentAndWakesNoPush(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "lamp")
		require.Contains(t, receive(t, s, "a", "lamp", 5), "ebay-uk")
		_, err := s.Accounts.PauseWork(ctx, "ebay-uk", account.Stock, "stock take")
		require.NoError(t, err)
		require.NotContains(t, receive(t, s, "b", "lamp", 1), "ebay-uk")
		list, err := s.Incidents.List(ctx, "ebay-uk", false)
		require.NoError(t, err)
		require.Equal(t, "paused/ebay-uk/stock", list[0].Name().String())
		_, err = s.Accounts.ResumeWork(ctx, "ebay-uk", account.Stock)
		require.NoError(t, err)
		require.Contains(t, receive(t, s, "c", "lamp", 1), "ebay-uk")
	})
}

// An acknowledgement holds for as many as are left, and is raised by nothing. One that is given anew meanwhile is another one.
func TestAnAcknowledgementIsLowered(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		n := incident.Name{Kind: incident.Refused, Account: "ebay-uk", Code: "25710"}
		acknowledged := func() *incident.Acknowledgement {
			marks, err := s.Incidents.Marks(ctx)
			require.NoError(t, err)
			return marks[0].Acknowledged
		}
		require.NoError(t, s.Incidents.Acknowledge(ctx, n, incident.Acknowledgement{By: "ann", Reason: "known", Subjects: 40}))
		first := *acknowledged()
		for _, now := range []int{30, 35} {
			require.NoError(t, s.Incidents.LowerAcknowledged(ctx, n, first, now))
			require.Equal(t, 30, acknowledged().Subjects)
		}
		require.NoError(t, s.Incidents.Acknowledge(ctx, n, incident.Acknowledgement{By: "bob", Reason: "more of it", Subjects: 60}))
		require.NoError(t, s.Incidents.LowerAcknowledged(ctx, n, first, 20))
		require.NoError(t, s.Incidents.Lapse(ctx, n, first))
		require.Equal(t, 60, acknowledged().Subjects)
		require.NoError(t, s.Incidents.Lapse(ctx, n, *acknowledged()))
		require.Nil(t, acknowledged())
	})
}

// Whoever pauses one kind of work while another is being paused undoes nothing of it.
func TestTwoKindsArePausedAtOnce(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "lamp")
		var all errgroup.Group
		for _, w := range account.Works() {
			all.Go(func() error {
				_, err := s.Accounts.PauseWork(ctx, "ebay-uk", w, "stock take")
				return err
			})
		}
		require.NoError(t, all.Wait())
		a, err := s.Accounts.Account(ctx, "ebay-uk")
		require.NoError(t, err)
		for _, w := range account.Works() {
			require.False(t, a.Does(w), w)
		}
	})
}

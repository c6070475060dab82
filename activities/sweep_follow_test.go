package activities_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
)

// A schedule that was paused by a late refusal after a person had resumed the account would never scan again: the sweep lets the
// schedules follow the account's row.
func TestTheSweepLetsSchedulesFollowTheAccount(t *testing.T) {
	t.Parallel()
	s := openStore(t, channel.EBay)
	s.environment.Connections[account] = &late{}
	sweep := &activities.Sweep{Environment: s.environment, Starter: s.caller}
	round := func() string {
		s.caller.follows = nil
		do[message.SweepResult](s, sweep.SweepOnce, message.SweepInput{Speed: 1})
		require.Len(t, s.caller.follows, 1)
		return s.caller.follows[0]
	}
	require.Equal(t, "false ", round())
	_, err := s.store.Accounts.Pause(t.Context(), account, "its grant was revoked")
	require.NoError(t, err)
	require.Equal(t, "true its grant was revoked", round())
	_, err = s.store.Accounts.Resume(t.Context(), account)
	require.NoError(t, err)
	require.Equal(t, "false ", round())
}

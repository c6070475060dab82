package channel_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
)

func day(text string) time.Time {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return t
}

func TestAnEndIsKnownAheadAndSaidWithGrowingSeverity(t *testing.T) {
	t.Parallel()
	ends := day("2027-01-31")
	for _, tc := range []struct {
		left     time.Duration
		days     int
		severity channel.Severity
		warns    bool
		urgent   bool
	}{
		{31 * 24 * time.Hour, 31, channel.EndsLater, false, false},
		{30*24*time.Hour + time.Second, 31, channel.EndsLater, false, false},
		{30 * 24 * time.Hour, 30, channel.EndsSoon, true, false},
		{15 * 24 * time.Hour, 15, channel.EndsSoon, true, false},
		{14 * 24 * time.Hour, 14, channel.EndsNear, true, false},
		{8 * 24 * time.Hour, 8, channel.EndsNear, true, false},
		{7 * 24 * time.Hour, 7, channel.EndsUrgent, true, true},
		{24*time.Hour + time.Second, 2, channel.EndsUrgent, true, true},
		{24 * time.Hour, 1, channel.EndsLastDay, true, true},
		{time.Second, 1, channel.EndsLastDay, true, true},
		{0, 0, channel.Ended, true, true},
		{-36 * time.Hour, -1, channel.Ended, true, true},
	} {
		list := channel.Expiries(channel.Shopify, channel.Granted{RefreshEnds: ends}, ends.Add(-tc.left))
		require.Len(t, list, 1)
		e := list[0]
		require.Equal(t, []any{"refresh token", ends, tc.days, tc.severity}, []any{e.What, e.Ends, e.Days, e.Severity}, tc.left)
		require.Equal(t, tc.warns, e.Warns(), tc.left)
		require.Equal(t, tc.urgent, e.Urgent(), tc.left)
	}
}

func TestHowLongAccessLastsPerChannel(t *testing.T) {
	t.Parallel()
	granted := channel.Granted{AuthorisedOn: day("2026-01-31"), SecretIssuedOn: day("2026-03-01"), RefreshEnds: day("2026-04-01")}
	ends := func(k channel.Kind, g channel.Granted) map[string]string {
		list := map[string]string{}
		for _, e := range channel.Expiries(k, g, day("2026-03-02")) {
			require.NotEmpty(t, e.Do)
			list[e.What] = e.Ends.Format(time.DateOnly)
		}
		return list
	}
	require.Equal(t, map[string]string{"authorisation": "2027-01-31", "client secret": "2026-08-28"}, ends(channel.Amazon, granted))
	require.Equal(t, map[string]string{"authorisation": "2027-07-31"}, ends(channel.EBay, granted))
	require.Equal(t, map[string]string{"refresh token": "2026-04-01"}, ends(channel.Shopify, granted))
	for _, k := range channel.Kinds() {
		require.Empty(t, ends(k, channel.Granted{}), "a grant without an end does not end")
	}
}

package wording_test

import (
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/wording"
)

// A time is shown in its account's time zone and names it, also around the changes of the clock.
func TestTimesAreShownInTheZoneOfTheirAccount(t *testing.T) {
	t.Parallel()
	london, err := time.LoadLocation("Europe/London")
	require.NoError(t, err)
	zones := wording.Zones{"uk": london, "shop": time.UTC}
	for _, tc := range []struct {
		at   time.Time
		want string
	}{
		{time.Date(2026, 3, 29, 0, 59, 59, 0, time.UTC), "2026-03-29 00:59:59 GMT"},
		{time.Date(2026, 3, 29, 1, 0, 0, 0, time.UTC), "2026-03-29 02:00:00 BST"},
		{time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC), "2026-10-25 01:30:00 BST"},
		{time.Date(2026, 10, 25, 1, 30, 0, 0, time.UTC), "2026-10-25 01:30:00 GMT"},
		{time.Time{}, ""},
	} {
		require.Equal(t, tc.want, zones.Moment("uk", tc.at))
	}
	noon := time.Date(2026, 7, 1, 12, 0, 0, 0, london)
	require.Equal(t, "2026-07-01 11:00:00Z", zones.Moment("shop", noon))
	require.Equal(t, "2026-07-01 11:00:00Z", zones.Moment("unknown", noon))
	require.Equal(t, "2026-07-01 11:00:00Z", wording.Moment(noon))
}

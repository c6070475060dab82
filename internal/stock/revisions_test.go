package stock_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/towpath/towpath/internal/stock"
)

var aDay = stock.RevisionLimit{ADay: 250, Hour: time.Hour}

const hour = int64(time.Hour / time.Microsecond)

// In no 25 hours, and so on no day of any time zone, is a listing revised more than 250 times; the last 25 are used by
// levels of 0 only, and these go as long as there is one left.
func TestAListingIsNeverRevisedTooOften(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var r stock.Revisions
		now := int64(1_800_000_000_000_000) + rapid.Int64Range(0, hour).Draw(t, "start")
		var sent []int64
		steps := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) [3]int64 {
			wait := rapid.OneOf(rapid.Int64Range(0, hour/4), rapid.Int64Range(hour, 6*hour)).Draw(t, "wait")
			return [3]int64{wait, rapid.Int64Range(1, 60).Draw(t, "changes"), rapid.Int64Range(0, 3).Draw(t, "zero")}
		}), 1, 200).Draw(t, "steps")
		for _, step := range steps {
			now += step[0]
			for range step[1] {
				now++
				zero := step[2] == 0
				inDay := 0
				for _, at := range sent {
					if at > now-25*hour {
						inDay++
					}
				}
				used := r.Used(aDay, now)
				require.GreaterOrEqual(t, used, inDay)
				due := r.Due(aDay, zero, now)
				require.GreaterOrEqual(t, due, now)
				require.Less(t, due, now+27*hour)
				if zero {
					require.Equal(t, used < 250, due == now)
				}
				if due > now {
					continue
				}
				require.Less(t, inDay, 250)
				require.True(t, zero || used < 225, "the reserve is used by a level of %v", zero)
				r.Count(aDay, now)
				sent = append(sent, now)
			}
		}
		require.LessOrEqual(t, len(r.Hours), 26)
	})
}

func TestTheWaitGrowsAsRevisionsGo(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		used       int
		wait, zero int64
	}{
		{0, 0, 0},
		{124, 0, 0},
		{125, hour / 4, 0},
		{175, hour / 2, 0},
		{200, hour, 0},
		{215, 5 * hour / 2, 0},
		{224, 25 * hour, 0},
		{225, 26 * hour, 0},
		{249, 26 * hour, 0},
		{250, 26 * hour, 26 * hour},
	} {
		now := 500_000 * hour
		r := stock.Revisions{Hours: []stock.RevisedHour{{Hour: 500_000, Count: tc.used}}, LastAt: now}
		require.Equal(t, now+tc.wait, r.Due(aDay, false, now), "%d used", tc.used)
		require.Equal(t, now+tc.zero, r.Due(aDay, true, now), "%d used", tc.used)
		require.Equal(t, tc.used < 225, r.Leaves(aDay, now), "%d used", tc.used)
	}
}

// What the channel says counts more than what was counted: another tool revises the listing, too.
func TestAListingThatTheChannelRefusesWaitsForAnHour(t *testing.T) {
	t.Parallel()
	now := 500_000 * hour
	r := stock.Revisions{UsedUpAt: now}
	for _, zero := range []bool{true, false} {
		require.Equal(t, now+hour, r.Due(aDay, zero, now+1))
		require.Equal(t, now+hour, r.Due(aDay, zero, now+hour))
	}
	require.False(t, r.Leaves(aDay, now+1))
	require.True(t, r.Leaves(aDay, now+hour))
}

// A clock that is put back, and one that runs at another speed than before, as that of a simulated channel may.
func TestHoursOfAnotherClock(t *testing.T) {
	t.Parallel()
	now := 500_000 * hour
	r := stock.Revisions{LastAt: now}
	r.Count(aDay, now)
	require.Equal(t, 1, r.Used(aDay, now-2*hour))
	r.Count(aDay, now-2*hour)
	require.Equal(t, []stock.RevisedHour{{Hour: 499_998, Count: 1}, {Hour: 500_000, Count: 1}}, r.Hours)
	fast := stock.RevisionLimit{ADay: 250, Hour: time.Second}
	require.Zero(t, r.Used(fast, now))
	r.Count(fast, now)
	require.Equal(t, 1, r.Used(fast, now))
	require.Zero(t, r.Used(aDay, now), "hours of a far future do not count")
}

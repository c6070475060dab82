package wording

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
)

func TestTheProgressOfARunSaysWhatIsLeft(t *testing.T) {
	t.Parallel()
	began := time.Date(2026, 11, 30, 14, 0, 0, 0, time.UTC)
	running := func(s message.Status) *message.Status { s.State = "running"; return &s }
	for name, tc := range map[string]struct {
		work  Work
		after time.Duration
		want  Said
	}{
		"as usual":     {Work{Usual: 8 * time.Second, Status: running(message.Status{Progress: message.Progress{Done: 200}})}, 3 * time.Second, Said{"running, 200 so far, about 5 s left", Busy}},
		"its own word": {Work{Usual: time.Second, Status: running(message.Status{Left: time.Minute, Progress: message.Progress{Done: 2, Total: 3}})}, time.Second, Said{"running, 2 of 3, about 1 min left", Busy}},
		"long":         {Work{Usual: 8 * time.Second, Status: running(message.Status{})}, 2 * time.Minute, Said{"running, longer than the usual 8 s", Warn}},
		"a short one":  {Work{Usual: 100 * time.Millisecond, Status: running(message.Status{})}, 3 * time.Second, Said{"running", Busy}},
		"waits": {Work{Usual: 8 * time.Second, Status: running(message.Status{Attempt: 2, WaitingFor: "attempt 2, after unavailable 503", NextAttempt: began.Add(7 * time.Second), Fault: &channel.Fault{Class: channel.Unavailable}})},
			3 * time.Second, Said{"running, attempt 2, waits for attempt 2, after unavailable 503, next attempt in 4 s", Warn}},
		"no worker":   {Work{}, time.Second, Said{NoAnswer, Warn}},
		"no Temporal": {Work{NoTemporal: true}, time.Second, Said{InProgress, Busy}},
	} {
		tc.work.Since = began
		require.Equal(t, tc.want, tc.work.Progress(began.Add(tc.after)), name)
	}
}

func TestATimeOfTodayIsATimeOfTheDay(t *testing.T) {
	t.Parallel()
	london, err := time.LoadLocation("Europe/London")
	require.NoError(t, err)
	now := time.Date(2026, 7, 1, 22, 30, 0, 0, time.UTC)
	require.Equal(t, "22:45:00Z", ClockIn(now.Add(15*time.Minute), now, nil))
	require.Equal(t, "23:45:00 BST", ClockIn(now.Add(15*time.Minute), now, london))
	require.Equal(t, "2026-07-02 00:15:00 BST", ClockIn(now.Add(45*time.Minute), now, london))
}

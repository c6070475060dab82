package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAHogSaysWhatIsWrongWithItsArguments(t *testing.T) {
	t.Parallel()
	a, err := readHog([]string{"-share", "0.5", "main~3"})
	require.NoError(t, err)
	require.Equal(t, hogAsked{compared: compared{rev: "main~3", pairs: 3, orders: 300, book: realBook}, share: 0.5}, a)
	a, err = readHog(nil)
	require.NoError(t, err)
	require.Empty(t, a.rev, "this build alone")
	for _, args := range [][]string{{"a", "b"}, {"-pairs", "0"}, {"-orders", "-1"}, {"-share", "1"}, {"-share", "0"}} {
		_, err := readHog(args)
		require.ErrorContains(t, err, "want ", args)
	}
	for _, args := range [][]string{{}, {"1"}, {"x"}, {"0.5", "0.5"}} {
		require.ErrorContains(t, burn(t.Context(), args, nil), "want ", args)
	}
}

// A hog burns until it is told to end, and has then used processor time.
func TestAHogBurnsUntilItIsToldToEnd(t *testing.T) {
	t.Parallel()
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	before, err := threadTime()
	require.NoError(t, err)
	spin()
	after, err := threadTime()
	require.NoError(t, err)
	require.GreaterOrEqual(t, after, before)
	go func() { ended <- burn(ctx, []string{"0.01"}, nil) }()
	end()
	select {
	case err := <-ended:
		require.NoError(t, err)
	case <-time.NewTimer(time.Minute).C:
		require.Fail(t, "it goes on")
	}
}

func TestFailedTasksAreReadFromTheTableOrTheLog(t *testing.T) {
	t.Parallel()
	log := filepath.Join(t.TempDir(), "towpath-dev.log")
	require.NoError(t, os.WriteFile(log, []byte(strings.Repeat(`{"level":"warn","msg":"Fail to process task"}`+"\n", 3)), 0o600))
	m := measured{orders: 2}
	require.NoError(t, m.readFailed([]byte("persistence writes  8  4.00\n"), log))
	require.Equal(t, 1.5, m.failed)
	require.NoError(t, m.readFailed([]byte("failed history tasks       1       0.50\n"), log))
	require.Equal(t, 0.5, m.failed, "the counter knows better")
	require.ErrorContains(t, m.readFailed(nil, log+"none"), "count the failed tasks")
}

func TestAHogsRatiosAreOfPairs(t *testing.T) {
	t.Parallel()
	one := func(perSecond, failed float64) measured {
		return measured{orders: 10, perSecond: perSecond, failed: failed}
	}
	var out bytes.Buffer
	require.NoError(t, printHog(&out, 0.25, []hogged{{
		build: "this", quiet: []measured{one(4, 0), one(8, 0.5), one(4, 1)}, with: []measured{one(2, 1), one(2, 2), one(3, 4)}, share: []float64{0.2, 0.25, 0.3},
	}}))
	require.Contains(t, out.String(), "this")
	for _, line := range strings.Split(out.String(), "\n") {
		require.LessOrEqual(t, len(line), 100)
		if fields := strings.Fields(line); len(fields) > 0 && fields[0] == "this" {
			require.Equal(t, []string{"this", "4.00", "2.00", "0.50", "0.25", "0.75", "25%", "0.50", "2.00"}, fields)
		}
	}
	require.Contains(t, out.String(), "at least 0.525 (0.7 of the 75% that are left)")
}

package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAnIdleSaysWhatIsWrongWithItsArguments(t *testing.T) {
	t.Parallel()
	a, err := readIdle([]string{"-accounts", "3,30", "-minutes", "0.5", "-rev", "main~3"})
	require.NoError(t, err)
	require.Equal(t, idleAsked{accounts: []int{3, 30}, window: 30 * time.Second, settle: time.Minute, rev: "main~3"}, a)
	for _, args := range [][]string{{"-accounts", "3,x"}, {"-accounts", "0"}, {"-accounts", ""}, {"-minutes", "0"}, {"-settle", "-1s"}, {"main"}} {
		_, err := readIdle(args)
		require.ErrorContains(t, err, "want ", args)
	}
}

func TestAProgramIsIdleWhenItsLastLinesSaySo(t *testing.T) {
	t.Parallel()
	const busy, early, done = "10s · book 2 Mar 06:00 1/1 · placed 0 · saved 0 · open 0 · shipped 0 · levels to push 7",
		"0s · book 1 Jan 00:00 0/1 · placed 0 · saved 0 · open 0 · shipped 0 · levels to push 0", "20s · book 2 Mar 06:00 1/1 · placed 2 · saved 2 · open 0 · shipped 2 · levels to push 0"
	require.True(t, nothingLeft([]string{early, busy, done, done, "", done}))
	for name, lines := range map[string][]string{
		"no line": {}, "too few": {done, done}, "the book goes on": {early, early, early, early}, "busy again": {done, done, done, busy}, "busy between": {done, done, busy, done},
	} {
		require.False(t, nothingLeft(lines), name)
	}
}

func TestCountsAreReadFromWhatAProgramPrints(t *testing.T) {
	t.Parallel()
	printed := "\nTEMPORAL               COUNT  PER ORDER\nactions                   17       8.50\ngrpc_StartWorkflow         4          -\n" +
		"persistence writes        50      25.00\nfailed history tasks       2       1.00\n\n10s · book 2 Mar 06:00 1/1 · placed 0"
	require.Equal(t, map[string]int64{"actions": 17, "grpc_StartWorkflow": 4, "persistence writes": 50, "failed history tasks": 2}, readCounts(strings.Split(printed, "\n")))
}

func TestIdleFiguresAreComparedAndSpreadOverAccounts(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.NoError(t, printIdle(&out, []idleFigures{
		{build: "old", accounts: 3, start: 2 * time.Second, cpu: 600, memory: 200},
		{build: "this build", accounts: 3, start: time.Second, cpu: 300, memory: 100, counted: true, actions: 900, write: 1800, perHour: map[string]float64{"command_Timer": 30}},
		{build: "this build", accounts: 30, start: 3 * time.Second, cpu: 1650, memory: 127, counted: true, actions: 9000, write: 18000, perHour: map[string]float64{"command_Timer": 60, "actions": 9000}},
	}))
	require.Contains(t, out.String(), "From 3 to 30 accounts each further one takes 300 Actions and 600 writes an hour, 50.0 CPU ms a minute and 1.00 MB.")
	require.Contains(t, out.String(), "With 3 accounts this build takes 0.50 of the CPU time of old and 0.50 of its memory.")
	require.Equal(t, 1, strings.Count(out.String(), "With "), "only the same number of accounts is compared")
	rows := strings.Split(out.String(), "\n")
	require.Equal(t, []string{"old", "3", "2.0", "-", "-", "-", "-", "600", "200.0", "200", "66.7"}, strings.Fields(rows[3]))
	require.Equal(t, []string{"this", "build", "30", "3.0", "9000", "300", "18000", "600", "1650", "55.0", "127", "4.2"}, strings.Fields(rows[5]))
	require.Contains(t, out.String(), "command_Timer")
	for _, row := range rows[:6] {
		require.LessOrEqual(t, len(row), 100)
	}
}

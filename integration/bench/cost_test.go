package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/temporalserver"
)

func TestWhatStagesUsedAddsUp(t *testing.T) {
	t.Parallel()
	first := use{CPU: time.Second, Counts: temporalserver.Counts{
		Actions: 3, ActionsByType: map[string]int64{"start": 3}, Writes: 5, WritesByOperation: map[string]int64{"Create": 3, "Update": 2}, FailedTasks: 1,
	}}
	second := use{CPU: 2 * time.Second, Counts: temporalserver.Counts{
		Actions: 4, ActionsByType: map[string]int64{"signal": 4}, Writes: 6, WritesByOperation: map[string]int64{"Update": 6}, FailedTasks: 2,
	}}
	after := first.plus(second)
	require.Equal(t, use{CPU: 3 * time.Second, Counts: temporalserver.Counts{
		Actions: 7, ActionsByType: map[string]int64{"start": 3, "signal": 4}, Writes: 11, WritesByOperation: map[string]int64{"Create": 3, "Update": 8}, FailedTasks: 3,
	}}, after)
	require.Equal(t, second, after.less(first), "what has not changed is left out")

	m := &meter{stages: []stage{{n: 1, used: first, order: true}, {n: 1, used: second}}}
	require.Equal(t, first, m.ofOrders())
	require.Equal(t, after, m.ofAll())
	require.Equal(t, spent{actions: 3.5, writes: 5.5, cpu: 1500, cpuShared: 1500}, after.perOrder(2))
}

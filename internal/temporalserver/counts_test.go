package temporalserver

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/server/common/metrics"
)

// What the server says of its work is told apart by name, namespace and operation; failed tasks count in every namespace.
func TestCountsAreOfTheNamespaceAndFailedTasksOfAll(t *testing.T) {
	t.Parallel()
	c := newCounter(true, "shop")
	shop, other := c.handler().WithTags(metrics.NamespaceTag("shop")), c.handler().WithTags(metrics.NamespaceTag("other"))
	for _, h := range []metrics.Handler{shop, other} {
		metrics.ActionCounter.With(h).Record(2, metrics.ActionType("timer"))
		metrics.PersistenceRequests.With(h.WithTags(metrics.OperationTag("CreateTasks"))).Record(1)
		metrics.PersistenceRequests.With(h.WithTags(metrics.OperationTag("GetTasks"))).Record(1)
		metrics.TaskFailures.With(h).Record(1)
		metrics.TaskSkipped.With(h).Record(1)
	}
	got := (&Server{counter: c}).Counts()
	require.Equal(t, Counts{
		Actions: 2, ActionsByType: map[string]int64{"timer": 2}, Writes: 1, WritesByOperation: map[string]int64{"CreateTasks": 1}, FailedTasks: 2,
	}, got)
}

//go:build soak

package integration

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/orders"
)

const (
	// lostOrders are saved while Temporal is away, each page in a transaction.
	lostOrders, lostPage = 20_000, 500
	// healSpeed lets the sweep run every 30 seconds instead of every five minutes; what one sweep may do does not depend on it.
	healSpeed = "10"
)

// 20,000 open orders have no lifecycle, because the platform was killed after it had saved them. The sweep starts all of them, and no
// attempt of it is lost: it neither falls silent nor ends before its time, however long that takes.
func TestTwentyThousandOrdersWithoutLifecyclesHealWithoutALostAttempt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	flags := []string{"--speed", healSpeed, "--orders", smallBook(t, dir, 1, false), "--faults", "none"}
	p, dev := startRunning(t, dir, flags...)
	require.Zero(t, p.stop())
	s := openSealed(t, dir, dev)
	loseLifecycles(t, s)
	require.NoError(t, s.Close())

	began := time.Now()
	p, dev = startRunning(t, dir, flags...)
	temporal, err := client.DialContext(t.Context(), client.Options{HostPort: dev.TemporalAddress, Namespace: dev.TemporalNamespace})
	require.NoError(t, err)
	t.Cleanup(temporal.Close)
	running := 0
	said := time.Now()
	p.eventually("all lifecycles to run", func() bool {
		running = countWorkflows(t, temporal, `WorkflowType = "`+message.WorkflowOrderLifecycle+`" AND ExecutionStatus = "Running"`)
		if time.Since(said) > 30*time.Second {
			said = time.Now()
			t.Logf("%s: %d lifecycles run", time.Since(began).Round(time.Second), running)
		}
		return running >= lostOrders
	})
	healed := time.Since(began)
	sweeps, started, lost := sweepAttempts(t, temporal, dev.TemporalNamespace)
	t.Logf("%d lifecycles run after %s: %d sweeps, %d attempts begun, %d lost", running, healed.Round(time.Second), sweeps, started, lost)
	require.Zero(t, lost)
	require.Zero(t, p.stop())
}

// loseLifecycles saves open orders that no lifecycle hears of. None can be packed: their SKU has no link.
func loseLifecycles(t *testing.T, s *store.Store) {
	t.Helper()
	placed := time.Now().Add(-time.Hour).UTC()
	for first := 0; first < lostOrders; first += lostPage {
		var list []order.Snapshot
		for i := first; i < first+lostPage; i++ {
			id := fmt.Sprintf("LOST-%05d", i)
			list = append(list, order.Snapshot{ID: id, Reference: id, PlacedAt: placed, UpdatedAt: placed, Paid: true, Fulfilment: order.FulfilmentUnshipped,
				ChannelStatus: "new", Currency: "GBP", Lines: []order.SnapshotLine{{ID: id + "-1", SKU: "NOT-LINKED", Title: "Lost", Quantity: 1}}})
		}
		_, err := s.Orders.SavePage(t.Context(), orders.Page{Account: "amazon-uk", RunID: "lost", SeenAt: placed, Orders: list})
		require.NoError(t, err)
	}
}

func countWorkflows(t *testing.T, c client.Client, query string) int {
	t.Helper()
	answer, err := c.CountWorkflow(t.Context(), &workflowservice.CountWorkflowExecutionsRequest{Query: query})
	require.NoError(t, err)
	return int(answer.GetCount())
}

// sweepAttempts returns how many sweeps there were, how many attempts their activities began, and how many of these were lost: the server
// missed their heartbeat, or their time was up.
func sweepAttempts(t *testing.T, c client.Client, namespace string) (sweeps, begun, lost int) {
	t.Helper()
	count := func(attempt int32) {
		begun += int(attempt)
		lost += int(attempt) - 1
	}
	var page []byte
	for {
		list, err := c.ListWorkflow(t.Context(), &workflowservice.ListWorkflowExecutionsRequest{
			Namespace: namespace, Query: `WorkflowType = "` + message.WorkflowSweep + `"`, NextPageToken: page,
		})
		require.NoError(t, err)
		for _, w := range list.GetExecutions() {
			sweeps++
			id, run := w.GetExecution().GetWorkflowId(), w.GetExecution().GetRunId()
			d, err := c.DescribeWorkflowExecution(t.Context(), id, run)
			require.NoError(t, err)
			for _, a := range d.GetPendingActivities() {
				count(a.GetAttempt())
			}
			events := c.GetWorkflowHistory(t.Context(), id, run, false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
			for events.HasNext() {
				e, err := events.Next()
				require.NoError(t, err)
				if a := e.GetActivityTaskStartedEventAttributes(); a != nil {
					count(a.GetAttempt())
				}
				if e.GetEventType() == enumspb.EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT {
					lost++
				}
			}
		}
		if page = list.GetNextPageToken(); len(page) == 0 {
			return sweeps, begun, lost
		}
	}
}

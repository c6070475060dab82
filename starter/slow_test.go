package starter_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/wording"
)

// slowTemporal is a fake Temporal client whose schedules run, and which may stop answering.
type slowTemporal struct {
	client.Client
	slow bool
}

func (s *slowTemporal) ScheduleClient() client.ScheduleClient { return slowSchedules{s: s} }

func (s *slowTemporal) QueryWorkflow(context.Context, string, string, string, ...any) (converter.EncodedValue, error) {
	return nil, errAway
}

type slowSchedules struct {
	client.ScheduleClient
	s *slowTemporal
}

func (s slowSchedules) GetHandle(_ context.Context, id string) client.ScheduleHandle {
	return slowSchedule{s: s.s, id: id}
}

type slowSchedule struct {
	client.ScheduleHandle
	s  *slowTemporal
	id string
}

func (s slowSchedule) Describe(context.Context) (*client.ScheduleDescription, error) {
	if s.s.slow {
		return nil, context.DeadlineExceeded
	}
	d := &client.ScheduleDescription{Schedule: client.Schedule{State: &client.ScheduleState{}}}
	d.Info.RecentActions = []client.ScheduleActionResult{{ActualTime: epoch}}
	d.Info.NextActionTimes = []time.Time{epoch.Add(time.Minute)}
	d.Info.RunningWorkflows = []client.ScheduleWorkflowExecution{{WorkflowID: s.id}}
	return d, nil
}

// Case F1d: Temporal is slow to answer for a second. Last and next run stay, with the age of the answer, and nobody reads "idle" beside
// a run that runs.
func TestTheLastAnswerIsShownWhileTemporalIsSlow(t *testing.T) {
	t.Parallel()
	d := newFixture(t)
	slow := &slowTemporal{}
	d.Temporal = slow
	now, err := d.Now(t.Context())
	require.NoError(t, err)
	answered := now.Accounts[0].Orders
	require.Equal(t, epoch, answered.Last)
	require.Zero(t, answered.Age())
	slow.slow = true
	now, err = d.Now(t.Context())
	require.NoError(t, err)
	require.Equal(t, answered, now.Accounts[0].Orders)
}

// A process that Temporal has never answered knows the last run from the store, and says of the rest that it is not known.
func TestWhatTemporalHasNeverSaidIsNotKnown(t *testing.T) {
	t.Parallel()
	d := newFixture(t)
	d.Temporal = &slowTemporal{slow: true}
	require.NoError(t, d.store.Runs.EndRun(t.Context(), runs.Run{ID: "run", Kind: runs.RunOrders, Account: "ebay-uk", StartedAt: epoch, EndedAt: epoch}))
	now, err := d.Now(t.Context())
	require.NoError(t, err)
	ebay := now.Accounts[1]
	require.Equal(t, "ebay-uk", ebay.ID)
	require.Equal(t, epoch, ebay.Orders.Last)
	require.True(t, ebay.Orders.Next.IsZero())
	require.Equal(t, wording.NotKnown, ebay.Words(true).OrderScan().Text)
	require.Zero(t, d.LastKnown(message.SweepScheduleID))
}

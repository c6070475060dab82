package starter_test

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/orders"
)

// ending is a fake Temporal client that answers the updates which say that an order has ended, as the test wants.
type ending struct {
	*faultyTemporal
	answer  func(context.Context) error // of the lifecycle; nil: it takes the change
	updates []client.UpdateWorkflowOptions
	signals []any
	mu      sync.Mutex
}

func (e *ending) UpdateWorkflow(ctx context.Context, o client.UpdateWorkflowOptions) (client.WorkflowUpdateHandle, error) {
	e.mu.Lock()
	e.updates = append(e.updates, o)
	e.mu.Unlock()
	if err := e.faultyTemporal.ask("end", o.WorkflowID); err != nil {
		return nil, err
	}
	if e.answer == nil {
		return taken{}, nil
	}
	return taken{answer: e.answer}, nil
}

func (e *ending) SignalWorkflow(ctx context.Context, id, run, name string, change any) error {
	e.mu.Lock()
	e.signals = append(e.signals, change)
	e.mu.Unlock()
	return e.faultyTemporal.SignalWorkflow(ctx, id, run, name, change)
}

// taken is an update that the server has.
type taken struct {
	client.WorkflowUpdateHandle
	answer func(context.Context) error
}

func (t taken) Get(ctx context.Context, _ any) error {
	if t.answer == nil {
		return nil
	}
	return t.answer(ctx)
}

// endings returns a starter with that client, and n orders that have ended.
func endings(t *testing.T, n int, fail func(call, id string) error) (*fixture, *ending, []orders.OutboxEntry) {
	d, f := newFaulty(t, fail)
	e := &ending{faultyTemporal: f}
	d.Temporal = e
	entries := make([]orders.OutboxEntry, n)
	for i := range entries {
		entries[i] = orders.OutboxEntry{Key: message.OrderKey{OrderID: strconv.Itoa(i)}, State: order.Completed, Version: 7}
		entries[i].Key.Account.ID = "ebay-uk"
	}
	return d, e, entries
}

// A lifecycle that takes the end of its order as an update is sent no signal. The id is that of the change, so that another delivery of
// it is the same update.
func TestTheEndOfAnOrderIsAnUpdate(t *testing.T) {
	t.Parallel()
	d, e, entries := endings(t, 1, nil)
	require.Len(t, d.Deliver(t.Context(), entries), 1)
	require.Empty(t, e.signals)
	require.Equal(t, []client.UpdateWorkflowOptions{{
		WorkflowID: "order/ebay-uk/0", UpdateName: message.UpdateChannelChanged, UpdateID: "channel-changed/7",
		Args: []any{message.OrderChange{State: order.Completed, Version: 7}}, WaitForStage: client.WorkflowUpdateStageCompleted,
	}}, e.updates)
}

// Whatever becomes of the update, the change arrives as a signal, or stays for the sweep.
func TestAnEndThatIsNotTakenAsAnUpdateIsSignalled(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		fail      func(call, id string) error
		answer    error
		signals   int
		delivered int
	}{
		"refused, or not known to an older build":    {answer: errors.New("unknown update channel-changed"), signals: 1, delivered: 1},
		"refused, and the lifecycle has ended since": {fail: failingOn("signal", errMissing), answer: errors.New("refused"), signals: 1, delivered: 1},
		"the lifecycle has ended":                    {fail: failingOn("end", errMissing), delivered: 1},
		"no such lifecycle any more, on asking":      {answer: errMissing, signals: 1, delivered: 1},
		"the server does not take it":                {fail: failingOn("end", errAway), signals: 1, delivered: 1},
		"the server is away":                         {fail: always(errAway), signals: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, e, entries := endings(t, 1, tc.fail)
			e.answer = func(context.Context) error { return tc.answer }
			require.Len(t, d.Deliver(t.Context(), entries), tc.delivered)
			require.Len(t, e.updates, 1)
			require.Len(t, e.signals, tc.signals)
			for _, change := range e.signals {
				require.Equal(t, e.updates[0].Args[0], change, "the same change")
			}
		})
	}
}

// failingOn fails one kind of call.
func failingOn(kind string, err error) func(call, id string) error {
	return func(call, _ string) error {
		if call == kind {
			return err
		}
		return nil
	}
}

// Workers that are away keep a page waiting once, not once for every eight of its orders, and after a minute they are asked again.
func TestWorkersThatAreAwayKeepAPageWaitingOnce(t *testing.T) {
	t.Parallel()
	d, e, entries := endings(t, 100, nil)
	synctest.Test(t, func(t *testing.T) {
		e.answer = func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
		begun := time.Now()
		require.Len(t, d.Deliver(t.Context(), entries), 100)
		require.Equal(t, 2*time.Second, time.Since(begun), "the clock of this test stands still while anybody works")
		require.Len(t, e.signals, 100)
		require.Len(t, e.updates, 8)

		require.Len(t, d.Deliver(t.Context(), entries), 100)
		require.Len(t, e.updates, 8, "they are not asked again at once")
		minute, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		<-minute.Done()
		e.answer = nil
		require.Len(t, d.Deliver(t.Context(), entries), 100)
		require.Len(t, e.updates, 108)
		require.Len(t, e.signals, 200)
	})
}

// A caller that gives up says nothing about the workers.
func TestACallerWhoseTimeIsUpSaysNothingAboutTheWorkers(t *testing.T) {
	t.Parallel()
	d, e, entries := endings(t, 2, nil)
	synctest.Test(t, func(t *testing.T) {
		e.answer = func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		d.Deliver(short, entries[:1])
		e.answer = nil
		require.Len(t, d.Deliver(t.Context(), entries[1:]), 1)
		require.Len(t, e.updates, 2)
	})
}

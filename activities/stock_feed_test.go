package activities_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/activities"
	work "github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/store/settings"
	"github.com/towpath/towpath/internal/store/storetest"
)

// pending answers a push later, and then refuses a level.
type pending struct{ comparing }

// SetLevels records a call that creates a feed.
func (p *pending) SetLevels(ctx context.Context, _ []channel.Level) (channel.LevelsAnswer, error) {
	channel.Record(ctx, channel.Call{Operation: "createFeed", RequestID: "created"})
	return channel.LevelsAnswer{Pending: "feed-1"}, nil
}

// LevelsOutcome refuses every level.
func (p *pending) LevelsOutcome(_ context.Context, _ string, skus []string) (channel.LevelsAnswer, error) {
	var out channel.LevelsAnswer
	for _, sku := range skus {
		f := channel.NewFault(channel.Invalid, "createFeed", "no")
		f.RequestID = "read"
		out.Results = append(out.Results, channel.LevelResult{SKU: sku, Fault: f})
	}
	return out, nil
}

// F1e: a fault of a feed has the request id of the call that created it, and says which level and run it hit.
func TestAFaultOfAFeedNamesTheCallThatCreatedIt(t *testing.T) {
	t.Parallel()
	s := openStore(t, channel.Amazon)
	ctx := t.Context()
	_, err := s.store.Settings.GoLive(ctx, account, settings.Live{By: "test"})
	require.NoError(t, err)
	s.environment.Connections[account] = &pending{}
	require.NoError(t, s.store.Links.SaveLinks(ctx, []links.Link{{Account: account, ChannelSKU: "A", SKU: "A"}}))
	a := activities.Stock{Environment: s.environment}
	in := activities.PushInput{Account: account, RunID: "run-1", Size: 9}
	in.Pending = do[activities.PushOutput](s, a.PushLevels, in).Pending
	out := do[activities.PushOutput](s, a.LevelsOutcome, in)
	require.Equal(t, 1, out.Counts.Failed)
	found, err := s.store.Runs.Faults(ctx, runs.FaultFilter{Account: account})
	require.NoError(t, err)
	f := found[0]
	require.Equal(t, []string{"created", "run-1", "A"}, []string{f.RequestID, f.RunID, f.SKU})
	require.Equal(t, []channel.CallID{{Operation: "createFeed", RequestID: "created"}, {Operation: "its outcome", RequestID: "read"}}, f.Calls)
}

// queueing is Amazon with a queue: more than two levels are a feed.
type queueing struct {
	comparing
	sent   []int // levels of each call
	answer channel.LevelsAnswer
	fault  *channel.Fault // of the question
}

// Batch has feeds for more than two levels.
func (q *queueing) Batch(n int) (int, channel.Operation) {
	if n > 2 {
		return n, channel.OpFeed
	}
	return n, channel.OpLevels
}

// SetLevels accepts up to two levels at once.
func (q *queueing) SetLevels(_ context.Context, list []channel.Level) (channel.LevelsAnswer, error) {
	q.sent = append(q.sent, len(list))
	if len(list) > 2 {
		return channel.LevelsAnswer{Pending: "feed-1"}, nil
	}
	var out channel.LevelsAnswer
	for _, l := range list {
		out.Results = append(out.Results, channel.LevelResult{SKU: l.SKU, RequestID: "patched"})
	}
	return out, nil
}

// LevelsOutcome has the answer that the test sets.
func (q *queueing) LevelsOutcome(_ context.Context, pending string, _ []string) (channel.LevelsAnswer, error) {
	if q.fault != nil {
		return channel.LevelsAnswer{}, q.fault
	}
	return q.answer, nil
}

func openQueueing(t *testing.T) (*shop, *queueing, activities.Stock) {
	t.Helper()
	s := openStore(t, channel.Amazon)
	ctx := t.Context()
	_, err := s.store.Settings.GoLive(ctx, account, settings.Live{By: "test"})
	require.NoError(t, err)
	conn := &queueing{answer: channel.LevelsAnswer{Pending: "feed-1"}}
	s.environment.Connections[account] = conn
	var list []links.Link
	for _, sku := range []string{"A", "B", "C", "D"} {
		_, err := s.store.Ledger.ApplyStock(ctx, []stock.Change{{Key: sku, SKU: sku, Location: "main", Kind: stock.Receipt, Quantity: 5}})
		require.NoError(t, err)
		list = append(list, links.Link{Account: account, ChannelSKU: sku, SKU: sku})
	}
	require.NoError(t, s.store.Links.SaveLinks(ctx, list))
	return s, conn, activities.Stock{Environment: s.environment}
}

// A worker that is killed after it has saved a feed sends nothing twice: another one finds the feed in the store. Many levels that
// were sold meanwhile go ahead by patch, and never as another feed, which would race with the first.
func TestAFeedIsKnownToWhoeverGoesOn(t *testing.T) {
	t.Parallel()
	s, conn, a := openQueueing(t)
	in := activities.PushInput{Account: account, RunID: "run-1", Size: 4}
	out := do[activities.PushOutput](s, a.PushLevels, in)
	require.Equal(t, "feed-1", out.Pending)
	again := do[activities.PushOutput](s, a.PushLevels, in)
	require.Equal(t, []int{4}, conn.sent)
	require.Equal(t, out.Next, again.Next)
	require.Zero(t, again.Next.Dirty)
	require.Len(t, again.Next.Feeds, 1)

	for _, sku := range []string{"A", "B", "C", "D"} {
		_, err := s.store.Ledger.ApplyStock(t.Context(), []stock.Change{{Key: sku + "-2", SKU: sku, Location: "main", Kind: stock.Adjust, Quantity: -5}})
		require.NoError(t, err)
	}
	out = do[activities.PushOutput](s, a.LevelsOutcome, activities.PushInput{Account: account, RunID: "run-1", Pending: "feed-1"})
	require.Equal(t, activities.Plan{Dirty: 4, Size: 2, Op: channel.OpLevels, Ahead: true, Feeds: out.Next.Feeds}, out.Next)
	for next := out.Next; next.Dirty > 0; next = out.Next {
		out = do[activities.PushOutput](s, a.PushLevels, activities.PushInput{Account: account, RunID: "run-1", Size: next.Size, Ahead: next.Ahead})
	}
	require.Equal(t, []int{4, 2, 2}, conn.sent)

	conn.answer = channel.LevelsAnswer{}
	for _, sku := range []string{"A", "B", "C", "D"} {
		conn.answer.Results = append(conn.answer.Results, channel.LevelResult{SKU: sku})
	}
	out = do[activities.PushOutput](s, a.LevelsOutcome, activities.PushInput{Account: account, RunID: "run-1", Pending: "feed-1"})
	require.Equal(t, 4, out.Counts.Superseded)
	require.Equal(t, activities.Plan{Dirty: 4, Size: 4, Op: channel.OpFeed}, out.Next, "the feed has overwritten them")
}

// A feed that the channel no longer has, or does not finish in a day, is given up: its levels are sent again.
func TestALostFeedIsGivenUp(t *testing.T) {
	t.Parallel()
	for _, gone := range []bool{true, false} {
		s, conn, a := openQueueing(t)
		do[activities.PushOutput](s, a.PushLevels, activities.PushInput{Account: account, RunID: "run-1", Size: 4})
		if gone {
			conn.fault = channel.NewFault(channel.Missing, "getFeed", "no such feed")
		} else {
			old := time.Now().Add(-stock.FeedLasts - time.Second).UnixMicro()
			require.NoError(t, storetest.Exec(t.Context(), s.store.DB, `UPDATE pending_pushes SET sent_at = $1`, old))
		}
		out := do[activities.PushOutput](s, a.LevelsOutcome, activities.PushInput{Account: account, RunID: "run-1", Pending: "feed-1"})
		require.NotNil(t, out.Fault)
		require.Empty(t, out.Pending)
		require.Equal(t, activities.Plan{Dirty: 4, Size: 4, Op: channel.OpFeed}, out.Next)
	}
}

// While stock is paused nothing is sent, and what became of a feed that was sent before is asked for: the sweep wakes the push, and its plan has only that.
func TestAFeedIsAskedAboutWhileStockIsPaused(t *testing.T) {
	t.Parallel()
	s, conn, a := openQueueing(t)
	ctx := t.Context()
	do[activities.PushOutput](s, a.PushLevels, activities.PushInput{Account: account, RunID: "run-1", Size: 4})
	_, err := s.store.Ledger.ApplyStock(ctx, []stock.Change{{Key: "sold", SKU: "A", Location: "main", Kind: stock.Adjust, Quantity: -5}})
	require.NoError(t, err)
	_, err = s.store.Accounts.PauseWork(ctx, account, work.Stock, "stock take")
	require.NoError(t, err)

	woken, err := s.store.Levels.DirtyAccounts(ctx, time.Now().Add(time.Minute))
	require.NoError(t, err)
	require.Equal(t, []string{account}, woken)
	plan := do[activities.Plan](s, a.PlanPush, account)
	require.Zero(t, plan.Dirty)
	require.Len(t, plan.Feeds, 1)
	for _, sku := range []string{"A", "B", "C", "D"} {
		conn.answer.Results = append(conn.answer.Results, channel.LevelResult{SKU: sku})
	}
	conn.answer.Pending = ""
	out := do[activities.PushOutput](s, a.LevelsOutcome, activities.PushInput{Account: account, RunID: "run-1", Pending: "feed-1"})
	require.Nil(t, out.Fault)
	require.Equal(t, activities.Plan{}, out.Next, "the level of A waits for the end of the pause")
	woken, err = s.store.Levels.DirtyAccounts(ctx, time.Now().Add(time.Minute))
	require.NoError(t, err)
	require.Empty(t, woken)

	_, err = s.store.Accounts.ResumeWork(ctx, account, work.Stock)
	require.NoError(t, err)
	require.Equal(t, 1, do[activities.Plan](s, a.PlanPush, account).Dirty)
}

// The run of a push that was paused meanwhile ends with the answer to its last feed, also when the channel would take one of the levels later.
func TestARunEndsWithItsLastFeedWhileStockIsPaused(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(conn *queueing){
		"one level later": func(conn *queueing) {
			conn.answer = channel.LevelsAnswer{Results: []channel.LevelResult{{SKU: "A"}, {SKU: "B"}, {SKU: "C"}, {SKU: "D", Fault: channel.NewFault(channel.Unavailable, "getFeed", "")}}}
		},
		"the feed is gone": func(conn *queueing) { conn.fault = channel.NewFault(channel.Missing, "getFeed", "no such feed") },
	} {
		s, conn, a := openQueueing(t)
		ctx := t.Context()
		do[activities.PushOutput](s, a.PushLevels, activities.PushInput{Account: account, RunID: "run-1", Started: time.Now(), Size: 4})
		_, err := s.store.Accounts.PauseWork(ctx, account, work.Stock, "stock take")
		require.NoError(t, err)
		answer(conn)
		out := do[activities.PushOutput](s, a.LevelsOutcome, activities.PushInput{Account: account, RunID: "run-1", Started: time.Now(), Pending: "feed-1"})
		require.NotNil(t, out.Fault, name)
		require.Equal(t, activities.Plan{}, out.Next, name)
		list, err := s.store.Runs.List(ctx, runs.RunFilter{Account: account, Kind: runs.RunStock, Limit: 5})
		require.NoError(t, err)
		require.Len(t, list, 1)
		require.True(t, list[0].Ended(), name)
	}
}

// A feed that the account may not ask about is left alone while stock is paused, and given up after a day like one that the channel does not finish.
func TestAFeedThatMayNotBeAskedAboutIsLeftWhileStockIsPaused(t *testing.T) {
	t.Parallel()
	s, conn, a := openQueueing(t)
	ctx := t.Context()
	do[activities.PushOutput](s, a.PushLevels, activities.PushInput{Account: account, RunID: "run-1", Size: 4})
	woken := func() []string {
		list, err := s.store.Levels.DirtyAccounts(ctx, time.Now().Add(time.Minute))
		require.NoError(t, err)
		return list
	}
	_, err := s.store.Accounts.PauseWork(ctx, account, work.Stock, "the channel refuses it")
	require.NoError(t, err)
	require.Equal(t, []string{account}, woken())
	conn.fault = channel.NewFault(channel.Config, "getFeed", "forbidden")
	conn.fault.Status = 403
	outcome := func() activities.PushOutput {
		return do[activities.PushOutput](s, a.LevelsOutcome, activities.PushInput{Account: account, RunID: "run-1", Pending: "feed-1"})
	}
	require.Equal(t, "feed-1", outcome().Pending)
	require.Empty(t, woken())
	_, err = s.store.Accounts.ResumeWork(ctx, account, work.Stock)
	require.NoError(t, err)
	require.Equal(t, []string{account}, woken())
	old := time.Now().Add(-stock.FeedLasts - time.Second).UnixMicro()
	require.NoError(t, storetest.Exec(ctx, s.store.DB, `UPDATE pending_pushes SET sent_at = $1`, old))
	out := outcome()
	require.Empty(t, out.Pending)
	require.Equal(t, 4, out.Next.Dirty)
}

package builds

import (
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/polltest"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/starter"
)

const (
	older, newer = "1.4.0", "1.5.0"
	upgraded     = enumspb.VERSIONING_BEHAVIOR_AUTO_UPGRADE
	pinned       = enumspb.VERSIONING_BEHAVIOR_PINNED
)

// order returns the id of an order's lifecycle.
func (*fixture) order(number int) string {
	return message.OrderWorkflowID(account, strconv.Itoa(number))
}

// deliver delivers an outbox entry to an order's lifecycle.
func (f *fixture) deliver(number int, e orders.OutboxEntry) {
	f.t.Helper()
	e.Key = message.OrderKey{RowID: int64(number), OrderID: strconv.Itoa(number), Account: message.Account{ID: account, Channel: channel.EBay}}
	require.Len(f.t, f.Deliver(f.t.Context(), []orders.OutboxEntry{e}), 1)
}

// begin starts an order's lifecycle.
func (f *fixture) begin(number int) {
	f.t.Helper()
	f.deliver(number, orders.OutboxEntry{State: order.Open, New: true})
}

// nextTask delivers an outbox entry to an order's lifecycle and returns the task that handles it.
func (f *fixture) nextTask(number int) task {
	f.t.Helper()
	id := f.order(number)
	done, _ := f.history(id, "")
	f.deliver(number, orders.OutboxEntry{State: order.Open})
	last, _ := f.lastTask(id, len(done))
	return last
}

// promote makes a build current, as an operator does, and returns the state of each build on the server.
func (f *fixture) promote(build string) map[string]starter.BuildState {
	f.t.Helper()
	by := make(map[string]starter.BuildState)
	for _, one := range decoded[starter.Builds](f, 0, "workers", "promote", build).Builds {
		by[one.ID] = one.State
	}
	return by
}

// A rollout works as docs/operating.md describes it: the first build, a newer one beside it, the promotion, and the
// way back.
func TestABuildIsRolledOutAndRolledBack(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	first := f.start(older)
	f.nothingRunsBeforeABuildIsCurrent()
	require.Equal(t, map[string]starter.BuildState{older: starter.BuildCurrent}, f.promote(older))
	began, _ := f.lastTask(f.order(1), 0)
	require.Equal(t, task{older, upgraded}, began)

	f.beginImportAndPush()
	second := f.start(newer)
	f.theNewBuildWaits()
	require.Equal(t, map[string]starter.BuildState{older: starter.BuildDraining, newer: starter.BuildCurrent}, f.promote(newer))
	require.Equal(t, task{newer, upgraded}, f.nextTask(1), "an order goes over to the new build")
	f.begin(3)
	now, _ := f.lastTask(f.order(3), 0)
	require.Equal(t, task{newer, upgraded}, now)
	f.theImportEndsWhereItBegan()
	f.thePushGoesOver()

	require.Equal(t, starter.BuildCurrent, f.promote(older)[older], "and back again")
	require.Equal(t, task{older, upgraded}, f.nextTask(3), "what the newer build began goes on under the older one")
	first.Stop()
	if os.Getenv("TOWPATH_SOAK") == "1" { // the server takes minutes to forget a worker
		f.theCurrentBuildIsGone()
		require.Equal(t, starter.BuildCurrent, f.promote(newer)[newer])
		require.Equal(t, task{newer, upgraded}, f.nextTask(1))
	}
	second.Stop()
}

// nothingRunsBeforeABuildIsCurrent shows that the server gives no work to a build that nobody has promoted, and that
// the command line says so.
func (f *fixture) nothingRunsBeforeABuildIsCurrent() {
	t := f.t
	t.Helper()
	f.begin(1)
	builds := f.RunningBuilds(t.Context())
	require.Equal(t, incident.Builds{Asked: true, Running: []string{older}}, builds)
	stdout, stderr, code := f.towpath("status")
	require.Equal(t, 3, code)
	require.Contains(t, stdout, "towpath workers promote "+older)
	require.Contains(t, stderr, "Needs you: no build of the workers is current")
	shown := decoded[starter.Builds](f, 3, "workers")
	require.Equal(t, deployment, shown.Deployment)
	require.Len(t, shown.Builds, 1)
	require.Equal(t, starter.BuildWaiting, shown.Builds[0].State)
	require.Equal(t, 1, shown.Builds[0].Workers)
	tasks, _ := f.history(f.order(1), "")
	require.Empty(t, tasks)
	_, stderr, code = f.towpath("workers", "promote", "9.9.9")
	require.Equal(t, 2, code, stderr)
	require.Contains(t, stderr, `no build "9.9.9"`)
}

// beginImportAndPush starts a pinned workflow and an upgraded one, both with a call in progress.
func (f *fixture) beginImportAndPush() {
	f.t.Helper()
	require.NoError(f.t, f.ImportLinks(f.t.Context(), account))
	require.NoError(f.t, f.WakeStock(f.t.Context(), []string{account}))
	<-f.shop.listings.reached
	<-f.shop.levels.reached
}

// theNewBuildWaits shows that a build started beside the current one gets no work.
func (f *fixture) theNewBuildWaits() {
	t := f.t
	t.Helper()
	for range 3 {
		require.Equal(t, task{older, upgraded}, f.nextTask(1))
	}
	f.begin(2)
	began, _ := f.lastTask(f.order(2), 0)
	require.Equal(t, task{older, upgraded}, began)
	_, stderr, code := f.towpath("workers")
	require.Zero(t, code, "nothing waits: %s", stderr)
}

// theImportEndsWhereItBegan shows that a pinned workflow stays with its build, also in a new history and for its
// calls.
func (f *fixture) theImportEndsWhereItBegan() {
	t := f.t
	t.Helper()
	id := message.LinksWorkflowID(account)
	begun := f.latestRun(id)
	close(f.shop.listings.opened)
	f.ended(id, begun)
	last := f.latestRun(id)
	require.NotEqual(t, begun, last, "the import went on in a new history")
	for _, run := range []string{begun, last} {
		tasks, calls := f.history(id, run)
		require.NotEmpty(t, tasks)
		require.NotEmpty(t, calls)
		for _, one := range tasks {
			require.Equal(t, task{older, pinned}, one)
		}
		for _, build := range calls {
			require.Equal(t, older, build)
		}
	}
	require.NoError(t, f.ImportLinks(t.Context(), account))
	f.ended(id, "")
	tasks, calls := f.history(id, "")
	require.Equal(t, task{newer, pinned}, tasks[0], "the next one is begun by the new build")
	require.Equal(t, newer, calls[0])
}

// thePushGoesOver shows that the new build continues an upgraded workflow that has a call in progress, also in a new
// history.
func (f *fixture) thePushGoesOver() {
	t := f.t
	t.Helper()
	id := message.StockWorkflowID(account)
	begun := f.latestRun(id)
	for range longHistory { // each wake makes the history longer
		require.NoError(t, f.WakeStock(t.Context(), []string{account}))
	}
	close(f.shop.levels.opened)
	f.ended(id, begun)
	last := f.latestRun(id)
	require.NotEqual(t, begun, last, "the push went on in a new history")
	tasks, calls := f.history(id, begun)
	require.Equal(t, task{older, upgraded}, tasks[0])
	require.Equal(t, task{newer, upgraded}, tasks[len(tasks)-1])
	require.Equal(t, older, calls[0], "the call was under way")
	tasks, _ = f.history(id, last)
	require.Equal(t, task{newer, upgraded}, tasks[0])
}

// theCurrentBuildIsGone shows that work waits while the workers of the current build are stopped, that the command
// line says so, and that a build without a worker can't be promoted.
func (f *fixture) theCurrentBuildIsGone() {
	t := f.t
	t.Helper()
	polltest.Within(f.t, 4*time.Minute, "the server to forget the workers that stopped", func() bool { return f.RunningBuilds(t.Context()).Waits() })
	stdout, stderr, code := f.towpath("status")
	require.Equal(t, 3, code)
	require.Contains(t, stdout, "towpath workers promote "+newer)
	require.Contains(t, stderr, "build "+older+" is current, and none of its workers runs")
	_, stderr, code = f.towpath("workers", "promote", older)
	require.Equal(t, 1, code)
	require.Contains(t, stderr, "no worker of build "+older+" runs")
}

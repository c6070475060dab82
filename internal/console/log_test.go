package console

import (
	"encoding/csv"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/store/runs"
)

// failedScan saves a scan with two orders, one of which is in error, and a call that failed and was made again.
func (b *fixture) failedScan(account, run string) {
	b.t.Helper()
	b.product("torch", "Torch", 5)
	f := channel.NewFault(channel.Unavailable, "getOrders", hostile)
	f.Status, f.Hit.RunID = 503, run
	require.NoError(b.t, b.store.Runs.SaveFaults(b.ctx, account, []*channel.Fault{f}))
	require.NoError(b.t, b.store.Runs.SaveItems(b.ctx, []runs.Item{{RunID: run, Type: "order", Reference: hostile, Status: runs.ItemError, Reason: "set aside", At: time.Now()}}))
	require.NoError(b.t, b.store.Runs.SaveCalls(b.ctx, []runs.Call{{Account: account, RunID: run, Call: channel.Call{Operation: "getOrders", Status: 200, At: time.Now().Add(4 * time.Second)}}}))
	b.save(account, run, sale("12-1", time.Now(), "torch"))
}

func TestTheLogSaysWhatHappenedInWords(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.failedScan("ebay-uk", "run-1")
	text := textOf(b.page("/log?account=ebay-uk"))
	for _, want := range []string{
		"orders scan of ebay-uk began", "call getOrders failed: unavailable HTTP 503, tried again", "later: ", "in error: set aside",
		"orders scan of ebay-uk ended after 2.4 s: it read 1 order: 1 new or changed",
	} {
		require.Contains(t, text, want)
	}
	require.NotContains(t, textOf(b.page("/log?account=amazon-uk")), "ebay-uk began")
	require.NotContains(t, textOf(b.page("/log?errors=1")), "began")
	require.Contains(t, textOf(b.page("/log?run=run-1")), "call readOrders was answered with 200 in 120 ms", "a run's log has every call")
	for _, wrong := range []string{"/log?account=nobody", "/log?run=nobody", "/log?after=x", "/log?kind=party"} {
		code, _ := b.get(wrong)
		require.Equal(t, http.StatusBadRequest, code, wrong)
	}
}

func TestTheLogIsDownloaded(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.failedScan("ebay-uk", "run-1")
	code, text := b.get("/log/download?form=text&account=ebay-uk")
	require.Equal(t, http.StatusOK, code)
	require.Contains(t, text, "orders scan of ebay-uk began\n")
	code, table := b.get("/log/download?form=csv&run=run-1")
	require.Equal(t, http.StatusOK, code)
	rows, err := csv.NewReader(strings.NewReader(table)).ReadAll()
	require.NoError(t, err)
	require.Equal(t, "at", rows[0][0])
	require.Greater(t, len(rows), 5)
	for _, wrong := range []string{"/log/download?form=xml", "/log/download?form=csv&run=nobody"} {
		code, _ := b.get(wrong)
		require.Equal(t, http.StatusBadRequest, code, wrong)
	}
}

func TestARunsPageHasWhatIsInErrorAndItsLog(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.failedScan("ebay-uk", "run-1")
	text := textOf(b.page("/runs/run-1"))
	for _, want := range []string{"Did read 1 order: 1 new or changed", "Waited ", "for 1 further attempt", "In error", "set aside", "Log", "orders scan of ebay-uk began"} {
		require.Contains(t, text, want)
	}
}

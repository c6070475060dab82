package wording_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/wording"
)

func TestAnAccountsConditionAndWhatItDoes(t *testing.T) {
	t.Parallel()
	running := &message.Status{State: "running"}
	for name, c := range map[string]struct {
		account               wording.Account
		condition, scan, push string
	}{
		"live":            {wording.Account{Enabled: true}, "live", "idle", "every level has been sent"},
		"switched off":    {wording.Account{Paused: true}, "switched off", "stopped until the account is resumed", "every level has been sent"},
		"paused":          {wording.Account{Enabled: true, Paused: true, Observing: true, Unsent: 1}, "paused", "stopped until the account is resumed", "observing: nothing is sent"},
		"paused, queued":  {wording.Account{Enabled: true, Paused: true, Unsent: 1}, "paused", "stopped until the account is resumed", "held until the account is resumed"},
		"refused":         {wording.Account{Enabled: true, Refused: 16}, "live", "idle", "16 levels were refused by the channel"},
		"refused, queued": {wording.Account{Enabled: true, Refused: 1, Unsent: 2}, "live", "idle", "waits to be sent"},
		"observing":       {wording.Account{Enabled: true, Observing: true, Scan: running}, "observing", "running", "observing: nothing is sent"},
		"at work":         {wording.Account{Enabled: true, Unsent: 5, Scan: running, Push: running}, "live", "running", "running"},
		"no worker":       {wording.Account{Enabled: true, Unsent: 5, Scanning: true}, "live", "in progress, but no worker answers for it", "waits to be sent"},
		"idle, old":       {wording.Account{Enabled: true, NoTemporal: true, Age: 12 * time.Second}, "live", "idle 12 s ago, when Temporal last answered", "every level has been sent"},
		"scans, old":      {wording.Account{Enabled: true, Scanning: true, Age: time.Minute}, "live", "in progress 1 min ago, when Temporal last answered", "every level has been sent"},
		"no Temporal":     {wording.Account{Enabled: true, Unsent: 5, NoTemporal: true}, "live", "not known while Temporal does not answer", "not known while Temporal does not answer"},
		"asked to wait":   {wording.Account{Enabled: true, Unsent: 5, ScanAsked: noon, PushAsked: noon}, "live", wording.AskedToWait(noon), wording.AskedToWait(noon)},
	} {
		require.Equal(t, c.condition, c.account.Condition().Text, name)
		require.Equal(t, c.scan, c.account.OrderScan().Text, name)
		require.Equal(t, c.push, c.account.StockPush().Text, name)
	}
}

func TestTheStatusThatAWorkflowReports(t *testing.T) {
	t.Parallel()
	s := message.Status{State: "waiting", Step: "submitting", Progress: message.Progress{Done: 1200, Total: 5000, Errors: 1}, Attempt: 2, WaitingFor: "its budget",
		Fault: &channel.Fault{Class: channel.Throttled, Operation: "setLevels"}, NextAttempt: noon.Add(20 * time.Second)}
	require.Equal(t, wording.Said{Text: "waiting, submitting, 1,200 of 5,000, 1 error, attempt 2, waits for its budget after throttled in setLevels", Tone: wording.Warn}, wording.Live(s))
	s.WaitingFor = "package P1: attempt 3, after throttled; package P2: attempt 2, after network"
	require.Equal(t, "waiting, submitting, 1,200 of 5,000, 1 error, attempt 2, waits for "+s.WaitingFor, wording.Live(s).Text, "each reason is said once, and nothing is cut off")
	require.Equal(t, wording.Live(s).Text+", next attempt in 20 s", wording.LiveLine(s, noon))
	require.Equal(t, "done, 3 so far", wording.LiveLine(message.Status{State: "done", Progress: message.Progress{Done: 3}}, noon))
	require.Equal(t, wording.Good, wording.Live(message.Status{State: "done"}).Tone)
	require.True(t, wording.AtWork(&s))
	require.False(t, wording.AtWork(&message.Status{State: "done"}), "one that has ended still answers")
	require.False(t, wording.AtWork(nil))
	require.Equal(t, "has ended", wording.Silent(true, false))
	require.Equal(t, wording.NotKnown, wording.Silent(true, true))
	require.Equal(t, "auth 25001", wording.Fault(channel.Auth, "25001"))
	require.Empty(t, wording.Fault("", ""))
}

func TestTheHeadline(t *testing.T) {
	t.Parallel()
	for want, s := range map[string]wording.Summary{
		wording.NoAccounts:  {},
		"Nothing needs you": {Accounts: 1},
		"Nothing needs you · 1 error in the last hour, which cured itself · 1 scan is in progress": {Accounts: 1, Faults: 1, Scans: 1},
		"2 things need you · 1 account's access ends soon · 1,200 stock levels are queued":         {Accounts: 3, NeedYou: 2, Ending: 1, Unsent: 1200},
	} {
		require.Equal(t, want, s.Headline().Text)
	}
	require.Equal(t, wording.Good, wording.Summary{Accounts: 1, Faults: 17}.Headline().Tone, "they were repeated, or what needs you says so")
	require.Equal(t, wording.Bad, wording.Summary{Accounts: 1, NeedYou: 1}.Headline().Tone)
}

func TestHowRunsEnd(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		run             wording.Run
		outcome, result string
	}{
		"runs":   {wording.Run{}, "in progress", "in progress"},
		"failed": {wording.Run{Ended: true, Failed: true, Class: channel.Auth, Code: "401", Counts: message.Counts{Errors: 2}}, "failed", "failed: auth"},
		"errors": {wording.Run{Ended: true, Counts: message.Counts{Errors: 2, Saved: 9}}, "with errors", "2 errors"},
		"done":   {wording.Run{Ended: true, Counts: message.Counts{Saved: 9, Same: 3}}, "done", "12 done"},
		"calm":   {wording.Run{Ended: true, Counts: message.Counts{Seen: 3, Same: 3}}, "done", "3 unchanged"},
	} {
		require.Equal(t, c.outcome, c.run.Outcome().Text, name)
		require.Equal(t, c.result, c.run.Result().Text, name)
	}
	require.Equal(t, "paused", wording.NextRun("paused", noon, noon))
	require.Equal(t, "not known", wording.NextRun("", time.Time{}, noon))
	require.Equal(t, "due", wording.NextRun("", noon, noon))
	for want, p := range map[string]wording.Publication{
		"queued": {}, "in progress": {Started: true}, "ended": {Started: true, Ended: true}, "stopped": {Ended: true, Stopped: true, DryRun: true}, "checked": {Started: true, Ended: true, DryRun: true},
	} {
		require.Equal(t, want, p.State().Text)
	}
	require.Equal(t, wording.Warn, wording.Publication{Ended: true, Wrong: 1}.State().Tone)
}

func TestWhatBecomesOfALevel(t *testing.T) {
	t.Parallel()
	for want, l := range map[string]wording.Listed{
		"the channel fulfils it: never sent": {Fulfils: true, Observing: true}, "observing: not sent": {Observing: true, Waits: true},
		"refused by the channel": {Refused: true, Waits: true}, "held by the brake": {Braked: true, Waits: true}, "paused: waits": {Waits: true, Paused: true},
		"waits to be sent": {Waits: true}, "nothing sent yet": {Paused: true}, "sent": {Sent: true},
	} {
		require.Equal(t, want, l.State().Text)
	}
	require.Equal(t, "listed, sold out", wording.Step(listing.Listed))
	require.Equal(t, "live", wording.Step(listing.Live))
}

func TestWhatSpeaksAgainstGoingLive(t *testing.T) {
	t.Parallel()
	g := wording.GoLive{Account: "ebay-uk", Listings: 1200, Risky: 90, Bears: 60}
	require.Equal(t, []string{
		"Its open orders were never read: `towpath sync orders --account ebay-uk --wait`.",
		"Its listings were never read: `towpath links import --account ebay-uk --wait`.",
		"No stock is on hand where its stock lies, every listing would go to zero: `towpath stock import FILE`.",
		"90 of 1,200 listings would go to zero or above five times what is listed, 60 are allowed without asking (20, or one in twenty): `towpath levels diff --account ebay-uk --only to-zero` shows them.",
	}, sentences(g.Against()))
	require.Empty(t, wording.GoLive{Scanned: true, Imported: true, Stocked: true, Risky: 20, Bears: 20}.Against())
	require.Equal(t, "No order fits these filters.", wording.NoOrders.Text(true))
	require.Contains(t, wording.NoOrders.Text(false), "towpath sync orders")
}

func sentences(clauses []string) (list []string) {
	for _, c := range clauses {
		list = append(list, wording.Sentence(c))
	}
	return list
}

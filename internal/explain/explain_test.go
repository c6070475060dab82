package explain

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/register"
)

var noon = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

func hours(n int) time.Time { return noon.Add(time.Duration(n) * time.Hour) }

// healthy is an account that is live and scanned, with orders that come in, and an order that is nowhere.
func healthy() Evidence {
	return Evidence{Reference: "14-12345-67890", Now: noon,
		Account: account.Account{Account: message.Account{ID: "ebay-uk", Channel: channel.EBay, Endpoint: channel.Production}, Name: "Shop",
			OrderLocation: "main", Enabled: true, Watermark: hours(0), Marketplace: "EBAY_GB"},
		Scans: Scans{First: hours(-24 * 30), Newest: []register.Run{
			{ID: "run-2", StartedAt: hours(0)}, {ID: "run-1", StartedAt: hours(-1), EndedAt: hours(-1).Add(time.Second), Counts: message.Counts{Seen: 3, Saved: 2}}}},
		Incoming: Incoming{Last: hours(-1), Lately: 41},
		Channel:  Answer{Why: "it was not asked"},
	}
}

// here is healthy with the order saved and open.
func here(change func(o *Order)) Evidence {
	e := healthy()
	e.Order = &Order{OrderID: "14-12345-67890", Reference: "14-12345-67890", State: order.Open, Status: "NOT_STARTED, PAID", Location: "main",
		Units: order.Units{Reserved: 2}, PlacedAt: hours(-3), SeenAt: hours(-2), SavedAt: hours(-2), UpdatedAt: hours(-2), RequestID: "req-1", RunID: "run-0"}
	e.Channel = says(func(a *Answer) { a.Status = e.Order.Status })
	if change != nil {
		change(e.Order)
	}
	return e
}

// says is the channel's answer: it has the order, open and unchanged for an hour.
func says(change func(a *Answer)) Answer {
	a := Answer{At: noon, OrderID: "14-12345-67890", Status: "NOT_STARTED, PAID", Means: order.FulfilmentUnshipped, Paid: true, PlacedAt: hours(-3), UpdatedAt: hours(-2), Lines: 1, RequestID: "ask-1"}
	change(&a)
	return a
}

func missing(change func(e *Evidence)) Evidence {
	e := healthy()
	change(&e)
	return e
}

func answered(change func(a *Answer)) Evidence {
	return missing(func(e *Evidence) { e.Channel = says(change) })
}

func byLocation(e Evidence) Evidence {
	e.Account.ByLocation = true
	return e
}

// causes seeds each cause once.
var causes = []struct {
	name  string
	e     Evidence
	cause Cause
	check Check
	needs bool
	text  string // of what it says, its evidence and what to do
}{
	{"another location", here(func(o *Order) { o.Location = "depot" }), OtherLocation, CheckLocation, false, "at depot"},
	{"another location of the shop", byLocation(here(func(o *Order) { o.Location = "depot" })), OtherLocation, CheckLocation, false, "`locations` of ebay-uk"},
	{"a filtered view", here(nil), OtherView, CheckView, false, "`towpath orders --account ebay-uk --state open` has it"},
	{"waits for payment", here(func(o *Order) { o.State = order.AwaitingPayment }), Waiting, CheckView, false, "the buyer's payment"},
	{"waits for stock", here(func(o *Order) { o.Units = order.Units{Backordered: 2} }), Waiting, CheckView, false, "2 units are backordered"},
	{"waits for a link", here(func(o *Order) { o.Units = order.Units{Unlinked: 1} }), Waiting, CheckView, true, "1 unit of listings"},
	{"exported before", here(func(o *Order) { o.Exported = 7 }), OtherView, CheckView, false, "Export 7 has it"},
	{"shipped", here(func(o *Order) { o.State, o.Packages.Confirmed = order.Completed, 1 }), Processed, CheckProcessed, false, "processed already: completed"},
	{"packed", here(func(o *Order) { o.State, o.Packages.Waiting = order.Processed, 1 }), Processed, CheckProcessed, false, "processed already: processed"},
	{"cancelled", here(func(o *Order) { o.State = order.Cancelled }), Cancelled, CheckProcessed, false, "nothing of it is left to ship"},
	{"parked", here(func(o *Order) { o.State, o.Packages.Parked = order.Processed, 1 }), NotSent, CheckProcessed, true, "`towpath retry 14-12345-67890`"},
	{"observing", missing(func(e *Evidence) {
		*e = here(func(o *Order) { o.State, o.Packages.Parked = order.Processed, 1 })
		e.Account.Observing = true
	}), NotSent, CheckProcessed, true, "`towpath accounts live ebay-uk`"},
	{"deleted", here(func(o *Order) { o.Deleted = &Deletion{By: "Ann", Reason: "a test order", At: hours(-1)} }), Deleted, CheckDeleted, false,
		"Ann deleted it by hand, 2026-11-29 11:00:00Z: a test order. It is open on the channel: 2 units are held"},
	{"deleted and changed", here(func(o *Order) {
		o.Deleted, o.Contradiction = &Deletion{By: "Ann", Reason: "a test order", At: hours(-1), Changed: noon}, "changed"
	}), Deleted, CheckDeleted, true, "changed it since, last 2026-11-29 12:00:00Z"},
	{"contradicted", here(func(o *Order) { o.State, o.Contradiction = order.Completed, "1 unit of line 1 open again" }), Contradicted, CheckDecision, true,
		"1 unit of line 1 open again. If its units are to be sent, `towpath order reopen 14-12345-67890` opens them again"},
	{"held", here(func(o *Order) { o.Holds = []Hold{{order.HoldBuyerCancels, order.HoldBuyerCancels.Text()}} }), Held, CheckDecision, true, "the buyer wants to cancel"},
	{"a newer version is set aside", missing(func(e *Evidence) { *e, e.Aside = here(nil), unreadable() }), SetAside, CheckAside, true, "what is saved here is old"},
	{"set aside", missing(func(e *Evidence) { e.Aside = unreadable() }), SetAside, CheckAside, true, "`towpath orders aside retry 14-12345-67890 --wait`"},
	{"in error", missing(func(e *Evidence) {
		e.Errors = []register.Item{{RunID: "run-1", Reason: "a line has no id", At: hours(-1), RequestID: "r9"}}
	}), Unusable, CheckRuns, true, "a line has no id"},
	{"the account is off", missing(func(e *Evidence) { e.Account.Enabled = false }), AccountOff, CheckAccount, true, "`enabled: true`"},
	{"the account is paused", missing(func(e *Evidence) {
		e.Account.Paused, e.Account.PausedReason, e.Account.PausedAt = true, "stock take", hours(-5)
	}), AccountPaused, CheckAccount, true, "Reason: stock take."},
	{"never scanned", missing(func(e *Evidence) { e.Scans, e.Account.Watermark = Scans{}, time.Time{} }), NeverScanned, CheckAccount, true, "No scan has read orders"},
	{"the connection fails", missing(func(e *Evidence) {
		for i := range 2 {
			e.Scans.Newest = append([]register.Run{{ID: "bad", StartedAt: hours(i), EndedAt: hours(i), FaultID: "f", FaultClass: channel.Unavailable, FaultCode: "500"}}, e.Scans.Newest...)
		}
		e.Scans.Failed, e.Scans.Steps = &channel.Fault{RequestID: "r7"}, []string{"Wait."}
	}), Connection, CheckConnection, true, "2 scans of the newest in a row failed"},
	{"the channel does not have it", answered(func(a *Answer) { *a = Answer{At: noon, Missing: true} }), NotOnChannel, CheckStatus, true, "ebay-uk has no order 14-12345-67890"},
	{"shipped before it was read", answered(func(a *Answer) { a.Means = order.FulfilmentShipped }), ShippedBefore, CheckStatus, false, "shipped on the channel"},
	{"cancelled before it was read", answered(func(a *Answer) { a.Means = order.FulfilmentCancelled }), CancelBefore, CheckStatus, false, "cancelled on the channel"},
	{"a scan would skip it", answered(func(a *Answer) { a.Skips = order.ReasonUnpaid }), Cause(order.ReasonUnpaid), CheckStatus, false, "`reserve: placed`"},
	{"not scanned yet", answered(func(a *Answer) { a.UpdatedAt = noon.Add(time.Minute) }), NotScannedYet, CheckWindow, false, "no scan has read so far yet"},
	{"dated in the future", answered(func(a *Answer) { a.PlacedAt, a.UpdatedAt = hours(48), hours(48) }), NotScannedYet, CheckWindow, false, "lies in the future"},
	{"outside the window", answered(func(a *Answer) { a.PlacedAt, a.UpdatedAt = hours(-24*121), hours(-24*121) }), OutsideWindow, CheckWindow, true, "`towpath backfill orders --account ebay-uk --from "},
	{"missed", answered(func(*Answer) {}), Missed, CheckWindow, true, "`towpath backfill orders --account ebay-uk --from "},
	{"changed since", missing(func(e *Evidence) {
		*e = here(func(o *Order) { o.Status = "NOT_STARTED, PENDING" })
		e.Channel = says(func(a *Answer) { a.UpdatedAt = noon.Add(time.Second) })
	}), OtherView, CheckView, false, "The channel has changed it since it was read"},
	{"another account", missing(func(e *Evidence) {
		e.Elsewhere = []Place{{Account: "ebay-de", OrderID: "14-12345-67890", State: order.Open}}
	}), OtherAccount, CheckElsewhere, false, "`towpath explain order 14-12345-67890 --account ebay-de`"},
	{"nothing is known", healthy(), NothingIsKnown, CheckStatus, true, "What the channel has is not known: it was not asked."},
}

func unreadable() *Aside {
	return &Aside{Name: "14-12345-67890", Fault: &channel.Fault{Class: channel.Invalid, Code: "ORDER_UNREADABLE", RequestID: "r3"}, FirstSeen: hours(-2), LastSeen: hours(-1), Times: 4}
}

// skipped are the reasons for which scans skip orders, each its own cause.
var skipped = []order.Reason{order.ReasonShipped, order.ReasonCancelled, order.ReasonFulfilled, order.ReasonUnmapped, order.ReasonUnpaid,
	order.ReasonSetting, order.ReasonSite, order.ReasonNoSite, order.ReasonService, order.ReasonNoShipping}

func TestEachCauseGivesItsOwnAnswer(t *testing.T) {
	t.Parallel()
	seenChecks, seenCauses := map[Check]bool{}, map[Cause]bool{}
	for _, tc := range causes {
		x := Explain(tc.e)
		first := x.First()
		require.Equal(t, tc.cause, first.Cause, tc.name)
		require.Equal(t, tc.check, first.Check, tc.name)
		require.Equal(t, tc.needs, first.NeedsYou, tc.name)
		require.Contains(t, textOf(x), tc.text, tc.name)
		require.Len(t, x.Checks, len(Checks()), tc.name)
		seenChecks[first.Check], seenCauses[first.Cause] = true, true
	}
	for _, c := range Checks() {
		require.True(t, seenChecks[c], "no case is explained by the check %q", c)
	}
	for _, reason := range skipped {
		x := Explain(here(func(o *Order) { o.State, o.Reason = order.Skipped, reason }))
		require.Equal(t, Cause(reason), x.First().Cause)
		require.Contains(t, x.First().Says, reason.Text())
	}
}

func textOf(x Explanation) string {
	text := ""
	for _, f := range x.Findings {
		for _, s := range append(append([]string{f.Says}, f.Evidence...), f.Do...) {
			text += s + " "
		}
	}
	return text
}

// What is sure counts before what may be: a deleted order of a paused account is missing because it is deleted.
func TestWhatExplainsItComesFirst(t *testing.T) {
	t.Parallel()
	e := here(func(o *Order) {
		o.Deleted, o.Location = &Deletion{By: "Ann", Reason: "twice", At: noon}, "depot"
	})
	e.Account.Paused = true
	var got []Cause
	for _, f := range Explain(e).Findings {
		got = append(got, f.Cause)
	}
	require.Equal(t, []Cause{Deleted, OtherLocation, OtherView, AccountPaused}, got)

	e = missing(func(e *Evidence) { e.Account.Paused, e.Aside = true, unreadable() })
	require.Equal(t, SetAside, Explain(e).First().Cause)
}

// A shipped order of which nothing is left is not also said to be open and missed.
func TestAnOrderThatIsOverOnItsChannelWasNotMissed(t *testing.T) {
	t.Parallel()
	for means, cause := range map[order.Fulfilment]Cause{order.FulfilmentShipped: ShippedBefore, order.FulfilmentCancelled: CancelBefore} {
		x := Explain(answered(func(a *Answer) { a.Means = means }))
		require.Len(t, x.Findings, 1, means)
		require.Equal(t, cause, x.First().Cause)
	}
}

func TestWhatCouldNotBeCheckedIsSaid(t *testing.T) {
	t.Parallel()
	f := channel.NewFault(channel.Throttled, "getOrder", "")
	f.RetryAfter = 2 * time.Minute
	for name, tc := range map[string]struct {
		err  error
		why  string
		told bool
	}{
		"no such order":         {channel.NewFault(channel.Missing, "getOrder", ""), "", true},
		"the budget is used up": {f, "the budget for reading orders is used up; the channel may be asked again in 2 min", false},
		"no answer":             {channel.NewFault(channel.Timeout, "getOrder", ""), "the channel does not answer: timeout", false},
		"refused":               {channel.NewFault(channel.Auth, "getOrder", ""), "the channel refuses the call: auth", false},
		"not in the file":       {errors.New("account ebay-uk is not in the accounts file"), "could not be asked from here: account ebay-uk", false},
	} {
		a := Answer{At: noon}
		a.Refused(tc.err)
		require.Contains(t, a.Why, tc.why, name)
		require.Equal(t, tc.told, a.Told(), name)
		e := healthy()
		e.Channel = a
		x := Explain(e)
		if !tc.told {
			require.Equal(t, NothingIsKnown, x.First().Cause, name)
			require.Contains(t, textOf(x), tc.why, name)
		}
		for _, c := range x.Checks {
			if c.Check == CheckStatus {
				require.Equal(t, tc.told, c.Known, name)
			}
		}
	}
}

func TestJustThisOneOrMore(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change func(e *Evidence)
		only   bool
		says   string
	}{
		"others come in":      {func(*Evidence) {}, true, "41 of ebay-uk in the last 24 hours, the last 1 h ago"},
		"many come in":        {func(e *Evidence) { e.Incoming.Lately = MostCounted }, true, "100+ of ebay-uk"},
		"none for two days":   {func(e *Evidence) { e.Incoming = Incoming{Last: hours(-72)} }, false, "No order of ebay-uk has come in for 3 days"},
		"none ever":           {func(e *Evidence) { e.Incoming = Incoming{} }, false, "no order of ebay-uk has ever come in"},
		"others are aside":    {func(e *Evidence) { e.Incoming.Aside = 2 }, false, "2 of ebay-uk set aside"},
		"others are in error": {func(e *Evidence) { e.Scans.Newest[1].Counts.Errors = 5 }, false, "5 in error"},
		"the scans fail":      {func(e *Evidence) { e.Scans.Newest[1].FaultID = "f" }, false, "The newest scans failed: 1 in a row"},
		"no scan has ended":   {func(e *Evidence) { e.Scans.Newest = e.Scans.Newest[:1] }, false, "Others come in"},
	} {
		e := healthy()
		tc.change(&e)
		o := Explain(e).Others
		require.Equal(t, tc.only, o.OnlyThis, name)
		require.Contains(t, joined(o.Says), tc.says, name)
	}
}

func joined(texts []string) (text string) {
	for _, t := range texts {
		text += t + " "
	}
	return text
}

func TestTheSupportDataIsWhatTheSeedAsksFor(t *testing.T) {
	t.Parallel()
	e := answered(func(*Answer) {})
	text := SupportText(e.Reference, "1.2.3", noon, []Explanation{Explain(e)})
	for _, want := range []string{
		"Missing order 14-12345-67890", "Towpath 1.2.3, 2026-11-29 12:00:00Z",
		"source: ebay", "subsource: ebay-uk (Shop), EBAY_GB, endpoint production",
		`on the channel: status "NOT_STARTED, PAID", placed 2026-11-29 09:00:00Z`, "just this order: Others come in: 41",
		"request id: ask-1", "explained by: missed", "scan run-1: began", "deleted by hand: not this", "screenshot",
	} {
		require.Contains(t, text, want)
	}
}

func TestOrdersAreFoundByTheNamesThatPeopleUse(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"#1001", "1001", "gid://shopify/Order/1001"}, Names("#1001"))
	require.Equal(t, []string{" a/b c ", "a/b c", "#a/b c", "A/B C"}, Names(" a/b c "))
	require.Empty(t, Names(" "))
	_, why := AskBy(channel.EBay, " 14-12345-67890 ")
	require.Empty(t, why)
	for ref, want := range map[string]channel.Kind{
		"202-5538961-7743559": channel.Amazon, "14-12345-67890": channel.EBay, "gid://shopify/Order/6001234567": channel.Shopify, "6001234567": channel.Shopify,
	} {
		for _, k := range channel.Kinds() {
			id, why := AskBy(k, ref)
			require.Equal(t, k == want, why == "", "%s on %s", ref, k)
			require.Equal(t, k == want, id != "", "%s on %s", ref, k)
		}
	}
	all := []account.Account{healthy().Account, {Account: message.Account{ID: "amazon-uk", Channel: channel.Amazon}}, {Account: message.Account{ID: "shop", Channel: channel.Shopify}}}
	require.Len(t, Candidates(all, "14-12345-67890"), 1)
	require.Equal(t, "shop", Candidates(all, "#1001")[0].ID)
	require.Len(t, Candidates(all[:2], "#1001"), 2)
}

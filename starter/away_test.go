package starter_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/starter"
)

// While the server does not answer, an error says what could not be done, with the server's own words.
func TestAnAbsentServerIsReportedWithWhatWasNotDone(t *testing.T) {
	t.Parallel()
	d, _ := newFaulty(t, always(errAway))
	for want, ask := range map[string]func(context.Context) error{
		"trigger order scan of ebay-uk":            func(ctx context.Context) error { _, err := d.SyncOrders(ctx, "ebay-uk", true); return err },
		"wake stock push of ebay-uk":               func(ctx context.Context) error { return d.SyncStock(ctx, "ebay-uk", true) },
		"start import of listings of ebay-uk":      func(ctx context.Context) error { return d.ImportLinks(ctx, "ebay-uk") },
		"start check of levels of ebay-uk":         func(ctx context.Context) error { return d.CheckLevels(ctx, "ebay-uk", time.Minute) },
		"describe " + message.LinksWorkflowID("e"): func(ctx context.Context) error { _, err := d.LinksImported(ctx, "e", nil); return err },
		"retry stock/ebay-uk":                      func(ctx context.Context) error { return d.Retry(ctx, "stock/ebay-uk") },
		"count failed workflows":                   func(ctx context.Context) error { _, err := d.Failed(ctx); return err },
		message.OrdersScheduleID("ebay-uk"):        func(ctx context.Context) error { return d.AccountPaused(ctx, "ebay-uk", "test") },
	} {
		err := ask(t.Context())
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, "connection refused", want)
		var unavailable *serviceerror.Unavailable
		require.ErrorAs(t, err, &unavailable, want)
	}
}

// What a screen shows does not depend on the server's answer.
func TestWhatIsShownDoesWithoutTheServer(t *testing.T) {
	t.Parallel()
	d, _ := newFaulty(t, always(errAway))
	d.sell(t, "ebay-uk", "1")
	shown, err := d.Order(t.Context(), d.row(t, "ebay-uk", "1"))
	require.NoError(t, err)
	require.Nil(t, shown.Lifecycle)
	require.Equal(t, "#1", shown.Reference)
	now, err := d.Now(t.Context())
	require.NoError(t, err)
	require.Len(t, now.Accounts, 2)
}

// The server stops answering in the middle: the cancellation is saved and not carried out; a second request carries
// it out.
func TestACancellationThatTheServerDidNotHearIsNotHalfDone(t *testing.T) {
	t.Parallel()
	d := newFixture(t)
	d.sell(t, "ebay-uk", "1")
	c := orders.Cancellation{ID: "c1", Reason: "test"}
	d.calls.fail = func(string) error { return errAway }
	_, err := d.Cancel(t.Context(), d.row(t, "ebay-uk", "1"), c)
	require.ErrorContains(t, err, "cancel order #1: connection refused")
	require.Equal(t, order.Open, d.detail(t, "ebay-uk", "1").State)
	d.calls.fail = nil
	out, err := d.Cancel(t.Context(), d.row(t, "ebay-uk", "1"), c)
	require.NoError(t, err)
	require.Equal(t, order.Cancelled, out.State)
}

// Only what Temporal accepted is named, so that the rest stays in the store for the sweep. A lifecycle that already
// runs is signalled; one that has ended needs no more signals.
func TestOnlyWhatTemporalAcceptedIsDelivered(t *testing.T) {
	t.Parallel()
	entry := func(id string, state order.State, fresh bool) orders.OutboxEntry {
		key := message.OrderKey{OrderID: id}
		key.Account.ID = "ebay-uk"
		return orders.OutboxEntry{Key: key, State: state, New: fresh}
	}
	d, f := newFaulty(t, func(call, id string) error {
		_, orderID, _ := message.ParseOrderWorkflowID(id)
		switch {
		case orderID == "away" || orderID == "lost":
			return errAway
		case call == "start" && orderID != "fresh":
			return &serviceerror.WorkflowExecutionAlreadyStarted{}
		case (call == "signal" || call == "end") && orderID != "runs":
			return errMissing
		}
		return nil
	})
	delivered := d.Deliver(t.Context(), []orders.OutboxEntry{
		entry("fresh", order.Open, true), entry("runs", order.Open, true), entry("ended", order.Open, true), entry("changed", order.Open, false),
		entry("over", order.Cancelled, false), entry("away", order.Open, true), entry("lost", order.Cancelled, false),
	})
	var ids []string
	for _, h := range delivered {
		ids = append(ids, h.Key.OrderID)
	}
	require.Equal(t, []string{"fresh", "runs", "ended", "changed", "over"}, ids)
	id := func(orderID string) string { return message.OrderWorkflowID("ebay-uk", orderID) }
	require.ElementsMatch(t, []string{
		"start " + id("fresh"), "start " + id("runs"), "signal " + id("runs"), "start " + id("ended"), "signal " + id("ended"),
		"signal or start " + id("changed"), "end " + id("over"), "start " + id("away"), "end " + id("lost"), "signal " + id("lost"),
	}, f.calls())
}

// A mistake of the caller is found before the server is asked.
func TestAMistakeIsFoundBeforeTheServerIsAsked(t *testing.T) {
	t.Parallel()
	d, f := newFaulty(t, always(errAway))
	var usage *starter.UsageError
	require.ErrorAs(t, d.ImportLinks(t.Context(), "nobody"), &usage)
	require.ErrorContains(t, usage, `no account "nobody"`)
	_, err := d.store.Accounts.Pause(t.Context(), "ebay-uk", "holidays")
	require.NoError(t, err)
	var refused *starter.RefusedError
	require.ErrorAs(t, d.SyncStock(t.Context(), "ebay-uk", false), &refused)
	require.ErrorContains(t, refused, "paused (holidays): `towpath accounts resume ebay-uk` first")
	require.Empty(t, f.calls())
}

// "Not found" is an answer; no answer is an error.
func TestAWorkflowThatIsGoneHasEnded(t *testing.T) {
	t.Parallel()
	d, f := newFaulty(t, always(errMissing))
	closed, err := d.Closed(t.Context(), "stock/ebay-uk")
	require.NoError(t, err)
	require.True(t, closed)
	f.fail = always(errors.New("connection refused"))
	_, err = d.Closed(t.Context(), "stock/ebay-uk")
	require.ErrorContains(t, err, "describe stock/ebay-uk: connection refused")
}

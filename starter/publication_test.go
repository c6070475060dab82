package starter_test

import (
	"context"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/keyring"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/settings"
	"github.com/towpath/towpath/starter"
)

// queues is a fake Temporal client: it records which publications were woken and signalled.
type queues struct {
	client.Client
	woken, signalled []string
}

func (q *queues) SignalWithStartWorkflow(_ context.Context, id string, _ string, _ any, _ client.StartWorkflowOptions, _ any, _ ...any) (client.WorkflowRun, error) {
	q.woken = append(q.woken, id)
	return nil, nil
}

func (q *queues) SignalWorkflow(_ context.Context, id, _, signal string, _ any) error {
	if len(q.woken) == 0 {
		return &serviceerror.NotFound{}
	}
	q.signalled = append(q.signalled, signal+" "+id)
	return nil
}

// openPublishing returns a starter with accounts of each kind: live and observing, with and without a test endpoint.
func openPublishing(t *testing.T) (*starter.Starter, *queues) {
	t.Helper()
	ctx := t.Context()
	st, err := store.Open(ctx, "sqlite:"+filepath.Join(t.TempDir(), "store.db"), keyring.ForSimulations())
	require.NoError(t, err)
	t.Cleanup(func() { _ = st.Close() })
	require.NoError(t, st.Migrate(ctx))
	var list []accounts.Account
	for _, a := range []accounts.Account{
		{Account: message.Account{ID: "amazon-uk", Channel: channel.Amazon, Endpoint: channel.Production}},
		{Account: message.Account{ID: "amazon-new", Channel: channel.Amazon, Endpoint: channel.Production}},
		{Account: message.Account{ID: "shop", Channel: channel.Shopify, Endpoint: channel.Production}, TestAccount: "shop-dev"},
		{Account: message.Account{ID: "shop-dev", Channel: channel.Shopify, Endpoint: channel.Test}},
		{Account: message.Account{ID: "ebay-uk", Channel: channel.EBay, Endpoint: channel.Production}},
		{Account: message.Account{ID: "shop-new", Channel: channel.Shopify, Endpoint: channel.Test}},
	} {
		a.OrderLocation, a.StockLocations, a.Cap, a.ReserveAt, a.Enabled = "main", []string{"main"}, stock.NoCap, order.AtPlaced, true
		list = append(list, a)
	}
	require.NoError(t, st.Settings.SaveAccounts(ctx, list))
	for _, id := range []string{"amazon-uk", "shop", "shop-dev", "ebay-uk"} {
		_, err := st.Settings.GoLive(ctx, id, settings.Live{By: "test"})
		require.NoError(t, err)
	}
	q := &queues{}
	return &starter.Starter{Temporal: q, Store: st, Speed: 1, Logger: zap.NewNop()}, q
}

func TestWhoSpeaksOnAnEndpoint(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		ask     starter.PublishRequest
		through string
		refused string
	}{
		"production by default":            {ask: starter.PublishRequest{Account: "amazon-uk"}, through: "amazon-uk"},
		"Amazon tests by a preview":        {ask: starter.PublishRequest{Account: "amazon-uk", Endpoint: channel.Test}, through: "amazon-uk"},
		"an observing one previews":        {ask: starter.PublishRequest{Account: "amazon-new", Endpoint: channel.Test}, through: "amazon-new"},
		"an observing one rehearses":       {ask: starter.PublishRequest{Account: "amazon-new", DryRun: true}, through: "amazon-new"},
		"an observing one writes nothing":  {ask: starter.PublishRequest{Account: "amazon-new"}, refused: "towpath accounts live amazon-new"},
		"an observing one tests no shop":   {ask: starter.PublishRequest{Account: "shop-new"}, refused: "towpath accounts live shop-new"},
		"a shop tests in another":          {ask: starter.PublishRequest{Account: "shop", Endpoint: channel.Test}, through: "shop-dev"},
		"no place to test":                 {ask: starter.PublishRequest{Account: "ebay-uk", Endpoint: channel.Test}, refused: "test_account: ID"},
		"a test account is never real":     {ask: starter.PublishRequest{Account: "shop-dev", Endpoint: channel.Production}, refused: "--endpoint test only"},
		"an endpoint that there is not":    {ask: starter.PublishRequest{Account: "shop", Endpoint: "staging"}, refused: "want test or production"},
		"an account that there is not":     {ask: starter.PublishRequest{Account: "etsy"}, refused: "no account"},
		"a test account by its own ending": {ask: starter.PublishRequest{Account: "shop-dev"}, through: "shop-dev"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, q := openPublishing(t)
			tc.ask.By = "ann"
			pub, err := s.Publish(t.Context(), tc.ask)
			if tc.refused != "" {
				require.ErrorContains(t, err, tc.refused)
				require.Empty(t, q.woken)
				return
			}
			require.NoError(t, err)
			require.Equal(t, tc.through, pub.Through)
			require.Equal(t, []string{message.PublicationWorkflowID(tc.ask.Account, pub.Endpoint)}, q.woken)
		})
	}
}

// Requests with the same key are queued once; signals stop runs and end waits, and a publication that does not run is
// started.
func TestRunsAreQueuedStoppedAndRetried(t *testing.T) {
	t.Parallel()
	s, q := openPublishing(t)
	ctx := t.Context()
	id := message.PublicationWorkflowID("amazon-uk", channel.Production)
	ask := starter.PublishRequest{Account: "amazon-uk", By: "ann", Key: "k"}
	first, err := s.Publish(ctx, ask)
	require.NoError(t, err)
	again, err := s.Publish(ctx, ask)
	require.NoError(t, err)
	require.Equal(t, first, again)
	second, err := s.Publish(ctx, starter.PublishRequest{Account: "amazon-uk", By: "ben", Selection: listing.Selection{Errors: true}})
	require.NoError(t, err)
	queue, err := s.Store.Publications.List(ctx, "amazon-uk", "")
	require.NoError(t, err)
	require.Len(t, queue, 2)
	require.NoError(t, s.RetryPublication(ctx, "amazon-uk", channel.Production))
	changed, err := s.StopPublication(ctx, second.ID, "ann")
	require.NoError(t, err)
	require.True(t, changed)
	require.Equal(t, []string{"retry " + id, "stop " + id}, q.signalled)
	changed, err = s.StopPublication(ctx, second.ID, "ben")
	require.NoError(t, err)
	require.False(t, changed, "it was stopped before")
	q.woken = nil
	require.NoError(t, s.RetryPublication(ctx, "amazon-uk", channel.Production))
	require.Equal(t, []string{id}, q.woken)
	var wrong *starter.UsageError
	_, err = s.StopPublication(ctx, "nothing", "ann")
	require.ErrorAs(t, err, &wrong)
	var refused *starter.RefusedError
	require.ErrorAs(t, s.RetryPublication(ctx, "shop", ""), &refused)
}

// The schedule requests one run and no more while that one waits, and requests nothing that can't be done now.
func TestTheScheduleAsksForWhatHasChanged(t *testing.T) {
	t.Parallel()
	s, _ := openPublishing(t)
	ctx := t.Context()
	run, err := s.PublishChanged(ctx, "amazon-uk", "1")
	require.NoError(t, err)
	pub, err := s.Store.Publications.Publication(ctx, run)
	require.NoError(t, err)
	require.True(t, pub.Selection.Changed)
	require.Equal(t, starter.BySchedule, pub.By)
	run, err = s.PublishChanged(ctx, "amazon-uk", "2")
	require.NoError(t, err)
	require.Empty(t, run)
	run, err = s.PublishChanged(ctx, "amazon-new", "3")
	require.NoError(t, err)
	require.Empty(t, run)
}

// Items that are pending for longer than the account's runs take, and those in error, are reported.
func TestAStalledPublicationNeedsAPerson(t *testing.T) {
	t.Parallel()
	s, _ := openPublishing(t)
	ctx := t.Context()
	_, err := s.Publish(ctx, starter.PublishRequest{Account: "amazon-uk", By: "ann", Key: "k", Selection: listing.Selection{SKUs: []string{"NOT-THERE"}}})
	require.NoError(t, err)
	queue, err := s.Store.Publications.List(ctx, "amazon-uk", "")
	require.NoError(t, err)
	require.NoError(t, s.Store.Publications.BeginPublication(ctx, queue[0].ID, "w"))
	_, _, err = s.Store.Publications.SelectGoods(ctx, queue[0].ID, "", 10)
	require.NoError(t, err)
	needs, err := s.NeedsYou(ctx, "", incident.Builds{})
	require.NoError(t, err)
	off := slices.DeleteFunc(slices.Clone(needs), func(n incident.Need) bool { return n.Kind != incident.ChangesOff })
	require.Len(t, off, 1, "the account that has published; nothing waits for its switches")
	require.Equal(t, []any{"amazon-uk", incident.Towpath}, []any{off[0].Account, off[0].Acts})
	needs = incident.ForYou(needs)
	require.Len(t, needs, 1)
	require.Equal(t, "1 item is in error on the production endpoint after not-in-catalogue", needs[0].Title)
	normal, err := s.NormalDuration(ctx, "amazon-uk")
	require.NoError(t, err)
	require.Equal(t, listing.Normal{Duration: 2 * time.Hour}, normal)
}

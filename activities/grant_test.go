package activities_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/ebay"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/settings"
)

// pausedSchedules is a fake caller that only counts how often schedules are paused.
type pausedSchedules struct {
	n atomic.Int32
}

func (p *pausedSchedules) AccountPaused(context.Context, string, string) error {
	p.n.Add(1)
	return nil
}
func (p *pausedSchedules) WakeStock(context.Context, []string) error { return nil }
func (p *pausedSchedules) Deliver(context.Context, []orders.OutboxEntry) []orders.OutboxEntry {
	return nil
}

// fickle is a marketplace whose seller may revoke the grant.
type fickle struct {
	revoked           atomic.Bool
	tokenCalls, calls atomic.Int32
}

func (m *fickle) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	token := strings.HasSuffix(r.URL.Path, "/token")
	if token {
		m.tokenCalls.Add(1)
	} else {
		m.calls.Add(1)
	}
	switch {
	case m.revoked.Load() && token:
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"error":"invalid_grant"}`)
	case m.revoked.Load():
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, `{"errors":[{"errorId":1001,"message":"Invalid access token"}]}`)
	case token:
		_, _ = io.WriteString(w, `{"access_token":"a","expires_in":7200}`)
	default:
		_, _ = io.WriteString(w, `{"total":0,"orders":[]}`)
	}
}

// A seller revokes the grant while forty pages are still to be read: the calls must stop, because some channels lock
// out a client that keeps calling.
func TestARevokedGrantPausesTheAccountAfterAHandfulOfCalls(t *testing.T) {
	t.Parallel()
	s := openStore(t, channel.EBay)
	_, err := s.store.Settings.GoLive(t.Context(), account, settings.Live{By: "test"})
	require.NoError(t, err)
	marketplace := &fickle{}
	server := httptest.NewServer(marketplace)
	t.Cleanup(server.Close)
	conn, err := ebay.Open(channel.Account{
		ID: account, Kind: channel.EBay, Endpoint: channel.Production, BaseURL: server.URL, Simulated: true,
		Credentials: map[string]string{"clientId": "c", "clientSecret": "s", "refreshToken": "r"},
	})
	require.NoError(t, err)
	caller := &pausedSchedules{}
	orders := &activities.Orders{
		Environment: activities.Environment{Store: s.store, Connections: activities.Connections{account: conn}, Schedules: caller},
		Lifecycles:  caller, Pushes: caller,
	}
	read := func(run string) activities.PageOutput {
		var suite testsuite.WorkflowTestSuite
		env := suite.NewTestActivityEnvironment()
		env.RegisterActivity(orders.SyncOrdersPage)
		value, err := env.ExecuteActivity(orders.SyncOrdersPage, activities.PageInput{Account: account, RunID: run, Started: time.Now()})
		require.NoError(t, err)
		var out activities.PageOutput
		require.NoError(t, value.Get(&out))
		return out
	}
	first := read("first") // the first call fetches the token
	require.Nil(t, first.Fault)
	marketplace.tokenCalls.Store(0)
	marketplace.revoked.Store(true)
	var wg sync.WaitGroup
	for range 40 {
		wg.Go(func() { _ = read("many") })
	}
	wg.Wait()
	saved, err := s.store.Accounts.Account(t.Context(), account)
	require.NoError(t, err)
	require.True(t, saved.Paused)
	require.EqualValues(t, 1, caller.n.Load(), "its schedules are paused once")
	require.LessOrEqual(t, marketplace.tokenCalls.Load(), int32(5))

	asked := marketplace.tokenCalls.Load() + marketplace.calls.Load()
	for range 20 {
		require.Equal(t, activities.CodePaused, read("later").Fault.Code)
	}
	require.Equal(t, asked, marketplace.tokenCalls.Load()+marketplace.calls.Load(), "a paused account calls nobody")

	// Each call is stored with its run, including the refused ones for a token.
	calls, err := s.store.Runs.RunCalls(t.Context(), "many", 500)
	require.NoError(t, err)
	tokens := 0
	for _, c := range calls {
		require.Equal(t, channel.Auth, c.Class)
		require.NotContains(t, c.Code, " ")
		if c.Operation == "getToken" {
			tokens++
			require.Equal(t, "invalid_grant", c.Code)
		}
	}
	require.EqualValues(t, marketplace.tokenCalls.Load(), tokens)
}

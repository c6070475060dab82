package transport_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

// hangUp reads the whole request, then closes the connection without an answer.
func hangUp(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	conn, _, _ := w.(http.Hijacker).Hijack()
	_ = conn.Close()
}

func request(t *testing.T, method, url string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(`{}`))
	require.NoError(t, err)
	return req
}

func TestFailuresWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	idle := make(chan struct{})
	t.Cleanup(func() { close(idle) })
	mux := http.NewServeMux()
	mux.HandleFunc("/hangup", hangUp)
	mux.HandleFunc("/silent", func(http.ResponseWriter, *http.Request) { <-idle })
	mux.HandleFunc("/truncated", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, `{"half`)
	})
	mux.HandleFunc("/huge", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 2000)) })
	server := httptest.NewServer(mux)
	t.Cleanup(server.CloseClientConnections)

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	closed := "http://" + listener.Addr().String()
	require.NoError(t, listener.Close())

	for name, tc := range map[string]struct {
		method, url string
		class       channel.Class
		ambiguous   bool
	}{
		"never connected":       {http.MethodPost, closed, channel.Network, false},
		"read, connection lost": {http.MethodGet, server.URL + "/hangup", channel.Network, false},
		"write, answer lost":    {http.MethodPost, server.URL + "/hangup", channel.Network, true},
		"read, no answer":       {http.MethodGet, server.URL + "/silent", channel.Timeout, false},
		"write, no answer":      {http.MethodPut, server.URL + "/silent", channel.Timeout, true},
		"write, answer cut":     {http.MethodPost, server.URL + "/truncated", channel.Network, true},
		"read, answer too long": {http.MethodGet, server.URL + "/huge", channel.Unknown, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := transport.New(transport.Options{Local: true, Deadline: 300 * time.Millisecond, MaxBody: 1000})
			_, f := c.Do(t.Context(), "op", request(t, tc.method, tc.url))
			require.NotNil(t, f)
			require.Equal(t, tc.class, f.Class)
			require.Equal(t, tc.ambiguous, f.Ambiguous)
		})
	}
}

func TestOneRefreshForManyCallers(t *testing.T) {
	t.Parallel()
	var refreshes atomic.Int32
	tokens := transport.NewTokens(func(context.Context) (string, time.Duration, *channel.Fault) {
		return "token-" + strconv.Itoa(int(refreshes.Add(1))), time.Hour, nil
	})
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			token, f := tokens.Token(t.Context())
			if f == nil && token == "token-1" {
				tokens.Invalidate(token)
			}
		})
	}
	wg.Wait()
	token, f := tokens.Token(t.Context())
	require.Nil(t, f)
	require.Equal(t, "token-2", token)
	require.EqualValues(t, 2, refreshes.Load())
}

func TestAFailedRefreshIsSharedByThoseWhoWait(t *testing.T) {
	t.Parallel()
	var refreshes atomic.Int32
	begun, answer := make(chan struct{}, 100), make(chan struct{})
	revoked := channel.NewFault(channel.Auth, "token", "invalid_grant")
	tokens := transport.NewTokens(func(ctx context.Context) (string, time.Duration, *channel.Fault) {
		refreshes.Add(1)
		begun <- struct{}{}
		select {
		case <-answer:
			return "", 0, revoked
		case <-ctx.Done():
			return "", 0, channel.NewFault(channel.Timeout, "token", "")
		}
	})
	// A cancelled call says nothing about the grant.
	hasty, cancel := context.WithCancel(t.Context())
	gaveUp := make(chan *channel.Fault)
	go func() { _, f := tokens.Token(hasty); gaveUp <- f }()
	<-begun

	faults := make(chan *channel.Fault)
	for range 50 {
		go func() { _, f := tokens.Token(t.Context()); faults <- f }()
	}
	cancel()
	require.Equal(t, channel.Timeout, (<-gaveUp).Class)
	<-begun
	close(answer)
	for range 50 {
		require.Equal(t, revoked, <-faults)
	}
	require.Less(t, refreshes.Load(), int32(10), "one for the hasty caller, and one for all the others")
}

func TestACallThatFailedForADeadTokenIsRepeatedOnce(t *testing.T) {
	t.Parallel()
	for _, dead := range []int{0, 1, 2} { // tokens that the channel refuses
		issued, asked := 0, 0
		tokens := transport.NewTokens(func(context.Context) (string, time.Duration, *channel.Fault) {
			issued++
			return strconv.Itoa(issued), time.Hour, nil
		})
		answer, fault := tokens.Call(t.Context(), func(token string) (*transport.Answer, *channel.Fault) {
			if asked++; token <= strconv.Itoa(dead) {
				return &transport.Answer{Status: http.StatusUnauthorized}, nil
			}
			return &transport.Answer{Status: http.StatusOK}, nil
		}, func(a *transport.Answer) bool { return a.Status == http.StatusUnauthorized })
		require.Nil(t, fault)
		require.Equal(t, dead < 2, answer.OK())
		require.Equal(t, min(dead+1, 2), asked)
		require.Equal(t, asked, issued)
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"": 0, "7": 7 * time.Second, "0.5": 500 * time.Millisecond, "-3": 0, "NaN": 0, "soon": 0, "1e300": 24 * time.Hour,
		"Sat, 21 Nov 2026 12:00:30 GMT": 30 * time.Second, "Sat, 21 Nov 2026 11:00:00 GMT": 0,
	} {
		require.Equal(t, want, transport.RetryAfter(http.Header{"Retry-After": {value}}, now), value)
	}
}

func TestEveryCallIsRecorded(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	mux.HandleFunc("/good", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Request-Id", "r-1")
		_, _ = io.WriteString(w, `{}`)
	})
	mux.HandleFunc("/bad", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Rlogid", "r-2")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	mux.HandleFunc("/cut", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Request-Id", "r-3")
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, `{"half`)
	})
	mux.HandleFunc("/hangup", hangUp)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	c := transport.New(transport.Options{Local: true, RequestIDHeaders: []string{"X-Request-Id", "Rlogid"}})
	ctx, calls := channel.WithCalls(t.Context())
	for _, name := range []string{"good", "bad", "cut", "hangup"} {
		a, f := c.Do(ctx, name, request(t, http.MethodPost, server.URL+"/"+name))
		if f == nil && !a.OK() {
			_ = a.Fault(channel.Throttled, name, "QuotaExceeded") // the fault is known only after the adapter has read the body
			_ = a.Fault(channel.Unknown, name, "second")
		}
	}
	list := calls.List()
	for i := range list {
		require.False(t, list[i].At.IsZero())
		require.Positive(t, list[i].Took)
		list[i].At, list[i].Took = time.Time{}, 0
	}
	require.Equal(t, []channel.Call{
		{Operation: "good", RequestID: "r-1", Status: 200},
		{Operation: "bad", RequestID: "r-2", Status: 429, Class: channel.Throttled, Code: "QuotaExceeded", Request: "POST /bad\n{}", Answer: "HTTP 429"},
		{Operation: "cut", RequestID: "r-3", Status: 200, Class: channel.Network, Code: transport.CodeTruncated, Request: "POST /cut\n{}"},
		{Operation: "hangup", Class: channel.Network, Code: transport.CodeConnection, Request: "POST /hangup\n{}"},
	}, list)
}

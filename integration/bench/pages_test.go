package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestPagesOfAKindAreMeasuredTogether(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/":                            "/",
		"/orders?state=open&account=a": "/orders?account&state",
		"/orders/1234":                 "/orders/ID",
		"/runs/more-17":                "/runs/ID",
		"/orders/aside":                "/orders/aside",
		"/incidents/refused/a/b":       "/incidents/refused/ID/ID",
	} {
		require.Equal(t, want, kindOf(path), path)
	}
}

// Every page that a link leads to is measured, of each kind a few, with what it loads; what leads away is not followed.
func TestAConsoleIsCrawled(t *testing.T) {
	t.Parallel()
	asked := map[string]int{}
	mux := http.NewServeMux()
	page := func(path, body string) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			asked[r.URL.Path]++
			_, _ = fmt.Fprint(w, body)
		})
	}
	list := ""
	for i := range 9 {
		list += fmt.Sprintf(`<a href="/orders/%d#top">x</a>`, i)
	}
	page("/{$}", `<script src="/app.js"></script><a href="/orders">o</a><a href="https://elsewhere/">e</a><a href="/log/download">d</a>`)
	page("/orders", list)
	page("/orders/{id}", `<a href="/">back</a>`)
	page("/app.js", "0123456789")
	server := httptest.NewServer(mux)
	defer server.Close()
	site := crawl{base: server.URL, client: server.Client(), times: 2}
	kinds, err := site.all(t.Context())
	require.NoError(t, err)
	require.Len(t, kinds, 3)
	require.Equal(t, []any{"/", 2, "/orders/ID", 2 * ofAKind}, []any{kinds[0].name, len(kinds[0].took), kinds[2].name, len(kinds[2].took)})
	require.Equal(t, map[string]int{"/": 2, "/orders": 2, "/app.js": 1, "/orders/0": 2, "/orders/1": 2, "/orders/2": 2}, asked)
	require.Greater(t, kinds[0].size, int64(110))

	mux.HandleFunc("GET /bad", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	_, err = site.measure(t.Context(), "/bad", &pageKind{})
	require.ErrorContains(t, err, "answered 500")
	stopped, stop := context.WithCancel(t.Context())
	stop()
	_, err = site.all(stopped)
	require.ErrorIs(t, err, context.Canceled)
}

func TestTheWorstOfAHundred(t *testing.T) {
	t.Parallel()
	k := pageKind{}
	for i := range 100 {
		k.took = append(k.took, time.Duration(100-i)*time.Millisecond)
	}
	require.Equal(t, []time.Duration{51 * time.Millisecond, 100 * time.Millisecond}, []time.Duration{k.p50(), k.p99()})
}

package browsertest_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/browsertest"
)

// A violation of a page's policy is recorded, although the test's own scripts are not subject to the policy.
func TestWhatThePolicyRefusesIsNoted(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'none'; img-src data:")
		w.Header().Set("Content-Type", "text/html")
		style := ""
		if r.URL.Path == "/inline" {
			style = ` style="color: red"`
		}
		_, _ = w.Write([]byte(`<!doctype html><link rel="icon" href="data:,"><main` + style + `>hello</main>`))
	}))
	t.Cleanup(server.Close)
	b := browsertest.Open(t)
	require.Contains(t, b.Go(server.URL), "hello")
	require.Equal(t, 2, browsertest.Eval[int](b, "1 + 1"))
	b.RequireNothingWrong("a page that keeps to its policy")
	b.Go(server.URL + "/inline")
	require.Contains(t, strings.Join(b.Wrong(), "\n"), "policy style-src-attr refused inline")
}

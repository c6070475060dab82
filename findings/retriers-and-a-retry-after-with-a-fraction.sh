#!/usr/bin/env bash
# Go's HTTP retriers ignore the wait that Shopify asks for: it is written with a fraction, and they read whole numbers or dates.
#
# Versions: github.com/hashicorp/go-retryablehttp v0.7.8, github.com/failsafe-go/failsafe-go v0.9.8, resty.dev/v3 v3.0.0-rc.4.
# Seen: of a 429 with `Retry-After: 20.0` (Shopify's REST API answers with `2.0`) retryablehttp's default back-off waits its minimum, one
# second, failsafehttp's DelayFunc asks for no delay at all (-1), and resty waits its own minimum. None of them says that it could not
# read the header. With `Retry-After: 20` all three wait 20 seconds. RFC 9110 (10.2.3) allows whole seconds only, so each of them is
# right by the letter, and a client that is throttled asks again up to twenty times too early.
# Follows: internal/channel/transport reads fractions of seconds, whole seconds and dates.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >go.mod <<'MOD'
module wait

go 1.26.0

require (
	github.com/failsafe-go/failsafe-go v0.9.8
	github.com/hashicorp/go-retryablehttp v0.7.8
	resty.dev/v3 v3.0.0-rc.4
)
MOD
cat >main.go <<'GO'
package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/failsafehttp"
	"github.com/hashicorp/go-retryablehttp"
	"resty.dev/v3"
)

func throttled(wait string) *http.Response {
	return &http.Response{StatusCode: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {wait}},
		Body: io.NopCloser(strings.NewReader(""))}
}

// attempt is what failsafe gives to its delay functions; only the last result is asked for.
type attempt struct {
	failsafe.ExecutionAttempt[*http.Response]
	last *http.Response
}

func (a attempt) LastResult() *http.Response { return a.last }

// waits reports whether resty, told to retry after a few milliseconds at least, waits for what the answer asks.
func waits(wait string) string {
	var at []time.Time
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if at = append(at, time.Now()); len(at) == 1 {
			w.Header().Set("Retry-After", wait)
			w.WriteHeader(http.StatusTooManyRequests)
		}
	}))
	defer shop.Close()
	c := resty.New().SetRetryCount(1).SetRetryWaitTime(time.Millisecond).SetRetryMaxWaitTime(5 * time.Millisecond).
		AddRetryConditions(resty.RetryConditionStatusTooManyRequests)
	defer c.Close()
	_, err := c.R().Get(shop.URL)
	switch {
	case err != nil || len(at) < 2:
		return fmt.Sprintf("does not retry (%v)", err)
	case at[1].Sub(at[0]) > 900*time.Millisecond:
		return "waits for it"
	}
	return "retries at once"
}

func main() {
	for _, wait := range []string{"20", "20.0"} {
		fmt.Printf("Retry-After: %-5s retryablehttp waits %v, failsafehttp %v\n", wait,
			retryablehttp.DefaultBackoff(time.Second, 30*time.Second, 0, throttled(wait)),
			failsafehttp.DelayFunc(attempt{last: throttled(wait)}))
	}
	for _, wait := range []string{"1", "1.0"} {
		fmt.Printf("Retry-After: %-5s resty %s\n", wait, waits(wait))
	}
}
GO
export GOTOOLCHAIN=local GOFLAGS=-mod=mod
seen=$(go run .)
echo "$seen"
want='Retry-After: 20    retryablehttp waits 20s, failsafehttp 20s
Retry-After: 20.0  retryablehttp waits 1s, failsafehttp -1ns
Retry-After: 1     resty waits for it
Retry-After: 1.0   resty retries at once'
diff <(echo "$want") <(echo "$seen") || { echo "changed: read the comment at the top again" >&2; exit 1; }
echo "as found"

// Package polltest waits in tests for what another goroutine, a simulated marketplace or a server does in its own time.
package polltest

import (
	"testing"
	"time"
)

const (
	// within is how long Until waits. It is long because a shared machine can be very slow; a test that passes never waits it out.
	within = time.Minute
	// interval is the time between two calls of the condition.
	interval = 10 * time.Millisecond
)

// Until calls condition every few milliseconds until it returns true. After a minute it fails the test and says what
// it waited for. The condition runs on the caller's own goroutine, so it may fail the test with require, and
// variables that it sets can be read afterwards; neither is true for the conditions of require.Eventually.
func Until(t testing.TB, what string, condition func() bool) {
	t.Helper()
	Within(t, within, what, condition)
}

// Within is Until with another limit, for what takes minutes.
func Within(t testing.TB, limit time.Duration, what string, condition func() bool) {
	t.Helper()
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for deadline := time.Now().Add(limit); !condition(); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatalf("waited %s in vain: %s", limit, what)
		}
	}
}

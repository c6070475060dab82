package order_test

import (
	"os"
	"runtime/debug"
	"testing"
)

// The model test makes a little garbage in each of millions of steps, and keeps next to nothing.
func TestMain(m *testing.M) {
	debug.SetGCPercent(1000)
	os.Exit(m.Run())
}

package order_test

import (
	"os"
	"runtime/debug"
	"testing"
)

// The model test allocates a little in each of millions of steps, and keeps almost nothing.
func TestMain(m *testing.M) {
	debug.SetGCPercent(1000)
	os.Exit(m.Run())
}

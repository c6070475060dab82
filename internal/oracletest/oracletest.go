// Package oracletest helps tests that check Towpath against published API specifications: it finds the specifications, and counts
// the checked cases. `make test` prints the counts.
package oracletest

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// CountsVariable names the environment variable with the file to which the counts are appended, one line
// "channel<TAB>what<TAB>number" each. Without it they are only logged.
const CountsVariable = "TOWPATH_ORACLE_COUNTS"

// Dir returns the folder of a channel's specifications. They may not be distributed with the repository and are expected beside
// it. Without them the test is skipped, but fails in CI; source is where to get them.
func Dir(t testing.TB, channel, source string) string {
	t.Helper()
	return beside(t, source, "oracles", channel)
}

// Data returns the path of merchants' files and order books, which may not be distributed either. Without them the test is
// skipped, but fails in CI; source is what they are, or where to get them.
func Data(t testing.TB, source string, path ...string) string {
	t.Helper()
	return beside(t, source, append([]string{"data"}, path...)...)
}

// Place returns the path where Dir and Data would look ("oracles", "ebay"), for tests that can do without.
func Place(t testing.TB, path ...string) string {
	t.Helper()
	return filepath.Join(append([]string{root(t), "..", "shared"}, path...)...)
}

func beside(t testing.TB, source string, path ...string) string {
	t.Helper()
	name := Place(t, path...)
	if _, err := os.Stat(name); errors.Is(err, os.ErrNotExist) {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is not there (%s)", name, source)
		}
		t.Skipf("%s is not there: %s", name, source)
	}
	return name
}

// root returns the repository's folder: the nearest parent with a go.mod.
func root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	require.NoError(t, err)
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		above := filepath.Dir(dir)
		require.NotEqual(t, dir, above, "no go.mod above the test")
		dir = above
	}
}

// Counter counts cases by what was compared with the specification. It is safe for concurrent use.
type Counter struct {
	channel string
	mu      sync.Mutex
	counts  map[string]int
}

// Count returns the counter of one test. Its counts are printed when the test and its subtests end. A test that has
// checked no case fails.
func Count(t *testing.T, channel string) *Counter {
	t.Helper()
	c := &Counter{channel: channel, counts: map[string]int{}}
	t.Cleanup(func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		// No require here: stopping the test in its clean-up would hide the messages of its subtests.
		if len(c.counts) == 0 {
			t.Error("nothing was held against the specification")
		}
		if err := c.report(t.Logf); err != nil {
			t.Error(err)
		}
	})
	return c
}

// Add counts n more cases, e.g. Add("requests", 1).
func (c *Counter) Add(what string, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.counts[what] += n
}

func (c *Counter) report(logf func(string, ...any)) error {
	var lines string
	for _, what := range slices.Sorted(maps.Keys(c.counts)) {
		logf("%s: %s: %d", c.channel, what, c.counts[what])
		lines += fmt.Sprintf("%s\t%s\t%d\n", c.channel, what, c.counts[what])
	}
	file := os.Getenv(CountsVariable)
	if file == "" {
		return nil
	}
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("write oracle counts: %w", err)
	}
	_, err = f.WriteString(lines)
	return errors.Join(err, f.Close())
}

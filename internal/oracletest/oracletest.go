// Package oracletest is for tests that hold Towpath against API specifications that others have published: it
// finds the specifications, and counts the cases that were held against them. `make test` prints the counts.
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

// Dir is the folder of a channel's specifications, which are not ours to distribute: they lie beside the
// repository. Where they are absent the test is skipped, and fails in CI; source says where to get them.
func Dir(t testing.TB, channel, source string) string {
	t.Helper()
	return beside(t, source, "oracles", channel)
}

// Data is the path of files of merchants and order books, which are not ours to distribute either: they lie beside the
// repository. Where they are absent the test is skipped, and fails in CI; source says what they are, or where to get them.
func Data(t testing.TB, source string, path ...string) string {
	t.Helper()
	return beside(t, source, append([]string{"data"}, path...)...)
}

// Place is where something of the kinds that Dir and Data find would lie, by its path ("oracles", "ebay"), for tests that make
// use of it where it is there and do without where it is not.
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

// root is the repository's folder: the nearest above the test's that has a go.mod.
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

// Counter counts cases by what was held against the specification. It is safe for concurrent use.
type Counter struct {
	channel string
	mu      sync.Mutex
	counts  map[string]int
}

// Count makes the counter of one test; its counts are printed when the test and its subtests end. A test that held
// nothing against the specification fails.
func Count(t *testing.T, channel string) *Counter {
	t.Helper()
	c := &Counter{channel: channel, counts: map[string]int{}}
	t.Cleanup(func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		// No require here: to stop the test in its clean-up would swallow what its subtests have said.
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
		return fmt.Errorf("tell oracle counts: %w", err)
	}
	_, err = f.WriteString(lines)
	return errors.Join(err, f.Close())
}

package integration

import (
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

func requireClean(t *testing.T, p *program) {
	t.Helper()
	require.Zero(t, p.wait(), "%s", p.out)
	require.Contains(t, p.out.String(), "The audit is clean.")
}

// One command brings everything up, plays a book through three marketplaces, and proves that nothing was lost.
func TestTheSmallBookEndsWithACleanAudit(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"--shape", "book", "--faults", "none"},
		{"--shape", "retail", "--stock", "tight", "--faults", "occasional"},
	} {
		t.Run(args[1], func(t *testing.T) {
			t.Parallel()
			requireClean(t, startDev(t, t.TempDir(), append(args, "--speed", "max", "--exit-when-done", "--fresh")...))
		})
	}
}

var savedOrders = regexp.MustCompile(`saved (\d+)`)

// saved is how many orders the last progress line says are saved.
func saved(p *program) int {
	all := savedOrders.FindAllStringSubmatch(p.out.String(), -1)
	if len(all) == 0 {
		return 0
	}
	n, _ := strconv.Atoi(all[len(all)-1][1])
	return n
}

// The whole process is killed in the middle of a real month, between whatever two lines it is at: nothing is
// lost, nothing is done twice.
func TestKilledInTheMiddleOfDecember(t *testing.T) {
	t.Parallel()
	book, dir := realBook(t, "2010-12"), t.TempDir()
	args := []string{"--orders", book, "--speed", "max", "--sync", "normal", "--exit-when-done"}
	for _, at := range []int{250, 800} {
		p := startDev(t, dir, args...)
		p.eventually("orders to be saved", func() bool { return saved(p) >= at })
		p.kill()
	}
	requireClean(t, startDev(t, dir, args...))
}

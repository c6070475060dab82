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

// One command starts everything, plays a book through three marketplaces, and its audit shows that nothing was lost.
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

// saved returns how many orders are saved, as the last progress line shows it.
func saved(p *program) int {
	all := savedOrders.FindAllStringSubmatch(p.out.String(), -1)
	if len(all) == 0 {
		return 0
	}
	n, _ := strconv.Atoi(all[len(all)-1][1])
	return n
}

// The whole process is killed at an arbitrary moment in the middle of a real month: nothing is lost and nothing is
// done twice.
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

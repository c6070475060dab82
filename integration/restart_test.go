package integration

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/config"
)

// savedByCLI returns how many orders the store has, as the command line counts them.
func savedByCLI(t *testing.T, dir string) int {
	t.Helper()
	return len(decoded[orderList](t, dir, "orders", "--limit", "1000").Orders)
}

// Ctrl-C stops towpath-dev in good order; the next start continues, and with --fresh it begins anew.
func TestStoppedItContinuesAndFreshItStartsAgain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p, _ := startRunning(t, dir, "--speed", "600")
	p.eventually("eight orders", func() bool { return savedByCLI(t, dir) >= 8 })
	require.Zero(t, p.stop(), "%s", p.out)
	require.NoFileExists(t, filepath.Join(dataDir(dir), "dev.json"))
	before := placedOrders(t, dir)
	_, stderr, code := towpath(t, dir, "orders")
	require.Equal(t, 2, code, "nothing runs here: %s", stderr)
	require.Contains(t, stderr, "TOWPATH_DATABASE_URL")

	p, _ = startRunning(t, dir, "--speed", "600")
	require.GreaterOrEqual(t, savedByCLI(t, dir), 8)
	p.eventually("more orders", func() bool { return savedByCLI(t, dir) >= count(before)+4 })
	after := placedOrders(t, dir)
	for account, ids := range before {
		require.Subset(t, after[account], ids)
	}
	require.NotContains(t, p.out.String(), "refused")
	require.Zero(t, p.stop(), "%s", p.out)

	p, _ = startRunning(t, dir, "--speed", "600", "--fresh")
	p.eventually("an order", func() bool { return savedByCLI(t, dir) >= 1 })
	anew := placedOrders(t, dir)
	require.Less(t, count(anew), count(before))
	for _, o := range decoded[orderList](t, dir, "orders", "--limit", "1000").Orders {
		require.Contains(t, anew[o.Key.Account.ID], o.Key.OrderID, "an order of the life before")
	}
	require.Zero(t, p.stop(), "%s", p.out)
}

// refused runs a towpath-dev that must end by itself, and returns its output.
func refused(t *testing.T, dir string, code int, args ...string) string {
	t.Helper()
	p := start(t, dir, nil, "towpath-dev", args...)
	require.Equal(t, code, p.wait(), "%s", p.out)
	return p.out.String()
}

// A folder and a port can be used by one towpath-dev only. A second one says what is wrong and what to do, and does
// not affect the first.
func TestAFolderInUseAndAPortInUseAreRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p, dev := startRunning(t, dir)
	for _, args := range [][]string{{}, {"--fresh"}, {"marketplaces"}, {"marketplaces", "--fresh"}} {
		said := refused(t, dir, 2, args...)
		require.Contains(t, said, dataDir("."), args)
		require.Regexp(t, "in use by another towpath-dev|already running", said, args)
	}
	still, err := config.ReadDev(dataDir(dir))
	require.NoError(t, err)
	require.Equal(t, dev, still)

	_, console, err := net.SplitHostPort(dev.ConsoleAddress)
	require.NoError(t, err)
	_, temporal, err := net.SplitHostPort(dev.TemporalAddress)
	require.NoError(t, err)
	other := t.TempDir()
	for flag, port := range map[string]string{
		"--console-port": console, "--temporal-port": temporal, "--ui-port": portOf(t, dev.WebUIAddress), "--markets-port": marketPort(t, dir),
	} {
		args := append(append([]string{}, freePorts...), flag, port)
		said := refused(t, other, 1, args...)
		require.Contains(t, said, port, flag)
		require.Contains(t, said, flag, "what to do about it")
		require.NoFileExists(t, filepath.Join(dataDir(other), "dev.json"))
	}
	_, err = config.ReadDev(dataDir(dir))
	require.NoError(t, err)
	require.Zero(t, p.stop(), "%s", p.out)
}

func portOf(t *testing.T, address string) string {
	t.Helper()
	_, port, err := net.SplitHostPort(strings.TrimPrefix(address, "http://"))
	require.NoError(t, err)
	return port
}

func marketPort(t *testing.T, dir string) string {
	t.Helper()
	return portOf(t, marketplaces(t, dir).Accounts[0].Address)
}

// Mistakes on the command line are reported before anything is created.
func TestMistakesOnTheCommandLineAreUsageErrors(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	book := filepath.Join(dir, "book.csv")
	require.NoError(t, os.WriteFile(book, []byte("InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"+
		"1,A,LAMP,1,2026-03-02 06:00:00,1.00,2.0,France\n2,A,LAMP,one,2026-03-02 06:10:00,1.00,2.0,France\n"), 0o600))
	for _, c := range []struct{ args, want string }{
		{"--orders book.csv", "book.csv:3:10: "},
		{"marketplaces --orders book.csv", "book.csv:3:10: "},
		{"--orders missing.csv", "missing.csv"},
		{"--speed fast", "--speed"},
		{"--speed 0", "--speed"},
		{"--stock some", "ample or tight"},
		{"--shape round", "book or retail"},
		{"--faults many", "occasional"},
		{"--bogus", "unknown flag"},
		{"--console-port x", "console-port"},
		{"audit", "no data of towpath-dev"},
	} {
		said := refused(t, dir, 2, strings.Fields(c.args)...)
		require.Contains(t, said, c.want, c.args)
		require.Contains(t, said, "towpath-dev: ", c.args)
	}
	require.NoDirExists(t, dataDir(dir))
}

// A folder continues with the book that it was begun with.
func TestAFolderKeepsItsBook(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	book := smallBook(t, dir, 6, false)
	args := []string{"--orders", book, "--speed", "max", "--exit-when-done"}
	requireClean(t, startDev(t, dir, args...))
	for _, other := range [][]string{{}, {"--orders", book, "--stock", "tight"}, {"--orders", book, "--shape", "retail"}} {
		require.Contains(t, refused(t, dir, 2, append(other, freePorts...)...), "--fresh")
	}
	again := startDev(t, dir, args...)
	requireClean(t, again)
	require.Contains(t, again.out.String(), "6 placed, 6 saved, 0 lost")
	require.Equal(t, 6, count(placedOrders(t, dir)))

	audit := start(t, dir, nil, "towpath-dev", "audit")
	requireClean(t, audit)
	require.Contains(t, audit.out.String(), "not asked: Temporal is not running")
}

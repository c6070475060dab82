package simulator_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/simulator"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
)

var specs = []simulator.AccountSpec{
	{ID: "amazon-uk", Kind: channel.Amazon}, {ID: "ebay-uk", Kind: channel.EBay}, {ID: "shopify-uk", Kind: channel.Shopify},
}

func start(t *testing.T, dir string) *simulator.Simulator {
	t.Helper()
	s, err := simulator.Start(t.Context(), simulator.Options{Dir: dir, Accounts: specs})
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Stop() })
	return s
}

// Orders, the marketplaces' addresses and the credentials survive a stop and a start.
func TestMarketplacesGoOnWhereTheyWere(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := start(t, dir)
	before := s.Accounts()
	for _, a := range before {
		require.NoError(t, s.Market(a.ID).List(t.Context(), []market.Listing{{SKU: "a", Quantity: 3}}))
		placed, err := s.Market(a.ID).Place(t.Context(), market.Purchase{BookID: "1", Currency: "GBP", Lines: []market.PurchaseLine{{SKU: "a", Quantity: 1}}})
		require.NoError(t, err)
		require.NotEmpty(t, placed.OrderID)
		require.NotEmpty(t, s.Credentials(a.ID))
		require.Equal(t, s.Address(a.ID), a.Channel().BaseURL)
		get, err := http.Get(a.Address + "/")
		require.NoError(t, err)
		require.NoError(t, get.Body.Close())
	}
	require.NoError(t, s.Stop())
	require.NoError(t, s.Stop())

	s = start(t, dir)
	require.Equal(t, before, s.Accounts())
	for _, a := range before {
		o, err := s.Market(a.ID).ByBook(t.Context(), "1")
		require.NoError(t, err)
		require.Equal(t, 1, o.Lines[0].Quantity)
	}
	require.Nil(t, s.Market("nobody"))
	require.Empty(t, s.Address("nobody"))
}

func TestAnotherProcessFindsThem(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, err := simulator.Attach(dir)
	require.ErrorIs(t, err, simulator.ErrNone)
	s := start(t, dir)

	a, err := simulator.Attach(dir)
	require.NoError(t, err)
	require.Equal(t, s.Accounts(), a.Accounts)
	require.Equal(t, os.Getpid(), a.PID)
	running, err := a.Running(t.Context())
	require.NoError(t, err)
	require.True(t, running)
	ebay, ok := a.Account("ebay-uk")
	require.True(t, ok)
	_, err = faults.Switch(t.Context(), ebay.Address, faults.Rates{Unavailable: 1})
	require.NoError(t, err)
	get, err := http.Get(ebay.Address + "/sell/fulfillment/v1/order")
	require.NoError(t, err)
	require.NoError(t, get.Body.Close())
	require.Equal(t, http.StatusServiceUnavailable, get.StatusCode)
	require.Equal(t, int64(1), s.Injector("ebay-uk").Counts()[faults.Unavailable])

	require.NoError(t, s.Stop())
	running, err = a.Running(t.Context())
	require.NoError(t, err)
	require.False(t, running)
	ledger, err := a.Ledger(t.Context(), "ebay-uk")
	require.NoError(t, err, "the ledger is there to be audited when the marketplace is not running")
	require.NoError(t, ledger.Close())
	_, err = a.Ledger(t.Context(), "nobody")
	require.Error(t, err)
}

func TestWhatCannotStartSaysWhy(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = taken.Close() }()
	_, number, _ := net.SplitHostPort(taken.Addr().String())
	port, err := strconv.Atoi(number)
	require.NoError(t, err)
	ebay := func(id string, port int) []simulator.AccountSpec {
		return []simulator.AccountSpec{{ID: id, Kind: channel.EBay, Port: port}}
	}
	dir := t.TempDir()
	_, err = simulator.Start(t.Context(), simulator.Options{Dir: dir, Accounts: ebay("e", port)})
	require.ErrorContains(t, err, "account e: listen on port "+number)
	s, err := simulator.Start(t.Context(), simulator.Options{Dir: dir, Accounts: ebay("e", 0)})
	require.NoError(t, err, "the failed start left nothing behind")
	require.NoError(t, s.Stop())

	for want, o := range map[string]simulator.Options{
		"folder":              {Accounts: ebay("e", 0)},
		`no simulated "etsy"`: {Dir: dir, Accounts: []simulator.AccountSpec{{ID: "e", Kind: "etsy"}}},
		"an id of its own":    {Dir: dir, Accounts: append(ebay("e", 0), ebay("e", 0)...)},
		`account "../e"`:      {Dir: dir, Accounts: ebay("../e", 0)},
		"fault rate":          {Dir: dir, Accounts: ebay("e", 0), Faults: faults.Rates{Lost: 3}},
		"speed is -1":         {Dir: dir, Accounts: ebay("e", 0), Speed: -1},
		"is it a simulator's": {Dir: notADatabase(t), Accounts: ebay("e", 0)},
	} {
		_, err := simulator.Start(t.Context(), o)
		require.ErrorContains(t, err, want)
	}
}

func notADatabase(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "e.db"), []byte(strings.Repeat("no database ", 1000)), 0o600))
	return dir
}

// Two processes that run the same marketplaces would damage their ledger, so the second is refused; a killed process
// blocks nobody.
func TestOneProcessRunsAFolderAndAKilledOneLetsGo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	other := exec.Command(os.Args[0], "-test.run=^TestHelperProcess$") //nolint:gosec // this very test binary
	other.Env = append(os.Environ(), "SIMULATOR_DIR="+dir)
	out, err := other.StdoutPipe()
	require.NoError(t, err)
	_, err = other.StdinPipe() // the other process ends with this one
	require.NoError(t, err)
	require.NoError(t, other.Start())
	ready, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "ready\n", ready)

	_, err = simulator.Start(t.Context(), simulator.Options{Dir: dir, Accounts: specs})
	require.ErrorContains(t, err, fmt.Sprintf("are run by process %d", other.Process.Pid))
	a, err := simulator.Attach(dir)
	require.NoError(t, err)
	require.Equal(t, other.Process.Pid, a.PID)
	ledger, err := a.Ledger(t.Context(), "ebay-uk")
	require.NoError(t, err)
	entries, err := ledger.Entries(t.Context(), 0, 10)
	require.NoError(t, err)
	require.Len(t, entries, 1)
	require.NoError(t, ledger.Close())

	require.NoError(t, other.Process.Kill())
	_ = other.Wait()
	s := start(t, dir)
	entries, err = s.Market("ebay-uk").Entries(t.Context(), 0, 10)
	require.NoError(t, err)
	require.Len(t, entries, 1, "what the killed process had answered is still there")
}

// TestHelperProcess is the other process, if SIMULATOR_DIR is set.
func TestHelperProcess(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("SIMULATOR_DIR")
	if dir == "" {
		t.SkipNow()
	}
	s, err := simulator.Start(context.Background(), simulator.Options{Dir: dir, Accounts: specs})
	require.NoError(t, err)
	require.NoError(t, s.Market("ebay-uk").List(context.Background(), []market.Listing{{SKU: "a", Quantity: 1}}))
	fmt.Println("ready")
	_, _ = io.Copy(io.Discard, os.Stdin)
}

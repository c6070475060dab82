//go:build soak

package integration

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/audit"
	"github.com/towpath/towpath/internal/backfill"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/amazon"
	"github.com/towpath/towpath/internal/channel/ebay"
	"github.com/towpath/towpath/internal/channel/shopify"
	"github.com/towpath/towpath/internal/config"
	"github.com/towpath/towpath/internal/devserver"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/simulator"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/packer"
	"github.com/towpath/towpath/internal/simulator/warehouse"
	"github.com/towpath/towpath/internal/store/backfills"
)

const (
	// soakSpeed plays a month in 22 minutes.
	soakSpeed = "2000"
	// killEvery is how long a part of the platform lives.
	killEvery = time.Minute
	// actEvery is how often somebody looks after what is parked, paused, refused or set aside.
	actEvery = 15 * time.Second
)

// storm is everything that can go wrong at the marketplaces, all at once: one call in twelve fails, and much of what is answered
// is odd. A slow answer, and a late request, comes after a second. And whatever marketplaces do to orders is done to one in five.
var storm = faults.Rates{
	Throttle: 0.01, Unavailable: 0.01, Slow: 0.01, Hang: 0.001, Reset: 0.01, Lost: 0.01, Malformed: 0.005, Truncated: 0.005, Huge: 0.001,
	ServerError: 0.01, Late: 0.01,
	DuplicatePage: 0.1, ReorderedPage: 0.3, RepeatedCursor: 0.1, TokenExpiry: 0.05, ListingLimit: 0.1, DuplicateVariation: 0.1,
	FeedRejected: 0.2, ProductGone: 0.02, NeverLive: 0.05, NeverShown: 0.02, WrongChecksum: 0.1, NoDefinition: 0.1, UnreadableOrder: 0.05,
	ForbiddenSKU: 0.03, SKUError: 0.03, ProtectedFields: 0.3, IndexLag: 0.3, SlowMillis: 2_000_000,
	Orders: stormed(),
}

func stormed() map[faults.Kind]float64 {
	rates := map[faults.Kind]float64{}
	for k, p := range orderFaults {
		rates[k] = p / 5
	}
	rates[faults.CancelWithoutLines] = 0.1 // of the few that are not paid yet
	return rates
}

// soaked is a platform in the storm. The marketplaces are processes of their own and are never killed.
type soaked interface {
	start()                                                   // whatever does not run, and waits until it does
	kill()                                                    // a part of it, with SIGKILL
	towpath(args ...string) (stdout, stderr string, code int) // the command line
	finish()                                                  // waits until all work is done, and requires a clean audit
}

// Everything at once, for a month of a real retailer each, on SQLite and on PostgreSQL with two workers: all faults, the usual
// quirks of orders, backfills that read orders again, and the platform killed every minute. Nothing is lost, nothing doubled, and
// no level wrong at the end.
// TOWPATH_SOAK_ROWS limits the books to their first rows: 5000 are four days.
func TestEverythingAtOnceForAMonth(t *testing.T) {
	t.Parallel()
	for _, month := range []string{"2010-12", "2011-01"} {
		t.Run("sqlite "+month, func(t *testing.T) {
			soak(t, month, func(t *testing.T, dir, _ string, flags []string) soaked {
				return &onSQLite{t: t, dir: dir, flags: flags}
			})
		})
		t.Run("postgres "+month, func(t *testing.T) {
			soak(t, month, func(t *testing.T, dir, file string, _ []string) soaked { return newOnPostgres(t, dir, file) })
		})
	}
}

func soak(t *testing.T, month string, open func(t *testing.T, dir, file string, flags []string) soaked) {
	dir := t.TempDir()
	whole, err := os.ReadFile(realBook(t, month))
	require.NoError(t, err)
	if n, err := strconv.Atoi(os.Getenv("TOWPATH_SOAK_ROWS")); err == nil {
		lines := bytes.SplitAfterN(whole, []byte("\n"), n)
		whole = bytes.Join(lines[:n-1], nil)
	}
	file := filepath.Join(dir, "book.csv")
	require.NoError(t, os.WriteFile(file, whole, 0o600))
	flags := []string{"--orders", file, "--speed", soakSpeed, "--quirks", "usual"}
	markets := start(t, dir, nil, "towpath-dev", append([]string{"marketplaces", "--markets-port", "0"}, flags...)...)
	markets.eventually("the marketplaces' addresses", func() bool { return strings.Contains(markets.out.String(), "shopify-uk") })
	p := open(t, dir, file, flags)
	p.start() // the first day is calm: what is on the channels is read, and linked
	accounts := marketplaces(t, dir).Accounts
	began, kills := time.Now(), 0
	for ; !strings.Contains(markets.out.String(), "The book is played"); kills++ {
		p.start()
		for n, a := range accounts {
			rates := storm.For(a.Kind)
			if kills%len(accounts) == n { // once in a while a grant is revoked
				rates.RevokedGrant = 1
			}
			switchOn(markets, dir, a.ID, rates)
		}
		acted, killed := time.Now(), time.Now().Add(killEvery)
		markets.eventually("the time to kill", func() bool {
			if time.Since(acted) > actEvery {
				switchOn(markets, dir, accounts[kills%len(accounts)].ID, storm.For(accounts[kills%len(accounts)].Kind))
				lookAfter(t, p)
				backfillToday(p, accounts[kills%len(accounts)].ID)
				acted = time.Now()
			}
			return time.Now().After(killed)
		})
		p.kill()
	}
	played := time.Since(began)
	met := map[faults.Kind]int64{}
	for _, a := range accounts {
		state, err := faults.Show(t.Context(), a.Address)
		require.NoError(t, err)
		for kind, n := range state.Injected {
			met[kind] += n
		}
		switchOn(markets, dir, a.ID, faults.Rates{})
	}
	p.finish()
	requireBackfilled(t, p)
	t.Logf("%s: %d kills in %s, then %s until all was done; faults met: %v", month, kills, played.Round(time.Second), (time.Since(began) - played).Round(time.Second), met)
	if os.Getenv("TOWPATH_SOAK_ROWS") == "" {
		for _, kind := range slices.Concat(faults.Kinds, faults.OrderFaults()) {
			require.NotZero(t, met[kind], kind)
		}
	}
	require.Zero(t, markets.stop(), "%s", markets.out)
}

// lookAfter acts as an operator with a command line: it resumes accounts, retries what is parked, and has refused levels and orders
// that are set aside tried again. Commands fail while the platform is down.
func lookAfter(t *testing.T, p soaked) {
	t.Helper()
	stdout, stderr, code := p.towpath("status", "-o", "json")
	if code != 0 && code != 3 {
		t.Logf("status: %s", stderr)
		return
	}
	var now struct {
		Accounts []struct {
			ID     string
			Paused bool
		}
	}
	decode(t, stdout, &now)
	for _, a := range now.Accounts {
		if a.Paused {
			p.towpath("accounts", "resume", a.ID)
		}
		p.towpath("retry", "--account", a.ID)
	}
	p.towpath("sync", "stock")
	p.towpath("orders", "aside", "retry")
}

// backfillToday has an account's orders of today read again, unless that goes on. The marketplaces' clock is the real one.
func backfillToday(p soaked, account string) {
	today := time.Now().UTC().Format(time.DateOnly)
	p.towpath("backfill", "orders", "--account", account, "--from", today, "--to", today)
}

// requireBackfilled requires that backfills came to their end, and none is left that goes on.
func requireBackfilled(t *testing.T, p soaked) {
	t.Helper()
	stdout, stderr, code := p.towpath("backfill", "list", "-o", "json")
	require.Zero(t, code, stderr)
	var shown struct{ Backfills []backfills.Backfill }
	decode(t, stdout, &shown)
	states := map[backfill.Standing]int{}
	for _, b := range shown.Backfills {
		states[b.State]++
	}
	t.Logf("backfills: %v", states)
	require.NotZero(t, states[backfill.Done])
}

// onSQLite is a towpath-dev whose marketplaces run elsewhere.
type onSQLite struct {
	t     *testing.T
	dir   string
	flags []string
	p     *program
}

func (s *onSQLite) start() {
	if s.p == nil {
		s.p, _ = startRunning(s.t, s.dir, s.flags...)
	}
}

func (s *onSQLite) kill() {
	s.p.kill()
	s.p = nil
}

func (s *onSQLite) towpath(args ...string) (stdout, stderr string, code int) {
	return towpath(s.t, s.dir, args...)
}

func (s *onSQLite) finish() {
	s.p, _ = startRunning(s.t, s.dir, append(s.flags, "--exit-when-done")...)
	operate(s.p, s.dir)
	requireClean(s.t, s.p)
	s.t.Log(s.p.out.String())
	s.p = nil
	s.start() // the command line asks one that runs
}

// onPostgres is two workers, killed in turn, and a warehouse.
type onPostgres struct {
	*production
	folder  string
	workers [2]*program
	killed  int
}

func newOnPostgres(t *testing.T, dir, file string) *onPostgres {
	t.Helper()
	p := &onPostgres{production: newProduction(t, dir, soakSpeed), folder: dir}
	p.connect(dir, file)
	p.pack(dir)
	return p
}

// pack runs the simulated warehouse, which packs what is ready, until the test ends.
func (s *onPostgres) pack(dir string) {
	t := s.t
	speed, err := strconv.ParseFloat(soakSpeed, 64)
	require.NoError(t, err)
	settings := config.Settings{Accounts: filepath.Join(dir, "accounts.yaml"), DatabaseURL: s.url, Speed: speed, LogLevel: "error"}
	for _, setting := range s.env {
		name, value, _ := strings.Cut(setting, "=")
		switch name {
		case "TOWPATH_TEMPORAL_ADDRESS":
			settings.TemporalAddress = value
		case "TOWPATH_TEMPORAL_NAMESPACE":
			settings.TemporalNamespace = value
		case "TOWPATH_TOKEN_KEY":
			settings.TokenKey = value
		case "TOWPATH_BUYER_KEY":
			settings.BuyerKey = value
		}
	}
	adapters := channel.Registry{channel.Amazon: amazon.Open, channel.EBay: ebay.Open, channel.Shopify: shopify.Open}
	caller, err := platform.Open(t.Context(), settings, adapters, zap.NewNop())
	require.NoError(t, err)
	box, err := warehouse.Open(t.Context(), filepath.Join(dataDir(dir), "marketplaces", "warehouse.db"))
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		done <- packer.New(packer.Options{Platform: devserver.Merchant(caller), Warehouse: box, Speed: speed, Places: s.places}).Run(ctx)
	}()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-done)
		require.NoError(t, box.Close())
		require.NoError(t, caller.Close())
	})
}

// places returns where each line of an order ships from, as the marketplace has it: a package leaves from one place.
func (s *onPostgres) places(ctx context.Context, account, orderID string) (map[string]string, error) {
	attached, err := simulator.Attach(filepath.Join(dataDir(s.folder), "marketplaces"))
	if err != nil {
		return nil, err
	}
	r, err := attached.Ledger(ctx, account)
	if err != nil {
		return nil, err
	}
	o, err := r.Order(ctx, orderID)
	at := map[string]string{}
	for _, l := range o.Lines {
		at[l.ID] = l.Location
	}
	return at, errors.Join(err, r.Close())
}

func (s *onPostgres) start() {
	for n, w := range s.workers {
		if w == nil {
			s.workers[n] = start(s.t, s.dir, s.env, "towpath", "worker")
		}
	}
}

func (s *onPostgres) kill() {
	n := s.killed % len(s.workers)
	s.workers[n].kill()
	s.workers[n], s.killed = nil, s.killed+1
}

func (s *onPostgres) finish() {
	s.start()
	acted := time.Now()
	var report audit.Report
	s.t.Cleanup(func() { require.NoError(s.t, report.Print(s.t.Output())) })
	s.workers[0].eventually("all work to be done", func() bool {
		if time.Since(acted) > actEvery {
			lookAfter(s.t, s)
			acted = time.Now()
		}
		report = s.audited(s.folder)
		return report.Clean()
	})
	s.requireClean(s.folder)
	require.Zero(s.t, s.workers[1].stop(), "%s", s.workers[1].out)
	require.Zero(s.t, s.workers[0].stop(), "%s", s.workers[0].out)
}

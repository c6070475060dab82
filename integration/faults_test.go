package integration

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/simulator"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/store/incidents"
)

// Every kind of fault of a channel occurs on half of all calls while orders arrive, and then stops: nothing is lost
// and nothing is done twice. Work that gave up is parked and shown, and continues when a person retries it.
func TestNoFaultOfAChannelLosesOrDoublesAnything(t *testing.T) {
	t.Parallel()
	for _, kind := range faults.Kinds {
		t.Run(string(kind), func(t *testing.T) {
			dir := t.TempDir()
			p, _ := startRunning(t, dir, "--orders", smallBook(t, dir, 36, true), "--speed", "max", "--exit-when-done")
			faulty(p, dir, kind)
			for retryParked(t, dir) {
			}
			requireClean(t, p)
			require.Contains(t, p.out.String(), "36 placed, 36 saved, 0 lost")
		})
	}
}

// Faults are switched by name while the marketplaces run; a mistake is reported and changes nothing.
func TestFaultsAreSwitchedByName(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	said := refused(t, dir, 2, "faults")
	require.Contains(t, said, "no marketplaces are running")
	p := start(t, dir, nil, "towpath-dev", "marketplaces", "--markets-port", "0", "--faults", "lost=0.25")
	p.eventually("marketplaces to run", func() bool { return strings.Contains(p.out.String(), "shopify-uk") })
	faultsOf := func(account string) faults.Rates {
		a, _ := marketplaces(t, dir).Account(account)
		s, err := faults.Show(t.Context(), a.Address)
		require.NoError(t, err)
		return s.Rates
	}
	require.Contains(t, refused(t, dir, 2, "faults", "set", "throttle=0.5", "lots=1"), "never-live")
	require.Contains(t, refused(t, dir, 2, "faults", "set", "--account", "ebay", "lost=1"), "ebay-uk")
	require.Contains(t, refused(t, dir, 2, "faults", "set", "--account", "ebay-uk", "protected-fields=1"), "protected-fields does not exist on ebay")
	require.Equal(t, faults.Rates{Lost: 0.25}, faultsOf("ebay-uk"))
	said = refused(t, dir, 0, "faults", "set", "--account", "ebay-uk", "--operations", "getOrders", "--slow", "2s", "slow=0.5", "repeated-cursor=1")
	require.Contains(t, said, "repeated-cursor")
	require.Equal(t, faults.Rates{Lost: 0.25, Slow: 0.5, SlowMillis: 2000, RepeatedCursor: 1, Operations: []string{"getOrders"}}, faultsOf("ebay-uk"))
	require.Equal(t, faults.Rates{Lost: 0.25}, faultsOf("amazon-uk"))
	var shown []struct {
		Account string
		Rates   faults.Rates
	}
	decode(t, refused(t, dir, 0, "faults", "off", "-o", "json"), &shown)
	require.Len(t, shown, 5, "three marketplaces and two sandboxes")
	require.Equal(t, faults.Rates{}, faultsOf("ebay-uk"))
	require.Zero(t, p.stop())
}

// quirk is a wrong behaviour of a marketplace. The orders of a wide book have many lines, so that Amazon gets levels in feeds; of
// the others it gets patches.
type quirk struct {
	rates faults.Rates
	wide  bool
	only  channel.Kind // empty = every channel that has it
}

// quirks are faults that only a marketplace itself can play.
var quirks = []quirk{
	{rates: faults.Rates{ReorderedPage: 0.5}, wide: true},
	{rates: faults.Rates{TokenExpiry: 0.3}, wide: true},
	{rates: faults.Rates{RevokedGrant: 1}, wide: true},
	{rates: faults.Rates{ProductGone: 0.3}, wide: true},
	{rates: faults.Rates{FeedRejected: 1}, wide: true},
	{rates: faults.Rates{UnreadableOrder: 0.5}, wide: true},
	{rates: faults.Rates{NeverLive: 0.5}, wide: true},
	{rates: faults.Rates{NeverShown: 0.5}, only: channel.Amazon}, // elsewhere scans lag behind by minutes: see the soak
	{rates: faults.Rates{ForbiddenSKU: 0.3, SKUError: 0.3, ProtectedFields: 0.5}},
}

// elsewhere are the faults that orders can't meet in a short run, with where they are played.
var elsewhere = map[faults.Kind]string{
	faults.DuplicatePage:      "TestNoQuirkOfPagesLosesOrDoublesAnything",
	faults.RepeatedCursor:     "TestNoQuirkOfPagesLosesOrDoublesAnything",
	faults.ListingLimit:       "TestRefusedPublicationsLeaveTheBookAlone",
	faults.DuplicateVariation: "TestRefusedPublicationsLeaveTheBookAlone",
	faults.WrongChecksum:      "the tests of Amazon's adapter",
	faults.NoDefinition:       "the tests of the adapters",
	faults.IndexLag:           "the adapters' conformance, and the soak: at the highest speed it lasts half a millisecond",
}

func TestEveryFaultIsPlayed(t *testing.T) {
	t.Parallel()
	for _, k := range faults.HandlerFaults {
		played := slices.ContainsFunc(quirks, func(q quirk) bool { return q.rates.Of(k) > 0 })
		require.NotEqual(t, played, elsewhere[k] != "", "%s: add it to quirks, or say where it is played", k)
	}
}

// Every kind of wrong behaviour of a marketplace occurs while orders arrive, and then stops.
func TestNoQuirkOfAMarketplaceLosesOrDoublesAnything(t *testing.T) {
	t.Parallel()
	for _, q := range quirks {
		t.Run(strings.Join(kindsOf(q.rates), " and "), func(t *testing.T) {
			dir := t.TempDir()
			orders, book := 24, ""
			if q.wide {
				book = wideBook(t, dir, orders, 30)
			} else {
				orders = 36
				book = smallBook(t, dir, orders, true)
			}
			p, _ := startRunning(t, dir, "--orders", book, "--speed", "max", "--exit-when-done")
			accounts := marketplaces(t, dir).Accounts
			if q.only != "" {
				accounts = slices.DeleteFunc(accounts, func(a simulator.Account) bool { return a.Kind != q.only })
			}
			for _, a := range accounts {
				switchOn(p, dir, a.ID, q.rates.For(a.Kind))
			}
			for _, a := range accounts {
				for _, kind := range kindsOf(q.rates.For(a.Kind)) {
					awaitFaults(p, dir, a.ID, faults.Kind(kind), 1)
				}
				if q.rates.RevokedGrant > 0 {
					p.eventually(a.ID+" to be paused", func() bool { return slices.Contains(pausedAccounts(t, dir), a.ID) })
				}
				switchOn(p, dir, a.ID, faults.Rates{})
			}
			operate(p, dir)
			requireClean(t, p)
			require.Contains(t, p.out.String(), fmt.Sprintf("%d placed, %[1]d saved, 0 lost", orders))
		})
	}
}

// kindsOf returns the kinds with a rate.
func kindsOf(r faults.Rates) (kinds []string) {
	for _, k := range faults.All() {
		if r.Of(k) > 0 {
			kinds = append(kinds, string(k))
		}
	}
	return kinds
}

// The first scan reads several pages of every marketplace, while pages come twice and cursors do not lead on: no
// order is missed. This needs more than twice as many orders as the largest page holds.
func TestNoQuirkOfPagesLosesOrDoublesAnything(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	flags := []string{"--orders", smallBook(t, dir, 750, false), "--speed", "max"}
	markets := start(t, dir, nil, "towpath-dev", append([]string{"marketplaces", "--markets-port", "0"}, flags...)...)
	markets.eventually("the book to be played", func() bool { return strings.Contains(markets.out.String(), "The book is played") })
	accounts := marketplaces(t, dir).Accounts
	for _, a := range accounts {
		switchOn(markets, dir, a.ID, faults.Rates{ReorderedPage: 1, RepeatedCursor: 1, DuplicatePage: 1})
	}
	p, _ := startRunning(t, dir, append(flags, "--exit-when-done")...)
	// While cursors do not lead on, there are still pages that can come twice. All accounts are switched at once, so
	// that none reads its last page meanwhile.
	for _, next := range []struct {
		kind faults.Kind
		then faults.Rates
	}{{faults.RepeatedCursor, faults.Rates{ReorderedPage: 1, DuplicatePage: 1}}, {faults.DuplicatePage, faults.Rates{}}} {
		for _, a := range accounts {
			awaitFaults(p, dir, a.ID, next.kind, 1)
		}
		for _, a := range accounts {
			switchOn(p, dir, a.ID, next.then)
		}
	}
	operate(p, dir)
	requireClean(t, p)
	require.Contains(t, p.out.String(), "750 placed, 750 saved, 0 lost")
	require.Zero(t, markets.stop(), "%s", markets.out)
}

// faulty switches a fault on at every marketplace until each has had some, and then off.
func faulty(p *program, dir string, kind faults.Kind) {
	enough := int64(6)
	if kind == faults.Hang { // each hanging call lasts its whole deadline
		enough = 2
	}
	accounts := marketplaces(p.t, dir).Accounts
	for _, a := range accounts {
		switchOn(p, dir, a.ID, rates(kind, 0.5))
	}
	for _, a := range accounts {
		awaitFaults(p, dir, a.ID, kind, enough)
		switchOn(p, dir, a.ID, faults.Rates{})
	}
}

func switchOn(p *program, dir, account string, r faults.Rates) {
	p.t.Helper()
	a, _ := marketplaces(p.t, dir).Account(account)
	_, err := faults.Switch(p.t.Context(), a.Address, r)
	require.NoError(p.t, err)
}

// awaitFaults waits until a marketplace has had at least this many faults of a kind.
func awaitFaults(p *program, dir, account string, kind faults.Kind, enough int64) {
	p.t.Helper()
	a, _ := marketplaces(p.t, dir).Account(account)
	p.eventually(string(kind)+" of "+account, func() bool {
		s, err := faults.Show(p.t.Context(), a.Address)
		require.NoError(p.t, err)
		return s.Injected[kind] >= enough
	})
}

func rates(kind faults.Kind, p float64) faults.Rates {
	r, err := faults.Rates{SlowMillis: 20_000_000}.With(kind, p) // a slow answer lasts one second at the highest speed
	if err != nil {
		panic(err)
	}
	return r
}

// operate acts as an operator who resumes paused accounts, sends refused levels again, tries orders again that were set aside, and
// retries whatever is parked, until the program ends.
func operate(p *program, dir string) {
	p.t.Helper()
	for retryParked(p.t, dir) {
		for _, a := range pausedAccounts(p.t, dir) {
			towpath(p.t, dir, "accounts", "resume", a)
		}
		towpath(p.t, dir, "sync", "stock")
		towpath(p.t, dir, "orders", "aside", "retry")
	}
}

// pausedAccounts returns the paused accounts, or none if the program has ended.
func pausedAccounts(t *testing.T, dir string) (paused []string) {
	t.Helper()
	stdout, _, code := towpath(t, dir, "accounts", "-o", "json")
	if code != 0 && code != 3 {
		return nil
	}
	var all struct {
		Accounts []struct {
			ID     string
			Paused bool
		}
	}
	decode(t, stdout, &all)
	for _, a := range all.Accounts {
		if a.Paused {
			paused = append(paused, a.ID)
		}
	}
	return paused
}

// retryParked acts as an operator who retries whatever is parked, as `towpath status` shows it; it returns false if
// the program has ended. Work that has continued by itself meanwhile can't be retried: that is no failure.
func retryParked(t *testing.T, dir string) bool {
	t.Helper()
	stdout, stderr, code := towpath(t, dir, "status", "-o", "json")
	if code == 2 && strings.Contains(stderr, "run towpath-dev in this folder") {
		return false
	}
	if code != 0 && code != 3 {
		t.Logf("status: %s", stderr) // a program that is being stopped; the next call fails
		return true
	}
	var now struct {
		Parked []incidents.Parked
		Needs  []incident.Need
	}
	decode(t, stdout, &now)
	require.Equal(t, len(incident.ForYou(now.Needs)) > 0, code == 3, "status exits 3 when something waits for a person")
	for _, k := range now.Parked {
		require.NotNil(t, k.Fault)
		towpath(t, dir, "retry", k.WorkflowID)
	}
	return true
}

package integration

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The marketplaces run in a process of their own, as in production; the whole platform is killed twice while buyers
// place more orders. It catches up with what it missed. The book lasts 80 seconds, so that it is not over before the
// second kill on a busy machine.
func TestThePlatformIsKilledWhileTheMarketplacesLiveOn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	flags := []string{"--orders", smallBook(t, dir, 160, true), "--speed", "1200"}
	markets := start(t, dir, nil, "towpath-dev", append([]string{"marketplaces", "--markets-port", "0"}, flags...)...)
	markets.eventually("the marketplaces' addresses", func() bool { return strings.Contains(markets.out.String(), "shopify-uk") })

	for _, bought := range []int{10, 40} {
		p := startDev(t, dir, flags...)
		p.eventually("orders to be placed and saved", func() bool {
			return count(placedOrders(t, dir)) >= bought && saved(p) > 0
		})
		p.kill()
	}
	while := count(placedOrders(t, dir))
	markets.eventually("orders that nobody scans", func() bool { return count(placedOrders(t, dir)) >= while+5 })

	p := startDev(t, dir, append(flags, "--exit-when-done")...)
	requireClean(t, p)
	require.Contains(t, p.out.String(), "160 placed, 0 refused")
	require.Contains(t, markets.out.String(), "The book is played")
	audit := start(t, dir, nil, "towpath-dev", "audit")
	requireClean(t, audit)
	require.Zero(t, markets.stop(), "%s", markets.out)
}

// A platform whose options do not fit the running marketplaces is refused, and the marketplaces are not affected.
func TestAPlatformThatDoesNotFitTheMarketplacesIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	book := smallBook(t, dir, 6, false)
	markets := start(t, dir, nil, "towpath-dev", "marketplaces", "--markets-port", "0", "--orders", book, "--speed", "max")
	markets.eventually("the book to be played", func() bool { return strings.Contains(markets.out.String(), "The book is played") })
	for want, args := range map[string][]string{
		"--speed max":               {"--orders", book, "--speed", "600"},
		"with another book":         {"--speed", "max"},
		"stop them first":           {"--orders", book, "--speed", "max", "--fresh"},
		"in use by another":         {"marketplaces", "--orders", book, "--speed", "max"},
		"in use by another towpath": {"marketplaces", "--orders", book, "--speed", "max", "--fresh"},
	} {
		require.Contains(t, refused(t, dir, 2, args...), want, args)
	}
	require.Equal(t, 6, count(placedOrders(t, dir)))
	requireClean(t, startDev(t, dir, "--orders", book, "--speed", "max", "--exit-when-done"))
	require.Zero(t, markets.stop(), "%s", markets.out)
}

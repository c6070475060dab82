package integration

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/simulator/faults"
)

// orderFaults is the share of the orders that get each fault, where their channel does that: together nearly all of eBay's and Shopify's.
var orderFaults = map[faults.Kind]float64{
	faults.Unfulfil: 0.08, faults.Reopen: 0.06, faults.CancelWithoutLines: 0.06, faults.LineGone: 0.08, faults.MovedLine: 0.08, faults.SKUChanged: 0.12,
	faults.Refunded: 0.06, faults.UnknownStatus: 0.06, faults.BuyerCancels: 0.06, faults.ServiceShips: 0.1, faults.Incomplete: 0.06, faults.NoShipping: 0.06,
	faults.OtherSite: 0.06, faults.PreOrder: 0.06, faults.AddressChanged: 0.12, faults.UnitsAdded: 0.12,
}

// Everything that marketplaces do to orders happens while a small book is played. The run ends by itself: what waits for a person
// counts as done. The audit is clean, so each of them was noticed, and there are no others.
func TestWhatMarketplacesDoToOrdersIsNoticed(t *testing.T) {
	t.Parallel()
	require.Len(t, orderFaults, len(faults.OrderFaults()))
	var rates []string
	for k, p := range orderFaults {
		rates = append(rates, fmt.Sprintf("%s=%g", k, p))
	}
	dir := t.TempDir()
	p := startDev(t, dir, "--orders", smallBook(t, dir, 150, true), "--speed", "max", "--exit-when-done", "--faults", strings.Join(rates, ","))
	requireClean(t, p)
	said := strings.Join(strings.Fields(p.out.String()), " ")
	happened := func(kinds ...faults.Kind) (sum int) {
		for _, k := range kinds {
			n := number(t, said, `(\d+) `+string(k)+`\b`)
			require.Positive(t, n, k)
			sum += n
		}
		return sum
	}
	happened(faults.OrderFaults()...)
	ended, contradicted := happened(faults.Unfulfil, faults.Reopen), number(t, said, `(\d+) contradicted`)
	require.Greater(t, contradicted, ended, "what was taken back after it had ended here, and addresses that were changed after packing")
	require.LessOrEqual(t, contradicted, ended+happened(faults.AddressChanged), "what was added after packing has left in another package")
	require.Equal(t, happened(faults.Refunded, faults.UnknownStatus, faults.BuyerCancels), number(t, said, `(\d+) held orders wait for a person`))
}

// number returns the number in the first match of a pattern; 0 if there is none.
func number(t *testing.T, text, pattern string) int {
	t.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if found == nil {
		return 0
	}
	n, err := strconv.Atoi(found[1])
	require.NoError(t, err)
	return n
}

// A fault that a channel does not have is refused for its account alone, with the channels that do; for all accounts it is
// switched on where it exists. A wrong name is refused with all names.
func TestFaultsOfOrdersAreSwitchedWhereTheyExist(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := start(t, dir, nil, "towpath-dev", "marketplaces", "--markets-port", "0")
	p.eventually("marketplaces to run", func() bool { return strings.Contains(p.out.String(), "shopify-uk") })
	said := refused(t, dir, 2, "faults", "set", "--account", "amazon-uk", "unfulfil=0.1")
	require.Contains(t, said, "unfulfil does not exist on amazon")
	require.Contains(t, said, "(ebay, shopify only)")
	require.Contains(t, refused(t, dir, 2, "faults", "set", "unfulfill=0.1"), "cancel-without-lines")
	require.Contains(t, refused(t, dir, 2, "faults", "set", "unfulfil=1.5"), "from 0 to 1")
	refused(t, dir, 0, "faults", "set", "unfulfil=0.1", "buyer-cancels=0.2")
	of := func(account string) map[faults.Kind]float64 {
		a, _ := marketplaces(t, dir).Account(account)
		s, err := faults.Show(t.Context(), a.Address)
		require.NoError(t, err)
		return s.Rates.Orders
	}
	require.Equal(t, map[faults.Kind]float64{faults.BuyerCancels: 0.2}, of("amazon-uk"))
	require.Equal(t, map[faults.Kind]float64{faults.Unfulfil: 0.1, faults.BuyerCancels: 0.2}, of("ebay-uk"))
	require.Equal(t, map[faults.Kind]float64{faults.Unfulfil: 0.1}, of("shopify-uk"))
	refused(t, dir, 0, "faults", "off")
	require.Empty(t, of("ebay-uk"))
	require.Zero(t, p.stop())
}

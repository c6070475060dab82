package integration

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/starter"
)

// Who knows nothing of Towpath and only follows what it prints mends each trouble: `status` counts what needs him, `incidents show` says what to do about it,
// and once the cause is gone the command that is printed is enough.
func TestWhoFollowsWhatIsPrintedMendsIt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	m := &novice{t: t, dir: dir}
	m.dev, _ = startRunning(t, dir, "--orders", smallBook(t, dir, 30, false), "--speed", "max", "--faults", "none", "--clerk=false", "--feed-above", "3")
	m.sellsGoods()

	calls := map[string][]string{"amazon-uk": {"confirmShipment"}, "ebay-uk": {"createShippingFulfillment"}, "shopify-uk": {"fulfillmentCreate"}}
	for account, of := range calls {
		switchOn(m.dev, dir, account, faults.Rates{Unavailable: 1, Operations: of})
	}
	m.meets("a parked package", incident.Parked, "")
	for account, of := range calls {
		switchOn(m.dev, dir, account, faults.Rates{Throttle: 0.5, Lost: 0.5, Operations: of})
	}
	m.follows(1)
	m.mends("amazon-uk", "ebay-uk", "shopify-uk")

	switchOn(m.dev, dir, "ebay-uk", rates(faults.RevokedGrant, 1))
	m.meets("a withdrawn grant", incident.Paused, "ebay-uk")
	m.mends("ebay-uk")

	switchOn(m.dev, dir, "shopify-uk", rates(faults.ProductGone, 1))
	switchOn(m.dev, dir, "amazon-uk", rates(faults.FeedRejected, 1))
	m.counts(200)
	m.meets("a deleted product", incident.Refused, "shopify-uk")
	m.meets("a rejected feed", "", "amazon-uk")
	m.mends("shopify-uk", "amazon-uk")

	for product, r := range map[string]faults.Rates{"CUP": rates(faults.DuplicateVariation, 1), "POT": rates(faults.ListingLimit, 1)} {
		switchOn(m.dev, dir, "ebay-uk", r)
		m.run([]int{0, 3}, "publish", "--account", "ebay-uk", "--product", product, "--endpoint", "production", "--wait")
		m.meets("an item in error", incident.Unpublished, "ebay-uk")
		m.mends("ebay-uk")
	}
	require.Zero(t, m.dev.stop(), "%s", m.dev.out)
}

// novice only follows what is printed.
type novice struct {
	t   *testing.T
	dir string
	dev *program
}

func (m *novice) run(codes []int, args ...string) string {
	m.t.Helper()
	stdout, stderr, code := towpath(m.t, m.dir, args...)
	require.Contains(m.t, codes, code, "towpath %s\n%s%s", strings.Join(args, " "), stdout, stderr)
	return stdout
}

// writes writes a file and imports it, into the catalogue or the stock.
func (m *novice) writes(into string, rows ...string) {
	m.t.Helper()
	path := filepath.Join(m.dir, into+".csv")
	require.NoError(m.t, os.WriteFile(path, []byte(strings.Join(rows, "\n")+"\n"), 0o600))
	m.run([]int{0}, into, "import", path)
}

// sellsGoods enters two products in two colours that eBay does not list yet.
func (m *novice) sellsGoods() {
	m.t.Helper()
	goods, shelf := []string{"product,sku,title,description,brand,category,images,price,option Colour"}, []string{"SKU,location,on hand"}
	for _, product := range []string{"CUP", "POT"} {
		goods = append(goods, fmt.Sprintf("%s,%s-RED,Enamel %s,Holds half a pint.,Quill,Cups,https://images.example/%s.jpg,4.95 GBP,Red", product, product, product, product),
			fmt.Sprintf("%s,%s-BLUE,,,,,,4.95 GBP,Blue", product, product))
		shelf = append(shelf, product+"-RED,main,20", product+"-BLUE,main,20")
	}
	m.writes("catalog", goods...)
	m.writes("stock", shelf...)
	m.run([]int{0}, "publish", "type", "--account", "ebay-uk", "--category", "Cups", "--type", "38250")
}

// counts enters new counts of the book's goods.
func (m *novice) counts(from int) {
	m.t.Helper()
	rows := []string{"SKU,location,on hand"}
	for i := range 10 {
		rows = append(rows, fmt.Sprintf("IT%02d,main,%d", i, from+i))
	}
	m.writes("stock", rows...)
}

// needs returns what `status` says needs the operator, of one account or all.
func (m *novice) needs(account string) (open []incident.Need) {
	m.t.Helper()
	stdout, _, _ := towpath(m.t, m.dir, "status", "-o", "json")
	var said struct {
		Needs []incident.Need
	}
	decode(m.t, stdout, &said)
	for _, n := range said.Needs {
		if n.Acts == incident.You && (account == "" || n.Account == account) {
			open = append(open, n)
		}
	}
	return open
}

// meets waits until `status` says that something of a kind needs the operator, and requires that the advice is printed.
func (m *novice) meets(what string, kind incident.Kind, account string) {
	m.t.Helper()
	var met incident.Need
	m.dev.eventually(what, func() bool {
		for _, n := range m.needs(account) {
			if kind == "" || n.Kind == kind {
				met = n
				return true
			}
		}
		return false
	})
	said, _, code := towpath(m.t, m.dir, "incidents", "show", met.Name().String())
	require.Contains(m.t, []int{0, 3}, code, "%s", said)
	require.Contains(m.t, said, "What to do")
}

// follows does once what is printed about each incident; sample: only so many of what it affects are tried again, 0 is all.
func (m *novice) follows(sample int) {
	m.t.Helper()
	for _, n := range m.needs("") {
		stdout, _, code := towpath(m.t, m.dir, "incidents", "show", n.Name().String(), "-o", "json")
		if code != 0 && code != 3 {
			continue // it is over
		}
		var shown starter.IncidentShown
		decode(m.t, stdout, &shown)
		args := strings.Fields(strings.TrimPrefix(shown.Command, "towpath "))
		if shown.Retryable {
			args = []string{"incidents", "retry", shown.Name, "--wait"}
			if sample > 0 {
				args = append(args, "--sample", fmt.Sprint(sample))
			}
		}
		towpath(m.t, m.dir, args...)
	}
}

// mends ends the faults of accounts, and follows what is printed until nothing needs the operator.
func (m *novice) mends(accounts ...string) {
	m.t.Helper()
	for _, account := range accounts {
		switchOn(m.dev, m.dir, account, faults.Rates{})
	}
	m.dev.eventually("nothing to need anybody", func() bool {
		if len(m.needs("")) == 0 {
			return true
		}
		m.follows(0)
		return false
	})
	_, _, code := towpath(m.t, m.dir, "status")
	require.Zero(m.t, code)
}

package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/oracletest"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/starter"
)

const reportHead = "Item number,Title,Variation details,Custom label (SKU),Available quantity,Format,Currency,Start price,Current price,Listing site\n"

// activeListings is eBay's report of a kettle, a mug with a variation without SKU, a towel of which one size is sold out, an auction, a lamp on
// another site, and a rope that is listed twice.
const activeListings = "\ufeff" + reportHead +
	"285000000001,Enamel Kettle,,KET-001,14,FIXED_PRICE,GBP,34.50,34.50,UK\n" +
	"285000000002,Lockside Mug,Colour=Blue;Red,,101,FIXED_PRICE,GBP,9.95,9.95,UK\n" +
	"285000000002,Lockside Mug,Colour=Blue,MUG-BLU,60,FIXED_PRICE,GBP,9.95,9.95,UK\n" +
	"285000000002,Lockside Mug,Colour=Red,,41,FIXED_PRICE,GBP,9.95,9.95,UK\n" +
	"285000000003,Tea Towel,Size=S;L,,120,FIXED_PRICE,GBP,7.00,7.00,UK\n" +
	"285000000003,Tea Towel,Size=S,TOW-S,120,FIXED_PRICE,GBP,7.00,7.00,UK\n" +
	"285000000003,Tea Towel,Size=L,TOW-L,0,FIXED_PRICE,GBP,9.00,9.00,UK\n" +
	"285000000004,Old Windlass,,WIN-1,1,AUCTION,GBP,5.00,5.00,UK\n" +
	"285000000005,Cabin Lamp,,LAMP-1,6,FIXED_PRICE,USD,42.00,42.00,US\n" +
	"285000000006,Mooring Rope,,ROPE-8,3,FIXED_PRICE,GBP,18.75,18.75,UK\n" +
	"285000000007,Mooring Rope again,,ROPE-8,3,FIXED_PRICE,GBP,18.75,18.75,UK\n"

// report saves an eBay account that observes, and writes a report of its listings.
func (b *fixture) report(text string) (path string) {
	b.t.Helper()
	require.NoError(b.t, b.store.Settings.SaveAccounts(context.Background(), []accounts.Account{
		{
			Account: message.Account{ID: "ebay-uk", Channel: channel.EBay, Endpoint: channel.Production}, Name: "ebay-uk",
			OrderLocation: "main", StockLocations: []string{"main"}, Cap: stock.NoCap, ReserveAt: order.AtPlaced, Enabled: true,
		},
		{
			Account: message.Account{ID: "amazon-uk", Channel: channel.Amazon, Endpoint: channel.Production}, Name: "amazon-uk",
			OrderLocation: "main", StockLocations: []string{"main"}, Cap: stock.NoCap, ReserveAt: order.AtPlaced, Enabled: true,
		},
	}))
	list := "accounts:\n  - id: ebay-uk\n    channel: ebay\n    endpoint: production\n    marketplace: EBAY_GB\n    order_location: main\n" +
		"    credentials: {clientId: a, clientSecret: b, refreshToken: c}\n"
	require.NoError(b.t, os.WriteFile(b.settings.Accounts, []byte(list), 0o600))
	path = filepath.Join(b.t.TempDir(), "report.csv")
	require.NoError(b.t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func TestAReportIsImportedWithAVerdictPerListing(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	path := b.report(activeListings)
	code, out, errs := b.run("links", "import", "--account", "ebay-uk", "--file", path)
	require.Zero(t, code, errs)
	for _, want := range []string{
		"eBay's active listings report", "7 listings: 7 new or changed, 0 unchanged, 0 gone",
		"1 of its 2 variations have no SKU (Colour=Red)", "only fixed-price listings can be migrated",
		`SKU "ROPE-8" is on listing 285000000007 too`, "TOW-L lists 0: eBay may leave it out", "immediate payment",
		"towpath links migrate --account ebay-uk --dry-run",
	} {
		require.Contains(t, out, want)
	}
	require.Contains(t, errs, "7 of 7 listings")
	for line := range strings.Lines(out) {
		if !strings.HasPrefix(line, path) { // the line with the file's temporary path may be longer
			require.LessOrEqual(t, len([]rune(strings.TrimSpace(line))), 100, line)
		}
	}

	code, out, errs = b.run("links", "import", "--account", "ebay-uk", "--file", path, "-o", "json")
	require.Zero(t, code, errs)
	var again starter.ListingsFileResult
	require.NoError(t, json.Unmarshal([]byte(out), &again))
	require.Equal(t, message.Counts{Seen: 7, Same: 7}, again.Counts, "the same report changes nothing")
	_, out, _ = b.run("links", "list", "--unlinked", "--account", "ebay-uk", "--limit", "50")
	require.Contains(t, out, "KET-001")
	require.NotContains(t, out, "101", "the row of a listing with variations is no listing of its own")
}

func TestAMigrationIsShownBeforeItIsAgreedTo(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	path := b.report(activeListings)
	code, out, errs := b.run("links", "migrate", "--account", "ebay-uk", "--dry-run")
	require.Zero(t, code, errs)
	require.Contains(t, out, "towpath links import --account ebay-uk --file")
	code, _, errs = b.run("links", "import", "--account", "ebay-uk", "--file", path)
	require.Zero(t, code, errs)

	code, out, errs = b.run("links", "migrate", "--account", "ebay-uk", "--dry-run")
	require.Zero(t, code, errs)
	for _, want := range []string{"2 can be migrated, 5 can't", "It can't be undone", "bold title", "--yes --wait", "listed on eBay's site US"} {
		require.Contains(t, out, want)
	}
	code, out, errs = b.run("links", "migrate", "--account", "ebay-uk")
	require.Equal(t, exitUsage, code)
	require.Contains(t, errs, "confirm with --yes")
	require.Empty(t, out)
	_, left, err := b.store.Links.AskedMigrations(context.Background(), "ebay-uk", 5)
	require.NoError(t, err)
	require.Zero(t, left, "nobody has agreed")

	// On a terminal, every answer except yes means no.
	p, _, e := b.program()
	p.Terminal, p.In = true, strings.NewReader("y\n")
	require.Equal(t, exitUsage, p.Run(context.Background(), strings.Fields("links migrate --account ebay-uk")))
	require.Contains(t, e.String(), "Migrate 2 listings of ebay-uk? Type yes:")
	require.Contains(t, e.String(), "nothing was changed")

	code, out, errs = b.run("links", "migrate", "--account", "ebay-uk", "--listing", "285000000004", "-o", "json")
	require.Zero(t, code, errs)
	var one migrated
	require.NoError(t, json.Unmarshal([]byte(out), &one))
	require.Equal(t, []int{0, 1, 1}, []int{one.Can, one.Cannot, len(one.Listings)})
	code, _, errs = b.run("links", "migrate", "--account", "ebay-uk", "--yes")
	require.Equal(t, exitFailed, code, "no Temporal here")
	require.NotEmpty(t, errs)
}

func TestReportsThatAreWrongSayWhatWouldBeRight(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	path := b.report(activeListings)
	broken := filepath.Join(t.TempDir(), "broken.csv")
	require.NoError(t, os.WriteFile(broken, []byte(reportHead+",No number,,A,1,FIXED_PRICE,GBP,1.00,1.00,UK\n285000000001,Kettle,,K,2,FIXED_PRICE,GBP,1.00,1.00,UK\n"), 0o600))
	empty := filepath.Join(t.TempDir(), "empty.csv")
	require.NoError(t, os.WriteFile(empty, []byte(reportHead), 0o600))
	for line, want := range map[string]string{
		"links import --file " + path:                       "--account",
		"links import --account amazon-uk --file " + path:   "amazon, whose API knows every listing",
		"links import --account ebay-de --file " + path:     "`towpath accounts` lists them",
		"links import --account ebay-uk --file nowhere.csv": "nowhere.csv",
		"links import --account ebay-uk --skip-bad":         "needs --file",
		"links import --account ebay-uk --file " + broken:   "nothing was saved",
		"links import --account ebay-uk --file " + empty:    "",
		"links migrate": "--account",
		"links migrate --account ebay-uk --dry-run --yes":       "give one",
		"links migrate --account ebay-uk --listing 9 --dry-run": "no imported report has listing \"9\"",
		"links migrate --account ebay-de --dry-run":             "`towpath accounts` lists them",
	} {
		code, _, errs := b.run(strings.Fields(line)...)
		require.Equal(t, exitUsage, code, "%s: %s", line, errs)
		require.Contains(t, errs, want, line)
	}
	rows, err := b.store.Links.FoundListings(context.Background(), "ebay-uk")
	require.NoError(t, err)
	require.Empty(t, rows, "nothing is half done")

	code, out, errs := b.run("links", "import", "--account", "ebay-uk", "--file", broken, "--skip-bad")
	require.Equal(t, exitAttention, code, errs)
	require.Contains(t, out, "line 2")
	require.Contains(t, out, "1 listing: 1 new or changed")
}

// The sample of a real report can be read, if it is there.
func TestASellersWholeReportIsImported(t *testing.T) {
	t.Parallel()
	path := oracletest.Data(t, "eBay's active listings report", "merchant", "ebay-active-listings.csv")
	b := newFixture(t)
	b.report(activeListings)
	code, out, errs := b.run("links", "import", "--account", "ebay-uk", "--file", path)
	require.Zero(t, code, errs)
	require.Contains(t, out, "9 listings: 9 new or changed")
	require.Contains(t, out, "9 can be migrated, 0 can't")
	require.Contains(t, out, `SKU "ROPE 8MM" has other signs`)
}

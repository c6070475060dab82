package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/starter"
)

// file writes a file beside the store and returns its path.
func (b *fixture) file(name, text string) string {
	path := filepath.Join(filepath.Dir(b.settings.Accounts), name)
	require.NoError(b.t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// pack prepares order 1001 of both accounts for packing: its second line is linked and in stock.
func (b *fixture) pack() {
	ctx := context.Background()
	for _, a := range []string{"amazon-uk", "shopify-uk"} {
		require.NoError(b.t, b.store.Links.SaveLinks(ctx, []links.Link{{Account: a, ChannelSKU: "GHOST", SKU: "ghost"}}))
	}
	_, err := b.store.Ledger.ApplyStock(ctx, []stock.Change{{Key: "ghosts", SKU: "ghost", Location: "main", Kind: stock.Receipt, Quantity: 20},
		{Key: "lamps", SKU: "lamp", Location: "main", Kind: stock.Receipt, Quantity: 20}})
	require.NoError(b.t, err)
}

func TestAFileOfPackagesIsCheckedWholeAndADryRunNeedsNoTemporal(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.fill()
	b.pack()
	const head = "account,order,line,quantity,carrier,tracking,shipped\n"
	good := b.file("good.csv", head+"amazon-uk,1001,,,DPD,AB1,2026-01-03\nshopify-uk,1001,1001-1,1,DPD,AB2,2026-01-03\n")
	code, out, errs := b.run("process", "--file", good, "--dry-run")
	require.Zero(t, code, errs)
	require.Contains(t, out, "Towpath's packages form: 2 rows")
	require.Contains(t, out, "ready")
	require.Contains(t, out, "dry run: nothing was processed")
	for line := range strings.SplitSeq(out, "\n") {
		require.LessOrEqual(t, len(line), 100, line)
	}
	code, out, errs = b.run("process", "--file", good, "--dry-run", "-o", "json")
	require.Zero(t, code, errs)
	var r starter.FileResult
	require.NoError(t, json.Unmarshal([]byte(out), &r))
	require.Equal(t, 3, r.Packages[0].Units)

	bad := b.file("bad.csv", head+"amazon-uk,1001,,,DPD,9.4001E+21,\n,9999,,,DPD,AB2,2026-01-03\n,1001,,,,AB3,\n")
	code, out, errs = b.run("process", "--file", bad, "--dry-run")
	require.Equal(t, exitUsage, code)
	for _, want := range []string{"line 2, column tracking", "line 3, column order: no order 9999", "line 4, column carrier", "line 4, column order: 1001 is the name of 2 orders"} {
		require.Contains(t, out, want)
	}
	require.Contains(t, errs, "4 mistakes: nothing was processed")
	require.NotContains(t, out+errs, buyerName)

	code, _, errs = b.run("process", "--file", good)
	require.Equal(t, exitFailed, code, "without --dry-run Temporal is needed: "+errs)
}

func TestWhatIsNoFileOfPackagesSaysWhatItIs(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.fill()
	for _, tc := range []struct {
		args []string
		want string
	}{
		{[]string{"process", "--file", "nowhere.csv"}, "nowhere.csv"},
		{[]string{"process", "--file", b.file("a.csv", "colour,size\nred,2\n")}, "not a file that Towpath knows"},
		{[]string{"process", "--file", b.file("b.csv", "SKU,Item Title,Stock Level\nA,b,2\n")}, "can't be read for packages"},
		{[]string{"process", "--file", b.file("c.csv", "")}, "empty"},
		{[]string{"process", "1001", "--file", "x.csv"}, "either REF and --package FILE"},
		{[]string{"process"}, "--file FILE"},
		{[]string{"process", "1001", "--package", "x.json", "--skip-bad"}, "need --file"},
		{[]string{"process", "--file", b.file("d.csv", "order,carrier,tracking\n1,DPD,T1\n"), "--account", "nobody"}, "`towpath accounts` lists them"},
		{[]string{"order", "", "--account", "amazon-uk"}, "argument 1 of order is empty"},
	} {
		code, out, errs := b.run(tc.args...)
		require.Equal(t, exitUsage, code, "%v: %s", tc.args, errs)
		require.Contains(t, errs, tc.want, "%v", tc.args)
		require.Empty(t, out)
	}
}

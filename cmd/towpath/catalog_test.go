package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/starter"
)

const mugFile = `product,sku,title,description,option Colour,price,price amazon-uk,kit parts
mug,MUG-BLU,Mug,"Two
lines",Blue,9.95 GBP,10.50 GBP,
mug,MUG-RED,,,Red,9.95 GBP,,
,GIFT BOX,Gift box,,,19.00 GBP,,2 x MUG-BLU + 1 x MUG-RED
`

// file writes a merchant's file for one test.
func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "goods.csv")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func TestTheCatalogueIsImportedListedShownAndExported(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	code, out, _ := b.run("catalog", "list")
	require.Zero(t, code)
	require.Contains(t, out, "catalog import FILE")

	code, out, errs := b.run("catalog", "import", file(t, mugFile), "--dry-run")
	require.Zero(t, code, errs)
	require.Contains(t, out, "is Towpath's catalogue form: 3 rows, UTF-8.")
	require.Contains(t, out, "dry run: nothing was saved")
	code, out, errs = b.run("catalog", "import", file(t, mugFile))
	require.Zero(t, code, errs)
	require.Contains(t, out, "Saved: 3 new and 0 changed SKUs.")
	require.Contains(t, out, "links match")
	code, out, _ = b.run("catalog", "import", file(t, mugFile))
	require.Zero(t, code)
	require.Contains(t, out, "Nothing changed")
	code, out, _ = b.run("catalog", "import", file(t, strings.Replace(mugFile, "9.95 GBP,10.50", "9.95 GBP,11.00", 1)), "-o", "json")
	require.Zero(t, code)
	var answer starter.CatalogueImport
	require.NoError(t, json.Unmarshal([]byte(out), &answer))
	require.Equal(t, starter.ChangeCounts{Changed: 1, Same: 2}, answer.SKUs)
	require.Equal(t, "11.00 GBP", answer.Changes[0].New)

	code, out, _ = b.run("catalog", "list", "--limit", "2")
	require.Zero(t, code)
	require.Contains(t, out, "--after MUG-BLU")
	for _, line := range strings.Split(out, "\n") {
		require.LessOrEqual(t, len([]rune(line)), 100, line)
	}
	code, out, _ = b.run("catalog", "list", "--kits", "--search", "gift", "-o", "json")
	require.Zero(t, code)
	require.Contains(t, out, `"parts": 2`)

	code, out, _ = b.run("catalog", "show", "MUG-RED")
	require.Zero(t, code)
	for _, want := range []string{"Product mug", "Mug, Red", "GIFT BOX = 2 x MUG-BLU + 1 x MUG-RED", "amazon-uk", "11.00 GBP"} {
		require.Contains(t, out, want)
	}

	target := filepath.Join(t.TempDir(), "out.csv")
	code, _, errs = b.run("catalog", "export", "--out", target)
	require.Zero(t, code, errs)
	require.Contains(t, errs, "3 SKUs of 2 products")
	code, out, _ = b.run("catalog", "import", target)
	require.Zero(t, code)
	require.Contains(t, out, "Nothing changed")
	code, out, _ = b.run("catalog", "export", "-o", "json")
	require.Zero(t, code)
	code, out, errs = b.run("catalog", "import", file(t, out))
	require.Zero(t, code, errs)
	require.Contains(t, out, "Nothing changed")
	code, _, errs = b.run("catalog", "export", "--out", filepath.Join(target, "x.csv"))
	require.Equal(t, exitUsage, code, errs)
}

func TestABadCatalogueFileExits2AndLeftOutRowsExit3(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	bad := mugFile + ",,No SKU,,,,,\n,MUG-RED ,Again,,,,,\n,LAMP,Lamp,,,1.00 QQQ,,\n"
	code, out, errs := b.run("catalog", "import", file(t, bad))
	require.Equal(t, exitUsage, code)
	require.Contains(t, errs, "nothing was imported: the file has 3 mistakes")
	for _, want := range []string{"line 6, column sku: it is empty", "line 7, column sku: \"MUG-RED\" is already in line 4", `"QQQ" is no currency`, "Nothing was saved."} {
		require.Contains(t, out, want)
	}
	code, out, errs = b.run("catalog", "import", file(t, bad), "--skip-bad")
	require.Equal(t, exitAttention, code, errs)
	require.Contains(t, out, "Saved: 3 new")
	code, out, _ = b.run("catalog", "list")
	require.Zero(t, code)
	require.Contains(t, out, "MUG-RED")
	require.NotContains(t, out, "LAMP")
}

func TestWhatIsNoCatalogueIsRefusedWithWhatWouldBeRight(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	for text, want := range map[string]string{
		"":                                   "the file is empty",
		"\xEF\xBB\xBF":                       "the file is empty",
		"a,b,c\n1,2,3\n":                     "is not a file that Towpath knows",
		"PK\x03\x04workbook":                 "unpack it first",
		"order,carrier,tracking\n1,DPD,T1\n": "can't be read for catalogue",
		`{"goods": []}`:                      `it has "goods"`,
	} {
		code, _, errs := b.run("catalog", "import", file(t, text))
		require.Equal(t, exitUsage, code, "%q: %s", text, errs)
		require.Contains(t, errs, want, text)
	}
	for line, want := range map[string]string{
		"catalog":                                  "import, list, show or export",
		"catalog import":                           "accepts 1 arg",
		"catalog import nowhere.csv":               "nowhere.csv",
		"catalog import x.csv --currency GPB":      "ISO 4217",
		"catalog import x.csv --account amazon-uk": "`towpath accounts` lists them",
		"catalog show NOPE":                        "no SKU and no product \"NOPE\"",
		"catalog list --limit 0":                   "want 1 to",
	} {
		code, _, errs := b.run(strings.Fields(line)...)
		require.Equal(t, exitUsage, code, "%s: %s", line, errs)
		require.Contains(t, errs, want, line)
	}
}

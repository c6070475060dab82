package starter_test

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/catalogue/cataloguetest"
	"github.com/towpath/towpath/internal/keyring"
	"github.com/towpath/towpath/internal/merchantfile"
	"github.com/towpath/towpath/internal/oracletest"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/products"
	"github.com/towpath/towpath/starter"
)

// shop returns a starter with an empty store and without Temporal, which the catalogue does not need.
func shop(t testing.TB) *starter.Starter {
	t.Helper()
	s, err := store.Open(context.Background(), "sqlite:"+filepath.Join(t.TempDir(), "store.db"), keyring.ForSimulations())
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	require.NoError(t, s.Migrate(context.Background()))
	return &starter.Starter{Store: s}
}

func importText(t testing.TB, s *starter.Starter, text string, o starter.ImportOptions) (starter.CatalogueImport, error) {
	t.Helper()
	f, err := merchantfile.Open(context.Background(), "file", strings.NewReader(text), int64(len(text)), merchantfile.Options{})
	require.NoError(t, err)
	return s.ImportCatalogue(context.Background(), f, o)
}

// imported makes an import that must have no mistakes.
func imported(t testing.TB, s *starter.Starter, text string) starter.CatalogueImport {
	t.Helper()
	out, err := importText(t, s, text, starter.ImportOptions{})
	require.NoError(t, err, "%v", out.Mistakes)
	require.Zero(t, out.Wrong)
	return out
}

func everything(t testing.TB, s *starter.Starter) []catalogue.Product {
	t.Helper()
	var all []catalogue.Product
	require.NoError(t, s.Store.Products.EachProduct(context.Background(), func(p catalogue.Product) error { all = append(all, p); return nil }))
	return all
}

const mugs = `product,sku,title,option Colour,price,barcode,kit parts
mug,MUG-BLU,Mug,Blue,9.95 GBP,5010000000011,
mug,MUG-RED,,Red,9.95 GBP,,
,GIFT,Gift box,,19.00 GBP,,2 x MUG-BLU + 1 x MUG-RED
`

func TestAnImportSavesAndASecondOneSaysThatNothingChanged(t *testing.T) {
	t.Parallel()
	s := shop(t)
	dry, err := importText(t, s, mugs, starter.ImportOptions{DryRun: true})
	require.NoError(t, err)
	require.Empty(t, everything(t, s))
	require.False(t, dry.Saved)
	out := imported(t, s, mugs)
	require.True(t, out.Saved)
	require.Equal(t, [3]starter.ChangeCounts{{New: 2}, {New: 3}, {New: 1}}, [3]starter.ChangeCounts{out.Products, out.SKUs, out.Kits})
	require.Equal(t, []string{"MUG-BLU", "MUG-RED", "GIFT"}, out.NewSKUs)
	again := imported(t, s, mugs)
	require.False(t, again.Saved)
	require.Equal(t, [3]starter.ChangeCounts{{Same: 2}, {Same: 3}, {Same: 1}}, [3]starter.ChangeCounts{again.Products, again.SKUs, again.Kits})

	changed := imported(t, s, strings.NewReplacer("9.95 GBP,5010000000011", "10.50 GBP,", "1 x MUG-RED", "2 x MUG-RED").Replace(mugs))
	require.Equal(t, []catalogue.Change{
		{Of: "SKU MUG-BLU", Field: "price", Old: "9.95 GBP", New: "10.50 GBP"},
		{Of: "kit GIFT", Field: "parts", Old: "2 x MUG-BLU + 1 x MUG-RED", New: "2 x MUG-BLU + 2 x MUG-RED"},
	}, changed.Changes)
	require.Equal(t, "5010000000011", everything(t, s)[1].Variants[0].Barcode, "an empty cell removes nothing")
}

func TestWithAMistakeNothingIsSavedAndEveryMistakeIsReported(t *testing.T) {
	t.Parallel()
	s := shop(t)
	require.NoError(t, s.Store.Products.SaveVariants(context.Background(), []products.Variant{{SKU: "000731"}, {SKU: "12E05"}}))
	bad := `product,sku,title,option Colour,price,barcode,kit parts
,GOOD,Good,,1.00 GBP,,
mug,MUG-BLU,Mug,Blue,9.95 GBP,5010000000012,
,731,Rope,,,,
,,No SKU,,,,
cup,CUP-A,Cup,Blue,,,
cup,CUP-B,,Blue,,,
,GOOD ,Again,,,,
,COIN,Coin,,9.95 XXX,,
,ITSELF,Itself,,,,1 x itself
,ROUND,Round,,,,1 x TURN
,TURN,Turn,,,,1 x ROUND
,UNKNOWN,Unknown,,,,1 x NOPE
,1.2E+06,Damaged,,,,
`
	out, err := importText(t, s, bad, starter.ImportOptions{})
	var usage *starter.UsageError
	require.ErrorAs(t, err, &usage)
	require.Len(t, everything(t, s), 2, "nothing is saved")
	text := ""
	for _, m := range out.Mistakes {
		text += m.Error() + "\n"
	}
	for _, want := range []string{
		"line 3, column barcode: barcode \"5010000000012\": the last digit must be 1", `line 4, column SKU: "731" is not in the catalogue, but "000731" is`,
		"line 5, column sku: it is empty", `line 6, column option Colour: SKUs "CUP-A" and "CUP-B" are both Blue`,
		"line 8, column sku", `line 9, column price: "XXX" is no currency`, `line 10, column kit parts: kit "ITSELF" is a part of itself`,
		`line 11, column kit parts: kits go round in a circle`, `line 12, column kit parts: kits go round in a circle`,
		`line 13, column kit parts: kit "UNKNOWN" has the part "NOPE"`, "line 14, column sku: \"1.2E+06\" was read as a number",
	} {
		require.Contains(t, text, want)
	}
	require.Equal(t, len(out.Mistakes), out.Wrong)

	out, err = importText(t, s, bad, starter.ImportOptions{SkipBad: true})
	require.NoError(t, err)
	require.True(t, out.Saved)
	require.Equal(t, 11, out.Wrong)
	var skus []string
	for _, p := range everything(t, s) {
		for _, v := range p.Variants {
			skus = append(skus, v.SKU)
		}
	}
	require.Contains(t, skus, "GOOD")
	require.NotContains(t, skus, "731")
	require.NotContains(t, skus, "MUG-BLU")
	kits, err := s.Store.Products.Kits(context.Background())
	require.NoError(t, err)
	require.Empty(t, kits)
}

// Each import adds what the others lack: a second round of all of them changes nothing.
func TestFilesOfSeveralShopsAddUp(t *testing.T) {
	t.Parallel()
	s := shop(t)
	shopify := "Handle,Title,Vendor,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Barcode,Image Src,Status\n" +
		"mug,Mug,Lockside,Colour,Blue,MUG-BLU,9.95,,https://x.example/mug.jpg,active\nmug,,,,Red,MUG-RED,9.95,,,\n"
	linnworks := "SKU,Item Title,Barcode Number,Location,Stock Level\r\nMUG-BLU,Blue mug,5010000000011,Default,4\r\nMUG-RED,Red mug,,Default,4\r\nKET,Kettle,,Default,3\r\n"
	imported(t, s, shopify)
	imported(t, s, linnworks)
	before := everything(t, s)
	require.Equal(t, []string{"https://x.example/mug.jpg"}, before[1].Images, "a file without images removes none")
	require.Equal(t, "5010000000011", before[1].Variants[0].Barcode)
	require.Equal(t, "Mug", before[1].Title)
	for range 2 {
		require.False(t, imported(t, s, shopify).Saved)
		out := imported(t, s, linnworks)
		require.False(t, out.Saved)
		require.True(t, out.Stock)
	}
	require.Equal(t, before, everything(t, s))
}

func TestWhatIsExportedImportsWithoutAChange(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := shop(t)
	for n := range 60 {
		p := rapid.Custom(func(t *rapid.T) catalogue.Product { return cataloguetest.Product(t, fmt.Sprintf("P%02d", n)) }).Example(n)
		if p.Title == "" {
			p.Title = "T"
		}
		require.Empty(t, p.Check())
		_, err := s.Store.Products.SaveCatalogue(ctx, []catalogue.Product{p})
		require.NoError(t, err)
	}
	imported(t, s, mugs)
	imported(t, s, "product,sku,title,attribute Odd\nodd,ODD,Odd,a;;b; ;;c; d;;\n")
	before := everything(t, s)
	require.Equal(t, []string{"a;b", ";c", "d;"}, before[len(before)-1].Attributes["Odd"])
	for name, export := range map[string]func(context.Context, *bytes.Buffer) error{
		"csv":  func(ctx context.Context, b *bytes.Buffer) error { return s.ExportCatalogue(ctx, b) },
		"json": func(ctx context.Context, b *bytes.Buffer) error { return s.ExportCatalogueJSON(ctx, b) },
	} {
		var text bytes.Buffer
		require.NoError(t, export(ctx, &text), name)
		out := imported(t, s, text.String())
		require.Empty(t, out.Changes, name)
		require.False(t, out.Saved, name)
		require.Equal(t, before, everything(t, s), name)

		other := shop(t)
		imported(t, other, text.String())
		require.Equal(t, ordered(before), ordered(everything(t, other)), name)
		if name == "json" {
			require.Equal(t, before, everything(t, other))
		}
		kits, err := other.Store.Products.Kits(ctx)
		require.NoError(t, err)
		require.Len(t, kits, 1, name)
	}
}

// ordered returns products without the order of their options, which in CSV is that of the columns.
func ordered(products []catalogue.Product) []catalogue.Product {
	out := slices.Clone(products)
	for i, p := range out {
		out[i].Options = slices.Sorted(slices.Values(p.Options))
	}
	return out
}

// An import that ends in the middle leaves whole batches, and repeating it completes it.
func TestAnInterruptedImportIsCompletedByTheNext(t *testing.T) {
	t.Parallel()
	s := shop(t)
	var text strings.Builder
	text.WriteString("sku,title,price\n")
	for n := range 1_800 {
		fmt.Fprintf(&text, "SKU-%05d,Thing,1.00 GBP\n", n)
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	f, err := merchantfile.Open(ctx, "file", strings.NewReader(text.String()), int64(text.Len()), merchantfile.Options{})
	require.NoError(t, err)
	_, err = s.ImportCatalogue(ctx, f, starter.ImportOptions{Progress: func(p starter.ImportProgress) {
		if p.Stage == "saving" && p.Rows > 900 {
			stop()
		}
	}})
	require.ErrorContains(t, err, "the same import again completes it")
	saved := len(everything(t, s))
	require.NotZero(t, saved)
	require.Less(t, saved, 1_800)
	require.Zero(t, saved%500, "whole batches")
	out := imported(t, s, text.String())
	require.Equal(t, starter.ChangeCounts{New: 1_800 - saved, Same: saved}, out.SKUs)
	require.False(t, imported(t, s, text.String()).Saved)
}

// Every sample file of a catalogue can be imported with the values that its format lacks, and a second import changes
// nothing.
func TestTheSampleFilesImportAndChangeNothingTwice(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob(filepath.Join(oracletest.Data(t, "what channels and other tools export for a merchant", "merchant"), "*"))
	require.NoError(t, err)
	require.NotEmpty(t, names)
	complete := 0
	for _, name := range names {
		f, err := merchantfile.OpenPath(t.Context(), name, merchantfile.Options{Currency: "GBP"})
		if err != nil || !f.Format().HoldsKind(merchantfile.Catalogue) {
			continue
		}
		s := shop(t)
		out, err := s.ImportCatalogue(t.Context(), f, starter.ImportOptions{})
		t.Log(filepath.Base(name), out.Format.ID, out.SKUs, out.Mistakes, out.Notes, err)
		if err != nil { // the samples have mistakes on purpose
			require.NotZero(t, out.Wrong, name)
			continue
		}
		complete++
		again, err := s.ImportCatalogue(t.Context(), f, starter.ImportOptions{})
		require.NoError(t, err)
		require.False(t, again.Saved)
		require.NoError(t, f.Close())
	}
	require.GreaterOrEqual(t, complete, 4, "files that import without a mistake")
}

// If one of the kits can't be saved, the catalogue is not saved either.
func TestAKitWithStockIsRefusedBeforeAnythingIsSaved(t *testing.T) {
	t.Parallel()
	s := shop(t)
	ctx := context.Background()
	require.NoError(t, s.Store.Products.SaveVariants(ctx, []products.Variant{{SKU: "GIFT"}}))
	_, err := s.Store.Ledger.ApplyStock(ctx, []stock.Change{{Key: "k", SKU: "GIFT", Location: "main", Kind: stock.Opening, Quantity: 3}})
	require.NoError(t, err)
	out, err := importText(t, s, mugs, starter.ImportOptions{})
	var usage *starter.UsageError
	require.ErrorAs(t, err, &usage)
	require.ErrorContains(t, out.Mistakes[0], "line 4, column kit parts: GIFT can't become a kit: 3 of it are on hand")
	require.Len(t, everything(t, s), 1)
}

package merchantfile_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/merchantfile"
)

func TestTheDocumentNamesEveryFormatAndItsExamplesAreRead(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "files.md"))
	require.NoError(t, err)
	document := strings.Join(strings.Fields(string(text)), " ")
	for _, title := range merchantfile.Titles() {
		require.Contains(t, document, title)
	}
	blocks := regexp.MustCompile("(?s)```(?:csv|json)\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	require.Len(t, blocks, 4)
	for _, block := range blocks {
		f := opened(t, block[1], merchantfile.Options{})
		require.Empty(t, f.Left(), "each column of an example is used")
		for _, kind := range f.Format().Holds {
			report, err := readAll(t, f, kind)
			require.NoError(t, err)
			require.Empty(t, report.Mistakes)
			require.Positive(t, report.Handed)
		}
	}
	require.Equal(t, []catalogue.Kit{{SKU: "GIFT", Title: "Gift box", Parts: []catalogue.Part{{SKU: "MUG-BLU", Quantity: 2}, {SKU: "TOW-S", Quantity: 1}}}},
		kits(t, opened(t, blocks[0][1], merchantfile.Options{})))
}

package table_test

import (
	"fmt"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/towpath/towpath/internal/table"
)

func written(t require.TestingT, rows [][]table.Cell) string {
	var b strings.Builder
	require.NoError(t, table.Write(&b, rows))
	return b.String()
}

// Plain text is aligned as text/tabwriter aligns it.
func TestPlainTextIsLinedUpAsTabwriterDoes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.IntRange(1, 5).Draw(t, "columns")
		var rows [][]table.Cell
		var want strings.Builder
		w := tabwriter.NewWriter(&want, 0, 4, 2, ' ', 0)
		for range rapid.IntRange(1, 6).Draw(t, "rows") {
			texts := rapid.SliceOfN(rapid.StringMatching(`[a-zä€]{1,9}`), columns, columns).Draw(t, "row")
			rows = append(rows, table.Words(texts...))
			fmt.Fprintln(w, strings.Join(texts, "\t"))
		}
		require.NoError(t, w.Flush())
		require.Equal(t, want.String(), written(t, rows))
	})
}

func TestNumbersEndTogetherAndColoursCountForNothing(t *testing.T) {
	t.Parallel()
	red := func(s string) string { return "\x1b[31m" + s + "\x1b[0m" }
	require.Equal(t, "SKU      N  WHY\nlamp  \x1b[31m1200\x1b[0m  gone\nmug      7\n", written(t, [][]table.Cell{
		{table.Word("SKU"), table.Number("N"), table.Word("WHY")},
		{table.Word("lamp"), {Text: "1200", Right: true, Paint: red}, table.Word("gone")},
		{table.Word("mug"), table.Number("7"), table.Word("")},
	}))
}

func TestFiguresThatArePrintedAsTheyCome(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	w := table.NewWriter(&b, true)
	fmt.Fprint(w, "COST\tN\t\n")
	fmt.Fprintf(w, "order\t%d\t\n", 1200)
	require.NoError(t, w.Flush())
	require.Equal(t, " COST     N\norder  1200\n", b.String())
}

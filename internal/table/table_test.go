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

// The longest of what the programs print: an order's reference, sentences, a command.
func TestATableThatIsTooWideKeepsWithinAHundredColumns(t *testing.T) {
	t.Parallel()
	title := func(text string) table.Cell { return table.Cell{Text: text, Title: true} }
	prose := func(text string) table.Cell { return table.Cell{Text: text, Prose: true} }
	wide := func(n int) table.Cell { return table.Word(strings.Repeat("x", n)) }
	for name, tc := range map[string]struct {
		rows [][]table.Cell
		want string
	}{
		"as it is": {[][]table.Cell{{wide(49), wide(49)}}, strings.Repeat("x", 49) + "  " + strings.Repeat("x", 49) + "\n"},
		"titles are broken first": {
			[][]table.Cell{{title("WHICH"), title("NEXT SCAN"), title("WHY")}, {wide(68), table.Word("in 1 s"), prose("it waits for its turn")}},
			"WHICH" + strings.Repeat(" ", 65) + "NEXT    WHY\n" + strings.Repeat(" ", 70) + "SCAN\n" + strings.Repeat("x", 68) + "  in 1 s  it waits for its turn\n",
		},
		"then prose": {
			[][]table.Cell{{title("WHICH"), title("WHY")}, {wide(80), prose("the channel refuses it")}},
			"WHICH" + strings.Repeat(" ", 77) + "WHY\n" + strings.Repeat("x", 80) + "  the channel\n" + strings.Repeat(" ", 82) + "refuses it\n",
		},
		"then columns stand below": {
			[][]table.Cell{{title("WHICH"), title("N"), title("COMMAND")}, {wide(60), {Text: "7", Right: true}, table.Word("towpath retry shipment/amazon-uk/202")}, {wide(3), table.Number("12"), table.Word("")}},
			"WHICH" + strings.Repeat(" ", 57) + "N\n    COMMAND\n" + strings.Repeat("x", 60) + "   7\n    towpath retry shipment/amazon-uk/202\nxxx" + strings.Repeat(" ", 59) + "12\n",
		},
		"what is copied stays in one piece": {[][]table.Cell{{table.Word("a"), wide(120), table.Word("b")}}, "a\n    " + strings.Repeat("x", 120) + "\n    b\n"},
	} {
		require.Equal(t, tc.want, written(t, tc.rows), name)
	}
}

// Whatever a table holds: no line is wider than a hundred columns unless one cell alone is, each cell is there in one piece,
// and of prose each word.
func TestNoTableIsWiderThanAHundredColumns(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.IntRange(1, 14).Draw(t, "columns")
		prose := rapid.SliceOfN(rapid.Bool(), columns, columns).Draw(t, "prose")
		rows := make([][]table.Cell, rapid.IntRange(1, 5).Draw(t, "rows"))
		for r := range rows {
			for c := range columns {
				text := rapid.StringMatching(`[a-z]{0,12}( [a-zä€]{1,12}){0,10}`).Draw(t, "text")
				rows[r] = append(rows[r], table.Cell{Text: strings.TrimSpace(text), Prose: prose[c], Title: r == 0})
			}
		}
		text := written(t, rows)
		for line := range strings.Lines(text) {
			if line = strings.TrimRight(line, "\n"); len([]rune(line)) > table.Width {
				require.NotContains(t, strings.TrimSpace(line), "  ", "a cell alone")
			}
		}
		for r, row := range rows {
			for c, cell := range row {
				if prose[c] || r == 0 {
					for _, word := range strings.Fields(cell.Text) {
						require.Contains(t, text, word)
					}
				} else {
					require.Contains(t, text, cell.Text)
				}
			}
		}
	})
}

package sheet_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"

	"github.com/towpath/towpath/internal/sheet"
)

var comma = sheet.Layout{Encoding: sheet.UTF8, Delimiter: ',', Quoted: true}

func look(t *testing.T, text string, limits sheet.Limits) *sheet.Text {
	t.Helper()
	found, err := sheet.Look(t.Context(), strings.NewReader(text), int64(len(text)), limits)
	require.NoError(t, err)
	return found
}

// all reads every row as "line: cell|cell", or its error.
func all(t *testing.T, r *sheet.Reader) []string {
	t.Helper()
	var rows []string
	for {
		row, err := r.Next()
		var wrong *sheet.RowError
		switch {
		case errors.Is(err, io.EOF):
			return rows
		case errors.As(err, &wrong):
			rows = append(rows, err.Error())
		default:
			require.NoError(t, err)
			rows = append(rows, fmt.Sprintf("%d: %s", row.Line, strings.Join(row.Cells, "|")))
		}
	}
}

func TestCellsAndLinesAreFoundThroughQuotesAndMixedLineEnds(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		text   string
		layout sheet.Layout
		want   []string
	}{
		"plain":                {"a,b\n1,2\n", comma, []string{"1: a|b", "2: 1|2"}},
		"no end to the last":   {"a,b\n1,2", comma, []string{"1: a|b", "2: 1|2"}},
		"mixed line ends":      {"a\r\nb\nc\rd\r\n", comma, []string{"1: a", "2: b", "3: c", "4: d"}},
		"blank lines count":    {"\na\n\n\nb\n", comma, []string{"2: a", "5: b"}},
		"quoted delimiter":     {"\"a,b\",c\n", comma, []string{"1: a,b|c"}},
		"doubled quotes":       {"\"12\"\" x 18\"\"\",c\n", comma, []string{"1: 12\" x 18\"|c"}},
		"quoted line ends":     {"\"a\r\nb\nc\",d\ne\n", comma, []string{"1: a\nb\nc|d", "4: e"}},
		"quotes inside a cell": {"12\" x 18\",c\n", comma, []string{"1: 12\" x 18\"|c"}},
		"empty quoted":         {"\"\",\"\"\n", comma, []string{"1: |"}},
		"empty at the end":     {"\"a\",\n", comma, []string{"1: a|"}},
		"semicolons":           {"a;\"b;c\"\n", sheet.Layout{Encoding: sheet.UTF8, Delimiter: ';', Quoted: true}, []string{"1: a|b;c"}},
		"tabs without quoting": {"12\" x 18\"\t\"Stove safe\"\n", sheet.Layout{Encoding: sheet.UTF8, Delimiter: '\t'}, []string{"1: 12\" x 18\"|\"Stove safe\""}},
		"a return in plain":    {"a\rb\tc\n", sheet.Layout{Encoding: sheet.UTF8, Delimiter: '\t'}, []string{"1: a\rb|c"}},
		"returns alone, plain": {"a\tb\rc\td\r", sheet.Layout{Encoding: sheet.UTF8, Delimiter: '\t'}, []string{"1: a|b", "2: c|d"}},
		"text behind quotes":   {"\"a\"b,c\nd,e\n", comma, []string{"line 1, cell 1: text follows a closing quotation mark; want a quotation mark inside a quoted cell doubled: \"12\"\" x 18\"\"\"", "2: d|e"}},
		"byte order mark":      {"\xEF\xBB\xBFa,b\n", comma, []string{"1: a|b"}},
		"beyond ASCII":         {"LAMP-Ö1,商品名\n", comma, []string{"1: LAMP-Ö1|商品名"}},
		"longer than one buffer": {strings.Repeat("x", 70_000) + "," + strings.Repeat("y", 70_000) + "\nz\n", comma,
			[]string{"1: " + strings.Repeat("x", 70_000) + "|" + strings.Repeat("y", 70_000), "2: z"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tc.want, all(t, look(t, tc.text, sheet.Limits{}).Read(tc.layout)))
		})
	}
}

func TestTheBytesTellTheEncodingOrLeaveTwo(t *testing.T) {
	t.Parallel()
	japan, western := "商品名\t価格\nマグ（青）\t1890\n", "prénom,prix\nété à Nîmes,5 £\n"
	cp932, err := japanese.ShiftJIS.NewEncoder().String(japan)
	require.NoError(t, err)
	windows, err := charmap.Windows1252.NewEncoder().String(western)
	require.NoError(t, err)
	little, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(western)
	require.NoError(t, err)
	big, err := unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String(japan)
	require.NoError(t, err)
	for name, tc := range map[string]struct {
		bytes, text string
		want        []sheet.Encoding
	}{
		"ASCII":         {"a,b\n", "a,b\n", []sheet.Encoding{sheet.UTF8}},
		"UTF-8":         {western, western, []sheet.Encoding{sheet.UTF8}},
		"UTF-8 marked":  {"\xEF\xBB\xBF" + japan, japan, []sheet.Encoding{sheet.UTF8}},
		"little-endian": {little, western, []sheet.Encoding{sheet.UTF16LE}},
		"big-endian":    {big, japan, []sheet.Encoding{sheet.UTF16BE}},
		"Windows-1252":  {windows, western, []sheet.Encoding{sheet.Windows1252, sheet.CP932}},
		"CP932":         {cp932, japan, []sheet.Encoding{sheet.CP932, sheet.Windows1252}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := look(t, tc.bytes, sheet.Limits{})
			require.Equal(t, tc.want, text.Encodings())
			rows := all(t, text.Read(sheet.Layout{Encoding: tc.want[0], Delimiter: '|'}))
			require.Len(t, rows, strings.Count(tc.text, "\n"))
			require.Equal(t, "1: "+strings.Split(tc.text, "\n")[0], rows[0])
		})
	}
}

func TestWhatIsNoTextIsSaidToBeWhatItIs(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ bytes, want string }{
		"xlsx":             {"PK\x03\x04....[Content_Types].xml", "this is an Excel workbook (.xlsx), not a text file; open it and save it as \"CSV UTF-8\""},
		"ods":              {"PK\x03\x04....mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "this is an OpenDocument spreadsheet (.ods), not a text file; open it and save it as \"CSV UTF-8\""},
		"zip":              {"PK\x03\x04....export.csv", "this is a zip archive, not a text file; unpack it first"},
		"xls":              {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1....", "this is an old Excel workbook (.xls), not a text file; open it and save it as \"CSV UTF-8\""},
		"pdf":              {"%PDF-1.7", "this is a PDF, not a text file; export the same data as CSV"},
		"html named .xls":  {"\r\n<HTML><table>", "this is a web page (HTML), not a text file; a file that ends in .xls can be one: open it and save it as \"CSV UTF-8\""},
		"xml":              {"<?xml version=\"1.0\"?>", "this is XML, not a text file; export the same data as CSV"},
		"gzip":             {"\x1F\x8B\x08", "this is a gzip archive, not a text file; unpack it first"},
		"a NUL":            {"a,b\n1,\x002\n3,4\n5,6\n7,8\n", "line 2: it holds a byte 0, which no text has: it is no text file, or was damaged on its way; want the file as it was exported"},
		"unmarked UTF-16":  {"a\x00,\x00b\x00\n\x00", "line 1: every other byte is 0, as in UTF-16 without the mark at its beginning that would say so; want the file saved as \"CSV UTF-8\""},
		"two encodings":    {"é\nü\nö\n\xE9 \n", "line 4: the file is UTF-8 up to here, and here it is not (1 bytes in all); want one encoding: two files of different encodings may have been put together; export again, or save each as UTF-8 first"},
		"a mark that lies": {"\xEF\xBB\xBFa\n\xE9\n", "line 2: the file is UTF-8 up to here, and here it is not (1 bytes in all); want one encoding: two files of different encodings may have been put together; export again, or save each as UTF-8 first"},
		"empty":            {"", sheet.ErrEmpty.Error()},
		"blank":            {"\xEF\xBB\xBF \r\n\t\n", sheet.ErrEmpty.Error()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := sheet.Look(t.Context(), strings.NewReader(tc.bytes), int64(len(tc.bytes)), sheet.Limits{})
			require.EqualError(t, err, tc.want)
		})
	}
}

func TestEverythingIsBounded(t *testing.T) {
	t.Parallel()
	var large *sheet.TooLargeError
	_, err := sheet.Look(t.Context(), bytes.NewReader(nil), 2<<30, sheet.Limits{})
	require.ErrorAs(t, err, &large, "by its size alone: not a byte of a file of 2 GB is read")
	require.EqualError(t, err, "the file (2048 MiB): more than the 512 MiB that is read at once; "+
		"split the file, each part with the header row, and read the parts one after the other")

	r := look(t, "a\nb\nc\n", sheet.Limits{Rows: 2}).Read(comma)
	for range 2 {
		_, err = r.Next()
		require.NoError(t, err)
	}
	_, err = r.Next()
	require.ErrorAs(t, err, &large)

	require.Equal(t, []string{"line 1: it has more than 3 cells; want one row on each line", "2: a"},
		all(t, look(t, "1,2,3,4,5\na\n", sheet.Limits{Cells: 3}).Read(comma)))
	require.Equal(t, []string{"line 1, cell 2: its text has 5 bytes; want 4 at most", "2: b"},
		all(t, look(t, "a,12345\nb\n", sheet.Limits{Cell: 4}).Read(comma)))
	require.Equal(t, []string{"line 1: it has more than 3 cells; want one row on each line", "2: a"},
		all(t, look(t, "\"1\",2,3,4,5\na\n", sheet.Limits{Cells: 3}).Read(comma)))

	var unreadable *sheet.UnreadableError
	for _, text := range []string{"a\n\"" + strings.Repeat("b\n", 50_000), "a\n" + strings.Repeat("b", 300_000) + "\n"} {
		r = look(t, text, sheet.Limits{Cell: 1000}).Read(comma)
		_, err = r.Next()
		require.NoError(t, err)
		_, err = r.Next()
		require.ErrorAs(t, err, &unreadable)
		require.Equal(t, 2, unreadable.Line)
	}
}

func TestAnOpenQuotationMarkIsReportedWhereItOpens(t *testing.T) {
	t.Parallel()
	r := look(t, "a\nb,\"c\nd\ne\n", sheet.Limits{}).Read(comma)
	_, err := r.Next()
	require.NoError(t, err)
	_, err = r.Next()
	require.EqualError(t, err, "line 2: the quotation mark that opens a cell here is never closed; want a closing quotation mark")
}

func TestBytesThatAreNoCharacterAreReported(t *testing.T) {
	t.Parallel()
	rows := all(t, look(t, "a,b\n1,\x81\x20\n", sheet.Limits{}).Read(sheet.Layout{Encoding: sheet.CP932, Delimiter: ',', Quoted: true}))
	require.Equal(t, []string{"1: a|b", `line 2, cell 2: it holds bytes that are no character of CP932; want the file as it was exported, or saved as "CSV UTF-8"`}, rows)
}

func TestReadingStopsWhenItIsCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := sheet.Look(ctx, strings.NewReader("a"), 1, sheet.Limits{})
	require.ErrorIs(t, err, context.Canceled)
}

func TestACutFileIsAnError(t *testing.T) {
	t.Parallel()
	_, err := sheet.Look(t.Context(), strings.NewReader("abc"), 10, sheet.Limits{})
	require.ErrorIs(t, err, io.EOF)
}

package sheet_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/sheet"
)

// Any bytes are read as rows or cause an error, within the limits.
func FuzzRows(f *testing.F) {
	for _, seed := range []string{
		"a,b\n1,2\n", "\"a\r\nb\",\"c\"\"d\"\r\n", "\xEF\xBB\xBFa;b\rc;d", "\xFF\xFEa\x00\n\x00", "12\" x 18\"\t\"x\"\n", "\x83}\x83O\t1\n", "\"", "\"\n\"",
	} {
		f.Add([]byte(seed), byte(','), true)
		f.Add([]byte(seed), byte('\t'), false)
	}
	limits := sheet.Limits{Bytes: 1 << 20, Rows: 100, Cells: 20, Cell: 200}
	f.Fuzz(func(t *testing.T, text []byte, delimiter byte, quoted bool) {
		found, err := sheet.Look(t.Context(), bytes.NewReader(text), int64(len(text)), limits)
		if err != nil {
			return
		}
		for _, encoding := range found.Encodings() {
			r, last := found.Read(sheet.Layout{Encoding: encoding, Delimiter: delimiter, Quoted: quoted}), 0
			for rows := 0; ; rows++ {
				row, err := r.Next()
				var wrong *sheet.RowError
				if errors.As(err, &wrong) {
					require.Positive(t, wrong.Line)
					continue
				}
				if err != nil {
					break
				}
				require.Greater(t, row.Line, last)
				last = row.Line
				require.LessOrEqual(t, len(row.Cells), limits.Cells)
				for _, cell := range row.Cells {
					require.LessOrEqual(t, len(cell), limits.Cell)
				}
				require.Less(t, rows, limits.Rows)
			}
		}
	})
}

// A text written according to RFC 4180 is read back unchanged.
func FuzzWhatIsWrittenIsRead(f *testing.F) {
	f.Add("a", "b,c", "12\" x 18\"")
	f.Add("a\nb", "", "é;\t")
	f.Fuzz(func(t *testing.T, first, second, third string) {
		cells := []string{"SKU-" + first, second, third}
		for _, cell := range cells {
			if strings.ContainsAny(cell, "\x00\r\uFFFD") || strings.ToValidUTF8(cell, "") != cell || len(cell) > 1000 {
				t.Skip()
			}
		}
		var text bytes.Buffer
		w := csv.NewWriter(&text)
		require.NoError(t, w.WriteAll([][]string{cells, cells}))
		found, err := sheet.Look(t.Context(), bytes.NewReader(text.Bytes()), int64(text.Len()), sheet.Limits{})
		require.NoError(t, err)
		r := found.Read(comma)
		for range 2 {
			row, err := r.Next()
			require.NoError(t, err)
			require.Equal(t, cells, row.Cells)
		}
		_, err = r.Next()
		require.ErrorIs(t, err, io.EOF)
	})
}

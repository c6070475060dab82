package sheet

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/transform"
)

// Layout is how a file separates rows and cells.
type Layout struct {
	Encoding  Encoding
	Delimiter byte // ',', ';' or a tab
	// Quoted: a cell may stand in quotation marks, inside which delimiters, line ends and doubled quotation marks are
	// its text (RFC 4180). Amazon's tab separated reports have none of this: there 12" x 18" is plain text.
	Quoted bool
}

// Row is a row with at least one cell. Its cells are untrimmed.
type Row struct {
	Line  int      // where it begins; the file's first line is 1
	Cells []string // until the next row is read: the slice is used again, the texts are not
}

// Reader returns a file's rows one after the other.
type Reader struct {
	in     io.Reader
	layout Layout
	limits Limits
	lone   bool // a carriage return alone ends a line

	buf        []byte
	start, end int
	done       error

	line  int // of the last that was read
	rows  int
	row   []byte
	ends  []int
	cells []string
}

// Read returns a reader at the file's beginning. Several readers of one Text are independent.
func (t *Text) Read(layout Layout) *Reader {
	var in io.Reader = io.NewSectionReader(t.in, 0, t.size)
	if d := layout.Encoding.decoder(); d != nil {
		in = transform.NewReader(in, d)
	} else if t.bytes.bom == UTF8 {
		in = io.NewSectionReader(t.in, int64(len(bomUTF8)), t.size-int64(len(bomUTF8)))
	}
	return &Reader{
		in: in, layout: layout, limits: t.limits,
		lone: layout.Quoted || t.bytes.feeds == 0 && t.bytes.returns > 0,
		buf:  make([]byte, 64<<10),
	}
}

// Next returns the next row, io.EOF after the last, a *RowError for a row that can't be read, or the error of the
// file. Lines without text are skipped.
func (r *Reader) Next() (Row, error) {
	for {
		text, err := r.nextLine()
		if err != nil {
			return Row{}, err
		}
		if len(text) == 0 {
			continue
		}
		if r.rows++; r.rows > r.limits.Rows {
			return Row{}, &TooLargeError{What: "the file's rows", Most: fmt.Sprint(r.limits.Rows)}
		}
		first := r.line
		cells, err := r.split(text)
		if err != nil {
			return Row{}, err
		}
		return Row{Line: first, Cells: cells}, r.check(first, cells)
	}
}

// split splits a row; text is its first line.
func (r *Reader) split(text []byte) ([]string, error) {
	if r.layout.Quoted && bytes.IndexByte(text, '"') >= 0 {
		return r.quoted(text)
	}
	r.cells = r.cells[:0]
	for rest := string(text); ; {
		at := strings.IndexByte(rest, r.layout.Delimiter)
		if at < 0 || len(r.cells) > r.limits.Cells {
			r.cells = append(r.cells, rest)
			return r.cells, nil
		}
		r.cells = append(r.cells, rest[:at])
		rest = rest[at+1:]
	}
}

// check checks the limits, and finds characters that were lost.
func (r *Reader) check(line int, cells []string) error {
	if len(cells) > r.limits.Cells {
		return &RowError{Line: line, What: fmt.Sprintf("it has more than %d cells", r.limits.Cells), Want: "one row on each line"}
	}
	for i, cell := range cells {
		if len(cell) > r.limits.Cell {
			return &RowError{Line: line, Cell: i + 1, What: fmt.Sprintf("its text has %d bytes", len(cell)),
				Want: fmt.Sprintf("%d at most", r.limits.Cell)}
		}
		if r.layout.Encoding != UTF8 && strings.ContainsRune(cell, utf8.RuneError) {
			return &RowError{Line: line, Cell: i + 1, What: fmt.Sprintf("it holds bytes that are no character of %s", r.layout.Encoding),
				Want: `the file as it was exported, or saved as "CSV UTF-8"`}
		}
	}
	return nil
}

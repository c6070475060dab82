package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// rowCells is the limit of a row as a multiple of the limit of a cell.
const rowCells = 4

// nextLine returns the next line without its end, which is LF, CRLF or, if r.lone is set, CR. It is valid until the
// next call.
func (r *Reader) nextLine() ([]byte, error) {
	for scanned := 0; ; {
		window := r.buf[r.start+scanned : r.end]
		if at, ending := r.lineEnd(window); at >= 0 {
			text := r.buf[r.start : r.start+scanned+at]
			r.start += scanned + at + ending
			r.line++
			return text, nil
		}
		if r.done != nil {
			return r.lastLine()
		}
		if r.end-r.start > r.limits.Cell*rowCells {
			return nil, &UnreadableError{r.line + 1, fmt.Sprintf("a line of more than %s", inMiB(int64(r.limits.Cell*rowCells))), "rows with line ends"}
		}
		scanned = max(0, r.end-r.start-1) // the last byte may be the first half of CRLF
		r.fill()
	}
}

// lineEnd returns where text's first line ends and the length of its end, or -1 if more must be read.
func (r *Reader) lineEnd(text []byte) (at, ending int) {
	feed := bytes.IndexByte(text, '\n')
	if r.lone {
		before := text
		if feed >= 0 {
			before = text[:feed]
		}
		ret := bytes.IndexByte(before, '\r')
		switch {
		case ret < 0:
		case ret+1 < len(before):
			return ret, 1
		case feed >= 0:
			return ret, 2
		case r.done != nil:
			return ret, 1
		default:
			return -1, 0
		}
	}
	if feed > 0 && text[feed-1] == '\r' {
		return feed - 1, 2
	}
	return feed, 1
}

func (r *Reader) lastLine() ([]byte, error) {
	text := bytes.TrimSuffix(r.buf[r.start:r.end], []byte("\r"))
	r.start = r.end
	if len(text) == 0 {
		return nil, r.done
	}
	r.line++
	return text, nil
}

// fill reads more data into the buffer.
func (r *Reader) fill() {
	if r.start > 0 {
		r.end = copy(r.buf, r.buf[r.start:r.end])
		r.start = 0
	}
	if r.end == len(r.buf) {
		r.buf = append(r.buf, make([]byte, len(r.buf))...)
	}
	n, err := r.in.Read(r.buf[r.end:])
	r.end += n
	if err != nil {
		if !errors.Is(err, io.EOF) {
			err = fmt.Errorf("read after line %d: %w", r.line, err)
		}
		r.done = err
	}
}

// quoted splits a row with quotation marks; text is its first line.
func (r *Reader) quoted(text []byte) ([]string, error) {
	first := r.line
	r.row, r.ends = r.row[:0], r.ends[:0]
	var wrong error
	for i := 0; ; i++ { // i stands behind a delimiter
		var err error
		if i < len(text) && text[i] == '"' {
			if text, i, err = r.closeQuote(text, i+1); err != nil {
				return nil, err
			}
			if i < len(text) && text[i] != r.layout.Delimiter && wrong == nil {
				wrong = &RowError{Line: first, Cell: len(r.ends) + 1, What: "text follows a closing quotation mark",
					Want: `a quotation mark inside a quoted cell doubled: "12"" x 18"""`}
			}
		}
		upTo := bytes.IndexByte(text[i:], r.layout.Delimiter)
		last := upTo < 0 || len(r.ends) > r.limits.Cells
		if last {
			upTo = len(text) - i
		}
		r.row = append(r.row, text[i:i+upTo]...)
		r.ends = append(r.ends, len(r.row))
		if i += upTo; last {
			break
		}
	}
	whole, from := string(r.row), 0
	r.cells = r.cells[:0]
	for _, end := range r.ends {
		r.cells = append(r.cells, whole[from:end])
		from = end
	}
	return r.cells, wrong
}

// closeQuote copies a quoted cell, from text[i], to the row, through as many lines as it has. It returns the line in
// which the cell ends, and where.
func (r *Reader) closeQuote(text []byte, i int) ([]byte, int, error) {
	opened := r.line
	for {
		end := bytes.IndexByte(text[i:], '"')
		if end < 0 {
			r.row = append(append(r.row, text[i:]...), '\n')
			next, err := r.nextLine()
			if errors.Is(err, io.EOF) || len(r.row) > r.limits.Cell*rowCells {
				return nil, 0, &UnreadableError{opened, "the quotation mark that opens a cell here is never closed", "a closing quotation mark"}
			}
			if err != nil {
				return nil, 0, err
			}
			text, i = next, 0
			continue
		}
		r.row = append(r.row, text[i:i+end]...)
		if i += end + 1; i == len(text) || text[i] != '"' {
			return text, i, nil
		}
		r.row = append(r.row, '"')
		i++
	}
}

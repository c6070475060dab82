package table

import (
	"bytes"
	"io"
	"strings"
)

// Writer takes a table as text, a line for each row and a tab between cells (or behind each of them), and writes it when it is
// flushed. It is for figures that are printed as they come.
type Writer struct {
	w     io.Writer
	right bool
	text  bytes.Buffer
}

// NewWriter is a table that is written to w; right lines up all its cells at their ends.
func NewWriter(w io.Writer, right bool) *Writer { return &Writer{w: w, right: right} }

// Write takes text.
func (t *Writer) Write(p []byte) (int, error) { return t.text.Write(p) }

// Flush writes the rows that came so far.
func (t *Writer) Flush() error {
	text := strings.TrimSuffix(t.text.String(), "\n")
	t.text.Reset()
	var rows [][]Cell
	for line := range strings.SplitSeq(text, "\n") {
		var row []Cell
		for cell := range strings.SplitSeq(line, "\t") {
			row = append(row, Cell{Text: cell, Right: t.right})
		}
		rows = append(rows, row)
	}
	return Write(t.w, rows)
}

package table

import (
	"bytes"
	"io"
	"strings"
)

// Writer collects a table as text, one line per row with tabs between cells (or after each), and writes it when
// flushed. It is for figures that are printed one by one.
type Writer struct {
	w     io.Writer
	right bool
	text  bytes.Buffer
}

// NewWriter returns a table that is written to w; right aligns all its cells to the right.
func NewWriter(w io.Writer, right bool) *Writer { return &Writer{w: w, right: right} }

// Write adds text.
func (t *Writer) Write(p []byte) (int, error) { return t.text.Write(p) }

// Flush writes the rows added so far.
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

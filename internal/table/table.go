// Package table aligns text in columns for everything that the programs print. Unlike text/tabwriter it aligns
// numbers to the right, does not count colour codes as text, and keeps within Width.
package table

import (
	"io"
	"strings"
)

// Cell is one cell of a table.
type Cell struct {
	Text  string
	Right bool                // a number: lined up at its end
	Prose bool                // a sentence, which may be broken between words; ids and commands are copied in one piece
	Title bool                // the title of a column, which may be broken too
	Paint func(string) string // puts colour around the text; nil: none
}

// Word returns a cell of plain text.
func Word(text string) Cell { return Cell{Text: text} }

// Number returns a cell aligned to the right.
func Number(text string) Cell { return Cell{Text: text, Right: true} }

// Words returns a row of plain text.
func Words(list ...string) []Cell {
	row := make([]Cell, len(list))
	for i, text := range list {
		row[i] = Word(text)
	}
	return row
}

// Write writes rows, each column as wide as its widest cell, with two spaces between columns and none at the end of a line. A table
// that would be wider than Width gets several lines per row: first titles and prose are broken between words, then columns stand
// below the others. Only a cell that is wider than a line and no prose exceeds it.
func Write(w io.Writer, rows [][]Cell) error {
	l := fit(rows)
	var b strings.Builder
	for _, row := range rows {
		for i, columns := range l.lines {
			l.write(&b, row, columns, i > 0)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// write writes some columns of a row; below: they stand below others. A row with several lines has none that says nothing.
func (l layout) write(b *strings.Builder, row []Cell, columns []int, below bool) {
	lines, said := make([][]string, len(columns)), len(l.lines) == 1
	tall := 1
	for i, c := range columns {
		if c < len(row) {
			lines[i] = broken(row[c].Text, l.widths[c])
			tall, said = max(tall, len(lines[i])), said || row[c].Text != ""
		}
	}
	if !said {
		return
	}
	for n := range tall {
		parts := make([]string, len(columns))
		for i, c := range columns {
			text := ""
			if n < len(lines[i]) {
				text = lines[i][n]
			}
			parts[i] = padded(row, c, text, l.widths[c])
		}
		line := strings.Join(parts, strings.Repeat(" ", gap))
		if below {
			line = strings.Repeat(" ", indent) + line
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}

// padded returns a line of a cell as wide as its column.
func padded(row []Cell, column int, text string, width int) string {
	space := strings.Repeat(" ", max(0, width-length(text)))
	if column >= len(row) || text == "" {
		return space
	}
	c := row[column]
	if c.Paint != nil {
		text = c.Paint(text)
	}
	if c.Right {
		return space + text
	}
	return text + space
}

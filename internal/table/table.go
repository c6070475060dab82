// Package table aligns text in columns for everything that the programs print. Unlike text/tabwriter it aligns
// numbers to the right and does not count colour codes as text.
package table

import (
	"io"
	"strings"
	"unicode/utf8"
)

// Cell is one cell of a table.
type Cell struct {
	Text  string
	Right bool                // a number: lined up at its end
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

// Write writes rows, each column as wide as its widest cell, with two spaces between columns and none at the end of a line.
func Write(w io.Writer, rows [][]Cell) error {
	var widths []int
	for _, row := range rows {
		for i, c := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(c.Text))
		}
	}
	var b strings.Builder
	for _, row := range rows {
		b.WriteString(strings.TrimRight(line(row, widths), " ") + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func line(row []Cell, widths []int) string {
	parts := make([]string, len(row))
	for i, c := range row {
		gap := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(c.Text))
		text := c.Text
		if c.Paint != nil {
			text = c.Paint(text)
		}
		if parts[i] = text + gap; c.Right {
			parts[i] = gap + text
		}
	}
	return strings.Join(parts, "  ")
}

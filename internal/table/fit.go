package table

import (
	"strings"
	"unicode/utf8"
)

// Width is how wide a table may be, in characters.
const Width = 100

const (
	gap    = 2 // spaces between columns
	indent = 4 // spaces before what stands below the columns that come first
	// height is into how many lines prose is broken before columns are moved below others instead.
	height = 3
)

// layout is how wide the columns are, and which of them share a line. A table that is too wide has several lines per row.
type layout struct {
	widths []int
	lines  [][]int // column numbers
}

// column is how wide a column is: as it is, with its title broken into lines, and with its prose broken too.
type column struct{ whole, titled, least int }

// fit returns the widest of these layouts that is not wider than Width: the columns as they are, titles broken into lines, prose
// broken into lines, columns moved below others.
func fit(rows [][]Cell) layout {
	columns := measure(rows)
	widths, every := make([]int, len(columns)), make([]int, len(columns))
	for i, c := range columns {
		widths[i], every[i] = c.whole, i
	}
	if total(widths) <= Width {
		return layout{widths, [][]int{every}}
	}
	for i, c := range columns {
		widths[i] = c.titled
	}
	if narrow(widths, columns) {
		return layout{used(rows, widths), [][]int{every}}
	}
	return fold(columns)
}

func measure(rows [][]Cell) []column {
	var columns []column
	for _, row := range rows {
		for i, cell := range row {
			if i == len(columns) {
				columns = append(columns, column{})
			}
			c, n, word := &columns[i], length(cell.Text), longestWord(cell.Text)
			titled, least := n, n
			switch {
			case cell.Title:
				titled, least = word, word
			case cell.Prose:
				least = max(word, (n+height-1)/height)
			}
			c.whole, c.titled, c.least = max(c.whole, n), max(c.titled, titled), max(c.least, least)
		}
	}
	return columns
}

// narrow takes width from the widest columns with prose until the table fits, and reports whether it does.
func narrow(widths []int, columns []column) bool {
	for excess := total(widths) - Width; excess > 0; excess-- {
		widest := -1
		for i, c := range columns {
			if widths[i] > c.least && (widest < 0 || widths[i] > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			return false
		}
		widths[widest]--
	}
	return true
}

// fold puts into each line as many columns as it has room for. Prose that is wider than a line is broken.
func fold(columns []column) layout {
	var l layout
	room := 0
	for i, c := range columns {
		width := c.whole
		if width > Width-indent {
			width = max(c.least, min(width, Width-indent))
		}
		l.widths = append(l.widths, width)
		if room -= gap + width; i == 0 || room < 0 {
			l.lines = append(l.lines, nil)
			room = Width - width
			if i > 0 {
				room -= indent
			}
		}
		last := len(l.lines) - 1
		l.lines[last] = append(l.lines[last], i)
	}
	return l
}

// used returns what is left of the widths when prose is broken: a line rarely ends where its column does.
func used(rows [][]Cell, widths []int) []int {
	out := make([]int, len(widths))
	for _, row := range rows {
		for i, cell := range row {
			for _, line := range broken(cell.Text, widths[i]) {
				out[i] = max(out[i], length(line))
			}
		}
	}
	return out
}

// broken returns a text in lines of at most width. Columns are never narrower than what stays in one piece, so only prose and titles
// are broken.
func broken(text string, width int) []string {
	if length(text) <= width {
		return []string{text}
	}
	var lines []string
	for _, word := range strings.Fields(text) {
		if n := len(lines) - 1; n >= 0 && length(lines[n])+1+length(word) <= width {
			lines[n] += " " + word
		} else {
			lines = append(lines, word)
		}
	}
	return lines
}

func longestWord(text string) int {
	n := 0
	for _, word := range strings.Fields(text) {
		n = max(n, length(word))
	}
	return n
}

func total(widths []int) int {
	sum := gap * max(0, len(widths)-1)
	for _, w := range widths {
		sum += w
	}
	return sum
}

func length(text string) int { return utf8.RuneCountInString(text) }

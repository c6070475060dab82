package merchantfile

import (
	"fmt"
	"strconv"
	"strings"
)

// marks are the first lines in which a column shows its decimal mark.
type marks struct{ point, comma int } // the first lines that do; 0: none

func (m *marks) see(text string, line int) {
	n, ok := splitNumber(text)
	switch {
	case !ok:
	case n.mark == '.' && m.point == 0:
		m.point = line
	case n.mark == ',' && m.comma == 0:
		m.comma = line
	}
}

// decimal returns the mark on which all values agree; 0 = none is visible, or two are.
func (m *marks) decimal() rune {
	switch {
	case m.point > 0 && m.comma == 0:
		return '.'
	case m.comma > 0 && m.point == 0:
		return ','
	}
	return 0
}

// number reads a number of a column; it returns false after a mistake. text is the cell's text or a part of it.
func (p *page) number(r row, c column, text, want string) (number, bool) {
	if reason, ok := Damaged(text); ok {
		p.wrong(r.line, c, quote(text)+" "+reason, want)
		return number{}, false
	}
	n, ok := splitNumber(text)
	if !ok {
		p.wrong(r.line, c, quote(text)+" is not a number", want)
		return number{}, false
	}
	seen := p.file.facts.marks[c.at]
	if n.mark != 0 && seen != nil && seen.point > 0 && seen.comma > 0 {
		first, other := min(seen.point, seen.comma), max(seen.point, seen.comma)
		p.wrong(r.line, c, fmt.Sprintf("%s: this column has both a decimal point and a decimal comma, in line %d and line %d", quote(text), first, other),
			"one of the two in the whole column")
		return number{}, false
	}
	if n.doubt == 0 {
		return n, true
	}
	decimal := p.file.decimal(c)
	if decimal == 0 {
		whole, fraction := n.read('x').plain(), n.read(n.doubt).plain()
		p.wrong(r.line, c, fmt.Sprintf("%s can be %s or %s, and nothing else in the file shows which", quote(text), whole, fraction),
			fmt.Sprintf("%s or %s", whole, n.read(n.doubt).plain()+"0"))
		return number{}, false
	}
	return n.read(decimal), true
}

// decimal returns the decimal mark of a column, or if its values don't show one, of the file.
func (f *File) decimal(c column) rune {
	if m := f.facts.marks[c.at]; m != nil && (m.point > 0 || m.comma > 0) {
		return m.decimal()
	}
	var all marks
	for _, m := range f.facts.marks {
		all.point, all.comma = max(all.point, m.point), max(all.comma, m.comma)
	}
	return all.decimal()
}

// maxQuantity is more than any shop has of anything.
const maxQuantity = 1_000_000_000

// quantity reads a whole number of units from a cell that is not empty; it returns false after a mistake.
func (p *page) quantity(r row, c column) (int, bool) {
	const want = "a whole number of units, such as 12"
	n, ok := p.number(r, c, r.get(c), want)
	if !ok {
		return 0, false
	}
	if strings.Trim(n.fraction, "0") != "" {
		p.wrong(r.line, c, quote(r.get(c))+" is not a whole number", want)
		return 0, false
	}
	units, err := strconv.Atoi("0" + n.whole)
	if err != nil || units > maxQuantity {
		p.wrong(r.line, c, quote(r.get(c))+" is more than a thousand million units", want)
		return 0, false
	}
	if n.negative {
		units = -units
	}
	return units, true
}

package merchantfile

import (
	"fmt"
	"strconv"
	"strings"
)

// number is a number's text taken apart. Which mark parts off the fraction is not always to be seen: "1,234" is
// one thousand two hundred and thirty-four, or one and a bit.
type number struct {
	negative bool
	whole    string // digits
	fraction string // digits
	mark     rune   // '.' or ',' where the text shows it to be the decimal mark; 0: it has none
	doubt    rune   // the mark of "1,234" or "1.234", of which whole and fraction are one reading; 0: there is none
}

// spaces are what some countries put between thousands.
var spaces = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "'", "", "’", "")

// splitNumber takes a number apart; it is false for what is none.
func splitNumber(text string) (number, bool) {
	text = strings.Replace(text, "\u2212", "-", 1) // the minus of typesetters
	body, negative := strings.CutPrefix(text, "-")
	n := number{negative: negative}
	points, commas := strings.Count(body, "."), strings.Count(body, ",")
	switch {
	case points == 0 && commas == 0:
		n.whole = body
	case points > 0 && commas > 0:
		n.mark = '.'
		if strings.LastIndexByte(body, ',') > strings.LastIndexByte(body, '.') {
			n.mark = ','
		}
	case points > 1 || commas > 1: // it repeats, so it groups
		n.mark = '.'
		if points > 1 {
			n.mark = ','
		}
		n.whole = body
	default:
		n.mark = '.'
		if commas > 0 {
			n.mark = ','
		}
	}
	if n.whole == "" {
		n.whole, n.fraction, _ = strings.Cut(body, string(n.mark))
	}
	if !n.regroup(points+commas == 1) {
		return number{}, false
	}
	return n, true
}

// regroup takes the marks between thousands out, and sees whether a single mark could be one of them.
func (n *number) regroup(single bool) bool {
	group := ","
	if n.mark == ',' {
		group = "."
	}
	whole, ok := ungroup(n.whole, group)
	if !ok || !digitsOnly(whole+n.fraction) || whole == "" && n.fraction == "" {
		return false
	}
	if single && len(n.fraction) == 3 && 1 <= len(whole) && len(whole) <= 3 && whole[0] != '0' {
		n.doubt, n.mark = n.mark, 0
	}
	n.whole = whole
	return true
}

// ungroup takes the marks between thousands out where they stand as they must: before each three digits.
func ungroup(whole, mark string) (string, bool) {
	if digitsOnly(whole) {
		return whole, true
	}
	if strings.Contains(whole, mark) {
		parts := strings.Split(whole, mark)
		for i, part := range parts {
			if i > 0 && len(part) != 3 || i == 0 && (part == "" || len(part) > 3) {
				return "", false
			}
		}
		return strings.Join(parts, ""), true
	}
	if bare := spaces.Replace(whole); bare != whole && len(bare) > 3 {
		return bare, true
	}
	return whole, true
}

func digitsOnly(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return true
}

// read is the number with a decimal mark settled for its column.
func (n number) read(decimal rune) number {
	if n.doubt != 0 && decimal != n.doubt {
		n.whole, n.fraction = n.whole+n.fraction, ""
	}
	n.doubt = 0
	return n
}

// plain is the number as digits with a point, as money.Parse takes it.
func (n number) plain() string {
	text := n.whole
	if text == "" {
		text = "0"
	}
	if n.fraction != "" {
		text += "." + n.fraction
	}
	if n.negative {
		text = "-" + text
	}
	return text
}

// marks is where a column shows its decimal mark.
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

// decimal is the mark that all values agree on; 0: none is to be seen, or two are.
func (m *marks) decimal() rune {
	switch {
	case m.point > 0 && m.comma == 0:
		return '.'
	case m.comma > 0 && m.point == 0:
		return ','
	}
	return 0
}

// number reads a number of a column; it is false after a mistake was noted. text is the cell's, or what was taken from it.
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
		p.wrong(r.line, c, fmt.Sprintf("%s can be %s or %s, and nothing else in the file settles which", quote(text), whole, fraction),
			fmt.Sprintf("%s or %s", whole, n.read(n.doubt).plain()+"0"))
		return number{}, false
	}
	return n.read(decimal), true
}

// decimal is the decimal mark of a column, or where its values don't show one, of the file.
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

// maxQuantity is beyond what any shop has of anything.
const maxQuantity = 1_000_000_000

// quantity reads a whole number of units; it is false after a mistake was noted. The cell is not empty.
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

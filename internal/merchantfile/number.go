package merchantfile

import "strings"

// number has the parts of a number's text. The decimal mark is not always clear: "1,234" is one thousand two hundred
// and thirty-four, or a little more than one.
type number struct {
	negative bool
	whole    string // digits
	fraction string // digits
	mark     rune   // '.' or ',' where the text shows it to be the decimal mark; 0: it has none
	doubt    rune   // the mark of "1,234" or "1.234", of which whole and fraction are one reading; 0: there is none
}

// spaces are put between thousands in some countries.
var spaces = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "'", "", "’", "")

// splitNumber splits a number; it returns false for anything else.
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

// regroup removes the marks between thousands, and checks whether a single mark could be one of them.
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

// ungroup removes the marks between thousands if they are before every three digits.
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

// read returns the number with its column's decimal mark applied.
func (n number) read(decimal rune) number {
	if n.doubt != 0 && decimal != n.doubt {
		n.whole, n.fraction = n.whole+n.fraction, ""
	}
	n.doubt = 0
	return n
}

// plain returns the number as digits with a point, for money.Parse.
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

package packing

import (
	"fmt"
	"regexp"
	"strings"
)

// maxCell limits a number or a name, in bytes.
const maxCell = 100

// scientific matches a long number changed by a spreadsheet: 9.4001E+21. Without the sign it must have a decimal
// point: 12E05 may be a merchant's own number.
var scientific = regexp.MustCompile(`^[0-9]+([.,][0-9]+)?[eE]\+[0-9]+$|^[0-9]+[.,][0-9]+[eE][0-9]+$`)

// damage describes what a spreadsheet did to a cell that is a name, not a number; empty = nothing visible.
func damage(cell string) string {
	switch {
	case len(cell) > maxCell:
		return fmt.Sprintf("%.20q... is longer than %d characters", cell, maxCell)
	case strings.ContainsFunc(cell, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return fmt.Sprintf("%q holds control characters", cell)
	case strings.HasPrefix(cell, "="):
		return fmt.Sprintf("%s is a spreadsheet's formula", cell)
	case scientific.MatchString(cell):
		return fmt.Sprintf("%s is how a spreadsheet shows a long number: its digits are lost", cell)
	case cut(cell):
		return fmt.Sprintf("%s ends in zeros where a spreadsheet cuts a long number: it keeps 15 digits", cell)
	}
	return ""
}

// cut reports whether a number of 20 digits or more has only zeros after the fifteenth.
func cut(cell string) bool {
	return len(cell) >= 20 && digits(cell) && strings.Trim(cell[15:], "0") == ""
}

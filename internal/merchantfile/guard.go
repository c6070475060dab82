package merchantfile

import "strings"

// Guard returns a cell for Towpath's own files that a spreadsheet leaves unchanged: with an apostrophe before what
// looks like a formula, and before a number that it would shorten (leading zeros, twelve digits or more). Towpath
// removes the apostrophe when it reads its own forms.
func Guard(cell string) string {
	switch {
	case cell == "":
	case strings.ContainsRune("=+-@\t\r", rune(cell[0])),
		digitsOnly(cell) && (len(cell) > 1 && cell[0] == '0' || len(cell) >= 12):
		return "'" + cell
	}
	return cell
}

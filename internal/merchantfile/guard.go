package merchantfile

import "strings"

// Guard is a cell of a file of ours as a spreadsheet leaves it whole: with an apostrophe before what it would take for a
// formula, and before a number that it would shorten (leading zeros, twelve digits or more). Our forms are read without it.
func Guard(cell string) string {
	switch {
	case cell == "":
	case strings.ContainsRune("=+-@\t\r", rune(cell[0])),
		digitsOnly(cell) && (len(cell) > 1 && cell[0] == '0' || len(cell) >= 12):
		return "'" + cell
	}
	return cell
}

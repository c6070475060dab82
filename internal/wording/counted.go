package wording

// Counted says how many rows a list has, of which at most so many are counted: "12 runs", or "more than 1,000 runs".
func Counted(n, most int, one, many string) string {
	if n > most {
		return "more than " + Count(most, one, many)
	}
	return Count(n, one, many)
}

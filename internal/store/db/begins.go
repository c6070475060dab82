package db

// Begins adds the condition that a column begins with a text, byte by byte. An index finds it whose column says {{begun}}: in a language's own
// order of letters, which PostgreSQL keeps without that word, what begins alike does not stand together.
func (w *Where) Begins(column, text string) {
	w.And(column+` {{from}} %s AND `+column+` {{below}} %s`, text, text+lastLetter)
}

// lastLetter is behind all that may follow a text.
const lastLetter = "\U0010FFFF"

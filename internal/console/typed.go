package console

import (
	"net/http"
	"strings"
)

// typedFields are what a person types in forms that pages show in sentences: a name, a reason, a note, the name of a view. SKUs and ids are not
// among them: those have to be what the channel calls them, whatever it is.
var typedFields = []string{"by", "reason", "text", "name"}

// readTyped reads a form, and takes the marks out of what was typed that turn the direction of whatever stands after them: with one in a name,
// the date behind it reads backwards.
func readTyped(r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm("it can't be read", "")
	}
	for _, field := range typedFields {
		for i, text := range r.PostForm[field] {
			r.PostForm[field][i] = strings.Map(withoutTurns, text)
		}
	}
	return nil
}

// withoutTurns leaves out Unicode's embeddings, overrides and isolates. The letters of right-to-left scripts need none of them.
func withoutTurns(r rune) rune {
	if r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' {
		return -1
	}
	return r
}

package remedy

import (
	"regexp"

	"github.com/towpath/towpath/internal/invocation"
)

// Names are the names for the placeholders in a remedy's steps. Empty ones leave their placeholders.
type Names struct {
	Account   string
	Endpoint  string // of a publication
	Reference string // of the order or the item
}

var placeholder = regexp.MustCompile(`\b(?:ACCOUNT|ENDPOINT|REF)\b`)

// Named returns the remedy with the real names in its steps, each quoted as one shell word.
func (r Remedy) Named(names Names) Remedy {
	by := map[string]string{"ACCOUNT": names.Account, "ENDPOINT": names.Endpoint, "REF": names.Reference}
	r = r.clone()
	for n, step := range r.Steps {
		r.Steps[n] = placeholder.ReplaceAllStringFunc(step, func(word string) string {
			if name := by[word]; name != "" {
				return invocation.ShellWord(name)
			}
			return word
		})
	}
	return r
}

package remedy

import (
	"regexp"

	"github.com/towpath/towpath/internal/invocation"
)

// Names are what a remedy's steps speak of. Those that are empty stay placeholders.
type Names struct {
	Account   string
	Endpoint  string // of a publication
	Reference string // of the order or the item
}

var placeholder = regexp.MustCompile(`\b(?:ACCOUNT|ENDPOINT|REF)\b`)

// Named is the remedy with the real names in its steps, each as a shell takes it for one word.
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

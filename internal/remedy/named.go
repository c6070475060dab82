package remedy

import (
	"regexp"
	"strings"

	"github.com/towpath/towpath/internal/invocation"
)

// Names are the names for the placeholders in a remedy's steps. Empty ones leave their placeholders.
type Names struct {
	Account   string
	Endpoint  string // of a publication
	Reference string // of the order or the item
}

var placeholder = regexp.MustCompile(`\b(?:ACCOUNT|ENDPOINT|REF)\b`)

// detail is a part of a step in the file that depends on the fault: {named|...} has the attributes, parameters and fields that it names, {sku|...}
// its SKU (the channel's, of an item the merchant's), {work|...} the kind of work that its operation belongs to, and what stands after the bar is for a fault that names none.
var detail = regexp.MustCompile(`\{(named|sku|work)\|([^{}|]+)\}`)

// filled returns a copy of the remedy with what the fault names in its steps.
func (r Remedy) filled(o occurrence) Remedy {
	r = r.clone()
	for n, step := range r.Steps {
		r.Steps[n] = detail.ReplaceAllStringFunc(step, func(part string) string {
			of := detail.FindStringSubmatch(part)
			switch {
			case of[1] == "sku" && o.sku != "":
				return invocation.ShellWord(o.sku)
			case of[1] == "work" && o.work != "":
				return o.work
			case of[1] == "named" && len(o.named) > 0:
				return strings.Join(o.named, ", ")
			}
			return of[2]
		})
	}
	return r
}

// Named returns the remedy with the real names in its steps, each quoted as one shell word, and with the command and the page that go on from them.
func (r Remedy) Named(names Names) Remedy {
	by := map[string]string{"ACCOUNT": names.Account, "ENDPOINT": names.Endpoint, "REF": names.Reference}
	r = r.clone()
	fill := func(text string) string {
		return placeholder.ReplaceAllStringFunc(text, func(word string) string {
			if name := by[word]; name != "" {
				return invocation.ShellWord(name)
			}
			return word
		})
	}
	r.Command, r.Page = next(r.Steps, fill, by)
	for n, step := range r.Steps {
		r.Steps[n] = fill(step)
	}
	return r
}

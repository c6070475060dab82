package main

import (
	"github.com/towpath/towpath/internal/remedy"
)

// whatToDo returns a remedy as lines: the title and who acts, then the steps; nil: there is none.
func whatToDo(r *remedy.Remedy) []string {
	if r == nil {
		return nil
	}
	return r.Lines()
}

package main

import (
	"fmt"

	"github.com/towpath/towpath/internal/remedy"
)

// whatToDo returns a remedy as lines: the title and who acts, then the steps.
func whatToDo(r *remedy.Remedy) []string {
	if r == nil {
		return nil
	}
	lines := []string{r.Title + " (" + r.Actor() + ")."}
	if words := r.CauseWords(); words != "" {
		lines = append(lines, words)
	}
	for i, step := range r.Steps {
		lines = append(lines, fmt.Sprintf("%d. %s", i+1, step))
	}
	if r.Gap {
		lines = append(lines, remedy.GapWords)
	}
	return lines
}

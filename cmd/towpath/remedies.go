package main

import (
	"fmt"

	"github.com/towpath/towpath/internal/remedy"
)

// whatToDo is a remedy in lines: the title, then the steps.
func whatToDo(r *remedy.Remedy) []string {
	if r == nil {
		return nil
	}
	lines := []string{r.Title + "."}
	for i, step := range r.Steps {
		lines = append(lines, fmt.Sprintf("%d. %s", i+1, step))
	}
	return lines
}

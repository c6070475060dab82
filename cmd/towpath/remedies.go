package main

import (
	"fmt"
	"strings"

	"github.com/towpath/towpath/internal/channel"
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

// faultText is a fault in an operator's words; the channel's own words are not in it.
func faultText(f *channel.Fault) string {
	if f == nil {
		return ""
	}
	parts := []string{string(f.Class)}
	if f.Code != "" {
		parts = append(parts, f.Code)
	}
	if f.Status != 0 {
		parts = append(parts, fmt.Sprintf("HTTP %d", f.Status))
	}
	text := strings.Join(parts, " ")
	if f.Operation != "" {
		text += " in " + f.Operation
	}
	if f.RequestID != "" {
		text += ", request id " + f.RequestID
	}
	return text
}

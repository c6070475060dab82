package main

import (
	"regexp"
	"strconv"
)

// Rows of the table that towpath-dev prints of its Temporal server's counts; the last one is the last.
const (
	actionsCount = "actions"
	writesCount  = "persistence writes"
	lastCount    = "failed history tasks"
)

var countLine = regexp.MustCompile(`^(\S+(?: \S+)*)\s{2,}(\d+)\s+(?:[\d.]+|-)$`)

// readCounts returns the rows of the table by name.
func readCounts(lines []string) map[string]int64 {
	found := make(map[string]int64)
	for _, line := range lines {
		if m := countLine.FindStringSubmatch(line); m != nil {
			if n, err := strconv.ParseInt(m[2], 10, 64); err == nil {
				found[m[1]] = n
			}
		}
	}
	return found
}

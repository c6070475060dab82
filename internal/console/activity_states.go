package console

import (
	"slices"
	"strings"

	"github.com/towpath/towpath/starter"
)

// activityState is what a row of the register can be filtered by.
type activityState string

const (
	activityInProgress activityState = "in-progress"
	activityQueued     activityState = "queued"
)

var activityStates = []activityState{activityInProgress, activityQueued}

// inState reports whether a row is in a state; every row is in none.
func inState(a starter.Activity, state string) bool {
	switch activityState(state) {
	case activityInProgress:
		return len(a.Running) > 0
	case activityQueued:
		return len(a.Queued)+a.Levels > 0
	}
	return true
}

// countStates returns how many rows there are in each state, and in all of them under an empty string.
func countStates(all []starter.Activity) map[string]int {
	counts := map[string]int{"": len(all)}
	for _, a := range all {
		for _, s := range words(activityStates) {
			if inState(a, s) {
				counts[s]++
			}
		}
	}
	return counts
}

// activityMark is where a list that ends with a row continues.
func activityMark(a starter.Activity) string { return a.Account + " " + string(a.Kind) }

// after returns so many of the rows after the marked one. They are sorted by account; one that is gone since leaves its place to the account after it.
func after(all []starter.Activity, mark string, limit int) []starter.Activity {
	if mark != "" {
		account, _, _ := strings.Cut(mark, " ")
		i := slices.IndexFunc(all, func(a starter.Activity) bool { return activityMark(a) == mark }) + 1
		if i == 0 {
			if i = slices.IndexFunc(all, func(a starter.Activity) bool { return a.Account >= account }); i < 0 {
				i = len(all)
			}
		}
		all = all[i:]
	}
	return all[:min(len(all), limit)]
}

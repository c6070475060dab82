package incident

import (
	"cmp"
	"slices"
	"strings"
)

// Builds is which builds of the workers are running, and which one is current. The zero value: unknown.
type Builds struct {
	Asked   bool     // the Temporal server has said which run; false: it is unknown
	Current string   // the build that gets new work; empty: workers that report no build
	Running []string // builds with running workers; empty text: workers that report no build
}

// Waits reports whether new work waits although workers run, because none of them has the current build.
func (b Builds) Waits() bool { return len(b.Running) > 0 && !slices.Contains(b.Running, b.Current) }

// need returns the Need that no worker runs, or that new work waits; false when neither is so.
func (b Builds) need() (Need, bool) {
	if b.Asked && len(b.Running) == 0 {
		return Need{Kind: Idle, Subjects: 1, Acts: You, Title: "no worker runs: nothing is read, processed or sent", Command: "towpath worker"}, true
	}
	if !b.Waits() {
		return Need{}, false
	}
	n := Need{Kind: Idle, Subjects: 1, Acts: You, Command: "towpath workers"}
	n.Title = "no build of the workers is current"
	if b.Current != "" {
		n.Title = "build " + b.Current + " is current, and none of its workers runs"
	}
	n.Title += ": new scans, orders and pushes wait, though " + b.words()
	if len(b.Running) == 1 {
		n.Command += " promote " + cmp.Or(b.Running[0], "--unversioned")
	}
	return n, true
}

// words returns which builds are running.
func (b Builds) words() string {
	var names []string
	for _, build := range b.Running {
		if build != "" {
			names = append(names, build)
		}
	}
	var parts []string
	switch len(names) {
	case 0:
	case 1:
		parts = append(parts, "build "+names[0])
	default:
		parts = append(parts, "builds "+strings.Join(names, ", "))
	}
	if len(names) < len(b.Running) {
		parts = append(parts, "workers that report no build")
	}
	verb := " runs"
	if len(b.Running) > 1 || len(names) == 0 {
		verb = " run"
	}
	return strings.Join(parts, " and ") + verb
}

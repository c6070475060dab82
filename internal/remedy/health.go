package remedy

import "fmt"

// State is the health of one kind of run of an account.
type State string

// The states of health.
const (
	OK       State = "ok"       // no errors
	Isolated State = "isolated" // a few errors, which is usual: nothing to worry about
	Degraded State = "degraded" // more errors than usual, nothing to do yet
	Failing  State = "failing"  // something permanent: a person should look
	Paused   State = "paused"   // nothing runs: the account is paused
)

// gravity is how much a state asks for attention.
var gravity = map[State]int{Isolated: 1, Degraded: 2, Paused: 3, Failing: 4}

// Worse reports whether a state asks for more attention than another.
func (s State) Worse(than State) bool { return gravity[s] > gravity[than] }

// Health is a judgement with its numbers.
type Health struct {
	State  State  `json:"state"`
	Errors int    `json:"errors"` // runs that failed, of the last Of
	Of     int    `json:"of"`     // runs looked at, at most 100
	InARow int    `json:"inARow"` // runs that failed since the last one that did not
	Words  string `json:"words"`  // the numbers and the conclusion
}

// WhilePaused returns the health while nothing runs: the numbers of the past stay.
func (h Health) WhilePaused() Health {
	h.State, h.Words = Paused, "paused; before, "+h.Words
	return h
}

// HealthOf returns the health that results of runs show, the newest last; true is a run without an error and without items in error. Only
// the last ones count, as many as health.yaml says.
func HealthOf(recent []bool) Health {
	recent = recent[max(0, len(recent)-limits.window):]
	h := Health{State: OK, Of: len(recent)}
	late, well := 0, 0
	for i, ok := range recent {
		if ok {
			h.InARow = 0
			well++
			continue
		}
		well = 0
		h.Errors++
		h.InARow++
		if i >= len(recent)-limits.newest {
			late++
		}
	}
	verdict := "all is well"
	switch {
	case h.Of == 0:
		h.Words = "no runs yet"
		return h
	case h.InARow >= limits.inARow:
		h.State, verdict = Failing, fmt.Sprintf("needs attention, as %d or more in a row seldom pass by themselves", limits.inARow)
	case late >= limits.inNewest && well >= limits.passed:
		h.State, verdict = Degraded, fmt.Sprintf("to be watched, but the newest %d went well", well)
	case late >= limits.inNewest:
		h.State, verdict = Failing, fmt.Sprintf("needs attention, as %d of them are among the last %d runs (%d are too many)", late, min(limits.newest, h.Of), limits.inNewest)
	case h.InARow > 1:
		h.State, verdict = Degraded, fmt.Sprintf("to be watched, one more makes it %d in a row", h.InARow+1)
	case h.Errors > limits.usual:
		h.State, verdict = Degraded, fmt.Sprintf("to be watched, up to %d in %d are usual", limits.usual, limits.window)
	case h.Errors > 0:
		h.State, verdict = Isolated, fmt.Sprintf("nothing to worry about, up to %d in %d are usual", limits.usual, limits.window)
	}
	h.Words = h.counts() + ": " + verdict
	return h
}

func (h Health) counts() string {
	errors, runs := fmt.Sprintf("%d errors", h.Errors), fmt.Sprintf("%d runs", h.Of)
	switch h.Errors {
	case 0:
		errors = "no errors"
	case 1:
		errors = "1 error"
	}
	if h.Of == 1 {
		runs = "run"
	}
	words := errors + " in the last " + runs
	if h.InARow > 1 {
		words += fmt.Sprintf(", the newest %d in a row", h.InARow)
	}
	return words
}

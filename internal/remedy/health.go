package remedy

import "fmt"

// State is the health of one kind of run of an account.
type State string

// The states of health.
const (
	OK        State = "ok"        // nothing to worry about
	Watch     State = "watch"     // more errors than usual, nothing to do yet
	Attention State = "attention" // something permanent: a person should look
)

// The rules for an account's health. The help pages that Towpath follows say that one or two errors in 100 runs are
// nothing to worry about, and that many in a row mean a larger problem; "many" is 3 here, since a run has used its
// own retries before it counts as an error. The newest runs also count separately, so that an intermittent problem is
// noticed and a past one is forgotten.
const (
	window       = 100 // runs that are looked at
	usual        = 2   // errors in the window that are nothing to worry about
	manyInARow   = 3
	newest       = 20 // runs
	manyInNewest = 5  // errors among the newest
)

// LeastForAttention is how many of the newest 20 runs have failed at least when a state is Attention.
const LeastForAttention = manyInARow

// Health is a judgement with its numbers.
type Health struct {
	State  State  `json:"state"`
	Errors int    `json:"errors"` // runs that failed, of the last Of
	Of     int    `json:"of"`     // runs looked at, at most 100
	InARow int    `json:"inARow"` // runs that failed since the last one that did not
	Words  string `json:"words"`  // the numbers and the conclusion
}

// HealthOf returns the health that results of runs show, the newest last; true is a run without an error. Only the
// last 100 count.
func HealthOf(recent []bool) Health {
	recent = recent[max(0, len(recent)-window):]
	h := Health{State: OK, Of: len(recent)}
	late := 0
	for i, ok := range recent {
		if ok {
			h.InARow = 0
			continue
		}
		h.Errors++
		h.InARow++
		if i >= len(recent)-newest {
			late++
		}
	}
	verdict := ""
	switch {
	case h.Of == 0:
		h.Words = "no runs yet"
		return h
	case h.InARow >= manyInARow:
		h.State, verdict = Attention, fmt.Sprintf("needs attention, as %d or more in a row seldom pass by themselves", manyInARow)
	case late >= manyInNewest:
		h.State, verdict = Attention, fmt.Sprintf("needs attention, as %d of them are among the last %d runs (%d are too many)", late, min(newest, h.Of), manyInNewest)
	case h.InARow > 1:
		h.State, verdict = Watch, fmt.Sprintf("to be watched, one more makes it %d in a row", h.InARow+1)
	case h.Errors > usual:
		h.State, verdict = Watch, fmt.Sprintf("to be watched, up to %d in %d are usual", usual, window)
	case h.Errors > 0:
		verdict = fmt.Sprintf("nothing to worry about, up to %d in %d are usual", usual, window)
	default:
		verdict = "all is well"
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

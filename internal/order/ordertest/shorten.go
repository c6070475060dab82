package ordertest

import "slices"

// attempts limits how often a sequence is played to shorten it.
const attempts = 2000

// shorten returns the shortest sequence it can find that still fails, for whatever reason: it leaves out steps, then
// makes choices simpler.
func (r *runner) shorten(failing tape) tape {
	left := attempts
	try := func(candidate tape) bool {
		left--
		if left < 0 {
			return false
		}
		choices, failed := r.play(&T{tape: candidate})
		if failed != "" {
			failing = choices
		}
		return failed != ""
	}
	for size := len(failing) / 2; size > 0; size /= 2 {
		for at := len(failing) - size; at > 0; at -= size {
			if at+size <= len(failing) {
				try(slices.Delete(slices.Clone(failing), at, at+size))
			}
		}
	}
	for step := range failing {
		for i := 0; step < len(failing) && i < len(failing[step]); i++ {
			r.lower(failing, step, i, try)
		}
	}
	return failing
}

// lower makes one choice as simple as possible.
func (r *runner) lower(failing tape, step, i int, try func(tape) bool) {
	for least := range failing[step][i] {
		plainer := slices.Clone(failing)
		plainer[step] = slices.Clone(failing[step])
		plainer[step][i] = least
		if try(plainer) {
			return
		}
	}
}

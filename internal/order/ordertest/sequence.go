package ordertest

import (
	"fmt"
	"math/rand/v2"
)

// T is one sequence of random choices. It has the methods of testing.T that fail a test.
type T struct {
	random  *rand.Rand // nil: the choices are read from the tape
	tape    tape       // to be repeated
	choices tape       // choices so far
	failed  string     // the reason
}

// tape is the choices of each step. A missing choice is 0, the simplest one.
type tape [][]int

// stopped is the panic value that ends a sequence.
type stopped struct{}

// Errorf records why the sequence fails.
func (t *T) Errorf(format string, args ...any) {
	if t.failed == "" {
		t.failed = fmt.Sprintf(format, args...)
	}
}

// FailNow ends the sequence.
func (t *T) FailNow() { panic(stopped{}) }

// fail ends the sequence and records why.
func (t *T) fail(format string, args ...any) {
	t.Errorf(format, args...)
	t.FailNow()
}

// next begins a step and reports true, unless the tape or the sequence is at its end.
func (t *T) next() bool {
	if t.random == nil && len(t.choices) == len(t.tape) {
		return false
	}
	t.choices = append(t.choices, nil)
	return true
}

// upTo returns a number from 0 to most.
func (t *T) upTo(most int) int {
	if most <= 0 {
		return 0
	}
	n, step := 0, len(t.choices)-1
	if t.random != nil {
		n = t.random.IntN(most + 1)
	} else if at := len(t.choices[step]); at < len(t.tape[step]) {
		n = min(most, t.tape[step][at])
	}
	t.choices[step] = append(t.choices[step], n)
	return n
}

func (t *T) between(least, most int) int { return least + t.upTo(most-least) }

// maybe returns true once in this many times.
func (t *T) maybe(times int) bool { return t.upTo(times-1) == times-1 }

func pick[V any](t *T, list []V) V { return list[t.upTo(len(list)-1)] }

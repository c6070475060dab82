package ordertest

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

var (
	only = flag.Uint64("sequence", 0, "play only the sequence of this number")
	many = flag.Int("sequences", 0, "play so many sequences, whatever the test plays otherwise")
)

// Run plays this many random sequences, each with new books. The first one that fails is shortened as far as possible
// and printed. Its number plays it again.
func Run(t *testing.T, sequences int, newBooks func() Books) {
	r := &runner{newBooks: newBooks}
	first := rand.Uint64()
	switch {
	case *only != 0:
		first, sequences = *only, 1
	case *many != 0:
		sequences = *many
	}
	for i := range uint64(sequences) {
		choices, failed := r.play(Random(first + i))
		if failed == "" {
			continue
		}
		shortest := r.shorten(choices)
		t.Fatalf("after %d sequences: %s\nPlay it again with -run '^%s$' -sequence %d\nAt its shortest:\n%s",
			i+1, failed, t.Name(), first+i, r.describe(shortest))
	}
}

// runner plays sequences, each with SKUs and orders of its own.
type runner struct {
	newBooks func() Books
	games    int
	steps    *strings.Builder // the description of the steps is written here; nil: there is none
}

// Random returns the sequence of random choices with a number.
func Random(number uint64) *T { return &T{random: rand.New(rand.NewPCG(number, 0))} }

func (r *runner) play(t *T) (choices tape, failed string) {
	r.games++
	prefix := fmt.Sprintf("g%d", r.games)
	books := r.newBooks()
	if r.steps != nil {
		books = &recordedBooks{books, r.steps}
	}
	failed = Play(t, books, prefix)
	return t.choices, failed
}

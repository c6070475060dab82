package order_test

import (
	"testing"

	"github.com/towpath/towpath/internal/order/ordertest"
)

// sequences is the number of sequences: enough to find an error in any rule that matters.
const sequences = 3_000

// The rules agree with the model, whatever happens and however often it is repeated. The store is compared with the
// same model on both databases, with fewer sequences.
func TestRulesAgreeWithTheModel(t *testing.T) {
	t.Parallel()
	ordertest.Run(t, sequences, newMemory)
}

func BenchmarkSequences(b *testing.B) {
	number := uint64(0)
	for b.Loop() {
		number++
		if failed := ordertest.Play(ordertest.Random(number), newMemory(), "g"); failed != "" {
			b.Fatal(number, failed)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "sequences/s")
}

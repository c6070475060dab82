package order_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"github.com/towpath/towpath/internal/order/ordertest"
)

// The rules agree with the model, whatever happens and however often it is asked for. The store is held to the same model
// on both databases, with fewer sequences.
func TestRulesAgreeWithTheModel(t *testing.T) {
	t.Parallel()
	var sequences atomic.Int64
	rapid.Check(t, func(t *rapid.T) {
		ordertest.Play(t, newMemory(), fmt.Sprintf("g%d", sequences.Add(1)))
	})
}

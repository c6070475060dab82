package message

import (
	"time"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/policy"
)

// OrderCancellationInput is the input of OrderCancellation. The store has what is to be cancelled, and why.
type OrderCancellationInput struct {
	Versioned
	Order  OrderKey      `json:"order"`
	Policy policy.Policy `json:"policy"`
	// PendingWait is the wait before the order is read to see what the channel made of it; 0 = 15 s. It grows each time.
	PendingWait time.Duration `json:"pendingWait,omitempty"`
}

// OrderCancellationResult is the result of a cancellation on the channel.
type OrderCancellationResult struct {
	State order.CancelState `json:"state"`
}

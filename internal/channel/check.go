package channel

import "context"

// Checker tries what an account may do.
type Checker interface {
	// Checks makes one harmless call per capability and says what works. It changes nothing on the channel,
	// and stops early when the grant itself is refused.
	Checks(ctx context.Context) []Check
}

// Check is one capability of an account and whether it works.
type Check struct {
	Capability string `json:"capability"`          // in the operator's words: read orders, set stock levels
	Operation  string `json:"operation,omitempty"` // the channel's name of the call that was made; empty = none was
	Detail     string `json:"detail,omitempty"`    // what was learned, or why it can't be tried; no personal data
	RequestID  string `json:"requestId,omitempty"`
	Untried    bool   `json:"untried,omitempty"` // there is no harmless call for it
	Fault      *Fault `json:"fault,omitempty"`   // nil when it works
}

package channel

import "time"

// Learner is a connection that learns its budget from what the channel's answers say of it (Shopify's
// throttleStatus, Amazon's x-amzn-RateLimit-Limit). A Connection may implement it; a process has learned only from the calls that it made itself.
type Learner interface {
	// Learned is what is known of each call that was made, in the order of their names; empty before the first answer.
	Learned() []LearnedRate
}

// LearnedRate is the budget of one call as the channel last told it. All calls of an account may draw on the
// same points, so each rate is what is possible when nothing else is called.
type LearnedRate struct {
	Call      string    `json:"call"`      // the channel's name of the call
	PerSecond float64   `json:"perSecond"` // calls that the channel restores points for in a second
	Burst     float64   `json:"burst"`     // calls that a full bucket pays for at once; 0 = not said
	Left      float64   `json:"left"`      // calls that the bucket held when the answer was given; 0 = not said
	At        time.Time `json:"at"`        // when the answer came
	// Restores is what the account's bucket of points restores in a second (Shopify: 100 to 2,000 by the shop's
	// plan): its budgets scale with it. 0 where the channel counts calls.
	Restores float64 `json:"restores,omitempty"`
}

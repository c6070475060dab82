package message

import (
	"github.com/towpath/towpath/internal/backfill"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/policy"
)

// CoverageInput is the input of Coverage: the orders that the channel lists of a window are compared with those that are here.
type CoverageInput struct {
	Versioned
	Account Account           `json:"account"`
	Policy  policy.Policy     `json:"policy"`
	Window  backfill.Range    `json:"window"` // from the beginning of an hour
	Budget  channel.Operation `json:"budget"` // that the calls use
}

// CoverageResult is the result of a comparison. Of Counts, Seen are the orders that the channel lists, Same those that are here.
type CoverageResult struct {
	RunID  string         `json:"runId"`
	Counts Counts         `json:"counts"`
	Fault  *channel.Fault `json:"fault,omitempty"`
}

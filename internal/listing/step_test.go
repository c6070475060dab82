package listing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/listing"
)

func TestAPendingItemSaysWhatItWaitsFor(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		step                    listing.Step
		submissions, unanswered int
		waits                   string
	}{
		"it is in the run":           {listing.Selected, 2, 0, "Towpath's own check"},
		"it is valid":                {listing.Validated, 2, 0, "their turn to be sent"},
		"it was sent":                {listing.Submitted, 2, 2, "the channel's answer to what was sent"},
		"all of the run is answered": {listing.Submitted, 0, 0, "the channel's answer"},
	} {
		require.Equal(t, tc.unanswered, tc.step.Unanswered(tc.submissions), name)
		require.Equal(t, tc.waits, tc.step.WaitsFor(tc.step.Unanswered(tc.submissions)), name)
	}
}

package wording

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
)

// What changed after packing, since when, for which packages, and what can be done is said apart from other contradictions.
func TestAChangeAfterPackingIsSaidWithItsChoices(t *testing.T) {
	t.Parallel()
	leeds, err := time.LoadLocation("Europe/London")
	require.NoError(t, err)
	o := Order{Reference: "#1001", State: order.Processing, Units: order.Units{Reserved: 1, Packed: 2}, Zone: leeds,
		Contradiction:  "the address was changed after package 1 was packed; 1 unit of line 5 added after package 1 was packed",
		ContradictedAt: time.Date(2026, 7, 1, 11, 0, 0, 0, time.UTC)}
	text := strings.Join(o.undecided(), "\n")
	for _, want := range []string{
		"seen 2026-07-01 12:00:00 BST: the address was changed after package 1 was packed; 1 unit of line 5", "`towpath process '#1001' --package FILE`",
		"`towpath order keep '#1001'`",
	} {
		require.Contains(t, text, want)
	}
	require.NotContains(t, text, "reopen")
	o.Contradiction = "1 unit of line 5 shipped before, and now shown as open again; " + o.Contradiction
	text = strings.Join(o.undecided(), "\n")
	require.Contains(t, text, "contradicts what was done here: 1 unit of line 5 shipped before, and now shown as open again. If")
	require.Contains(t, text, "the address was changed")
}

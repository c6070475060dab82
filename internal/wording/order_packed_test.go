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

// A pre-order is shown as not yet, with its date in the account's time zone.
func TestAPreOrderIsShownWithItsDate(t *testing.T) {
	t.Parallel()
	leeds, err := time.LoadLocation("Europe/London")
	require.NoError(t, err)
	o := Order{Reference: "1001", State: order.Open, Zone: leeds, NotBefore: time.Date(2026, 7, 1, 11, 0, 0, 0, time.UTC),
		Holds: []Hold{{Hold: order.HoldNotYet, Text: order.HoldNotYet.Text()}}}
	require.Equal(t, []string{"Not yet: it is not to be packed before 2026-07-01 12:00:00 BST. It is released then by itself; " +
		"`towpath order allow 1001` lets it be shipped before."}, o.holds())
	o.Holds = nil
	require.Equal(t, []string{"Not yet: a part of it is not to be packed before 2026-07-01 12:00:00 BST. The rest can be packed."}, o.holds())
	o.NotBefore, o.Holds = order.Undated, []Hold{{Hold: order.HoldOnChannel, Text: order.HoldOnChannel.Text()}}
	require.Contains(t, strings.Join(o.holds(), "\n"), "Held: the channel does not let it be shipped yet. It is released when the channel releases it")
	require.Contains(t, strings.Join(o.holds(), "\n"), "a part of it is to be packed later, and the channel names no date")
}

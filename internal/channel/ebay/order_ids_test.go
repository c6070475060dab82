package ebay

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

// An answer with neither orders nor their number does not say that there are none: a scan, a backfill and a comparison would go on behind
// orders that they have not seen.
func TestAnAnswerWithoutAListIsNoEmptyList(t *testing.T) {
	t.Parallel()
	until := time.Now().Add(-time.Hour).UTC().Truncate(time.Second)
	for answer, code := range map[string]string{`{}`: transport.CodeUnreadable, `{"orders":[]}`: transport.CodeUnreadable, `{"orders":[],"total":0}`: "", `{"total":0}`: ""} {
		conn, _ := answering(t, answer, 200, nil)
		_, searched := conn.Orders(t.Context(), channel.OrdersQuery{Since: until.Add(-time.Hour), Until: until, Created: true})
		_, listed := conn.OrderIDs(t.Context(), channel.IDsQuery{From: until.Add(-time.Hour), Until: until})
		for call, err := range map[string]error{"Orders": searched, "OrderIDs": listed} {
			if code == "" {
				require.NoError(t, err, "%s %s", call, answer)
				continue
			}
			var f *channel.Fault
			require.ErrorAs(t, err, &f, "%s %s", call, answer)
			require.Equal(t, code, f.Code)
		}
	}
}

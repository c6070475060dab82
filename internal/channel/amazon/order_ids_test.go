package amazon

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/coverage"
)

func TestTheIDsOfAReportAreRead(t *testing.T) {
	t.Parallel()
	const head = "amazon-order-id\tmerchant-order-id\tpurchase-date\tlast-updated-date\torder-status\tfulfillment-channel\tsales-channel\tproduct-name"
	read := func(lines string) []coverage.Listed {
		found, err := idsIn([]byte(lines), "Amazon.co.uk")
		require.NoError(t, err)
		return found
	}
	got := read("\xef\xbb\xbf" + head + "\r\n" +
		"204-0000001-0000001\t\t2026-11-20T08:11:09+00:00\tx\tShipped\tMerchant\tAmazon.co.uk\tA \"mug\r\n" +
		"204-0000001-0000001\t\t2026-11-20T08:11:09+00:00\tx\tShipped\tMerchant\tAmazon.co.uk\t\x83\x65\r\n" +
		"S02-0000001-0000001\t\t2026-11-20T08:11:09+00:00\tx\tShipped\tAmazon\tNon-Amazon\tmug\r\n" +
		"S02-0000002-0000002\t\t2026-11-20T08:11:09+00:00\tx\tShipped\tAmazon\tNon-Amazon US\tmug\r\n" +
		"302-0000003-0000003\t\t2026-11-20T08:11:09+00:00\tx\tShipped\tMerchant\tAmazon.de\tmug\r\n" +
		"204-0000004-0000004\t\t2026-11-21T02:00:00+09:00\tx\tPending\tAmazon\tAmazon.co.uk\tmug\r\n" +
		"\r\n")
	require.Equal(t, []coverage.Listed{
		{ID: "204-0000001-0000001", PlacedAt: time.Date(2026, 11, 20, 8, 11, 9, 0, time.UTC)},
		{ID: "204-0000004-0000004", PlacedAt: time.Date(2026, 11, 20, 17, 0, 0, 0, time.UTC)},
	}, got, "of the region's orders, those of the marketplace")
	require.Empty(t, read(head))

	_, err := idsIn([]byte("order-id\tpurchase-date\n1\t2"), "Amazon.co.uk")
	require.ErrorIs(t, err, errNoColumn)
	_, err = idsIn([]byte(head+"\n204-1\t\tyesterday\tx\tShipped\tMerchant\tAmazon.co.uk\tmug"), "Amazon.co.uk")
	require.ErrorContains(t, err, "line 2")
	require.NotContains(t, err.Error(), "yesterday", "nothing of the report is in an error")
}

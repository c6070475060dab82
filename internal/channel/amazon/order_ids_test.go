package amazon

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
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

// A report that is cut off is not read in part: what is missing in it would be taken for what Amazon does not have.
func TestAReportThatIsCutOffIsNotRead(t *testing.T) {
	t.Parallel()
	const head = "amazon-order-id\tmerchant-order-id\tpurchase-date\tlast-updated-date\torder-status\tfulfillment-channel\tsales-channel\tproduct-name\n"
	_, err := idsIn([]byte(head+"204-0000001-0000001\t\t2026-11-20T08:11:09+00:00\tx\tShipped\tMerchant\tAmazon.co.uk\tmug\n204-0000002-0000002\t\t2026-11"), "Amazon.co.uk")
	require.ErrorIs(t, err, errCutOff)
	got, err := idsIn([]byte(head+"204-0000001-0000001\t\t2026-11-20T08:11:09+00:00\tx\tShipped\tMerchant\tAmazon.co.uk\tmug, blue\nand white\tMUG\n"), "Amazon.co.uk")
	require.NoError(t, err)
	require.Len(t, got, 1, "a line break in a product's name is no order")
	got, err = idsIn([]byte(head+"204-0000001-0000001\t\t2026-11-20T08:11:09+00:00\tx\tPending\tMerchant\t\tmug\n"), "Amazon.co.uk")
	require.NoError(t, err)
	require.Len(t, got, 1, "an order that names no sales channel may be the account's")

	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, err = w.Write(bytes.Repeat([]byte{'\n'}, maxReport+1))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	_, err = unpacked(packed.Bytes(), true)
	require.ErrorIs(t, err, errTooLong)
}

// A report that was cancelled has no data or was cancelled by somebody, which Amazon does not tell apart: it is no list without orders.
func TestACancelledReportIsNoList(t *testing.T) {
	t.Parallel()
	ask := func(answer string) (channel.IDsPage, error) {
		return stub(t, http.StatusOK, answer).OrderIDs(t.Context(), channel.IDsQuery{Cursor: pack(idsCursor{Report: "1"})})
	}
	page, err := ask(`{"reportId":"1","processingStatus":"CANCELLED"}`)
	require.NoError(t, err)
	require.Equal(t, channel.IDsPage{RequestID: "request-1", Unknown: true}, page)

	for answer, want := range map[string]channel.Fault{
		`{"reportId":"1","processingStatus":"DONE"}`:  {Class: channel.Unavailable, Code: transport.CodeUnreadable},
		`{"reportId":"1","processingStatus":"FATAL"}`: {Class: channel.Invalid, Code: codeReportFatal},
	} {
		_, err := ask(answer)
		var f *channel.Fault
		require.ErrorAs(t, err, &f)
		require.Equal(t, []any{want.Class, want.Code}, []any{f.Class, f.Code}, answer)
	}
	page, err = ask(`{"reportId":"1","processingStatus":"IN_QUEUE"}`)
	require.NoError(t, err)
	require.NotEmpty(t, page.Next)
	require.False(t, page.Unknown)
}

// An answer without the list of orders does not say that there are none: a scan, a backfill and a comparison would go on behind orders
// that they have not seen.
func TestAnAnswerWithoutAListIsNoEmptyList(t *testing.T) {
	t.Parallel()
	for answer, unreadable := range map[string]bool{`{}`: true, `{"orders":null}`: true, `{"orders":[],"lastUpdatedBefore":"2026-11-28T12:00:00Z"}`: false} {
		_, err := stub(t, http.StatusOK, answer).Orders(t.Context(), channel.OrdersQuery{Since: time.Unix(1, 0)})
		if !unreadable {
			require.NoError(t, err)
			continue
		}
		var f *channel.Fault
		require.ErrorAs(t, err, &f, answer)
		require.Equal(t, transport.CodeUnreadable, f.Code)
	}
}

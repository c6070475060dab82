package support_test

import (
	"archive/zip"
	"bytes"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/support"
)

var noon = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

func dossier(kind channel.Kind, operation string) support.Dossier {
	return support.Dossier{Kind: support.Item, Reference: "MUG-BLU", Account: "shop", Channel: kind, Endpoint: channel.Production, Marketplace: "MARKET", Version: "1.0", At: noon,
		Faults: []support.Fault{{ID: "f1", At: noon.Add(-time.Minute), Class: channel.Invalid, Code: "90220", Operation: operation, Calls: []channel.CallID{{Operation: operation, RequestID: "create-7"}, {Operation: "its outcome", RequestID: "outcome-7"}}}},
		Calls: []support.Call{
			{Call: channel.Call{Operation: operation, RequestID: "create-7", Status: 202, At: noon.Add(-time.Hour)}},
			{Call: channel.Call{Operation: "getOrder", RequestID: "fine-7", Status: 200, At: noon.Add(-2 * time.Hour)}},
			{Call: channel.Call{Operation: operation, RequestID: "refused-7", Status: 400, Class: channel.Invalid, Code: "InvalidInput", At: noon.Add(-3 * time.Hour), Request: "PUT /x"}},
		},
		Events: []support.Event{{At: noon.Add(-4 * time.Hour), What: "the run began"}}}
}

// The text has what seed 004 says that Amazon's support asks for, and the other channels' names of it.
func TestTheTextOfACaseHasWhatTheChannelsSupportAsksFor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind      channel.Kind
		operation string
		want      []string
	}{
		{channel.Amazon, "putListingsItem", []string{"API: Listings Items API", "x-amzn-RequestId", "Choose API Integration, API services, Send email."}},
		{channel.Amazon, "createFeed", []string{"API: Feeds API"}},
		{channel.Amazon, "confirmShipment", []string{"API: Orders API"}},
		{channel.EBay, "createShippingFulfillment", []string{"API: Fulfillment API", "X-EBAY-C-REQUEST-ID"}},
		{channel.EBay, "bulkUpdatePriceQuantity", []string{"API: Inventory API"}},
		{channel.Shopify, "inventorySetQuantities", []string{"API: GraphQL Admin API", "X-Request-Id"}},
	} {
		text := dossier(c.kind, c.operation).CaseText()
		for _, want := range append(c.want, "Marketplace ID: MARKET", "Operation: "+c.operation, "create-7", "outcome-7", "refused-7", "About: item MUG-BLU") {
			require.Contains(t, text, want, "%s %s", c.kind, c.operation)
		}
		require.NotContains(t, text, "fine-7", "the ids are those of the calls that failed")
	}
}

// The support of one API is told how many of its calls failed, and which of those that are listed are of another.
func TestCallsToSeveralAPIsAreToldApart(t *testing.T) {
	t.Parallel()
	d := dossier(channel.Amazon, "createFeed")
	text := d.CaseText()
	require.Contains(t, text, "2 calls to the Feeds API failed. The last one: createFeed (Feeds API)")
	require.Contains(t, text, "\nThe calls that failed (x-amzn-RequestId):\n")
	require.Contains(t, text, "refused-7  createFeed: invalid")
	d.Calls = append(d.Calls, support.Call{Call: channel.Call{Operation: "searchOrders", RequestID: "orders-7", Status: 500, Class: channel.Unavailable, At: noon.Add(-5 * time.Hour)}})
	text = d.CaseText()
	require.Contains(t, text, "2 calls to the Feeds API failed. The last one: createFeed (Feeds API)")
	require.Contains(t, text, "The calls that failed, those to other APIs too (x-amzn-RequestId):")
	require.Contains(t, text, "orders-7  searchOrders (Orders API): unavailable")
	require.Contains(t, text, "outcome-7  its outcome: invalid")
	d.Calls = d.Calls[len(d.Calls)-1:]
	d.Faults = nil
	require.Contains(t, d.CaseText(), "A call to the Orders API failed: searchOrders (Orders API), HTTP 500")
}

func TestACallThatNeverFailedIsNoCase(t *testing.T) {
	t.Parallel()
	d := dossier(channel.EBay, "publishOffer")
	d.Faults, d.Calls = nil, d.Calls[1:2]
	require.Contains(t, d.CaseText(), "No call about item MUG-BLU has failed")
}

func TestTheSameDossierGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	first, err := dossier(channel.Amazon, "putListingsItem").Zip()
	require.NoError(t, err)
	second, err := dossier(channel.Amazon, "putListingsItem").Zip()
	require.NoError(t, err)
	require.Equal(t, first, second)
	r, err := zip.NewReader(bytes.NewReader(first), int64(len(first)))
	require.NoError(t, err)
	texts := map[string]string{}
	for _, f := range r.File {
		in, err := f.Open()
		require.NoError(t, err)
		text, err := io.ReadAll(in)
		require.NoError(t, err)
		texts[f.Name] = string(text)
	}
	require.Contains(t, texts["case.txt"], "refused-7")
	require.Regexp(t, `(?s)08:00:00 UTC  the run began.*09:00:00 UTC  call putListingsItem.*HTTP 400, invalid InvalidInput.*11:59:00 UTC  error f1`, texts["timeline.txt"])
	require.Contains(t, texts["calls.json"], `"request": "PUT /x"`)
}

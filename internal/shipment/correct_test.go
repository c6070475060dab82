package shipment_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/shipment"
)

// What is not sent yet is only corrected here. What the channel has is told there as well, by the number that it still has; what may be on its
// way, or can't be corrected there, is refused and stays as it is.
func TestAPackageIsCorrected(t *testing.T) {
	t.Parallel()
	other := &shipment.Known{Package: pack("q", of("a", 1)), State: shipment.Confirmed, Was: "OLD"}
	number := shipment.Correction{TrackingNumber: "RIGHT"}
	for name, tc := range map[string]struct {
		k             shipment.Known
		c             shipment.Correction
		whyNot        string
		edits         bool
		changed, tell bool
		was, refused  string
	}{
		"not processed yet":                     {k: shipment.Known{State: shipment.Refused}, c: number, changed: true},
		"parked":                                {k: shipment.Known{State: shipment.Parked}, c: number, whyNot: "no", changed: true},
		"sent":                                  {k: shipment.Known{State: shipment.Confirmed}, c: number, changed: true, tell: true, was: "Tp"},
		"sent, and corrected once":              {k: shipment.Known{State: shipment.Confirmed, Was: "FIRST"}, c: number, changed: true, tell: true, was: "FIRST"},
		"the carrier of a sent one":             {k: shipment.Known{State: shipment.Confirmed}, c: shipment.Correction{Carrier: "DHL"}, changed: true, tell: true, was: "Tp"},
		"the same again":                        {k: shipment.Known{State: shipment.Confirmed}, c: shipment.Correction{TrackingNumber: "Tp"}},
		"the same, not told yet":                {k: shipment.Known{State: shipment.Confirmed, Was: "FIRST"}, c: shipment.Correction{TrackingNumber: "Tp"}, tell: true, was: "FIRST"},
		"the channel can't":                     {k: shipment.Known{State: shipment.Confirmed}, c: number, whyNot: "eBay has no call", refused: "eBay has no call"},
		"on its way":                            {k: shipment.Known{State: shipment.Processed, UnderWay: true}, c: number, refused: "retry it first"},
		"it may be there":                       {k: shipment.Known{State: shipment.Parked, Doubtful: true}, c: number, refused: "retry it first"},
		"it may be there to edit":               {k: shipment.Known{State: shipment.Parked, Doubtful: true}, c: number, edits: true, changed: true},
		"void":                                  {k: shipment.Known{State: shipment.Voided}, c: number, refused: "voided"},
		"the number of another one":             {k: shipment.Known{State: shipment.Parked}, c: shipment.Correction{TrackingNumber: "Tq"}, refused: `package "q"`},
		"one that another one still has there":  {k: shipment.Known{State: shipment.Confirmed}, c: shipment.Correction{TrackingNumber: "OLD"}, refused: `package "q"`},
		"one that the channel knows by another": {k: shipment.Known{State: shipment.Confirmed}, c: shipment.Correction{TrackingNumber: "OLD"}, edits: true, changed: true, tell: true, was: "Tp"},
	} {
		tc.k.Package = pack("p", of("a", 1))
		changed, tell, err := tc.k.Correct(tc.c, []*shipment.Known{&tc.k, other}, tc.edits, tc.whyNot)
		if tc.refused != "" {
			require.ErrorContains(t, err, tc.refused, name)
			require.Equal(t, pack("p", of("a", 1)), tc.k.Package, name)
			continue
		}
		require.NoError(t, err, name)
		require.Equal(t, []any{tc.changed, tc.tell, tc.was}, []any{changed, tell, tc.k.Was}, name)
	}
	k := shipment.Known{Package: pack("p", of("a", 1)), State: shipment.Processed}
	left := time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
	_, _, err := k.Correct(shipment.Correction{Label: "L2", Carrier: "Other", CarrierName: "Bike", Service: "fast", ShippedAt: left}, nil, false, "")
	require.NoError(t, err)
	require.Equal(t, shipment.Package{ID: "p", Label: "L2", Carrier: "Other", CarrierName: "Bike", Service: "fast", TrackingNumber: "Tp", ShippedAt: left, Contents: k.Contents}, k.Package)
}

package shopify

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/simulator/faults"
)

// label is what a fulfilment says, and how many units it has.
type label struct {
	carrier, number string
	units           int
}

// labels returns what the shop shows of an order's fulfilments.
func (f *fixture) labels(t *testing.T, orderID string) (out []label) {
	t.Helper()
	truth, err := f.market.Order(t.Context(), orderID)
	require.NoError(t, err)
	for _, s := range truth.Shipments {
		out = append(out, label{s.Carrier, s.TrackingNumber, s.Lines[0].Quantity})
	}
	return out
}

// Shopify knows no package ids: one is found by its number and its units. Another package of the order may have the same number, or the number
// that was wrong on this one, and stays as it is, however often the correction is repeated.
func TestACorrectionLeavesOtherPackagesAlone(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		other    int  // units of the other package under T1; the corrected one has two
		late     bool // it is sent only after the correction
		to       label
		expected []label
	}{
		"the same number and fewer units": {other: 1, to: label{"DHL", "T2", 2}, expected: []label{{"Royal Mail", "T1", 1}, {"DHL Express", "T2", 2}}},
		"only the carrier changes":        {other: 1, to: label{"DHL", "T1", 2}, expected: []label{{"Royal Mail", "T1", 1}, {"DHL Express", "T1", 2}}},
		"it has got the wrong number":     {other: 2, late: true, to: label{"DHL", "T2", 2}, expected: []label{{"DHL Express", "T2", 2}, {"Royal Mail", "T1", 2}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			o := f.order(t, f.place(t, "1", true, 5))
			send := func(units int) channel.Shipment {
				s := pack(o, "T1", units)
				_, err := f.conn.ConfirmShipment(t.Context(), s)
				require.NoError(t, err)
				return s
			}
			if !tc.late {
				send(tc.other)
			}
			s := send(2)
			s.Carrier, s.TrackingNumber = tc.to.carrier, tc.to.number
			for i := range 3 {
				answer, err := f.conn.CorrectShipment(t.Context(), s, "T1")
				require.NoError(t, err)
				require.NotEmpty(t, answer.Ref)
				if i == 0 && tc.late {
					send(tc.other)
				}
			}
			require.Equal(t, tc.expected, f.labels(t, o.ID))
		})
	}
}

// The answer to the first correction was lost, and a second one changes the carrier alone: the shop has the number by then.
func TestACorrectionAfterALostOneChangesTheCarrier(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	o := f.order(t, f.place(t, "1", true, 2))
	s := pack(o, "T1", 2)
	_, err := f.conn.ConfirmShipment(t.Context(), s)
	require.NoError(t, err)
	s.TrackingNumber = "T2"
	_, err = f.conn.CorrectShipment(t.Context(), s, "T1")
	require.NoError(t, err)
	s.Carrier = "DHL"
	_, err = f.conn.CorrectShipment(t.Context(), s, "T1")
	require.NoError(t, err)
	require.Equal(t, []label{{"DHL Express", "T2", 2}}, f.labels(t, o.ID))
}

// A package that leaves from two locations is two fulfilments. The answer to its first correction was lost, after both or one of them were changed, and a second
// one changes the carrier alone: the buyer sees it on both.
func TestACorrectionAfterALostOneChangesTheCarrierOfEveryPart(t *testing.T) {
	t.Parallel()
	for name, failed := range map[string]bool{"both were changed": false, "one was changed": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			o := f.order(t, f.placeAt(t, "1", attic))
			s := pack(o, "T1", 1, 1)
			_, err := f.conn.ConfirmShipment(t.Context(), s)
			require.NoError(t, err)
			require.Len(t, f.labels(t, o.ID), 2)
			s.Carrier, s.TrackingNumber = "UPS", "T2"
			if failed {
				f.injector.Next(faults.Slow, opTrackingUpdate.name, 1)
				f.injector.Next(faults.Unavailable, opTrackingUpdate.name, 1)
			}
			_, err = f.conn.CorrectShipment(t.Context(), s, "T1")
			require.Equal(t, failed, err != nil)
			s.Carrier = "DHL"
			for range 2 {
				_, err = f.conn.CorrectShipment(t.Context(), s, "T1")
				require.NoError(t, err)
				require.Equal(t, []label{{"DHL Express", "T2", 1}, {"DHL Express", "T2", 1}}, f.labels(t, o.ID))
			}
		})
	}
}

// The number that was wrong is that of another package's part: only the package that it was wrong on is changed.
func TestACorrectionOfSeveralPartsLeavesOtherPackagesAlone(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	o := f.order(t, f.placeAt(t, "1", attic))
	one := pack(o, "T2", 1)
	_, err := f.conn.ConfirmShipment(t.Context(), one)
	require.NoError(t, err)
	s := pack(o, "T1", 1, 1)
	_, err = f.conn.ConfirmShipment(t.Context(), s)
	require.NoError(t, err)
	s.Carrier, s.TrackingNumber = "DHL", "T2"
	_, err = f.conn.CorrectShipment(t.Context(), s, "T1")
	require.NoError(t, err)
	require.Equal(t, []label{{"Royal Mail", "T2", 1}, {"DHL Express", "T2", 1}, {"DHL Express", "T2", 1}}, f.labels(t, o.ID))
}

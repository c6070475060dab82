package shipment_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/towpath/towpath/internal/shipment"
)

func pack(id string, contents ...shipment.Content) shipment.Package {
	return shipment.Package{ID: id, Label: "L", Carrier: "Royal Mail", TrackingNumber: "T" + id, ShippedAt: time.Unix(1, 0), Contents: contents}
}

func of(line string, n int) shipment.Content { return shipment.Content{LineID: line, Quantity: n} }

func TestTheBoundsOfAPackage(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		p    shipment.Package
		want string
	}{
		"right":                    {pack("p", of("a", 1)), ""},
		"no id":                    {pack("", of("a", 1)), "has no id"},
		"a long id":                {pack(strings.Repeat("x", 65), of("a", 1)), "longer than 64"},
		"nothing in it":            {pack("p"), "contains no products"},
		"no units":                 {pack("p", of("a", 0)), "line a has quantity 0, want 1 or more"},
		"too many units":           {pack("p", of("a", shipment.MaxQuantity+1)), "want 1 or more"},
		"too many in all":          {pack("p", of("a", shipment.MaxQuantity), of("a", 1)), "in all"},
		"sums that would overflow": {pack("p", of("a", math.MaxInt), of("a", math.MaxInt), of("a", 7)), "want 1 or more"},
	} {
		for _, err := range []error{tc.p.Storable(), tc.p.Sendable()} {
			if tc.want == "" {
				require.NoError(t, err, name)
			} else {
				require.ErrorContains(t, err, tc.want, name)
			}
		}
	}
	bare := shipment.Package{ID: "p", Contents: []shipment.Content{of("a", 1)}}
	require.NoError(t, bare.Storable())
	for _, want := range []string{"no label: print the label first", "no carrier", "no tracking number", "no shippedAt time"} {
		require.ErrorContains(t, bare.Sendable(), want, "all at once")
	}
}

// Case A4: a package is sent by one workflow. Only by parking does it become another one's, and only its sender can hand it over.
func TestAPackageHasOneSender(t *testing.T) {
	t.Parallel()
	const lifecycle, waits, other = "order/1", "shipment/1/P", "shipment/1"
	k := &shipment.Known{Package: pack("p", of("a", 1)), State: shipment.Processed}
	sends := func(workflowID string) bool {
		send, err := k.Prepare(workflowID)
		require.NoError(t, err)
		return send
	}
	require.True(t, sends(lifecycle), "the first one to call")
	require.False(t, sends(waits))
	require.False(t, k.Park(waits, other, false), "it is not for others to hand over")
	require.Equal(t, shipment.Processed, k.State)
	require.True(t, k.Park(waits, lifecycle, false))
	require.Equal(t, shipment.Parked, k.State)
	require.True(t, k.State.Unsent(), "its units stay deducted")
	require.True(t, k.Park(waits, lifecycle, false), "again, after a crash")
	require.False(t, sends(lifecycle), "it was handed over")
	require.True(t, sends(waits))
	require.Equal(t, shipment.Processed, k.State)
	_, err := k.Confirm()
	require.NoError(t, err)
	require.False(t, k.Park(waits, lifecycle, false), "a confirmed package needs nobody")
	require.False(t, sends(waits))
}

func TestOnlyProcessedPackagesWaitForACall(t *testing.T) {
	t.Parallel()
	for _, s := range shipment.States() {
		require.Equal(t, s == shipment.Processed, s.WaitsForCall(), s)
	}
}

func TestWhichPackagesAreNew(t *testing.T) {
	t.Parallel()
	lines := []string{"a", "b"}
	saved := func(state shipment.State, p shipment.Package) []*shipment.Known {
		return []*shipment.Known{{Package: p, Number: 1, State: state}}
	}
	fresh, anew, err := shipment.Sort([]shipment.Package{pack("p", of("a", 2)), pack("q", of("b", 1))}, saved(shipment.Processed, pack("p", of("a", 1), of("a", 1))), lines, false)
	require.NoError(t, err)
	require.Empty(t, anew)
	require.Equal(t, []shipment.Package{pack("q", of("b", 1))}, fresh, "p says the same as before")

	_, _, err = shipment.Sort([]shipment.Package{pack("p", of("a", 3))}, saved(shipment.Processed, pack("p", of("a", 2))), lines, false)
	require.ErrorContains(t, err, "saved before with other contents")
	_, anew, err = shipment.Sort([]shipment.Package{pack("p", of("a", 3))}, saved(shipment.Refused, pack("p", of("a", 2))), lines, false)
	require.NoError(t, err)
	require.Len(t, anew, 1, "nothing of what was refused has counted")
	double := pack("p", of("a", 2))
	double.ID = "other"
	_, _, err = shipment.Sort([]shipment.Package{double}, saved(shipment.Processed, pack("p", of("a", 2))), lines, false)
	require.ErrorContains(t, err, `the tracking number and the contents of package "p"`)
	_, _, err = shipment.Sort([]shipment.Package{double}, saved(shipment.Voided, pack("p", of("a", 2))), lines, false)
	require.NoError(t, err)
	moved := saved(shipment.Confirmed, pack("p", of("a", 2)))
	moved[0].TrackingNumber, moved[0].Was = "RIGHT", double.TrackingNumber
	_, _, err = shipment.Sort([]shipment.Package{double}, moved, lines, false)
	require.ErrorContains(t, err, `the contents of package "p"`, "the channel still has it with that number")
	_, _, err = shipment.Sort([]shipment.Package{double}, moved, lines, true)
	require.NoError(t, err, "the channel tells packages apart by their own number")
	_, _, err = shipment.Sort([]shipment.Package{pack("p", of("c", 1))}, nil, lines, false)
	require.ErrorContains(t, err, `the order has no line "c"; it has a, b`)
}

func TestWhatBecomesOfAPackage(t *testing.T) {
	t.Parallel()
	k := &shipment.Known{Package: pack("p", of("a", 2)), State: shipment.Saved}
	_, err := k.Prepare("order/1")
	require.ErrorContains(t, err, "it must be processed before it is sent")
	_, err = k.Confirm()
	require.ErrorContains(t, err, "it was never processed")
	k.Refuse()
	require.Equal(t, shipment.Refused, k.State)
	require.Equal(t, []shipment.Content{of("a", 2)}, k.Process())
	require.Empty(t, k.Process(), "once")
	send, err := k.Prepare("order/1")
	require.NoError(t, err)
	require.True(t, send)
	require.False(t, k.Doubtful)
	_, err = k.Prepare("order/1")
	require.NoError(t, err)
	require.True(t, k.Doubtful, "the call before was never answered")
	shipped, err := k.Confirm()
	require.NoError(t, err)
	require.Equal(t, []shipment.Content{of("a", 2)}, shipped)
	require.False(t, k.Attempted())
	shipped, err = k.Confirm()
	require.NoError(t, err)
	require.Empty(t, shipped, "once")
	_, news := k.Forget()
	require.False(t, news)
}

// Whatever is taken out of packages: no unit appears or disappears, packages without a call are emptied first, the
// newest of these first, and an emptied package is void.
func TestShrinkingLosesNoUnit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var packages []*shipment.Known
		total, loose := 0, 0
		for i := range rapid.IntRange(1, 4).Draw(t, "packages") {
			n := rapid.IntRange(1, 5).Draw(t, "units")
			k := &shipment.Known{Package: pack(fmt.Sprint(i), of("a", n)), Number: i + 1, UnderWay: rapid.Bool().Draw(t, "attempted"),
				State: rapid.SampledFrom([]shipment.State{shipment.Processed, shipment.Parked, shipment.Confirmed}).Draw(t, "state")}
			packages = append(packages, k)
			if k.State.Unsent() {
				total += n
				if !k.UnderWay {
					loose += n
				}
			}
		}
		u := shipment.NewUnsent(packages...)
		require.Equal(t, loose, u.Loose("a"))
		inFlight := rapid.Bool().Draw(t, "the channel cancels")
		most := map[bool]int{true: total, false: loose}[inFlight]
		n := rapid.IntRange(0, 20).Draw(t, "n")
		require.Equal(t, min(n, most), u.Shrink("a", n, inFlight))
		left := 0
		for i, k := range packages {
			got := k.LeftOf("a")
			require.GreaterOrEqual(t, got, 0)
			if k.State.Unsent() || k.State == shipment.Voided {
				left += got
				require.Equal(t, got == 0, k.State == shipment.Voided)
			}
			for _, older := range packages[:i] {
				if got > 0 && k.State.Unsent() && k.UnderWay == older.UnderWay && older.Number < k.Number {
					require.Empty(t, older.Reversed, "the newest first")
				}
			}
		}
		require.Equal(t, total-min(n, most), left)
		require.Len(t, u.Voided(), len(packages)-countLeft(packages))
	})
}

func countLeft(packages []*shipment.Known) (n int) {
	for _, k := range packages {
		if k.State != shipment.Voided {
			n++
		}
	}
	return n
}

func TestWhatAFailedCallLeaves(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ before, ambiguous, want bool }{{false, false, false}, {false, true, true}, {true, false, true}, {true, true, true}} {
		k := &shipment.Known{Package: pack("p", of("a", 1)), State: shipment.Processed, UnderWay: true, Doubtful: tc.before}
		k.Fail(tc.ambiguous)
		require.False(t, k.UnderWay)
		require.Equal(t, tc.want, k.Attempted(), "a doubt that was left before stays")
	}
}

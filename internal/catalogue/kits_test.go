package catalogue_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/towpath/towpath/internal/catalogue"
)

func kit(sku string, parts ...catalogue.Part) catalogue.Kit {
	return catalogue.Kit{SKU: sku, Parts: parts}
}

func part(n int, sku string) catalogue.Part { return catalogue.Part{SKU: sku, Quantity: n} }

func TestKitsInKitsAreResolvedToSKUsWithStock(t *testing.T) {
	t.Parallel()
	leaves, err := catalogue.Leaves([]catalogue.Kit{
		kit("SET", part(2, "PAIR"), part(1, "BOX")), kit("PAIR", part(1, "L"), part(1, "R")), kit("GIFT", part(1, "SET"), part(3, "L")),
	})
	require.NoError(t, err)
	require.Equal(t, []catalogue.Part{part(1, "BOX"), part(2, "L"), part(2, "R")}, leaves["SET"])
	require.Equal(t, []catalogue.Part{part(1, "BOX"), part(5, "L"), part(2, "R")}, leaves["GIFT"])
}

func TestWrongKitsAreNamed(t *testing.T) {
	t.Parallel()
	for want, kits := range map[string][]catalogue.Kit{
		`kit "A" is a part of itself`:                                           {kit("A", part(1, "A"))},
		`kits go round in a circle: "A" contains "B" contains "C" contains "A"`: {kit("A", part(1, "B")), kit("B", part(1, "C")), kit("C", part(1, "A"))},
		`kit "A" has no parts`:                                                  {kit("A")},
		`kit "A" has 0 of "B"`:                                                  {kit("A", part(0, "B"))},
		`kit "A" has -1 of "B"`:                                                 {kit("A", part(-1, "B"))},
		`kit "A" is defined twice`:                                              {kit("A", part(1, "B")), kit("A", part(2, "B"))},
		`has more than 1000000 of "C"`:                                          {kit("A", part(10_000, "B")), kit("B", part(10_000, "C"))},
	} {
		_, err := catalogue.Leaves(kits)
		require.ErrorContains(t, err, want)
	}
}

// A wrong kit makes those that contain it wrong, and no others.
func TestAWrongKitCostsOnlyThoseThatContainIt(t *testing.T) {
	t.Parallel()
	leaves, wrong := catalogue.Resolve([]catalogue.Kit{kit("IN", part(1, "BAD")), kit("BAD", part(1, "BAD")), kit("GOOD", part(1, "X"))})
	require.Equal(t, map[string][]catalogue.Part{"GOOD": {part(1, "X")}}, leaves)
	require.Len(t, wrong, 2)
	require.ErrorContains(t, wrong["IN"], `kit "BAD" is a part of itself`)
}

// The units of a kit are the sums over all its parts, and the parts' parts; a cycle is always found.
func TestLeavesAreTheSumsOverAllWaysDown(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 8).Draw(t, "kits")
		kits := make([]catalogue.Kit, n)
		for i := range kits { // a part is always a later SKU, so that no kit contains itself
			kits[i].SKU = fmt.Sprint("K", i)
			for range rapid.IntRange(1, 3).Draw(t, "parts") {
				sku := fmt.Sprint("K", rapid.IntRange(i+1, n+2).Draw(t, "part"))
				kits[i].Parts = append(kits[i].Parts, part(rapid.IntRange(1, 4).Draw(t, "units"), sku))
			}
		}
		leaves, err := catalogue.Leaves(kits)
		require.NoError(t, err)
		var count func(sku, leaf string) int
		count = func(sku, leaf string) int {
			if sku == leaf {
				return 1
			}
			sum := 0
			for _, k := range kits {
				for _, p := range k.Parts {
					if k.SKU == sku {
						sum += p.Quantity * count(p.SKU, leaf)
					}
				}
			}
			return sum
		}
		for _, k := range kits {
			for _, p := range leaves[k.SKU] {
				require.Equal(t, count(k.SKU, p.SKU), p.Quantity)
				require.NotContains(t, leaves, p.SKU, "a leaf is no kit")
			}
		}
		from, to := rapid.IntRange(0, n-1).Draw(t, "from"), rapid.IntRange(0, n-1).Draw(t, "to")
		kits[max(from, to)].Parts = append(kits[max(from, to)].Parts, part(1, fmt.Sprint("K", min(from, to))))
		kits[min(from, to)].Parts = append(kits[min(from, to)].Parts, part(1, fmt.Sprint("K", max(from, to))))
		_, err = catalogue.Leaves(kits)
		require.Error(t, err)
	})
}

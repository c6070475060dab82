package book

import (
	"flag"
	"maps"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write generated.csv anew")

func TestSampleIsWhatTheGeneratorMakes(t *testing.T) {
	t.Parallel()
	if *update {
		require.NoError(t, os.WriteFile("generated.csv", generate(sampleSeed), 0o644))
		return
	}
	require.Equal(t, string(generate(sampleSeed)), string(sample), "go test -run SampleIs -update writes it anew")
}

// The sample is what a new user sees first, so it has to show everything.
func TestSampleHitsEveryKindOfEvent(t *testing.T) {
	t.Parallel()
	plan := Sample().Plan(Options{Stock: StockTight, Accounts: accounts})
	checkPlan(t, plan, ShapeBook, StockTight)
	c := plan.Counts
	require.Equal(t, 120, c.Orders)
	for name, n := range map[string]int{
		"cancels": c.CancelEvents, "races": c.Races, "returns": c.ReturnEvents, "restocked": c.Restocked,
		"written off": c.ReturnEvents - c.Restocked, "receipts": c.Receipts, "adjustments": c.Adjustments,
		"charges": c.ChargesOnly, "before book": c.BeforeBook,
		"not stocked": c.NotStocked, "shipping": c.Shipping, "discounts": c.Discounts,
	} {
		require.Positive(t, n, name)
	}
	placed, spellings := map[string]int{}, 0
	for _, e := range ofKind(plan, Place) {
		placed[e.Order.Account]++
		require.LessOrEqual(t, len(e.Order.Lines), 4)
	}
	require.Len(t, slices.Collect(maps.Keys(placed)), len(accounts))
	for _, p := range plan.Products {
		if len(p.Codes) > 1 {
			spellings++
		}
	}
	require.Positive(t, spellings, "some products have several channel SKUs")
}

func TestGeneratedBooksAreReadable(t *testing.T) {
	t.Parallel()
	for seed := range int64(50) {
		checkPlan(t, Generated(seed).Plan(Options{}), ShapeBook, StockAmple)
	}
}

func TestRenumberedRoundsGoOnForEver(t *testing.T) {
	t.Parallel()
	for _, shape := range []Shape{ShapeBook, ShapeRetail} {
		plan := Sample().Plan(Options{Shape: shape, Accounts: accounts})
		require.Same(t, plan, plan.Renumbered(0))
		onHand := map[string]int{}
		for _, o := range plan.Opening {
			onHand[o.SKU] = o.Units
		}
		seen := map[string]bool{}
		end := plan.Start
		for n := range 4 {
			round := plan.Renumbered(n)
			require.False(t, round.Start.Before(end), "rounds follow one another")
			end = round.End
			play(t, round, onHand, shape, StockAmple)
			for _, e := range ofKind(round, Place) {
				require.False(t, seen[e.Order.ID], e.Order.ID)
				seen[e.Order.ID] = true
			}
		}
		require.NotContains(t, plan.Events[0].Order.ID, "-r", "the plan itself stays as it was")
	}
}

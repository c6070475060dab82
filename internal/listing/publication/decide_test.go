package publication_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/publication"
)

func variant(sku, product string, step listing.Step) *publication.Item {
	return &publication.Item{Kind: listing.KindVariant, Reference: sku, Parent: product, Status: publication.Pending, Step: step}
}

func product(key string) *publication.Item {
	return &publication.Item{Kind: listing.KindProduct, Reference: key, Status: publication.Pending}
}

func wrong(stage listing.Stage, code string) []listing.Issue {
	return []listing.Issue{{Stage: stage, Severity: listing.Error, Code: code}}
}

func TestAnErrorOfAVariantIsReportedOnce(t *testing.T) {
	t.Parallel()
	mug, red, blue := product("MUG"), variant("RED", "MUG", listing.Validated), variant("BLUE", "MUG", listing.Validated)
	counts := publication.Decide([]*publication.Item{mug, red, blue}, publication.Verdicts{Answers: true, List: []publication.Verdict{
		{Product: "MUG", SKU: "RED", Issues: wrong(listing.Response, "8541"), RequestID: "r1"},
		{Product: "MUG", SKU: "BLUE", Step: listing.Accepted, ListingID: "B0"},
	}})
	require.Equal(t, listing.PublicationCounts{Done: 2, Refused: 1}, counts)
	require.Equal(t, publication.Error, red.Status)
	require.Equal(t, []string{"response", "8541", "r1"}, []string{string(red.Stage), red.Code, red.RequestID})
	require.Equal(t, publication.Done, mug.Status)
	require.Equal(t, "1 of 2 variants are in error", mug.Reason)
	require.Equal(t, listing.Accepted, mug.Step)
	require.Zero(t, publication.Decide([]*publication.Item{mug, red, blue}, publication.Verdicts{List: []publication.Verdict{{Product: "MUG", SKU: "RED", Step: listing.Live}}}),
		"what has ended keeps its end")
}

func TestAProductThatFailsFailsItsVariants(t *testing.T) {
	t.Parallel()
	mug, sent, open := product("MUG"), variant("RED", "MUG", listing.Submitted), variant("BLUE", "MUG", listing.Validated)
	publication.Decide([]*publication.Item{mug, sent, open}, publication.Verdicts{Answers: true, List: []publication.Verdict{
		{Product: "MUG", Fault: &publication.Fault{ID: "f1", Code: "limit", RequestID: "r2"}},
	}})
	require.Equal(t, publication.Error, mug.Status)
	require.Equal(t, "limit", mug.Code)
	require.Contains(t, mug.Issues[0].Message, "fault f1")
	require.Equal(t, publication.CodeProductFailed, open.Code)
	require.Equal(t, publication.Pending, sent.Status, "it waits for an answer of its own")
}

func TestAFaultWithoutACodeHasItsClass(t *testing.T) {
	t.Parallel()
	for want, fault := range map[string]publication.Fault{"25002": {ID: "f1", Code: "25002", Class: "invalid"}, "invalid": {ID: "f1", Class: "invalid"}} {
		red := variant("RED", "MUG", listing.Submitted)
		publication.Decide([]*publication.Item{product("MUG"), red}, publication.Verdicts{Answers: true, List: []publication.Verdict{{Product: "MUG", SKU: "RED", Fault: &fault}}})
		require.Equal(t, want, red.Code)
		require.Equal(t, want, red.Issues[0].Code)
	}
}

func TestADryRunIsDoneWhenItIsValidated(t *testing.T) {
	t.Parallel()
	mug, red := product("MUG"), variant("RED", "MUG", listing.Selected)
	verdicts := publication.Verdicts{DryRun: true, List: []publication.Verdict{{Product: "MUG", SKU: "RED", Step: listing.Validated}}}
	require.Equal(t, listing.PublicationCounts{Done: 2}, publication.Decide([]*publication.Item{mug, red}, verdicts))
	mug, red = product("MUG"), variant("RED", "MUG", listing.Selected)
	verdicts.DryRun = false
	require.Zero(t, publication.Decide([]*publication.Item{mug, red}, verdicts))
	require.Equal(t, listing.Validated, mug.Step)
}

func TestWhatIsNotShownTimeAndAgainIsInError(t *testing.T) {
	t.Parallel()
	done := func(sku string, id int64) *publication.Item {
		i := variant(sku, "MUG", listing.Accepted)
		i.ID, i.Run, i.Status = id, "run", publication.Done
		return i
	}
	mug, red, blue := product("MUG"), done("RED", 1), done("BLUE", 2)
	mug.Run, mug.Status, mug.Step = "run", publication.Done, listing.Accepted
	look := func(looks ...publication.Look) publication.ListedCounts {
		return publication.ReadBack([]*publication.Item{mug, red, blue}, looks)
	}
	require.Equal(t, publication.ListedCounts{Live: 1, Waiting: 1}, look(publication.Look{Item: 1, Step: listing.Live}, publication.Look{Item: 2}))
	require.Equal(t, listing.Accepted, mug.Step, "as far as the least of them")
	require.Equal(t, publication.ListedCounts{GivenUp: 1}, look(publication.Look{Item: 2, Misses: 6, Unapplied: true}))
	require.Equal(t, publication.CodeNotListed, blue.Code)
	require.Contains(t, blue.Issues[0].Message, "never applied it")
	require.Equal(t, publication.Done, mug.Status)
	require.Equal(t, "1 of 2 variants are in error", mug.Reason)
	require.Equal(t, listing.Live, mug.Step)
	require.Equal(t, publication.ListedCounts{GivenUp: 1}, look(publication.Look{Item: 1, Misses: 6}))
	require.Equal(t, publication.Error, mug.Status)
}

// Whatever answers come, and however often: items end once and are counted once, and a product's end follows from its
// variants' ends.
func TestItemsEndOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		products := map[string]*publication.Item{}
		variants := map[string][]*publication.Item{}
		var items []*publication.Item
		for p := range rapid.IntRange(1, 3).Draw(t, "products") {
			key := fmt.Sprint("P", p)
			products[key] = product(key)
			items = append(items, products[key])
			for v := range rapid.IntRange(1, 4).Draw(t, "variants") {
				variants[key] = append(variants[key], variant(fmt.Sprint(key, "-", v), key, listing.Selected))
			}
			items = append(items, variants[key]...)
		}
		var sum listing.PublicationCounts
		for range rapid.IntRange(1, 6).Draw(t, "rounds") {
			v := publication.Verdicts{Answers: rapid.Bool().Draw(t, "answers"), List: drawVerdicts(t, variants)}
			sum = sum.Add(publication.Decide(items, v))
			require.Zero(t, publication.Decide(items, v), "a repetition changes nothing")
		}
		ended := 0
		for key, p := range products {
			n := map[publication.Status]int{}
			for _, i := range variants[key] {
				n[i.Status]++
			}
			require.Equal(t, endOf(p, n), p.Status, "%s: %v", key, n)
			ended += len(variants[key]) - n[publication.Pending]
			if p.Status != publication.Pending {
				ended++
			}
		}
		require.Equal(t, ended, sum.Ended())
	})
}

// endOf returns the state that a product must have with these variants.
func endOf(p *publication.Item, n map[publication.Status]int) publication.Status {
	switch {
	case p.Code == "whole":
		return publication.Error
	case n[publication.Pending] > 0:
		return publication.Pending
	case n[publication.Done] > 0:
		return publication.Done
	case n[publication.Error] > 0:
		return publication.Error
	}
	return publication.Skipped
}

func drawVerdicts(t *rapid.T, variants map[string][]*publication.Item) []publication.Verdict {
	var out []publication.Verdict
	for _, key := range slices.Sorted(maps.Keys(variants)) {
		if rapid.IntRange(0, 9).Draw(t, "whole") == 0 {
			out = append(out, publication.Verdict{Product: key, Issues: wrong(listing.Validation, "whole")})
		}
		for _, i := range variants[key] {
			v := publication.Verdict{Product: key, SKU: i.Reference}
			switch rapid.IntRange(0, 6).Draw(t, "verdict") {
			case 0:
				v.Issues = wrong(listing.Response, "no")
			case 1:
				v.Skipped = "nothing has changed"
			case 2, 3:
				v.Step = rapid.SampledFrom([]listing.Step{listing.Validated, listing.Submitted, listing.Accepted, listing.Live}).Draw(t, "step")
			default:
				continue
			}
			out = append(out, v)
		}
	}
	return out
}

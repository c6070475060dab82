package publication_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/publication"
)

func TestWhoseTurnItIs(t *testing.T) {
	t.Parallel()
	turns := map[listing.Step]publication.Turn{
		listing.Selected: publication.ToCheck(), listing.Validated: publication.ToSend(), listing.Submitted: publication.ToAnswer(),
	}
	for at, turn := range turns {
		for _, step := range []listing.Step{listing.Selected, listing.Validated, listing.Submitted, listing.Accepted} {
			i := variant("RED", "MUG", step)
			require.Equal(t, step == at, turn.Of(i), "%q at %q", at, step)
			for _, ended := range []publication.Status{publication.Done, publication.Error, publication.Skipped} {
				i.Status = ended
				require.False(t, turn.Of(i), "%q at %q", at, step)
			}
		}
		p := product("MUG")
		p.Step = at
		require.False(t, turn.Of(p), "products follow their variants")
	}
}

func TestWhatIsSentWaitsForItsAnswer(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		status publication.Status
		step   listing.Step
		sent   listing.Step
		again  listing.Step
	}{
		"checked":       {publication.Pending, listing.Validated, listing.Submitted, listing.Validated},
		"not checked":   {publication.Pending, listing.Selected, listing.Submitted, listing.Validated},
		"sent before":   {publication.Pending, listing.Submitted, listing.Submitted, listing.Validated},
		"accepted":      {publication.Done, listing.Accepted, listing.Accepted, listing.Accepted},
		"already ended": {publication.Error, listing.Validated, listing.Validated, listing.Validated},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mug, red, blue := product("MUG"), variant("RED", "MUG", tc.step), variant("BLUE", "MUG", listing.Validated)
			red.Status = tc.status
			items := []*publication.Item{mug, red, blue}
			publication.Submit(items, map[string]bool{"RED": true}, map[string]bool{"MUG": true})
			require.Equal(t, []listing.Step{listing.Submitted, tc.sent, listing.Validated}, []listing.Step{mug.Step, red.Step, blue.Step})
			require.Equal(t, tc.sent != tc.step, red.Changed())
			publication.SendAgain(items)
			require.Equal(t, []listing.Step{listing.Submitted, tc.again, listing.Validated}, []listing.Step{mug.Step, red.Step, blue.Step})
		})
	}
}

func TestARunIsBehindTheOneOfItsAccountAndEndpoint(t *testing.T) {
	t.Parallel()
	q := publication.Queues{}
	for _, run := range [][4]string{
		{"ebay-uk", "production", "r1", ""}, {"ebay-uk", "production", "r2", "r1"}, {"ebay-uk", "test", "r3", ""}, {"amazon-uk", "production", "r4", ""},
		{"ebay-uk", "production", "r5", "r2"},
	} {
		require.Equal(t, run[3], q.Join(run[0], run[1], run[2]), run[2])
	}
}

func TestOnlyVariantsAreSentAndNeverInADryRun(t *testing.T) {
	t.Parallel()
	for _, kind := range []listing.Kind{listing.KindCategory, listing.KindProduct, listing.KindVariant} {
		require.Equal(t, kind == listing.KindVariant, publication.EverSent(kind, false), kind)
		require.False(t, publication.EverSent(kind, true), kind)
	}
}

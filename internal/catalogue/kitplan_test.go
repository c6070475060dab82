package catalogue_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/catalogue"
)

func TestAKitInAKitThatChangesChangesBoth(t *testing.T) {
	t.Parallel()
	known := []catalogue.Kit{kit("SET", part(1, "PAIR"), part(1, "BOX")), kit("PAIR", part(1, "L"), part(1, "R")), kit("DUO", part(2, "L"))}
	plan, err := catalogue.PlanKits(known, []catalogue.Kit{kit("PAIR", part(1, "L"), part(1, "R"), part(1, "L")), kit("DUO", part(2, "L")), kit("NEW", part(1, "BOX"))})
	require.NoError(t, err)
	require.Equal(t, []string{"NEW", "PAIR", "SET"}, plan.Changed)
	require.Equal(t, []string{"NEW"}, plan.New)
	require.Equal(t, []catalogue.Part{part(2, "L"), part(1, "R")}, plan.Kits["PAIR"].Parts, "each part once")
	require.Equal(t, []catalogue.Part{part(1, "BOX"), part(2, "L"), part(1, "R")}, plan.Leaves["SET"])
	require.Equal(t, []string{"BOX", "L", "PAIR", "R"}, plan.Parts())
	require.Len(t, plan.Missing([]string{"PAIR", "BOX"}), 1)
	_, err = catalogue.PlanKits(nil, []catalogue.Kit{kit("A", part(1, "L")), kit("A", part(1, "R"))})
	require.ErrorContains(t, err, `kit "A" is defined twice`)
	require.NoError(t, catalogue.RefuseKit("A", 0, 0))
	require.ErrorContains(t, catalogue.RefuseKit("A", 3, 1), "open order lines that hold it as it is: 1")
	require.ErrorContains(t, catalogue.RefuseKit("A", 3, 0), "3 of it are on hand")
}

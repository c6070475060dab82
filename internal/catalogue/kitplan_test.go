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
	require.Equal(t, []string{"BOX", "L", "NEW", "PAIR", "R", "SET"}, plan.SKUs())
	titles := map[string]string{"L": "Left", "R": "", "PAIR": "A pair"}
	require.Len(t, plan.Missing(titles), 1, "PAIR is a kit")
	require.ErrorContains(t, plan.Missing(titles)[0], "BOX is a part of a kit, but not in the catalogue")
	titles["BOX"] = ""
	require.Empty(t, plan.Missing(titles))
	_, err = catalogue.PlanKits(nil, []catalogue.Kit{kit("A", part(1, "L")), kit("A", part(1, "R"))})
	require.ErrorContains(t, err, `kit "A" is defined twice`)
}

func TestWhatAKitHasNoMoreIsKeptWithoutUnits(t *testing.T) {
	t.Parallel()
	plan, err := catalogue.PlanKits([]catalogue.Kit{kit("PAIR", part(1, "L"), part(1, "R")), kit("SET", part(2, "PAIR"))}, []catalogue.Kit{kit("PAIR", part(3, "R"), part(1, "BOX"))})
	require.NoError(t, err)
	require.Equal(t, []catalogue.Part{part(1, "BOX"), part(3, "R"), part(0, "L")}, plan.Kept("PAIR"))
	require.Equal(t, []catalogue.Part{part(2, "BOX"), part(6, "R"), part(0, "L")}, plan.Kept("SET"), "nor has a kit that it is in")
}

func TestWhichKitsTheCatalogueGets(t *testing.T) {
	t.Parallel()
	titled := func(sku, title string) catalogue.Kit {
		return catalogue.Kit{SKU: sku, Title: title, Parts: []catalogue.Part{part(1, "L")}}
	}
	same := titled("SAME", "Unchanged")
	plan, err := catalogue.PlanKits([]catalogue.Kit{same}, []catalogue.Kit{
		same, titled("NEW", "A new one"), titled("BARE", ""), titled("OLD", "Under another title"), titled("ALIKE", "As before"), titled("UNTOLD", ""),
	})
	require.NoError(t, err)
	fresh, renamed := plan.Entries(map[string]string{"OLD": "Old", "ALIKE": "As before", "UNTOLD": "A title of its own", "SAME": "Another", "L": "Left"})
	require.Equal(t, []catalogue.Titled{{SKU: "BARE"}, {SKU: "NEW", Title: "A new one"}}, fresh)
	require.Equal(t, []catalogue.Titled{{SKU: "OLD", Title: "Under another title"}}, renamed)
}

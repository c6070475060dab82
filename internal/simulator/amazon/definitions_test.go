package amazon

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Every definition of ours is valid, in each marketplace; those of the United States forbid what the others require.
func TestDefinitionsOfOurOwn(t *testing.T) {
	t.Parallel()
	for id, p := range places {
		for _, name := range ownTypes() {
			d, err := libraryOf(id, p, "").find(name)
			require.NoError(t, err)
			require.Equal(t, name, d.Rules.Type())
			require.Equal(t, id, d.Rules.Marketplace())
			require.Equal(t, p.language, d.Rules.Language())
			_, keyword := d.Rules.Attribute("item_type_keyword")
			_, nodes := d.Rules.Attribute("recommended_browse_nodes")
			require.Equal(t, id == "ATVPDKIKX0DER" || id == "A2EUQ1WTGCTBG2", keyword, id)
			require.NotEqual(t, keyword, nodes)
		}
		d, err := libraryOf(id, p, "").find("NO_SUCH_THING")
		require.NoError(t, err)
		require.Nil(t, d)
	}
}

// Values of another marketplace, language or audience stay as they are.
func TestPatchesGoByTheSelectors(t *testing.T) {
	t.Parallel()
	d, err := libraryOf("A1F83G8C2ARO7P", places["A1F83G8C2ARO7P"], "").find("HOME")
	require.NoError(t, err)
	const gb, fr = `{"language_tag":"en_GB","marketplace_id":"A1F83G8C2ARO7P","value":"Mug"}`, `{"language_tag":"fr_FR","marketplace_id":"A1F83G8C2ARO7P","value":"Tasse"}`
	there := submitted{
		"item_name":         []byte(`[` + gb + `,` + fr + `]`),
		"bullet_point":      []byte(`[{"language_tag":"en_GB","value":"a"},{"language_tag":"en_GB","value":"b"},{"language_tag":"fr_FR","value":"c"}]`),
		"purchasable_offer": []byte(`[{"currency":"GBP","audience":"ALL","our_price":[{"schedule":[{"value_with_tax":1}]}],"discounted_price":[]}]`),
	}
	value := func(pairs ...any) map[string]any {
		v := map[string]any{}
		for i := 0; i < len(pairs); i += 2 {
			v[pairs[i].(string)] = pairs[i+1]
		}
		return v
	}
	for name, tc := range map[string]struct {
		patch patchOp
		want  string
	}{
		"replace": {patchOp{"replace", "/attributes/item_name", []map[string]any{value("language_tag", "en_GB", "marketplace_id", "A1F83G8C2ARO7P", "value", "Cup")}},
			`[` + fr + `,{"language_tag":"en_GB","marketplace_id":"A1F83G8C2ARO7P","value":"Cup"}]`},
		"replace a list": {patchOp{"replace", "/attributes/bullet_point", []map[string]any{value("language_tag", "en_GB", "value", "d")}},
			`[{"language_tag":"fr_FR","value":"c"},{"language_tag":"en_GB","value":"d"}]`},
		"merge": {patchOp{"merge", "/attributes/purchasable_offer", []map[string]any{value("currency", "GBP", "our_price", []any{})}},
			`[{"currency":"GBP","audience":"ALL","our_price":[],"discounted_price":[]}]`},
		"merge what is new": {patchOp{"merge", "/attributes/color", []map[string]any{value("language_tag", "en_GB", "value", "Red")}}, `[{"language_tag":"en_GB","value":"Red"}]`},
		"delete one":        {patchOp{"delete", "/attributes/item_name", []map[string]any{value("language_tag", "fr_FR")}}, `[` + gb + `]`},
		"delete all":        {patchOp{"delete", "/attributes/item_name", nil}, ``},
	} {
		after, found := d.patched(there, []patchOp{tc.patch})
		require.Nil(t, found, name)
		got := after[tc.patch.attribute()]
		if tc.want == "" {
			require.Nil(t, got, name)
			continue
		}
		require.JSONEq(t, tc.want, string(got), name)
	}
	for _, wrong := range []patchOp{{"replace", "/attributes/item_name", nil}, {"merge", "/attributes/item_name", nil}, {"move", "/attributes/item_name", []map[string]any{{}}}, {"replace", "/attributes/item_name/0", nil}} {
		_, found := d.patched(there, []patchOp{wrong})
		require.NotNil(t, found, wrong.Op)
	}
}

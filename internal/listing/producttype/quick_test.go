package producttype

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/oracletest"
)

// TestTheQuickLookIsNeverWrong changes right attributes in a thousand ways: whenever the quick check has a certain
// result, the library must have the same, for the whole root and for each rule.
func TestTheQuickLookIsNeverWrong(t *testing.T) {
	t.Parallel()
	bodies := map[string]string{"our own": filepath.Join("testdata", "DRINKING_CUP.json")}
	for _, name := range []string{"HOME-gb", "HOME-us", "HOME-de", "HOME-jp", "PRODUCT-gb-LISTING_OFFER_ONLY"} {
		bodies[name] = ""
	}
	for name, path := range bodies {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if path == "" {
				path = oracletest.Data(t, "Amazon's own product type definitions", "product-types", name+".json")
			}
			body, err := os.ReadFile(path)
			require.NoError(t, err)
			d, err := Compile(body)
			require.NoError(t, err)
			r := rand.New(rand.NewPCG(8, 4))
			m := maker{r, d}
			sure := map[answer]int{}
			for range 300 {
				a := m.attributes()
				m.agree(t, d.root, a, sure)
				require.Equal(t, d.root.Validate(a) == nil, d.validateRoot(a) == nil, "%v", a)
				for _, rule := range d.rules {
					m.agree(t, rule, a, sure)
				}
			}
			require.Greater(t, sure[yes], 10*sure[open], "it is of use: %v", sure)
			require.Positive(t, sure[no])
		})
	}
}

// maker makes attributes, right and wrong, from the values that a definition names.
type maker struct {
	*rand.Rand
	d *Definition
}

func (m maker) agree(t *testing.T, s *jsonschema.Schema, a map[string]any, sure map[answer]int) {
	t.Helper()
	quick := quickly(s, a)
	sure[quick]++
	if quick == open {
		return
	}
	if err := s.Validate(a); (err == nil) != (quick == yes) {
		body, _ := json.Marshal(a)
		require.Failf(t, "the quick look is wrong", "%s says %v, the library %v of %s", s.Location, quick, err, body)
	}
}

func (m maker) attributes() map[string]any {
	a := map[string]any{}
	names := m.d.Attributes()
	wanted := []string{"parentage_level", "child_parent_sku_relationship", "variation_theme", "fulfillment_availability", "purchasable_offer", "skip_offer"}
	for range m.IntN(12) {
		name := names[m.IntN(len(names))]
		if m.IntN(2) == 0 {
			name = wanted[m.IntN(len(wanted))]
		}
		a[name] = m.value(m.d.root.Properties[name], 0)
	}
	return a
}

// value makes a value that mostly fits a schema.
func (m maker) value(s *jsonschema.Schema, depth int) any {
	s = resolved(s)
	odd := []any{nil, true, "", "x", json.Number("3"), json.Number("2.5"), 7.0, []any{}, map[string]any{}, []any{"x"}, int64(2)}
	if s == nil || depth > 8 || m.IntN(25) == 0 {
		return odd[m.IntN(len(odd))]
	}
	if list := valuesOf(s); len(list) > 0 && m.IntN(10) > 0 {
		return list[m.IntN(len(list))].Value
	}
	switch {
	case isType(s, objectType):
		object := map[string]any{}
		for name, field := range s.Properties {
			if m.IntN(4) > 0 {
				object[name] = m.value(field, depth+1)
			}
		}
		return object
	case isType(s, arrayType):
		list := []any{}
		items, _ := s.Items.(*jsonschema.Schema)
		for range m.IntN(3) {
			list = append(list, m.value(items, depth+1))
		}
		return list
	case isType(s, booleanType):
		return m.IntN(2) == 0
	case isType(s, numberType), isType(s, integerType):
		return json.Number(fmt.Sprintf("%d", m.IntN(2000)-100))
	}
	return []string{"x", "2026-02-28", "https://images.example/1.jpg", "ééééé", ""}[m.IntN(5)]
}

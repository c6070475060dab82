package producttype_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/listing"
)

// TestEachKeywordDoesItsWork removes one keyword after another from the definition: the error that it forbids is then
// no longer reported, which shows that this keyword, and no other, finds it.
func TestEachKeywordDoesItsWork(t *testing.T) {
	t.Parallel()
	for keyword, name := range map[string]string{
		"maxUniqueItems": "too many values", "minUniqueItems": "too few values", "maxUtf8ByteLength": "too many bytes", "minUtf8ByteLength": "too few bytes",
		"$lifecycle": "a deprecated value", "maxLength": "too many characters", "minLength": "too few characters", "maxItems": "more items than may be",
		"minimum": "too small", "maximum": "too large", "exclusiveMinimum": "just too small", "exclusiveMaximum": "just too large", "multipleOf": "not a multiple",
		"pattern": "not as the pattern", "oneOf": "a day that is none", "enum": "not in a closed list", "type": "not a list", "additionalProperties": "a field that there is not",
		"contains": "a list lacks what a rule wants", "else": "a value forbidden by a rule", "then": "required by a rule", "required": "required",
	} {
		t.Run(keyword, func(t *testing.T) {
			t.Parallel()
			m, right := mistakes[name], cup(t)
			require.NotEmpty(t, m.known)
			a := written(t, right, mug())
			for attribute, value := range m.set {
				delete(a, attribute)
				if value != "" {
					a[attribute] = parsed(t, value)
				}
			}
			require.NotEmpty(t, right.Validate(a, nil))
			lax := compiled(t, without(t, keyword))
			for _, i := range lax.Validate(a, nil) {
				require.NotContains(t, m.known, strings.TrimPrefix(answerOf(i), "warning "))
				require.NotContains(t, m.known, answerOf(i))
			}
		})
	}
}

// TestSelectorsTellValuesApart has four values in two languages, where three are allowed for each language.
func TestSelectorsTellValuesApart(t *testing.T) {
	t.Parallel()
	a := written(t, cup(t), mug())
	a["bullet_point"] = parsed(t, mistakes["enough values of each language"].set["bullet_point"])
	require.Empty(t, cup(t).Validate(a, nil))
	issues := compiled(t, without(t, "selectors")).Validate(a, nil)
	require.True(t, listing.Failed(issues))
	require.Equal(t, "too-many-values", issues[0].Code)
}

// without returns our own definition with a keyword removed from each schema.
func without(t *testing.T, keyword string) []byte {
	t.Helper()
	var doc map[string]any
	require.NoError(t, json.Unmarshal(cupBody(t), &doc))
	var strip func(v any)
	strip = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if _, attributes := v["item_name"]; !attributes { // a key next to item_name is an attribute, not a keyword
				delete(v, keyword)
			}
			for _, one := range v {
				strip(one)
			}
		case []any:
			for _, one := range v {
				strip(one)
			}
		}
	}
	for _, part := range []string{"properties", "allOf", "$defs"} {
		strip(doc[part])
	}
	if keyword == "required" {
		delete(doc, keyword)
	}
	body, err := json.Marshal(doc)
	require.NoError(t, err)
	return body
}

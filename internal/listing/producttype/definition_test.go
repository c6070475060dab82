package producttype_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/listing/producttype"
	"github.com/towpath/towpath/internal/oracletest"
)

// homes are the real definitions of HOME, by marketplace.
var homes = map[string]string{"gb": "GBP", "us": "USD", "de": "EUR", "jp": "JPY"}

const offerOnly = "PRODUCT-gb-LISTING_OFFER_ONLY.json"

// realBody reads one of Amazon's own documents, which we may not distribute.
func realBody(t testing.TB, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(oracletest.Data(t, "Amazon's own definitions", "product-types", name))
	require.NoError(t, err)
	return body
}

func compiled(t testing.TB, body []byte) *producttype.Definition {
	t.Helper()
	d, err := producttype.Compile(body)
	require.NoError(t, err)
	return d
}

// cupBody is a definition that we wrote, in Amazon's format.
func cupBody(t testing.TB) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", "DRINKING_CUP.json"))
	require.NoError(t, err)
	return body
}

func cup(t testing.TB) *producttype.Definition { t.Helper(); return compiled(t, cupBody(t)) }

func TestAChecksumIsAmazons(t *testing.T) {
	t.Parallel()
	require.Equal(t, "1B2M2Y8AsgTpgAmY7PhCfg==", producttype.Checksum(nil))
	var answer struct {
		Schema struct {
			Checksum string `json:"checksum"`
		} `json:"schema"`
	}
	require.NoError(t, json.Unmarshal(realBody(t, "PRODUCT-gb.getDefinitionsProductType.answer.json"), &answer))
	require.Equal(t, answer.Schema.Checksum, producttype.Checksum(realBody(t, offerOnly)), "what Amazon said of the document that it served")
}

func TestADefinitionSaysWhatItIsOf(t *testing.T) {
	t.Parallel()
	d := cup(t)
	require.Equal(t, []string{"DRINKING_CUP", "A1F83G8C2ARO7P", "en_GB"}, []string{d.Type(), d.Marketplace(), d.Language()})
	require.Contains(t, d.Attributes(), "item_name")
	d = compiled(t, realBody(t, "HOME-jp.json"))
	require.Equal(t, []string{"HOME", "A1VC38T7YXB528", "ja_JP"}, []string{d.Type(), d.Marketplace(), d.Language()})
	require.Len(t, d.Attributes(), 129)
}

func TestWhatIsNoDefinitionIsRefused(t *testing.T) {
	t.Parallel()
	const head = `{"$schema": "https://schemas.amazon.com/selling-partners/definitions/product-types/meta-schema/v1", "type": "object", `
	for name, tc := range map[string]struct{ body, says string }{
		"nothing":                     {"", "not a JSON object"},
		"null":                        {"null", "it is null"},
		"a list":                      {"[]", "not a JSON object"},
		"two objects":                 {"{} {}", "something follows"},
		"half an object":              {`{"type": "obj`, "not a JSON object"},
		"another schema":              {`{"$schema": "https://json-schema.org/draft/2019-09/schema", "type": "object"}`, "its $schema is"},
		"no schema":                   {`{"type": "object"}`, "its $schema is"},
		"of texts":                    {strings.Replace(head, `"object"`, `"string"`, 1) + `"title": ""}`, "its type is"},
		"too large":                   {head + `"title": "` + strings.Repeat("x", 9<<20) + `"}`, "bytes; want"},
		"too deep":                    {head + `"not": ` + strings.Repeat(`{"not":`, 300) + "{}" + strings.Repeat("}", 301), "levels deep"},
		"a number beyond all":         {head + `"properties": {"a": {"multipleOf": 1e310}}}`, "too large or too long"},
		"a number of many digits":     {head + `"properties": {"a": {"minimum": 0.` + strings.Repeat("1", 50) + `}}}`, "too large or too long"},
		"a reference to the outside":  {head + `"properties": {"a": {"$ref": "https://example.com/other.json"}}}`, "not a part of it"},
		"a reference to a file":       {head + `"properties": {"a": {"$ref": "file:///etc/passwd"}}}`, "not a part of it"},
		"a reference to nothing":      {head + `"properties": {"a": {"$ref": "#/$defs/none"}}}`, "compile the schema"},
		"a wrong keyword":             {head + `"properties": {"a": {"maxLength": "ten"}}}`, "compile the schema"},
		"a wrong keyword of Amazon's": {head + `"properties": {"a": {"maxUniqueItems": -1}}}`, "compile the schema"},
		"selectors that are no list":  {head + `"properties": {"a": {"selectors": "marketplace_id"}}}`, "compile the schema"},
		"a pattern that is none":      {head + `"properties": {"a": {"pattern": "("}}}`, "compile the schema"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := producttype.Compile([]byte(tc.body))
			require.ErrorIs(t, err, producttype.ErrDefinition)
			require.ErrorContains(t, err, tc.says)
			require.Less(t, len(err.Error()), 2000)
		})
	}
}

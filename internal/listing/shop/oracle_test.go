package shop

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/towpath/towpath/internal/oracletest"
)

// found has, for each code of productSet that a seller's data can cause, a defect of TestEachRule that would be
// answered with it.
var found = map[string]string{
	"DUPLICATED_OPTION_NAME":   "an option twice",
	"DUPLICATED_VALUE":         "an option twice",
	"DUPLICATED_OPTION_VALUE":  "two alike", // each value is sent once for all variants that have it: only two equal variants can cause this
	"INVALID_INPUT":            "no such collection",
	"INVALID_PRODUCT":          "no title",
	"INVALID_VARIANT":          "two alike",
	"OPTIONS_OVER_LIMIT":       "too many options",
	"OPTION_VALUES_OVER_LIMIT": "too many variants", // an option has at most as many values as there are variants
	"OPTION_VALUES_MISSING":    "a value missing",
	"VARIANTS_OVER_LIMIT":      "too many variants",
	"HANDLE_NOT_UNIQUE":        "another product's handle",
}

// others are the codes that no check of a seller's data can foresee, each with the reason.
var others = map[string]string{
	"CANNOT_COMBINE_LINKED_AND_NONLINKED_OPTION_VALUES": "the shop has linked the option to a metafield: its own setting",
	"CAPABILITY_VIOLATION":                              "no metafield is sent",
	"DUPLICATED_METAFIELD_VALUE":                        "no metafield is sent",
	"DUPLICATE_LINKED_OPTION":                           "no option is linked",
	"GENERIC_ERROR":                                     "Shopify's own trouble",
	"GIFT_CARDS_NOT_ACTIVATED":                          "no gift card is sent",
	"GIFT_CARD_ATTRIBUTE_CANNOT_BE_CHANGED":             "no gift card is sent",
	"ID_NOT_ALLOWED":                                    "the input's id is never given",
	"INPUT_MISMATCH":                                    "identifier and input are made of one value",
	"INVALID_METAFIELD":                                 "no metafield is sent",
	"INVALID_METAFIELD_VALUE_FOR_LINKED_OPTION":         "the shop has linked the option to a metafield: its own setting",
	"INVENTORY_QUANTITIES_LIMIT_EXCEEDED":               "one quantity for each of at most 2,048 variants is sent, and 50,000 are taken",
	"JOB_ERROR":                                         "Shopify's own trouble",
	"LINKED_METAFIELD_DEFINITION_NOT_FOUND":             "no option is linked",
	"LINKED_OPTIONS_NOT_SUPPORTED_FOR_SHOP":             "no option is linked",
	"METAFIELD_MISMATCH":                                "no metafield is sent",
	"MISSING_FIELD_REQUIRED":                            "identifier and input are made of one value",
	"NOT_FOUND":                                         "deleted since it was read",
	"OPTION_DOES_NOT_EXIST":                             "options are named with the variants that have them",
	"OPTION_VALUE_DOES_NOT_EXIST":                       "values are named with the variants that have them",
	"PRODUCT_DOES_NOT_EXIST":                            "deleted since it was read",
	"PRODUCT_OPTIONS_INPUT_MISSING":                     "options and variants are always given together",
	"PRODUCT_SUSPENDED":                                 "Shopify's decision",
	"PRODUCT_VARIANT_DOES_NOT_EXIST":                    "deleted since it was read",
	"VARIANTS_INPUT_MISSING":                            "options and variants are always given together",
}

// For every code with which productSet may refuse, a check finds the error before anything is sent, or the table says
// why none can.
func TestEveryCodeOfTheSchemaIsFoundOrNot(t *testing.T) {
	t.Parallel()
	file, err := os.Open(filepath.Join(oracletest.Dir(t, "shopify", "https://shopify.dev/docs/api/admin-graphql"), "admin_2026-10.graphql.gz"))
	require.NoError(t, err)
	defer func() { require.NoError(t, file.Close()) }()
	unzipped, err := gzip.NewReader(file)
	require.NoError(t, err)
	text, err := io.ReadAll(unzipped)
	require.NoError(t, err)
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: "admin", Input: string(text)})
	require.NoError(t, err)
	codes := schema.Types["ProductSetUserErrorCode"].EnumValues
	for _, v := range codes {
		name, ours := found[v.Name]
		_, theirs := others[v.Name]
		require.NotEqual(t, ours, theirs, "%s: is it found here, or why not?", v.Name)
		if ours {
			require.Contains(t, defects, name, v.Name)
			failed := false
			for _, list := range defects[name].check() {
				require.NotEmpty(t, list)
				failed = true
			}
			require.True(t, failed, v.Name)
		}
	}
	require.Len(t, codes, len(found)+len(others), "codes that the schema has no more")
}

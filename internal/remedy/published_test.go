package remedy_test

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/oracletest"
)

// Each error code that eBay's specifications publish for a call has a class and steps of its own.
func TestEveryCodeThatEBayPublishesHasARemedy(t *testing.T) {
	t.Parallel()
	c, found := builtIn(t), map[string]bool{}
	files, err := filepath.Glob(filepath.Join(oracletest.Dir(t, "ebay", "eBay's OpenAPI documents"), "*.json"))
	require.NoError(t, err)
	for _, file := range files {
		for status, codes := range ebayCodes(t, file) {
			for code, description := range codes {
				got := c.For(channel.EBay, &channel.Fault{Class: channel.Unknown, Status: status, Code: code}, "")
				require.False(t, got.Gap, "%s: %s (%s)", filepath.Base(file), code, description)
				require.NotEqual(t, channel.Unknown, got.Class, code)
				found[code] = true
			}
		}
	}
	require.Greater(t, len(found), 250)
}

// ebayCodes returns the published codes of a document, with what they mean, by HTTP status.
func ebayCodes(t *testing.T, file string) map[int]map[string]string {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var doc struct {
		Paths map[string]map[string]json.RawMessage
	}
	require.NoError(t, json.Unmarshal(text, &doc))
	out := map[int]map[string]string{}
	for _, operations := range doc.Paths {
		for _, raw := range operations {
			var operation struct {
				Responses map[string]struct {
					Codes struct {
						Errors map[string]struct{ Description string }
					} `json:"x-response-codes"`
				}
			}
			if json.Unmarshal(raw, &operation) != nil {
				continue // parameters of the path
			}
			for status, response := range operation.Responses {
				n, _ := strconv.Atoi(status) // "default" is no status
				for code, e := range response.Codes.Errors {
					if out[n] == nil {
						out[n] = map[string]string{}
					}
					out[n][code] = e.Description
				}
			}
		}
	}
	return out
}

// shopifyErrors are the enums with the codes of the mutations that Towpath makes.
var shopifyErrors = []string{
	"InventorySetQuantitiesUserErrorCode", "ProductSetUserErrorCode", "FulfillmentOrderMoveFulfillmentOrderMoveUserErrorCode", "OrderCancelUserErrorCode",
}

// Each code that Shopify's schema publishes for a mutation that Towpath makes has a remedy.
func TestEveryCodeThatShopifyPublishesHasARemedy(t *testing.T) {
	t.Parallel()
	f, err := os.Open(filepath.Join(oracletest.Dir(t, "shopify", "Shopify's schema"), "admin_2026-10.graphql.gz"))
	require.NoError(t, err)
	defer func() { _ = f.Close() }()
	unzipped, err := gzip.NewReader(f)
	require.NoError(t, err)
	text, err := io.ReadAll(unzipped)
	require.NoError(t, err)
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: "admin", Input: string(text)})
	require.NoError(t, err)
	c, n := builtIn(t), 0
	for _, name := range shopifyErrors {
		require.NotNil(t, schema.Types[name], name)
		for _, value := range schema.Types[name].EnumValues {
			if name == "OrderCancelUserErrorCode" && value.Name == "INVALID" {
				continue // the adapter looks at the order, and says NOT_CANCELLABLE
			}
			got := c.For(channel.Shopify, &channel.Fault{Class: channel.Unknown, Status: 200, Code: value.Name}, "")
			require.False(t, got.Gap, "%s: %s (%s)", name, value.Name, value.Description)
			n++
		}
	}
	require.Greater(t, n, 50)
}

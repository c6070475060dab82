package remedy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
)

// ofOurCheck are the issues of our own check and the remedies to which they lead, on every channel.
var ofOurCheck = map[string]string{
	"type-missing":           "type-missing",
	"definition-missing":     "definition-missing",
	"attribute-missing":      "attribute-missing",
	"attributes-recommended": "attribute-recommended",
	"attribute-unknown":      "attribute-unknown",
	"attribute-forbidden":    "attribute-forbidden",
	"value-not-allowed":      "value-not-allowed",
	"value-too-long":         "value-too-long",
	"value-too-short":        "value-too-short",
	"too-many-values":        "too-many-values",
	"wrong-type":             "wrong-type",
	"wrong-format":           "wrong-format",
	"not-editable":           "not-editable",
	"deprecated-value":       "deprecated-value",
	"price-missing":          "price-missing",
	"currency-wrong":         "currency-wrong",
	"identifier-missing":     "identifier-missing",
	"identifier-wrong":       "identifier-wrong",
	"variants-alike":         "variants-alike",
	"options-wrong":          "options-wrong",
	"too-many-variants":      "too-many-variants",
	"sku-wrong":              "sku-wrong",
	"sku-elsewhere":          "sku-wrong",
	"handle-taken":           "handle-taken",
	"collection-missing":     "collection-wrong",
	"collection-by-rule":     "collection-wrong",
	"image-missing":          "image-missing",
	"image-wrong":            "image-wrong",
	"condition-wrong":        "condition-wrong",
	"settings-missing":       "settings-missing",
	"html-not-allowed":       "html-not-allowed",
	"product-failed":         "product-failed",
	"not-in-catalogue":       "not-in-catalogue",
	"listing-not-shown":      "listing-not-shown",
}

func TestEveryIssueOfOurCheckHasARemedyOnEveryChannel(t *testing.T) {
	t.Parallel()
	c := builtIn(t)
	for code, want := range ofOurCheck {
		for _, k := range channel.Kinds() {
			got := c.For(k, &channel.Fault{Class: channel.Invalid, Code: code}, "")
			require.Equal(t, want, got.Code, "%s on %s", code, k)
			require.False(t, got.Gap)
		}
	}
	for _, k := range []channel.Kind{channel.Amazon, channel.Shopify} {
		require.Equal(t, "revision-not-permitted", c.For(k, &channel.Fault{Class: channel.Config, Code: "not-permitted"}, "").Code)
	}
}

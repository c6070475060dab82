package amazon_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/oracletest"
	"github.com/towpath/towpath/internal/simulator/faults"
)

func TestADefinitionIsVerified(t *testing.T) {
	t.Parallel()
	a, _, injector := quirky(t, 0)
	l := lister(t, a)
	d, err := l.Define(t.Context(), "HOME")
	require.NoError(t, err)
	require.Equal(t, "HOME", d.Type)
	require.NotEmpty(t, d.Version)
	require.False(t, d.FetchedAt.IsZero())
	require.Contains(t, string(d.Body), `"variation_theme"`)

	f := faultOf(t, second(l.Define(t.Context(), "NO_SUCH_THING")))
	require.Equal(t, channel.Missing, f.Class)
	injector.Next(faults.WrongChecksum, "getDefinitionsProductType", 1)
	f = faultOf(t, second(l.Define(t.Context(), "HOME")))
	require.Equal(t, channel.Invalid, f.Class)
	require.Equal(t, "CHECKSUM_WRONG", f.Code)
	require.NotEmpty(t, f.RequestID)
	injector.Next(faults.NoDefinition, "getDefinitionsProductType", 1)
	f = faultOf(t, second(l.Define(t.Context(), "HOME")))
	require.Equal(t, channel.Unavailable, f.Class)
	require.False(t, f.Permanent())
	require.NotEmpty(t, f.RequestID)

	c := checked(t, l, kept{}, cup("A"))[0]
	require.Equal(t, "definition-missing", c.Issues["CUP"][0].Code)
	require.Empty(t, c.Plans)
}

func second(_ listing.Definition, err error) error { return err }

// TestADefinitionIsFetchedFromSafePlacesOnly, and one of more than 8 MB is not taken.
func TestADefinitionIsFetchedFromSafePlacesOnly(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		resource, body, code string
	}{
		"no link":        {"", "", "ANSWER_UNREADABLE"},
		"no address":     {"file:///etc/passwd", "", "DOCUMENT_URL"},
		"ten megabytes":  {"/document", strings.Repeat(" ", 10<<20), "ANSWER_TOO_LARGE"},
		"not JSON":       {"/document", "<html>", "CHECKSUM_WRONG"},
		"another schema": {"/document", "{}", "DEFINITION_UNUSABLE"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, _ := place(t, 0, 20_000, func(w http.ResponseWriter, r *http.Request) bool {
				switch {
				case r.URL.Path == "/document":
					_, _ = w.Write([]byte(tc.body))
				case strings.HasPrefix(r.URL.Path, "/definitions/"):
					resource := tc.resource
					if strings.HasPrefix(resource, "/") {
						resource = "http://" + r.Host + resource
					}
					_, _ = w.Write([]byte(`{"schema":{"link":{"resource":"` + resource + `","verb":"GET"},"checksum":"mZFLkyvTelC5g8XnyQrpOw=="},"productTypeVersion":{"version":"1"}}`))
				default:
					return false
				}
				return true
			})
			require.Equal(t, tc.code, faultOf(t, second(lister(t, a).Define(t.Context(), "HOME"))).Code)
		})
	}
}

// realDefinitions is the folder of definitions that Amazon served; without them the test is skipped.
func realDefinitions(t *testing.T) string {
	t.Helper()
	return oracletest.Data(t, "Amazon's own product type definitions: fetch HOME with getDefinitionsProductType", "product-types")
}

// TestRealDefinitionsAreMet lets the simulated Amazon use definitions that Amazon served: a family and a single
// product are listed in Britain, Germany, Japan and the United States, which require opposite attributes of the same
// products.
func TestRealDefinitionsAreMet(t *testing.T) {
	t.Parallel()
	folder := realDefinitions(t)
	for marketplace, tc := range map[string]struct{ currency, own, value, others string }{
		"A1F83G8C2ARO7P": {"GBP", "recommended_browse_nodes", "3147411", "item_type_keyword"},
		"A1PA6795UKMFR9": {"EUR", "recommended_browse_nodes", "3147411", "item_type_keyword"},
		"A1VC38T7YXB528": {"JPY", "recommended_browse_nodes", "3147411", "item_type_keyword"},
		"ATVPDKIKX0DER":  {"USD", "item_type_keyword", "decorative-boxes", "recommended_browse_nodes"},
	} {
		t.Run(marketplace, func(t *testing.T) {
			t.Parallel()
			a := account()
			a.Marketplace = marketplace
			a.Listings.Revise = true
			a, m := placeOf(t, a, folder)
			p := cup("RED", "BLUE")
			p.Type, p.Currency, p.Aspects = "HOME", tc.currency, map[string][]string{
				"bullet_point": {"Light"}, "country_of_origin": {"CN"}, "supplier_declared_dg_hz_regulation": {"not_applicable"},
				"merchant_shipping_group": {"Standard"}, "supplier_declared_has_product_identifier_exemption": {"true"},
			}
			l := lister(t, a)
			missing := map[string]bool{}
			definitions := defined(t, l, p)
			c := checked(t, l, definitions, p)[0]
			for _, i := range c.Issues["RED"] {
				for _, name := range i.Attributes {
					missing[name] = i.Severity == listing.Error || missing[name]
				}
			}
			require.True(t, missing[tc.own], "%v", missing)
			require.False(t, missing[tc.others], "%v", missing)
			p.Aspects[tc.own] = []string{tc.value}
			p = filled(t, l, definitions, p)
			results := submitted(t, a, true, p)
			require.Len(t, results, 3)
			results = submitted(t, a, false, p)
			for sku, r := range results {
				require.Nil(t, r.Fault, "%s: %+v", sku, r.Issues)
			}
			processFeeds(t, m)
			require.Len(t, checked(t, l, definitions, p)[0].Same, 3)
		})
	}
}

// filled adds to a product what its type still requires, as a merchant does with the list of `towpath publish needs`.
func filled(t *testing.T, l channel.Lister, definitions kept, p channel.Product) channel.Product {
	t.Helper()
	words := map[string]string{
		"is_fragile": "false", "manufacturer": "Quill", "power_plug_type": "no_plug", "model_number": "Q-1", "number_of_items": "1", "part_number": "Q-1",
		"model_name": "Mug", "material": "Enamel", "style": "Modern", "size": "One size", "included_components": "Mug", "color": "Red",
		"batteries_required": "false", "batteries_included": "false",
		"distribution_designation": "default", "is_exclusive_product": "false", "generic_keyword": "mug", "required_product_compliance_certificate": "Not Applicable",
	}
	for range 4 {
		again := false
		for _, issues := range checked(t, l, definitions, p)[0].Issues {
			for _, i := range issues {
				if i.Code != "attribute-missing" {
					continue
				}
				name := i.Attributes[0]
				if value, ok := words[name]; ok && p.Aspects[name] == nil {
					p.Aspects[name], again = []string{value}, true
				}
			}
		}
		if !again {
			break
		}
	}
	for reference, issues := range checked(t, l, definitions, p)[0].Issues {
		require.False(t, listing.Failed(issues), "%s: %+v", reference, issues)
	}
	return p
}

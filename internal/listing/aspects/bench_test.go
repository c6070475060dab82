package aspects

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/listing"
)

// large returns a category whose document has about 1 MB: lists of thousands of models and their makers.
func large(b *testing.B) []byte {
	b.Helper()
	var d Document
	require.NoError(b, json.Unmarshal([]byte(shirts), &d))
	var answer map[string][]map[string]any
	require.NoError(b, json.Unmarshal(d.Aspects, &answer))
	for n := range 5 {
		var values []map[string]string
		for i := range 6000 {
			values = append(values, map[string]string{"localizedValue": fmt.Sprintf("Model %d of maker %d", i, n)})
		}
		answer["aspects"] = append(answer["aspects"], map[string]any{
			"localizedAspectName": fmt.Sprint("Fits ", n), "aspectValues": values,
			"aspectConstraint": map[string]any{"aspectMode": "SELECTION_ONLY", "itemToAspectCardinality": "MULTI"},
		})
	}
	var err error
	d.Aspects, err = json.Marshal(answer)
	require.NoError(b, err)
	body, err := json.Marshal(d)
	require.NoError(b, err)
	return body
}

// BenchmarkCheck checks families of two against a category of 1 MB.
func BenchmarkCheck(b *testing.B) {
	c, err := Parse(large(b))
	require.NoError(b, err)
	p := shirt()
	p.Aspects["fits 3"] = []string{"model 4711 of maker 3", "MODEL 12 of maker 3"}
	r := Rules{Marketplace: "EBAY_GB", Currency: "GBP", Category: c, Settings: map[string]string{FulfillmentPolicy: "1", PaymentPolicy: "2", ReturnPolicy: "3", MerchantLocation: "shed"}}
	b.ReportAllocs()
	items := 0
	for b.Loop() {
		issues := Check(p, r)
		if listing.Failed(issues["SHIRT"]) {
			b.Fatal(issues)
		}
		items += len(p.Variants)
	}
	b.ReportMetric(float64(items)/b.Elapsed().Seconds(), "items/s")
}

func BenchmarkParse(b *testing.B) {
	body := large(b)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(body); err != nil {
			b.Fatal(err)
		}
	}
}

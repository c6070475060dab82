#!/usr/bin/env bash
# Go's JSON Schema validators disagree about which prices are whole cents: three of eight refuse ordinary prices against
# {"multipleOf": 0.01}, as it stands at the prices of Amazon's product type definitions.
#
# Versions: see go.mod below. Seen, over all prices from 0.01 to 100.00 as encoding/json decodes them: santhosh-tekuri/jsonschema,
# xeipuuv/gojsonschema, kin-openapi, go-openapi/validate and kaptinlin/jsonschema take every one. google/jsonschema-go and
# qri-io/jsonschema refuse 1,363 of 10,000, the cheapest being 0.07 (they divide floats and want a whole number: 0.07/0.01 is
# 7.000000000000001), and huma refuses 9,986 (the remainder of two floats must be exactly 0). All of them refuse half a cent.
# Follows: definitions are checked with santhosh-tekuri/jsonschema, which calculates with fractions (docs/decisions/022).
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >go.mod <<'MOD'
module cents

go 1.26.0

require (
	github.com/danielgtaylor/huma/v2 v2.37.2
	github.com/getkin/kin-openapi v0.153.0
	github.com/go-openapi/spec v1.0.1
	github.com/go-openapi/strfmt v0.27.4
	github.com/go-openapi/validate v1.0.1
	github.com/google/jsonschema-go v0.4.3
	github.com/kaptinlin/jsonschema v0.6.0
	github.com/qri-io/jsonschema v0.2.1
	github.com/santhosh-tekuri/jsonschema/v6 v6.0.3
	github.com/xeipuuv/gojsonschema v1.2.0
)
MOD
cat >main.go <<'GO'
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-openapi/spec"
	"github.com/go-openapi/strfmt"
	"github.com/go-openapi/validate"
	google "github.com/google/jsonschema-go/jsonschema"
	kaptinlin "github.com/kaptinlin/jsonschema"
	qri "github.com/qri-io/jsonschema"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/xeipuuv/gojsonschema"
)

const cents = `{"type": "number", "multipleOf": 0.01}`

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// schema decodes the schema into a library's own type.
func schema[T any]() *T {
	s := new(T)
	if err := json.Unmarshal([]byte(cents), s); err != nil {
		panic(err)
	}
	return s
}

func value(price string) (v any) {
	if err := json.Unmarshal([]byte(price), &v); err != nil {
		panic(err)
	}
	return v
}

func main() {
	c := jsonschema.NewCompiler()
	if err := c.AddResource("price.json", must(jsonschema.UnmarshalJSON(strings.NewReader(cents)))); err != nil {
		panic(err)
	}
	santhosh := c.MustCompile("price.json")
	xeipuuv := must(gojsonschema.NewSchema(gojsonschema.NewStringLoader(cents)))
	resolved := must(schema[google.Schema]().Resolve(nil))
	kap := must(kaptinlin.NewCompiler().Compile([]byte(cents)))
	kin, swagger, q := schema[openapi3.Schema](), schema[spec.Schema](), schema[qri.Schema]()
	one := 0.01
	h := &huma.Schema{Type: "number", MultipleOf: &one}
	h.PrecomputeMessages()
	types := huma.NewMapRegistry("#/", huma.DefaultSchemaNamer)

	for _, library := range []struct {
		name string
		ok   func(price string) bool
	}{
		{"danielgtaylor/huma", func(price string) bool {
			var r huma.ValidateResult
			huma.Validate(types, h, huma.NewPathBuffer(nil, 0), huma.ModeWriteToServer, value(price), &r)
			return len(r.Errors) == 0
		}},
		{"getkin/kin-openapi", func(price string) bool { return kin.VisitJSON(value(price)) == nil }},
		{"go-openapi/validate", func(price string) bool {
			return validate.AgainstSchema(swagger, value(price), strfmt.Default) == nil
		}},
		{"google/jsonschema-go", func(price string) bool { return resolved.Validate(value(price)) == nil }},
		{"kaptinlin/jsonschema", func(price string) bool { return kap.ValidateJSON([]byte(price)).IsValid() }},
		{"qri-io/jsonschema", func(price string) bool {
			return len(must(q.ValidateBytes(context.Background(), []byte(price)))) == 0
		}},
		{"santhosh-tekuri/jsonschema", func(price string) bool { return santhosh.Validate(value(price)) == nil }},
		{"xeipuuv/gojsonschema", func(price string) bool {
			return must(xeipuuv.Validate(gojsonschema.NewStringLoader(price))).Valid()
		}},
	} {
		refused, halves, first := 0, 0, "none"
		for n := 1; n <= 10000; n++ {
			price := fmt.Sprintf("%d.%02d", n/100, n%100)
			if !library.ok(price) {
				if refused++; refused == 1 {
					first = price
				}
			}
			if library.ok(price + "5") {
				halves++
			}
		}
		fmt.Printf("%-27s refuses %4d prices, first %s; takes %d with half a cent\n", library.name, refused, first, halves)
	}
}
GO
export GOTOOLCHAIN=local GOFLAGS=-mod=mod
seen=$(go run .)
echo "$seen"
want='danielgtaylor/huma          refuses 9986 prices, first 0.03; takes 0 with half a cent
getkin/kin-openapi          refuses    0 prices, first none; takes 0 with half a cent
go-openapi/validate         refuses    0 prices, first none; takes 0 with half a cent
google/jsonschema-go        refuses 1363 prices, first 0.07; takes 0 with half a cent
kaptinlin/jsonschema        refuses    0 prices, first none; takes 0 with half a cent
qri-io/jsonschema           refuses 1363 prices, first 0.07; takes 0 with half a cent
santhosh-tekuri/jsonschema  refuses    0 prices, first none; takes 0 with half a cent
xeipuuv/gojsonschema        refuses    0 prices, first none; takes 0 with half a cent'
diff <(echo "$want") <(echo "$seen") || { echo "changed: read the comment at the top again" >&2; exit 1; }
echo "as found"

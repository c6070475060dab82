#!/usr/bin/env bash
# A JSON Schema with a vocabulary of its own (as Amazon's product type definitions have) is checked against its meta-schema at the
# top only, when it is of 2019-09: a keyword of a wrong type further down compiles, and is then not held.
#
# Version: github.com/santhosh-tekuri/jsonschema/v6 v6.0.3.
# Seen: with a meta-schema of our own whose $vocabulary names 2019-09's vocabularies, {"maxLength": "ten"} is refused, and
# {"properties": {"a": {"maxLength": "ten"}}} compiles. The same with 2020-12's vocabularies is refused in both places, and so is
# plain 2019-09. (2019-09 reaches nested schemas by $recursiveRef, 2020-12 by $dynamicRef.)
# Follows: internal/listing/producttype holds every nested schema of a definition to the forms of its keywords itself, before it
# compiles it.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >go.mod <<'MOD'
module vocabulary

go 1.26.0

require github.com/santhosh-tekuri/jsonschema/v6 v6.0.3
MOD
cat >main.go <<'GO'
package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// meta is a draft's meta-schema with one vocabulary more: the same vocabularies, the same way to nested schemas.
func meta(draft, anchor string, parts ...string) string {
	var known, all []string
	for _, p := range parts {
		known = append(known, fmt.Sprintf(`"https://json-schema.org/draft/%s/vocab/%s": true`, draft, p))
		all = append(all, fmt.Sprintf(`{"$ref": "https://json-schema.org/draft/%s/meta/%s"}`, draft, p))
	}
	return fmt.Sprintf(`{"$schema": "https://json-schema.org/draft/%s/schema", "$id": "urn:ours:meta", %s,
		"$vocabulary": {%s, "urn:ours:vocabulary": true}, "allOf": [%s]}`, draft, anchor, strings.Join(known, ","), strings.Join(all, ","))
}

func compiles(metaText, schemaID, body string) bool {
	c := jsonschema.NewCompiler()
	c.RegisterVocabulary(&jsonschema.Vocabulary{URL: "urn:ours:vocabulary",
		Compile: func(*jsonschema.CompilerContext, map[string]any) (jsonschema.SchemaExt, error) { return nil, nil }})
	add := func(url, text string) {
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err == nil {
			err = c.AddResource(url, doc)
		}
		if err != nil {
			panic(err)
		}
	}
	if metaText != "" {
		add("urn:ours:meta", metaText)
	}
	add("urn:ours:schema", fmt.Sprintf(`{"$schema": %q, %s}`, schemaID, body))
	_, err := c.Compile("urn:ours:schema")
	return err == nil
}

func main() {
	of2019 := meta("2019-09", `"$recursiveAnchor": true`, "core", "applicator", "validation", "meta-data", "format", "content")
	of2020 := meta("2020-12", `"$dynamicAnchor": "meta"`, "core", "applicator", "unevaluated", "validation", "meta-data", "format-annotation", "content")
	top, nested, right := `"maxLength": "ten"`, `"properties": {"a": {"maxLength": "ten"}}`, `"properties": {"a": {"maxLength": 10}}`
	bad := false
	for _, one := range []struct {
		name, meta, id      string
		top, nested, right bool // what compiles
	}{
		{"2019-09, own vocabulary", of2019, "urn:ours:meta", false, true, true},
		{"2020-12, own vocabulary", of2020, "urn:ours:meta", false, false, true},
		{"2019-09 as it is", "", "https://json-schema.org/draft/2019-09/schema", false, false, true},
	} {
		t, n, r := compiles(one.meta, one.id, top), compiles(one.meta, one.id, nested), compiles(one.meta, one.id, right)
		fmt.Printf("%-24s compiles: wrong at the top %-5t  wrong further down %-5t  right %t\n", one.name, t, n, r)
		bad = bad || t != one.top || n != one.nested || r != one.right
	}
	if bad {
		fmt.Println("this has changed")
		os.Exit(1)
	}
}
GO
go mod tidy >/dev/null 2>&1
go run .

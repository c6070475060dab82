package producttype

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Amazon's names, which are "identifiers; not network addressable".
const (
	metaSchema    = "https://schemas.amazon.com/selling-partners/definitions/product-types/meta-schema/v1"
	vocabularyURI = "https://schemas.amazon.com/selling-partners/definitions/product-types/vocabulary/v1"
)

// ownMetaSchema returns a meta-schema of our own in place of Amazon's. Compiled by itself it checks the form of the
// keywords, Amazon's included, in every schema of a definition. jsonschema/v6 v6.0.3 does that only for the outermost
// schema, and only if a 2019-09 meta-schema has a vocabulary, so it would ignore a nested maxLength "ten".
func ownMetaSchema() map[string]any {
	const draft = "https://json-schema.org/draft/2019-09/"
	vocabularies, parts := map[string]any{vocabularyURI: true}, []any{}
	for _, name := range []string{"core", "applicator", "validation", "meta-data", "format", "content"} {
		vocabularies[draft+"vocab/"+name] = true
		parts = append(parts, map[string]any{"$ref": draft + "meta/" + name})
	}
	return map[string]any{
		"$schema": draft + "schema", "$id": metaSchema, "$vocabulary": vocabularies, "$recursiveAnchor": true, "allOf": append(parts, map[string]any{"$ref": vocabularyURI}),
	}
}

// keywordForms describes the form of Amazon's keywords.
const keywordForms = `{
	"$defs": {"count": {"type": "integer", "minimum": 0, "maximum": 1000000000}, "words": {"type": "array", "items": {"type": "string"}}},
	"properties": {
		"selectors": {"$ref": "#/$defs/words"},
		"minUniqueItems": {"$ref": "#/$defs/count"}, "maxUniqueItems": {"$ref": "#/$defs/count"},
		"minUtf8ByteLength": {"$ref": "#/$defs/count"}, "maxUtf8ByteLength": {"$ref": "#/$defs/count"},
		"editable": {"type": "boolean"}, "hidden": {"type": "boolean"},
		"enumNames": {"$ref": "#/$defs/words"},
		"$lifecycle": {"type": "object", "properties": {"enumDeprecated": {"type": "array"}}}
	}
}`

// amazon has what is needed to compile a definition.
type amazon struct {
	meta       any                    // the stand-in, as a document
	forms      *jsonschema.Schema     // the stand-in, to hold definitions to
	vocabulary *jsonschema.Vocabulary // Amazon's keywords
}

// amazons returns it and builds it once.
var amazons = sync.OnceValues(func() (amazon, error) {
	keywords, err := jsonschema.UnmarshalJSON(strings.NewReader(keywordForms))
	if err != nil {
		return amazon{}, fmt.Errorf("read the vocabulary: %w", err)
	}
	c := jsonschema.NewCompiler()
	c.UseLoader(nothing{})
	c.DefaultDraft(jsonschema.Draft2019)
	a := amazon{meta: ownMetaSchema(), vocabulary: &jsonschema.Vocabulary{URL: vocabularyURI, Compile: keywordsOf}}
	for address, doc := range map[string]any{vocabularyURI: keywords, metaSchema: a.meta} {
		if err := c.AddResource(address, doc); err != nil {
			return amazon{}, fmt.Errorf("add %s: %w", address, err)
		}
	}
	if a.vocabulary.Schema, err = c.Compile(vocabularyURI); err != nil {
		return amazon{}, fmt.Errorf("compile the vocabulary: %w", err)
	}
	if a.forms, err = c.Compile(metaSchema); err != nil {
		return amazon{}, fmt.Errorf("compile the meta-schema: %w", err)
	}
	return a, nil
})

// keywords are Amazon's keywords of one schema.
type keywords struct {
	selectors  []string
	items      *jsonschema.Schema // has the selectors' defaults
	minUnique  int
	maxUnique  int // below 0: not bounded
	minBytes   int
	maxBytes   int  // below 0: not bounded
	fixed      bool // editable is false
	hidden     bool
	enumNames  []string
	deprecated []any
}

func keywordsOf(ctx *jsonschema.CompilerContext, schema map[string]any) (jsonschema.SchemaExt, error) {
	k := &keywords{
		selectors: texts(schema["selectors"]), enumNames: texts(schema["enumNames"]),
		minUnique: count(schema["minUniqueItems"], 0), maxUnique: count(schema["maxUniqueItems"], -1),
		minBytes: count(schema["minUtf8ByteLength"], 0), maxBytes: count(schema["maxUtf8ByteLength"], -1),
	}
	if editable, ok := schema["editable"].(bool); ok {
		k.fixed = !editable
	}
	k.hidden, _ = schema["hidden"].(bool)
	if lifecycle, ok := schema["$lifecycle"].(map[string]any); ok {
		k.deprecated, _ = lifecycle["enumDeprecated"].([]any)
	}
	if _, ok := schema["items"].(map[string]any); ok && len(k.selectors) > 0 {
		k.items = ctx.Enqueue([]string{"items"})
	}
	if len(k.selectors) == 0 && len(k.enumNames) == 0 && len(k.deprecated) == 0 && !k.fixed && !k.hidden &&
		k.minUnique == 0 && k.maxUnique < 0 && k.minBytes == 0 && k.maxBytes < 0 {
		return nil, nil //nolint:nilnil // the library's way to say that a schema has none of the keywords
	}
	return k, nil
}

// keywordsIn returns Amazon's keywords of a schema; never nil.
func keywordsIn(s *jsonschema.Schema) *keywords {
	for _, e := range s.Extensions {
		if k, ok := e.(*keywords); ok {
			return k
		}
	}
	return &keywords{maxUnique: -1, maxBytes: -1}
}

func texts(v any) []string {
	list, _ := v.([]any)
	var all []string
	for _, one := range list {
		if s, ok := one.(string); ok {
			all = append(all, s)
		}
	}
	return all
}

func count(v any, otherwise int) int {
	if number, ok := v.(json.Number); ok {
		if f, err := strconv.ParseFloat(number.String(), 64); err == nil {
			return int(f)
		}
	}
	return otherwise
}

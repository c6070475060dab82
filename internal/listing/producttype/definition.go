// Package producttype knows what Amazon says that goods of a product type must be: it reads Amazon's product type definitions, checks
// attributes by them, and writes attributes as they want them. It is pure: it fetches nothing.
//
// A definition is a JSON Schema of 2019-09 with keywords of Amazon's own, one per product type, marketplace and requirements set
// (developer-docs.amazon.com/sp-api/docs/product-type-definition-meta-schema). Nothing about a product type stands in this code: shape,
// languages, required and forbidden attributes, closed lists and variation themes are read from the definition that is given.
//
// The keywords of Amazon's that occur in real definitions, and what becomes of each:
//
//	selectors                      the fields that tell values of an attribute apart (marketplace, language, currency)
//	minUniqueItems, maxUniqueItems enforced: how many values there may be for each combination of the selectors' values
//	minUtf8ByteLength, maxUtf8...  enforced: bytes of the text in UTF-8, beside minLength and maxLength, which count characters
//	editable                       enforced on the difference to what is listed: false = what is listed can't be changed
//	$lifecycle.enumDeprecated      warned of: values that are still accepted and should not be used any more
//	enumNames                      the words of the closed values, in the enum's order; used to read a merchant's words and in sentences
//	hidden                         kept: false = Amazon shows it to sellers; a hidden one is never listed as a need
//
// The document of Amazon's meta-schema, which the definitions name as their $schema and which has no address on the network, could not be
// had. What stands in for it here is our own: 2019-09 with a vocabulary that says which form the keywords above have.
//
// Formats are asserted: without that every right date is refused, since dates are oneOf [date, date-time] and both would match.
package producttype

import (
	"crypto/md5" //nolint:gosec // Amazon's checksum, no protection
	"encoding/base64"
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Checksum returns Amazon's checksum of a document (SchemaLink.checksum of getDefinitionsProductType): base64 of the
// MD5 of its bytes.
func Checksum(body []byte) string {
	sum := md5.Sum(body) //nolint:gosec // see above
	return base64.StdEncoding.EncodeToString(sum[:])
}

// Attributes are a listing's attributes by Amazon's names, as JSON holds them: map[string]any, []any, string, bool, nil and numbers
// (json.Number, float64, int, int64).
type Attributes map[string]any

// Definition is Amazon's definition of a product type in one marketplace. Compile makes it. It is safe for concurrent
// use.
type Definition struct {
	productType string
	root        *jsonschema.Schema // without its allOf, which are the rules
	bare        *jsonschema.Schema // the root without its required attributes; nil when attributes can't be checked one by one
	rules       []*jsonschema.Schema
	marketplace string // the marketplace that it is of
	language    string // the default language of values
	names       map[string]string
	themes      []Theme
	required    map[string]bool // attributes required always or by a rule
}

// ErrDefinition means that a document is not a usable definition.
var ErrDefinition = errors.New("not a usable product type definition")

// Compile reads a definition. Errors wrap ErrDefinition and say what is wrong.
func Compile(body []byte) (*Definition, error) {
	doc, err := decode(body)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDefinition, err)
	}
	if s, _ := doc["$schema"].(string); s != metaSchema {
		return nil, fmt.Errorf("%w: its $schema is %.100q; want %s", ErrDefinition, s, metaSchema)
	}
	if t, _ := doc["type"].(string); t != "object" {
		return nil, fmt.Errorf("%w: its type is %.100q; want object", ErrDefinition, t)
	}
	root, err := compile(doc)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDefinition, err)
	}
	d := &Definition{productType: productType(root.ID), root: root}
	d.rules, root.AllOf = root.AllOf, nil
	same := sharer{}
	for _, r := range d.rules {
		same.rules(r, maxDepth)
	}
	if oneByOne(root) {
		bare := *root
		bare.Required, d.bare = nil, &bare
	}
	d.marketplace, d.language = d.fallback(marketplaceID), d.fallback(languageTag)
	d.names = namesOf(root)
	d.themes = themesOf(d)
	d.required = map[string]bool{}
	for _, s := range append([]*jsonschema.Schema{root}, d.rules...) {
		requiredNames(s, d.required, maxDepth)
	}
	return d, nil
}

// compile compiles the document. References to anything outside fail, since the loader loads nothing.
func compile(doc map[string]any) (*jsonschema.Schema, error) {
	c := jsonschema.NewCompiler()
	c.UseLoader(nothing{})
	c.AssertFormat()
	c.AssertVocabs()
	a, err := amazons()
	if err != nil {
		return nil, err
	}
	if err := a.forms.Validate(doc); err != nil {
		return nil, fmt.Errorf("compile the schema: %s", cut(err.Error(), 1000))
	}
	c.RegisterVocabulary(a.vocabulary)
	const here = "urn:towpath:definition"
	if err := c.AddResource(metaSchema, a.meta); err != nil {
		return nil, fmt.Errorf("add the meta-schema: %w", err)
	}
	if err := c.AddResource(here, doc); err != nil {
		return nil, fmt.Errorf("read the schema: %w", err)
	}
	root, err := c.Compile(here)
	if err != nil {
		return nil, fmt.Errorf("compile the schema: %w", err)
	}
	return root, nil
}

// nothing is a loader that loads nothing.
type nothing struct{}

func (nothing) Load(url string) (any, error) {
	return nil, fmt.Errorf("it refers to %.200s, which is not a part of it", url)
}

// productType returns the last step of an $id such as https://schemas.amazon.com/.../schema/v1/HOME.
func productType(id string) string {
	if id == "" {
		return ""
	}
	return strings.TrimSuffix(path.Base(id), "#")
}

// Type returns the product type in the definition, such as HOME; empty if there is none.
func (d *Definition) Type() string { return d.productType }

// Marketplace returns the marketplace in the definition, such as A1F83G8C2ARO7P; empty if there is none.
func (d *Definition) Marketplace() string { return d.marketplace }

// Language returns the language of the marketplace, such as en_GB; empty if there is none.
func (d *Definition) Language() string { return d.language }

const (
	marketplaceID = "marketplace_id"
	languageTag   = "language_tag"
)

// fallback returns the default of the first field with a name; both fields it is used for have the same default
// everywhere.
func (d *Definition) fallback(field string) string {
	for _, name := range sortedKeys(d.root.Properties) {
		if f := fieldsOf(d.root.Properties[name])[field]; f != nil {
			if s, ok := defaultOf(f).(string); ok {
				return s
			}
		}
	}
	return ""
}

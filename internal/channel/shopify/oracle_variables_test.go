package shopify

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/towpath/towpath/internal/oracletest"
)

// checkVariables checks a call's variables by the schema's types: the parser's own check accepts an enum in any case,
// several fields of a @oneOf, and any text for a number.
func checkVariables(schema *ast.Schema, op *ast.OperationDefinition, values map[string]any) error {
	for name := range values {
		if op.VariableDefinitions.ForName(name) == nil {
			return fmt.Errorf("$%s is not declared", name)
		}
	}
	for _, d := range op.VariableDefinitions {
		value, given := values[d.Variable]
		if !given && (d.DefaultValue != nil || !d.Type.NonNull) {
			continue
		}
		if err := checkInput(schema, value, d.Type, "$"+d.Variable); err != nil {
			return err
		}
	}
	return nil
}

func checkInput(schema *ast.Schema, value any, of *ast.Type, path string) error {
	if value == nil {
		if of.NonNull {
			return fmt.Errorf("%s is null, and may not be", path)
		}
		return nil
	}
	if of.Elem != nil {
		items, ok := value.([]any)
		if !ok {
			return fmt.Errorf("%s is no list", path)
		}
		for i, item := range items {
			if err := checkInput(schema, item, of.Elem, fmt.Sprintf("%s.%d", path, i)); err != nil {
				return err
			}
		}
		return nil
	}
	switch definition := schema.Types[of.NamedType]; definition.Kind {
	case ast.InputObject:
		return checkInputObject(schema, value, definition, path)
	case ast.Enum:
		if !slices.ContainsFunc(definition.EnumValues, func(v *ast.EnumValueDefinition) bool { return v.Name == value }) {
			return fmt.Errorf("%s: %v is no %s", path, value, of.NamedType)
		}
		return nil
	default:
		return checkInputScalar(value, of.NamedType, path)
	}
}

func checkInputObject(schema *ast.Schema, value any, of *ast.Definition, path string) error {
	object, ok := value.(map[string]any)
	if !ok {
		return fmt.Errorf("%s is no object", path)
	}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if of.Fields.ForName(name) == nil {
			return fmt.Errorf("%s.%s is no field of %s", path, name, of.Name)
		}
	}
	if of.Directives.ForName("oneOf") != nil && len(object) != 1 {
		return fmt.Errorf("%s: %s wants exactly one field, not %d", path, of.Name, len(object))
	}
	for _, f := range of.Fields {
		field, given := object[f.Name]
		if !given && (f.DefaultValue != nil || !f.Type.NonNull) {
			continue
		}
		if f.Directives.ForName("deprecated") != nil {
			return fmt.Errorf("%s.%s is deprecated", path, f.Name)
		}
		if err := checkInput(schema, field, f.Type, path+"."+f.Name); err != nil {
			return err
		}
	}
	return nil
}

// forms are the formats of scalars that are sent as text.
var forms = map[string]*regexp.Regexp{
	"Decimal": regexp.MustCompile(`^-?\d+(\.\d+)?$`), "Money": regexp.MustCompile(`^-?\d+(\.\d+)?$`),
	"ID": regexp.MustCompile(`^gid://[\w-]+/\w+/[\w-]+$`), "URL": regexp.MustCompile(`^https?://\S+$`), "String": regexp.MustCompile(`(?s)^.*$`),
}

func checkInputScalar(value any, name, path string) error {
	text, isText := value.(string)
	form, known := forms[name]
	ok := false
	switch {
	case known:
		ok = isText && form.MatchString(text)
	case name == "DateTime":
		_, err := time.Parse(time.RFC3339, text)
		ok = isText && err == nil
	case name == "Int", name == "Float", name == "Boolean":
		return checkScalar(value, name, path)
	default:
		return fmt.Errorf("%s: the form of %s is not known here", path, name)
	}
	if !ok {
		return fmt.Errorf("%s: %v is no %s", path, value, name)
	}
	return nil
}

// Each of these passes the parser's own check.
func TestTheOracleIsStrictWithVariables(t *testing.T) {
	t.Parallel()
	schema := schemaOf(t)
	variant := func(name string, value any) map[string]any {
		return map[string]any{"variants": []any{map[string]any{"optionValues": []any{}, name: value}}}
	}
	for want, input := range map[string]any{
		"is no ProductVariantInventoryPolicy":   variant("inventoryPolicy", "deny"),
		"is no Money":                           variant("price", "12,50"),
		"is no Int":                             variant("inventoryQuantities", []any{map[string]any{"locationId": "gid://shopify/Location/1", "name": "available", "quantity": "3"}}),
		"is no ID":                              variant("id", "47"),
		"is no field of ProductVariantSetInput": variant("compareAt", "1"),
		"$input.id is deprecated":               map[string]any{"id": "gid://shopify/Product/1"},
	} {
		err := checkInput(schema, input, ast.NonNullNamedType("ProductSetInput", nil), "$input")
		require.ErrorContains(t, err, want)
	}
	both := map[string]any{"id": "gid://shopify/Product/1", "handle": "a"}
	require.ErrorContains(t, checkInput(schema, both, ast.NamedType("ProductSetIdentifiers", nil), "$identifier"), "exactly one field")
	oracletest.Count(t, "shopify").Add("strict variables", 1)
}

// A new variant is tracked, and can't be sold beyond its stock.
func TestNewVariantsAreNotOversold(t *testing.T) {
	t.Parallel()
	var b before
	in, _ := b.compose(shirt("A", "B"), "shirt", []string{"gid://shopify/Location/1"})
	for _, v := range in.Variants {
		require.Equal(t, "DENY", v.Policy)
		require.True(t, v.Item.Tracked)
		require.Len(t, v.Stock, 1)
	}
}

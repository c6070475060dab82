package shopify

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
)

// schemaFile is Shopify's published Admin schema; it is not part of the project.
const schemaFile = "../../../../shared/oracles/shopify/admin_2026-10.graphql.gz"

var loadSchema = sync.OnceValues(func() (*ast.Schema, error) {
	file, err := os.Open(schemaFile)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(unzipped)
	if err != nil {
		return nil, err
	}
	return gqlparser.LoadSchema(&ast.Source{Name: schemaFile, Input: string(text)})
})

// watch holds every call and every answer against the schema, where it is there.
func watch(t *testing.T, next http.Handler) http.Handler {
	schema, err := loadSchema()
	if err != nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("read request: %v", err)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		op, err := checkCall(schema, body)
		if err != nil {
			t.Errorf("the call does not fit the schema: %v\n%s", err, body)
		}
		recorder := httptest.NewRecorder()
		next.ServeHTTP(recorder, r)
		if op != nil && recorder.Code == http.StatusOK {
			if err := checkAnswer(schema, op, recorder.Body.Bytes()); err != nil {
				t.Errorf("the answer does not fit the schema: %v\n%.2000s", err, recorder.Body)
			}
		}
		for name, values := range recorder.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(recorder.Code)
		_, _ = w.Write(recorder.Body.Bytes())
	})
}

func checkCall(schema *ast.Schema, body []byte) (*ast.OperationDefinition, error) {
	var call struct {
		Query         string
		OperationName string
		Variables     map[string]any
	}
	if err := json.Unmarshal(body, &call); err != nil {
		return nil, err
	}
	document, errs := gqlparser.LoadQueryWithRules(schema, call.Query, nil)
	if len(errs) > 0 {
		return nil, errs
	}
	op := document.Operations.ForName(call.OperationName)
	if op == nil {
		return nil, fmt.Errorf("no operation %q", call.OperationName)
	}
	_, err := validator.VariableValues(schema, op, call.Variables)
	return op, err
}

// checkAnswer demands exactly the selected fields, with the types that the schema gives them.
func checkAnswer(schema *ast.Schema, op *ast.OperationDefinition, body []byte) error {
	var answer struct {
		Data   map[string]any
		Errors []any
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return err
	}
	if answer.Data == nil && len(answer.Errors) > 0 {
		return nil
	}
	return checkObject(schema, answer.Data, op.SelectionSet, "data")
}

func checkObject(schema *ast.Schema, object map[string]any, set ast.SelectionSet, path string) error {
	fields := flatten(set)
	for key := range object {
		if fields[key] == nil {
			return fmt.Errorf("%s.%s was not selected", path, key)
		}
	}
	for key, f := range fields {
		value, there := object[key]
		if !there {
			return fmt.Errorf("%s.%s is missing", path, key)
		}
		if err := checkValue(schema, value, f, f.Definition.Type, path+"."+key); err != nil {
			return err
		}
	}
	return nil
}

func flatten(set ast.SelectionSet) map[string]*ast.Field {
	fields := map[string]*ast.Field{}
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			fields[s.Alias] = s
		case *ast.FragmentSpread:
			for key, f := range flatten(s.Definition.SelectionSet) {
				fields[key] = f
			}
		}
	}
	return fields
}

func checkValue(schema *ast.Schema, value any, f *ast.Field, of *ast.Type, path string) error {
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
			if err := checkValue(schema, item, f, of.Elem, fmt.Sprintf("%s[%d]", path, i)); err != nil {
				return err
			}
		}
		return nil
	}
	definition := schema.Types[of.NamedType]
	switch definition.Kind {
	case ast.Object, ast.Interface:
		object, ok := value.(map[string]any)
		if !ok {
			return fmt.Errorf("%s is no object", path)
		}
		return checkObject(schema, object, f.SelectionSet, path)
	case ast.Enum:
		if !slices.ContainsFunc(definition.EnumValues, func(v *ast.EnumValueDefinition) bool { return v.Name == value }) {
			return fmt.Errorf("%s: %v is no %s", path, value, of.NamedType)
		}
		return nil
	}
	return checkScalar(value, of.NamedType, path)
}

func checkScalar(value any, name, path string) error {
	ok := false
	switch name {
	case "Int":
		n, is := value.(float64)
		ok = is && n == float64(int32(n))
	case "Float":
		_, ok = value.(float64)
	case "Boolean":
		_, ok = value.(bool)
	default: // ID, String, DateTime, Decimal, URL: all are written as text
		_, ok = value.(string)
	}
	if !ok {
		return fmt.Errorf("%s: %v is no %s", path, value, name)
	}
	return nil
}

func TestOperationsFitThePublishedSchema(t *testing.T) {
	t.Parallel()
	schema, err := loadSchema()
	if err != nil && os.Getenv("CI") != "true" {
		t.Skipf("no schema to hold the queries against (%v): see https://shopify.dev/docs/api/admin-graphql", err)
	}
	require.NoError(t, err)
	for _, op := range []operation{
		opOrders, opOrder, opOrderLines, opFulfillmentOrders, opFulfillmentOrderLn, opFulfillments, opFulfillmentLines,
		opFulfillmentCreate, opSetQuantities, opShop,
	} {
		document, errs := gqlparser.LoadQueryWithRules(schema, op.text, nil)
		require.Empty(t, errs, op.name)
		require.Len(t, document.Operations, 1)
		require.Equal(t, op.name, document.Operations[0].Name)
		for _, f := range deprecated(document.Operations[0].SelectionSet) {
			t.Errorf("%s selects the deprecated field %s", op.name, f)
		}
	}
}

func deprecated(set ast.SelectionSet) (names []string) {
	for _, f := range flatten(set) {
		if f.Definition.Directives.ForName("deprecated") != nil {
			names = append(names, f.Name)
		}
		names = append(names, deprecated(f.SelectionSet)...)
	}
	return names
}

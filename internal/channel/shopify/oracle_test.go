package shopify

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/money"
	"github.com/towpath/towpath/internal/oracletest"
	"github.com/towpath/towpath/internal/simulator/faults"
)

// schemaSource is where the schema comes from.
const schemaSource = "https://shopify.dev/docs/api/admin-graphql"

// schemaOf loads Shopify's published Admin schema, which is not part of the project; see oracletest.Dir.
func schemaOf(t testing.TB) *ast.Schema {
	t.Helper()
	dir := oracletest.Dir(t, "shopify", schemaSource)
	schema, err := loadSchema(filepath.Join(dir, "admin_2026-10.graphql.gz"))
	require.NoError(t, err)
	return schema
}

var schemas sync.Map // by file

func loadSchema(name string) (*ast.Schema, error) {
	once, _ := schemas.LoadOrStore(name, sync.OnceValues(func() (*ast.Schema, error) { return readSchema(name) }))
	return once.(func() (*ast.Schema, error))()
}

func readSchema(name string) (*ast.Schema, error) {
	file, err := os.Open(name)
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
	return gqlparser.LoadSchema(&ast.Source{Name: name, Input: string(text)})
}

// watch compares every call and every answer with the schema, if the schema is there.
func watch(t *testing.T, next http.Handler) http.Handler {
	schema, err := loadSchema(oracletest.Place(t, "oracles", "shopify", "admin_2026-10.graphql.gz"))
	if err != nil {
		return next
	}
	counter := oracletest.Count(t, "shopify")
	counter.Add("answers", 0)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != apiPath {
			next.ServeHTTP(w, r)
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // the client has closed the connection
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		counter.Add("requests", 1)
		op, err := checkCall(schema, body)
		if err != nil {
			t.Errorf("the call does not fit the schema: %v\n%s", err, body)
		}
		seen := oracletest.Watch(next, w, r)
		if op == nil || seen.Status != http.StatusOK || !bytes.HasPrefix(seen.Body.Bytes(), []byte(`{"data":{`)) || !json.Valid(seen.Body.Bytes()) {
			return // a refusal, or a body that an injected fault has damaged
		}
		counter.Add("answers", 1)
		if err := checkAnswer(schema, op, seen.Body.Bytes()); err != nil && !bytes.Contains(seen.Body.Bytes(), []byte(faults.UndocumentedStatus)) {
			t.Errorf("the answer does not fit the schema: %v\n%.2000s\n%.2000s", err, body, &seen.Body)
		}
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
	values, err := validator.VariableValues(schema, op, call.Variables)
	op.SelectionSet = included(op.SelectionSet, values)
	if err != nil {
		return op, err
	}
	return op, checkVariables(schema, op, call.Variables)
}

// included leaves out the fields that @include and @skip leave out.
func included(set ast.SelectionSet, values map[string]any) (kept ast.SelectionSet) {
	for _, s := range set {
		f, ok := s.(*ast.Field)
		if !ok {
			kept = append(kept, s)
			continue
		}
		include, skip := f.Directives.ForName("include"), f.Directives.ForName("skip")
		if include != nil && include.ArgumentMap(values)["if"] != true || skip != nil && skip.ArgumentMap(values)["if"] == true {
			continue
		}
		f.SelectionSet = included(f.SelectionSet, values)
		kept = append(kept, f)
	}
	return kept
}

// checkAnswer requires exactly the selected fields, with the types that the schema gives them.
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
	root := schema.Query.Name
	if op.Operation == ast.Mutation {
		root = schema.Mutation.Name
	}
	return checkObject(schema, answer.Data, op.SelectionSet, root, "data")
}

// checkObject checks an object of the type that the schema names; of an interface, __typename says which.
func checkObject(schema *ast.Schema, object map[string]any, set ast.SelectionSet, kind, path string) error {
	if concrete, ok := object["__typename"].(string); ok {
		if concrete != kind && !slices.ContainsFunc(schema.PossibleTypes[kind], func(d *ast.Definition) bool { return d.Name == concrete }) {
			return fmt.Errorf("%s: %s is no %s", path, concrete, kind)
		}
		kind = concrete
	}
	fields := flatten(schema, set, kind)
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

// flatten lists the fields that a selection asks of an object of that type; of any type when kind is empty.
func flatten(schema *ast.Schema, set ast.SelectionSet, kind string) map[string]*ast.Field {
	fields := map[string]*ast.Field{}
	inside := func(condition string, inner ast.SelectionSet) {
		implements := func(d *ast.Definition) bool { return d.Name == kind }
		if kind == "" || condition == "" || condition == kind || slices.ContainsFunc(schema.PossibleTypes[condition], implements) {
			maps.Copy(fields, flatten(schema, inner, kind))
		}
	}
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			fields[s.Alias] = s
		case *ast.FragmentSpread:
			inside(s.Definition.TypeCondition, s.Definition.SelectionSet)
		case *ast.InlineFragment:
			inside(s.TypeCondition, s.SelectionSet)
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
	case ast.Object, ast.Interface, ast.Union:
		object, ok := value.(map[string]any)
		if !ok {
			return fmt.Errorf("%s is no object", path)
		}
		return checkObject(schema, object, f.SelectionSet, of.NamedType, path)
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

// operations are all GraphQL documents.
var operations = []operation{
	opOrders, opOrder, opOrderIDs, opOrderLines, opFulfillmentOrders, opFulfillmentOrderLn, opFulfillments, opFulfillmentLines, opFulfillmentCreate, opCancelState, opOrderCancel,
	opSetQuantities, opShop, opListings, opProduct, opProductVariants, opProductSet, opProductOperation, opVariantsToEnd, opProductUpdate,
	opCollections, opSettings, opHolders, opCollectionsByID, opKnownOf(1), opKnownOf(productsPerCall), opAccess, opFirstOrder, opFirstVariant, opFirstFulfillment, opFirstCollection,
}

func TestOperationsFitThePublishedSchema(t *testing.T) {
	t.Parallel()
	schema := schemaOf(t)
	counter := oracletest.Count(t, "shopify")
	for _, op := range operations {
		document, errs := gqlparser.LoadQueryWithRules(schema, op.text, nil)
		require.Empty(t, errs, op.name)
		require.Len(t, document.Operations, 1)
		require.Equal(t, op.name, document.Operations[0].Name)
		require.Equal(t, document.Operations[0].Operation == ast.Mutation, isWrite(op.name), op.name)
		for _, f := range deprecated(schema, document.Operations[0].SelectionSet) {
			t.Errorf("%s selects the deprecated field %s", op.name, f)
		}
		counter.Add("documents", 1)
	}
}

func deprecated(schema *ast.Schema, set ast.SelectionSet) (names []string) {
	for _, f := range flatten(schema, set, "") {
		if f.Definition.Directives.ForName("deprecated") != nil {
			names = append(names, f.Name)
		}
		names = append(names, deprecated(schema, f.SelectionSet)...)
	}
	return names
}

// errata are the schema's codes that are not classified, each with the reason.
var errata = map[string]string{}

// Every code with which a mutation may refuse, according to the schema, is classified on purpose.
func TestEveryPublishedErrorCodeIsClassified(t *testing.T) {
	t.Parallel()
	schema := schemaOf(t)
	counter := oracletest.Count(t, "shopify")
	for enum, class := range map[string]func(string) channel.Class{
		"InventorySetQuantitiesUserErrorCode": classOfLevel, "ProductSetUserErrorCode": classOfProduct,
	} {
		require.NotNil(t, schema.Types[enum], enum)
		for _, v := range schema.Types[enum].EnumValues {
			counter.Add("error codes", 1)
			if _, known := errata[v.Name]; known {
				continue
			}
			require.NotEqual(t, channel.Unknown, class(v.Name), "%s %s", enum, v.Name)
		}
		require.Equal(t, channel.Unknown, class("SOMETHING_NEW"), enum)
	}
	for _, mutation := range []string{"fulfillmentCreate", "fulfillmentTrackingInfoUpdate", "productUpdate"} { // refusals differ only in their messages
		payload := schema.Types[schema.Mutation.Fields.ForName(mutation).Type.Name()]
		errors := schema.Types[payload.Fields.ForName("userErrors").Type.Elem.Name()]
		require.Nil(t, errors.Fields.ForName("code"), "%s has codes now: classify them", mutation)
		counter.Add("error codes", 1)
	}
	for status, state := range map[string]channel.ListingState{
		"ACTIVE": channel.ListingLive, "UNLISTED": channel.ListingLive, "DRAFT": channel.ListingInactive, "ARCHIVED": channel.ListingEnded,
	} {
		require.NotNil(t, schema.Types["ProductStatus"].EnumValues.ForName(status))
		require.Equal(t, state, stateOf(status))
	}
	require.Len(t, schema.Types["ProductStatus"].EnumValues, 4, "a new status of products: decide what it means")
}

// Orders can have any currency of Shopify's list, and so can shops.
func TestEveryCurrencyOfTheSchemaHasItsMinorUnit(t *testing.T) {
	t.Parallel()
	var unknown []string
	for _, value := range schemaOf(t).Types["CurrencyCode"].EnumValues {
		if _, known := money.Digits(value.Name); !known {
			unknown = append(unknown, value.Name)
		}
	}
	require.Equal(t, []string{"USDC", "XXX"}, unknown, "a coin that ISO 4217 does not list, and no currency at all")
}

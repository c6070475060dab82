package ebay

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/oracletest"
	"github.com/towpath/towpath/internal/simulator/faults"
)

// oracleSource says where to get eBay's published OpenAPI documents, which we may not distribute.
const oracleSource = "developer.ebay.com (sell_fulfillment_v1_oas3.json, sell_inventory_v1, sell_account_v1, sell_metadata_v1 and commerce_taxonomy_v1)"

// specifications are the documents, and where their APIs are.
var specifications = map[string]string{
	"sell_fulfillment_v1_oas3.json": fulfilment, "sell_inventory_v1_oas3.json": inventory, "commerce_taxonomy_v1_oas3.json": taxonomy,
	"sell_metadata_v1_oas3.json": metadata, "sell_account_v1_oas3.json": accounts,
}

// oracle compares calls and answers with eBay's specifications; every unknown field is an error.
type oracle struct {
	routers []routers.Router
	counter *oracletest.Counter // nil: cases are not counted
}

// specified loads the documents as they are published. Where they are absent the test is skipped, and fails in CI.
func specified(t *testing.T) map[string]*openapi3.T {
	t.Helper()
	dir := oracletest.Dir(t, "ebay", oracleSource)
	docs := map[string]*openapi3.T{}
	for file := range specifications {
		doc, err := openapi3.NewLoader().LoadFromFile(filepath.Join(dir, file))
		require.NoError(t, err)
		docs[file] = doc
	}
	return docs
}

var oracles sync.Map // by folder

func loadOracle(dir string) ([]routers.Router, error) {
	once, _ := oracles.LoadOrStore(dir, sync.OnceValues(func() ([]routers.Router, error) { return readOracle(dir) }))
	return once.(func() ([]routers.Router, error))()
}

func readOracle(dir string) ([]routers.Router, error) {
	var all []routers.Router
	for file, base := range specifications {
		doc, err := openapi3.NewLoader().LoadFromFile(filepath.Join(dir, file))
		if err != nil {
			return nil, err
		}
		makeStrict(doc)
		proseOf[file].declare(doc)
		doc.Servers = openapi3.Servers{{URL: base}}
		router, err := gorillamux.NewRouter(doc)
		if err != nil {
			return nil, err
		}
		all = append(all, router)
	}
	return all, nil
}

// openOracle returns nil if the documents are absent: tests about something else then run without these checks.
func openOracle(t testing.TB) *oracle {
	t.Helper()
	dir := oracletest.Place(t, "oracles", "ebay")
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	all, err := loadOracle(dir)
	require.NoError(t, err)
	return &oracle{routers: all}
}

// errata are the differences between the documents and eBay, each with the error and how we know.
var errata = []struct {
	reason string
	heal   func(doc *openapi3.T)
}{
	{"aspects are specified as a text; the prose of the same field shows an object of lists of texts, and eBay takes nothing else", func(doc *openapi3.T) {
		for _, name := range []string{"Product", "InventoryItemGroup"} {
			if s := doc.Components.Schemas[name]; s != nil {
				aspects := openapi3.NewObjectSchema()
				aspects.AdditionalProperties.Schema = openapi3.NewArraySchema().WithItems(openapi3.NewStringSchema()).NewRef()
				s.Value.Properties["aspects"] = aspects.NewRef()
			}
		}
	}},
	{"207 is specified without a body; the prose of the bulk calls gives it the one of 200", func(doc *openapi3.T) {
		eachResponse(doc, func(operation *openapi3.Operation, status string, r *openapi3.Response) {
			if status == "207" {
				r.Content = operation.Responses.Value("200").Value.Content
			}
		})
	}},
	{"errors are specified without a body; the prose gives them a list of Error", func(doc *openapi3.T) {
		errs := openapi3.NewArraySchema()
		errs.Items = doc.Components.Schemas["Error"]
		refusal := openapi3.NewObjectSchema().WithProperty("errors", errs).WithRequired([]string{"errors"})
		eachResponse(doc, func(_ *openapi3.Operation, status string, r *openapi3.Response) {
			if status >= "400" {
				r.Content = openapi3.NewContentWithJSONSchema(refusal)
			}
		})
	}},
}

func eachResponse(doc *openapi3.T, do func(operation *openapi3.Operation, status string, r *openapi3.Response)) {
	for _, path := range doc.Paths.Map() {
		for _, operation := range path.Operations() {
			for status, response := range operation.Responses.Map() {
				do(operation, status, response.Value)
			}
		}
	}
}

// gatewayStatuses are the statuses that eBay's gateway answers before a call reaches the API: no token, too many
// calls, out of service. No operation declares them, and their body is the list of errors.
var gatewayStatuses = []int{http.StatusUnauthorized, http.StatusTooManyRequests, http.StatusServiceUnavailable}

// makeStrict corrects the errata and forbids what is not specified.
func makeStrict(doc *openapi3.T) {
	for _, e := range errata {
		e.heal(doc)
	}
	for _, s := range doc.Components.Schemas {
		if len(s.Value.Properties) > 0 {
			s.Value.AdditionalProperties = openapi3.AdditionalProperties{Has: new(bool)}
		}
	}
}

func (o *oracle) count(what string) {
	if o.counter != nil {
		o.counter.Add(what, 1)
	}
}

// watch validates each call and its answer as they pass. Answers that an injected fault made invalid or cut off are
// not checked.
func (o *oracle) watch(t testing.TB, next http.Handler) http.Handler {
	if o == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, tokenPath) || strings.HasPrefix(r.URL.Path, postOrder) { // the specifications do not describe these
			next.ServeHTTP(w, r)
			return
		}
		answer := oracletest.Watch(next, w, r)
		empty := answer.Status == http.StatusNoContent // an answer without a body
		if bytes.Contains(answer.Body.Bytes(), []byte(faults.UndocumentedStatus)) {
			return
		}
		if err := o.check(r, answer); err != nil && (empty || json.Valid(answer.Body.Bytes())) {
			t.Errorf("%s %s -> %d %s: %v", r.Method, r.URL, answer.Status, answer.Body.Bytes(), err)
		}
	})
}

func (o *oracle) check(r *http.Request, answer *oracletest.Witness) error {
	route, params, err := o.find(r)
	if err != nil {
		return err
	}
	for name := range r.URL.Query() {
		if route.Operation.Parameters.GetByInAndName("query", name) == nil {
			return errors.New("no such query parameter: " + name)
		}
	}
	options := &openapi3filter.Options{
		AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, MultiError: true,
		IncludeResponseStatus: !slices.Contains(gatewayStatuses, answer.Status), // a status that is not declared is a mistake
	}
	in := &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route, Options: options}
	if answer.Status < 400 { // what eBay refuses need not be valid
		if err := openapi3filter.ValidateRequest(r.Context(), in); err != nil {
			return err
		}
		o.count("requests")
	}
	o.count("answers")
	out := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: answer.Status, Header: answer.Header(), Options: options}
	out.SetBodyBytes(answer.Body.Bytes())
	return openapi3filter.ValidateResponse(r.Context(), out)
}

func (o *oracle) find(r *http.Request) (*routers.Route, map[string]string, error) {
	for _, router := range o.routers {
		if route, params, err := router.FindRoute(r); err == nil {
			return route, params, nil
		}
	}
	return nil, nil, errors.New("eBay has no such operation")
}

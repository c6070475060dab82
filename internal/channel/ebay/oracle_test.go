package ebay

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/stretchr/testify/require"
)

// oracleDir has eBay's published OpenAPI documents, which are not ours to distribute.
const oracleDir = "../../../../shared/oracles/ebay"

// oracle holds calls and answers against eBay's specifications, with every unknown field a mistake.
type oracle struct{ routers []routers.Router }

var loadOracle = sync.OnceValues(func() (*oracle, error) {
	o := &oracle{}
	for file, base := range map[string]string{"sell_fulfillment_v1_oas3.json": fulfilment, "sell_inventory_v1_oas3.json": inventory} {
		doc, err := openapi3.NewLoader().LoadFromFile(filepath.Join(oracleDir, file))
		if err != nil {
			return nil, err
		}
		makeStrict(doc)
		doc.Servers = openapi3.Servers{{URL: base}}
		router, err := gorillamux.NewRouter(doc)
		if err != nil {
			return nil, err
		}
		o.routers = append(o.routers, router)
	}
	return o, nil
})

// makeStrict forbids what is not specified, and gives the statuses that are specified without a body the
// body that the prose gives them: 207 is 200's, and an error is a list of Error.
func makeStrict(doc *openapi3.T) {
	for _, s := range doc.Components.Schemas {
		if len(s.Value.Properties) > 0 {
			s.Value.AdditionalProperties = openapi3.AdditionalProperties{Has: new(bool)}
		}
	}
	errs := openapi3.NewArraySchema()
	errs.Items = doc.Components.Schemas["Error"]
	refusal := openapi3.NewObjectSchema().WithProperty("errors", errs).WithRequired([]string{"errors"})
	for _, path := range doc.Paths.Map() {
		for _, operation := range path.Operations() {
			for status, response := range operation.Responses.Map() {
				switch {
				case status == "207":
					response.Value.Content = operation.Responses.Value("200").Value.Content
				case status >= "400":
					response.Value.Content = openapi3.NewContentWithJSONSchema(refusal)
				}
			}
		}
	}
}

// openOracle is nil where the documents are absent. In CI that is a failure.
func openOracle(t *testing.T) *oracle {
	t.Helper()
	if _, err := os.Stat(oracleDir); errors.Is(err, os.ErrNotExist) {
		if os.Getenv("CI") == "true" {
			t.Fatalf("eBay's specifications are not in %s", oracleDir)
		}
		return nil
	}
	o, err := loadOracle()
	require.NoError(t, err)
	return o
}

// watch validates each call and its answer as they pass. What an injected fault garbles or breaks off is let pass.
func (o *oracle) watch(t *testing.T, next http.Handler) http.Handler {
	if o == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, tokenPath) { // not in these documents
			next.ServeHTTP(w, r)
			return
		}
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		answer := &witness{ResponseWriter: w}
		next.ServeHTTP(answer, r)
		r.Body = io.NopCloser(bytes.NewReader(body))
		if err := o.check(r, answer); err != nil && json.Valid(answer.body.Bytes()) {
			t.Errorf("%s %s -> %d %s: %v", r.Method, r.URL, answer.status, answer.body.Bytes(), err)
		}
	})
}

// witness keeps the beginning of an answer that passes.
type witness struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (w *witness) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

func (w *witness) Write(p []byte) (int, error) {
	if w.body.Len() < maxBody {
		w.body.Write(p)
	}
	return w.ResponseWriter.Write(p)
}

// Unwrap lets faults reach the connection.
func (w *witness) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (o *oracle) check(r *http.Request, answer *witness) error {
	route, params, err := o.find(r)
	if err != nil {
		return err
	}
	for name := range r.URL.Query() {
		if route.Operation.Parameters.GetByInAndName("query", name) == nil {
			return errors.New("no such query parameter: " + name)
		}
	}
	options := &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc}
	in := &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route, Options: options}
	if answer.status < 400 { // what eBay refuses need not be valid
		if err := openapi3filter.ValidateRequest(r.Context(), in); err != nil {
			return err
		}
	}
	out := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: answer.status, Header: answer.Header(), Options: options}
	out.SetBodyBytes(answer.body.Bytes())
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

func TestTheSpecificationsAreAtHand(t *testing.T) {
	t.Parallel()
	if openOracle(t) == nil {
		t.Skipf("eBay's specifications are not in %s: get sell_fulfillment_v1_oas3.json and sell_inventory_v1_oas3.json from developer.ebay.com; "+
			"without them the other tests run unchecked", oracleDir)
	}
}

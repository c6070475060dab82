package amazon_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi2"
	"github.com/getkin/kin-openapi/openapi2conv"
	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel/channeltest"
	"github.com/towpath/towpath/internal/oracletest"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/wire"
)

// besideTheModels are the paths that Amazon's models do not describe, each with the reason why that is right.
var besideTheModels = map[string]string{
	"/auth/o2/token": "Login with Amazon is a service of its own: RFC 6749 describes its token endpoint",
	"/_documents/":   "presigned storage is no part of the API; a feed that is put there is held against its own schema, and Amazon publishes none of reports with the models",
}

// reportsModel is the model of the Reports API. Where it is not among the specifications yet, its calls are not compared.
const reportsModel = "reports_2021-06-30.json"

// oracle compares calls and answers with the models; every field or parameter that they do not have is an error.
type oracle struct {
	routers []routers.Router
	feed    *jsonschema.Schema
	counter *oracletest.Counter
	seen    sync.Map // operation ids

	noReports bool // the model of reports is missing
}

// called are the operations that the suite must have compared with the models.
var called = []string{
	"getMarketplaceParticipations", "searchOrders", "getOrder", "confirmShipment", "searchListingsItems", "getListingsItem", "putListingsItem",
	"patchListingsItem", "deleteListingsItem", "createFeedDocument", "createFeed", "getFeed", "getFeeds", "getFeedDocument",
	"getDefinitionsProductType",
}

func loadOracle(oracleDir string) (*oracle, error) {
	o := &oracle{}
	for _, file := range []string{"orders_2026-01-01.json", "ordersV0.json", "listingsItems_2021-08-01.json", "feeds_2021-06-30.json", "sellers.json", "definitionsProductTypes_2020-09-01.json"} {
		router, err := loadModel(filepath.Join(oracleDir, file))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		o.routers = append(o.routers, router)
	}
	if router, err := loadModel(filepath.Join(oracleDir, reportsModel)); err == nil {
		o.routers = append(o.routers, router)
	} else if o.noReports = errors.Is(err, os.ErrNotExist); !o.noReports {
		return nil, fmt.Errorf("%s: %w", reportsModel, err)
	}
	body, err := os.ReadFile(filepath.Join(oracleDir, "listings-feed-schema-v2.json"))
	if err != nil {
		return nil, err
	}
	schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	forbidMore(schema)
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("feed.json", schema); err != nil {
		return nil, err
	}
	o.feed, err = compiler.Compile("feed.json")
	return o, err
}

func loadModel(file string) (routers.Router, error) {
	body, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var swagger openapi2.T
	if err := json.Unmarshal(body, &swagger); err != nil {
		return nil, err
	}
	doc, err := openapi2conv.ToV3(&swagger)
	if err != nil {
		return nil, err
	}
	for _, s := range doc.Components.Schemas {
		if s.Value != nil && len(s.Value.Properties) > 0 {
			s.Value.AdditionalProperties = openapi3.AdditionalProperties{Has: new(bool)}
		}
	}
	for _, path := range doc.Paths.Map() {
		for _, operation := range path.Operations() {
			for _, p := range operation.Parameters {
				if p.Value.In == openapi3.ParameterInQuery && p.Value.Schema.Value.Type.Is("array") {
					p.Value.Style, p.Value.Explode = "form", new(bool) // Swagger 2's own default: comma-separated
				}
			}
		}
	}
	doc.Servers = nil
	return gorillamux.NewRouter(doc)
}

// forbidMore adds additionalProperties: false wherever a JSON Schema names properties, except in the alternatives of
// a oneOf, which only add conditions.
func forbidMore(schema any) {
	node, ok := schema.(map[string]any)
	if !ok {
		return
	}
	properties, ok := node["properties"].(map[string]any)
	if ok && node["additionalProperties"] == nil {
		node["additionalProperties"] = false
	}
	for _, p := range properties {
		forbidMore(p)
	}
	forbidMore(node["items"])
}

// openOracle skips the test if the models (Apache-2.0) are absent. In CI that is a failure.
func openOracle(t *testing.T) *oracle {
	t.Helper()
	o, err := loadOracle(oracletest.Dir(t, "amazon", "github.com/amzn/selling-partner-api-models"))
	require.NoError(t, err)
	o.counter = oracletest.Count(t, "amazon")
	return o
}

// watch validates each call and its answer. Answers that an injected fault made invalid are not checked.
func (o *oracle) watch(t *testing.T, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen := oracletest.Watch(next, w, r)
		if seen.Body.Len() > 0 && !json.Valid(seen.Body.Bytes()) || seen.Body.Len() == 0 && seen.Status != http.StatusNoContent {
			return
		}
		if err := o.check(r, seen); err != nil && !bytes.Contains(seen.Body.Bytes(), []byte(faults.UndocumentedStatus)) {
			t.Errorf("%s %s -> %d %s: %v", r.Method, r.URL, seen.Status, seen.Body.Bytes(), err)
		}
	})
}

func (o *oracle) check(r *http.Request, answer *oracletest.Witness) error {
	for path := range besideTheModels {
		if strings.HasPrefix(r.URL.Path, path) {
			return nil
		}
	}
	if o.noReports && strings.HasPrefix(r.URL.Path, "/reports/") {
		return nil
	}
	route, params, err := o.find(r)
	if err != nil {
		return err
	}
	for name := range r.URL.Query() {
		if route.Operation.Parameters.GetByInAndName("query", name) == nil {
			return errors.New("no such query parameter: " + name)
		}
	}
	if answer.Header().Get("x-amzn-RequestId") == "" {
		return errors.New("no request id")
	}
	options := &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true}
	in := &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route, Options: options}
	if err := openapi3filter.ValidateRequest(r.Context(), in); err != nil {
		return fmt.Errorf("request: %w", err)
	}
	o.counter.Add("requests", 1)
	out := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: answer.Status, Header: answer.Header(), Options: options}
	out.SetBodyBytes(answer.Body.Bytes())
	if err := openapi3filter.ValidateResponse(r.Context(), out); err != nil {
		return fmt.Errorf("answer: %w", err)
	}
	o.counter.Add("answers", 1)
	o.seen.Store(route.Operation.OperationID, true)
	return nil
}

func (o *oracle) find(r *http.Request) (*routers.Route, map[string]string, error) {
	for _, router := range o.routers {
		if route, params, err := router.FindRoute(r); err == nil {
			return route, params, nil
		}
	}
	return nil, nil, errors.New("Amazon has no such operation")
}

// watchFeeds validates what is uploaded.
func (o *oracle) watchFeeds(t *testing.T, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut && strings.HasPrefix(r.URL.Path, "/_documents/") {
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(body))
			if bytes.HasPrefix(body, []byte("<?xml")) { // nothing describes the feed of acknowledgements that could be loaded
				next.ServeHTTP(w, r)
				return
			}
			if feed, err := jsonschema.UnmarshalJSON(bytes.NewReader(body)); err != nil {
				t.Errorf("the feed is not JSON: %v", err)
			} else if err := o.feed.Validate(feed); err != nil {
				t.Errorf("the feed: %v", err)
			} else {
				o.counter.Add("feeds", 1)
			}
		}
		next.ServeHTTP(w, r)
	})
}

// TestCallsAndAnswersFollowTheModels runs the conformance suite, with single patches and with feeds, and compares
// every request of the adapter and every answer of the simulated marketplace with Amazon's models.
func TestCallsAndAnswersFollowTheModels(t *testing.T) {
	t.Parallel()
	o := openOracle(t)
	t.Cleanup(func() {
		wanted := slices.Clone(called)
		if !o.noReports {
			wanted = append(wanted, "createReport", "getReport", "getReportDocument")
		}
		for _, operation := range wanted {
			if _, ok := o.seen.Load(operation); !ok {
				t.Errorf("%s was not called", operation)
			}
		}
	})
	for name, above := range map[string]int{"patches": 0, "feeds": 1} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := account()
			a.FeedAbove = above
			b := newBenchmark(a)
			serve := b.Handler
			b.Handler = func(m market.Seller, options wire.Options) http.Handler {
				return o.watchFeeds(t, o.watch(t, serve(m, options)))
			}
			channeltest.Run(t, b)
		})
	}
}

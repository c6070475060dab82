package ebay

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
	"github.com/towpath/towpath/internal/oracletest"
)

// ourOperations are the operations that the adapter calls.
var ourOperations = map[string]bool{
	"getOrders": true, "getOrder": true, opShip: true, opFulfilments: true,
	opLevels: true, opItems: true, opGetItems: true, opSaveItems: true, opGroup: true, opSaveGroup: true,
	opOffers: true, opCreateOffers: true, opUpdateOffer: true, opPublish: true, opPublishMany: true, opPublishGroup: true,
	opTree: true, opAspects: true, opConditions: true, opShipping: true, opPayment: true, opReturns: true,
	opWithdraw: true, opWithdrawGroup: true, opLocations: true, opMigrate: true,
}

// elsewhere are the codes that the specifications do not list, with their sources.
var elsewhere = map[string][]int{
	"eBay's gateway answers them before a call reaches an API (guide: Handling API errors)":        {1001, 1002, 1003, 1100, 2001},
	"getShippingFulfillment's: its plural is what we call, and is documented with the same errors": {32110},
	"the Trading API's, which operators know from other tools":                                     {931, 932, 16110, 17470, 21916582, 21916585, 21916626, 21919188, 21919189},
}

// listed calls do for each error id that the specifications list for an operation and status.
func listed(t *testing.T, do func(operation, status string, id int)) {
	t.Helper()
	found := map[string]bool{}
	for _, doc := range specified(t) {
		eachResponse(doc, func(operation *openapi3.Operation, status string, r *openapi3.Response) {
			if !ourOperations[operation.OperationID] {
				return
			}
			found[operation.OperationID] = true
			raw, err := json.Marshal(r.Extensions["x-response-codes"])
			require.NoError(t, err)
			var codes struct {
				Errors map[string]json.RawMessage `json:"errors"`
			}
			require.NoError(t, json.Unmarshal(raw, &codes))
			for text := range codes.Errors {
				id, err := strconv.Atoi(text)
				require.NoError(t, err)
				do(operation.OperationID, status, id)
			}
		})
	}
	require.Len(t, found, len(ourOperations), "the specifications have all operations that we call")
}

func TestEveryErrorIDIsClassified(t *testing.T) {
	t.Parallel()
	counter := oracletest.Count(t, "ebay")
	seen := map[int]bool{}
	listed(t, func(operation, status string, id int) {
		words := fmt.Sprintf("%s, %s: %d", operation, status, id)
		want, deliberate := classes[id]
		require.True(t, deliberate, "%s has no class", words)
		require.True(t, want.Known() && want != channel.Unknown, words)
		code, err := strconv.Atoi(status)
		require.NoError(t, err)
		a := answer(code, fmt.Sprintf(`{"errors":[{"errorId":%d,"domain":"API","category":"REQUEST","message":"m"}]}`, id))
		if code >= http.StatusBadRequest {
			f := faultOf(a, operation)
			require.Equal(t, want, f.Class, words)
			require.Equal(t, strconv.Itoa(id), f.Code, words)
		} else {
			a = answer(code, fmt.Sprintf(`{"warnings":[{"errorId":%d}]}`, id))
			require.Equal(t, []string{strconv.Itoa(id)}, codesOf(warningsOf(a)), words)
		}
		f := skuResponse{StatusCode: 400, Errors: []apiError{{ErrorID: id}}}.fault(a, operation)
		require.Equal(t, []string{string(want), strconv.Itoa(id)}, []string{string(f.Class), f.Code}, words)
		if !seen[id] {
			seen[id] = true
			counter.Add("error ids", 1)
		}
	})
	for reason, ids := range elsewhere {
		for _, id := range ids {
			require.False(t, seen[id], "%d: %s: it is in a specification now", id, reason)
			seen[id] = true
		}
	}
	for id := range classes {
		require.True(t, seen[id], "%d is in no specification, and nothing says where it is from", id)
	}
}

func TestASpecificCodeGoesFirst(t *testing.T) {
	t.Parallel()
	for ids, want := range map[string]string{
		"25002 25026": "25026", "25026 25002": "25026", "99999 25002": "25002", "25002 25003": "25002", "99998 99999": "99998",
	} {
		var errs []apiError
		for _, id := range strings.Fields(ids) {
			n, err := strconv.Atoi(id)
			require.NoError(t, err)
			errs = append(errs, apiError{ErrorID: n})
		}
		_, code := classify(http.StatusBadRequest, errs)
		require.Equal(t, want, code, ids)
	}
}

func answer(status int, body string) *transport.Answer {
	return &transport.Answer{Status: status, Body: []byte(body), Header: http.Header{}}
}

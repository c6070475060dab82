package shopify

import (
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

// partial is what is wrong with an answer that has data and errors with a path: GraphQL gives null for the field and sends the rest
// (https://spec.graphql.org/October2021/#sec-Handling-Field-Errors).
type partial struct {
	withheld []string               // fields that the app may not read
	failed   map[int]*channel.Fault // orders of a page of which a field could not be read this time, by their place
}

// accessDenied is the code of a field that the app is not approved to read, such as protected customer data
// (https://shopify.dev/docs/apps/launch/protected-customer-data).
const accessDenied = "ACCESS_DENIED"

// spared are the fields of an order without which it can be saved. Without any other, such as its lines or whether it is paid, it would
// be saved wrongly.
var spared = map[string]bool{
	"email": true, "phone": true, "shippingAddress": true, "note": true, "customAttributes": true,
	"totalPriceSet": true, "totalShippingPriceSet": true, "totalTaxSet": true, "totalDiscountsSet": true,
}

// part returns what can be taken of an answer with errors, or the fault of the whole.
func (e envelope) part(a *transport.Answer, operation string, failures []failure) (partial, *channel.Fault) {
	p := partial{failed: map[int]*channel.Fault{}}
	if deniesReturns(failures) {
		return p, a.Fault(channel.Config, operation, codeReturnsDenied)
	}
	for _, f := range failures {
		place, field := f.place(operation)
		code := word(f.Extensions.Code)
		switch {
		case len(e.Data) == 0 || string(e.Data) == "null" || field == "" || classOfCode(code) == channel.Throttled:
			return p, errorsFault(a, operation, e, failures)
		case code == accessDenied && spared[field]:
			if !slices.Contains(p.withheld, field) {
				p.withheld = append(p.withheld, field)
			}
		case code == accessDenied || place < 0:
			return p, errorsFault(a, operation, e, failures)
		case p.failed[place] == nil:
			p.failed[place] = errorsFault(a, operation, e, []failure{f})
		}
	}
	slices.Sort(p.withheld)
	return p, nil
}

// place returns the place of the order that an error is about, -1 where there is only one, and the order's field; empty if the error
// is not about a field of an order.
func (f failure) place(operation string) (place int, field string) {
	path := f.Path
	switch {
	case operation == opOrder.name && len(path) > 1 && path[0] == "order":
		place, path = -1, path[1:]
	case operation == opOrders.name && len(path) > 4 && path[0] == "orders" && path[1] == "edges" && path[3] == "node":
		n, ok := path[2].(float64)
		if !ok || n < 0 || n > ordersPerPage {
			return -1, ""
		}
		place, path = int(n), path[4:]
	default:
		return -1, ""
	}
	field, _ = path[0].(string)
	return place, field
}

// amounts reports whether amounts are among what is withheld.
func (p partial) amounts() bool {
	return slices.ContainsFunc(p.withheld, func(field string) bool { return strings.HasSuffix(field, "Set") })
}

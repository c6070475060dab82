package faults

import (
	"net/http"
	"regexp"
)

// orderReads are the channels' names of the calls that answer with orders: Amazon's, eBay's, Shopify's.
var orderReads = map[string]bool{"searchOrders": true, "getOrders": true, "getOrder": true, "orders": true, "order": true}

// quantity is the quantity of a line, wherever the channels put it.
var quantity = regexp.MustCompile(`"(quantity|quantityOrdered)":\s*[0-9]+`)

// spoilt sends an answer with the first quantity spoilt, so that its order can't be read.
func spoilt(w http.ResponseWriter, answer *recorder) {
	body := answer.body.Bytes()
	if at := quantity.FindSubmatchIndex(body); at != nil {
		body = append(append(append([]byte{}, body[:at[3]]...), `":"some"`...), body[at[1]:]...)
	}
	for name, values := range answer.header {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.status)
	_, _ = w.Write(body)
}

package ebay

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

// apiError is one error of eBay's common error shape. Only what classification needs is read.
type apiError struct {
	ErrorID  int    `json:"errorId"`
	Category string `json:"category"` // REQUEST, BUSINESS or APPLICATION
	Message  string `json:"message"`
}

// classes are the codes whose class their HTTP status does not tell, from the error lists of the published
// specifications. The last group are the Trading API's codes for the same troubles.
var classes = map[int]channel.Class{
	25001: channel.Unavailable, // a system error has occurred
	30500: channel.Unavailable, // system error
	25025: channel.Conflict,    // concurrent access of the inventory item
	32200: channel.Conflict,    // the line item can't be shipped (any more)
	32210: channel.Conflict,    // the line item is there twice
	34500: channel.Conflict,    // the fulfillment exists
	25026: channel.Limit,       // selling limits exceeded
	34100: channel.Limit,       // too many tracking numbers on the order
	2001:  channel.Throttled,   // the request limit has been reached for the resource

	25701: channel.Missing, // SKUs not found
	25702: channel.Missing, // SKU not found
	25705: channel.Missing, // inventory item group not found
	25710: channel.Missing, // resource not found
	25713: channel.Missing, // offer not available
	25725: channel.Missing, // no offer found
	32100: channel.Missing, // invalid order id
	32110: channel.Missing, // invalid fulfillment id

	25038: channel.Config, // the listing can't be revised: a bid, or it ends within 12 hours
	25039: channel.Config,
	25040: channel.Config,
	25096: channel.Config, // the listing is on hold: policy violation
	25097: channel.Config,
	25098: channel.Config,
	25759: channel.Config, // the SKU is in an auction
	25762: channel.Config,
	32400: channel.Config, // the user is suspended

	1001: channel.Auth, // invalid access token
	1002: channel.Auth, // missing access token
	1003: channel.Auth, // token type not fit for the call
	1100: channel.Auth, // insufficient permissions: the grant lacks a scope

	931:      channel.Auth,  // Trading: invalid token
	932:      channel.Auth,  // Trading: token hard expired
	16110:    channel.Auth,  // Trading: token revoked
	17470:    channel.Auth,  // Trading: log in again
	21919188: channel.Limit, // Trading: listing limit reached
}

// codeDeadToken is "invalid access token"; eBay sends it with 401.
const codeDeadToken = "1001"

// faultOf classifies an answer that is not 2xx.
func faultOf(a *transport.Answer, operation string) *channel.Fault {
	var refusal struct {
		Errors []apiError `json:"errors"`
	}
	_ = json.Unmarshal(a.Body, &refusal) // gateways answer in HTML: then the status decides
	class, code := classify(a.Status, refusal.Errors)
	return a.Fault(class, operation, code)
}

// classify picks the first error whose code is known, else the first there is, else the status alone.
// Code is the eBay error id, empty when there is none.
func classify(status int, errs []apiError) (class channel.Class, code string) {
	for _, e := range errs {
		if class, ok := classes[e.ErrorID]; ok {
			return class, strconv.Itoa(e.ErrorID)
		}
	}
	class = classOfStatus(status)
	if len(errs) == 0 {
		return class, ""
	}
	if e := errs[0]; e.ErrorID != 0 {
		code = strconv.Itoa(e.ErrorID)
	}
	if strings.EqualFold(errs[0].Category, "APPLICATION") && (class == channel.Invalid || class == channel.Unknown) {
		class = channel.Unavailable // eBay's category for its own failures
	}
	return class, code
}

func classOfStatus(status int) channel.Class {
	switch {
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return channel.Auth
	case status == http.StatusNotFound, status == http.StatusGone:
		return channel.Missing
	case status == http.StatusRequestTimeout:
		return channel.Timeout
	case status == http.StatusConflict, status == http.StatusPreconditionFailed:
		return channel.Conflict
	case status == http.StatusTooManyRequests:
		return channel.Throttled
	case status >= 500:
		return channel.Unavailable
	case status >= 400:
		return channel.Invalid
	}
	return channel.Unknown
}

// isDeadToken tells whether another token may help.
func isDeadToken(f *channel.Fault) bool {
	return f.Code == codeDeadToken || (f.Status == http.StatusUnauthorized && f.Class == channel.Auth)
}

package ebay

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

// apiError is one error of eBay's common error shape.
type apiError struct {
	ErrorID     int    `json:"errorId"`
	Category    string `json:"category"` // REQUEST, BUSINESS or APPLICATION
	Message     string `json:"message"`
	LongMessage string `json:"longMessage,omitempty"`

	Parameters []parameter `json:"parameters,omitempty"`
}

type parameter struct {
	Name  string `json:"name"`
	Value words  `json:"value"`
}

// codeUserError is "any user error": only its message and parameters contain the cause.
const codeUserError = 25002

// exists reports whether an offer can't be created because it already exists. The error contains its id.
func (e apiError) exists() bool {
	for _, p := range e.Parameters {
		if e.ErrorID == codeUserError && p.Name == "offerId" {
			return true
		}
	}
	return false
}

// codeDeadToken is "invalid access token"; eBay sends it with 401.
const codeDeadToken = "1001"

// statuses are those to which eBay gives another meaning than the standard. A grant that lacks a scope gets 403
// "Insufficient permissions" (errorId 1100, guide "Handling API errors"): only a new consent of the seller helps.
var statuses = transport.Statuses{http.StatusForbidden: channel.Auth}

// postOrderFault returns the fault of a refusal by the Post-Order API. Its own errors are not in the common shape, and its ids mean
// something else (1001 is an internal error), so the status decides; what the gateway refuses is in the common shape. 403 is not
// necessarily the grant's: the order may be another seller's.
func postOrderFault(a *transport.Answer, operation string) *channel.Fault {
	f := faultOf(a, operation)
	if a.Status == http.StatusForbidden && f.Code == "" {
		f.Class = channel.Config
	}
	return f
}

// faultOf returns the fault of an answer that is not 2xx.
func faultOf(a *transport.Answer, operation string) *channel.Fault {
	var refusal struct {
		Errors []apiError `json:"errors"`
	}
	_ = json.Unmarshal(a.Body, &refusal) // gateways answer in HTML: then the status decides
	class, code := classify(a.Status, refusal.Errors)
	return a.Fault(class, operation, code)
}

// classify picks the first error with a known class other than Invalid, else the first with a known class, else the
// first, else the status alone. Code is the eBay error id; empty if there is none. With a 5xx no id says that the data
// is refused: 25002, "any user error", comes with 500 and "System error" too.
func classify(status int, errs []apiError) (class channel.Class, code string) {
	class, code = classifyID(status, errs)
	if status >= http.StatusInternalServerError && class != channel.Conflict && class != channel.Throttled {
		class = channel.Unavailable
	}
	return class, code
}

func classifyID(status int, errs []apiError) (class channel.Class, code string) {
	for _, e := range errs {
		if e.exists() {
			return channel.Conflict, strconv.Itoa(e.ErrorID) // it was created after it was looked for
		}
		if known := e.class(status); known != "" && (class == "" || class == channel.Invalid && known != channel.Invalid) {
			class, code = known, strconv.Itoa(e.ErrorID)
		}
	}
	if class != "" {
		return class, code
	}
	class = transport.ClassOf(status, statuses)
	if len(errs) == 0 {
		return class, ""
	}
	code = firstID(errs)
	if strings.EqualFold(errs[0].Category, "APPLICATION") && (class == channel.Invalid || class == channel.Unknown) {
		class = channel.Unavailable // eBay's category for its own failures
	}
	return class, code
}

// class returns the class of an error's id; empty if it has none. A system error that eBay answers with 400 and puts
// down to the request fails again with the same request.
func (e apiError) class(status int) channel.Class {
	if e.ErrorID >= firstSignature && e.ErrorID <= lastSignature {
		return channel.Config
	}
	known := classes[e.ErrorID]
	if known == channel.Unavailable && status < http.StatusInternalServerError && strings.EqualFold(e.Category, "REQUEST") {
		return channel.Invalid
	}
	return known
}

// The ids with which eBay refuses a signature, or the lack of one (guide "Digital Signatures for APIs"; status 403).
const (
	firstSignature = 215000
	lastSignature  = 215122
)

// firstID returns the id of the first error that has one; empty if none has.
func firstID(errs []apiError) string {
	for _, e := range errs {
		if e.ErrorID != 0 {
			return strconv.Itoa(e.ErrorID)
		}
	}
	return ""
}

// isDeadToken reports whether another token may help.
func isDeadToken(f *channel.Fault) bool {
	return f.Code == codeDeadToken || (f.Status == http.StatusUnauthorized && f.Class == channel.Auth)
}

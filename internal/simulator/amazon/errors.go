package amazon

import (
	"io"
	"net/http"

	"github.com/towpath/towpath/internal/simulator/wire"
)

const requestIDHeader = "x-amzn-RequestId"

// apiError is one entry of an error list.
type apiError struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Details string `json:"details,omitempty"`
}

// refuse answers with one error.
func refuse(w http.ResponseWriter, status int, code, message string, details ...string) {
	e := apiError{Code: code, Message: message}
	if len(details) > 0 {
		e.Details = details[0]
	}
	wire.WriteJSON(w, status, map[string][]apiError{"errors": {e}})
}

// invalid answers 400 InvalidInput, which the API uses for nearly everything.
func invalid(w http.ResponseWriter, message string) {
	refuse(w, http.StatusBadRequest, "InvalidInput", message)
}

// badRequest answers 400 as the listings operations do.
func badRequest(w http.ResponseWriter, details string) {
	refuse(w, http.StatusBadRequest, "BAD_REQUEST", "Invalid input", details)
}

// throttled answers as the API does: no Retry-After, and the rate limit header only on other answers.
func throttled(w http.ResponseWriter) {
	refuse(w, http.StatusTooManyRequests, "QuotaExceeded", "You exceeded your quota for the requested resource.")
}

// shape makes injected faults look like Amazon's.
type shape struct {
	mux        *http.ServeMux
	operations map[string]string // by pattern
}

// Throttled answers 429.
func (shape) Throttled(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set(requestIDHeader, wire.RequestID())
	throttled(w)
}

// Unavailable answers 503.
func (shape) Unavailable(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set(requestIDHeader, wire.RequestID())
	refuse(w, http.StatusServiceUnavailable, "ServiceUnavailable", "Service is temporarily unavailable. Please try again.")
}

// Failed answers as Amazon's services and the gateways in front of them do, in turn: in the API's own format, with a
// page, and with the XML of AWS.
func (shape) Failed(w http.ResponseWriter, _ *http.Request, n int64) {
	id := wire.RequestID()
	w.Header().Set(requestIDHeader, id)
	switch n % 3 {
	case 0:
		failure(w)
	case 1:
		page(w, http.StatusBadGateway, "text/html", "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n")
	default:
		page(w, http.StatusInternalServerError, "text/xml", `<?xml version="1.0"?><ErrorResponse><Error><Type>Receiver</Type><Code>InternalFailure</Code>`+
			`<Message>The request processing has failed because of an unknown error, exception or failure.</Message></Error><RequestId>`+id+`</RequestId></ErrorResponse>`)
	}
}

// failure answers that a service of Amazon's has failed.
func failure(w http.ResponseWriter) {
	w.Header().Set("x-amzn-errortype", "InternalFailure")
	refuse(w, http.StatusInternalServerError, "InternalFailure", "We encountered an internal error. Please try again.")
}

func page(w http.ResponseWriter, status int, kind, body string) {
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// Operations returns the published operation ids.
func (s shape) Operations() []string { return wire.Names(s.operations) }

// Operation returns the published operation id.
func (s shape) Operation(r *http.Request) string {
	_, pattern := s.mux.Handler(r)
	return s.operations[pattern]
}

package amazon

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

// apiError is one entry of the API's error list.
type apiError struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Details string `json:"details"`
}

// apiErrors returns the error list of an answer; empty if it has none.
func apiErrors(answer *transport.Answer) []apiError {
	var list struct {
		Errors []apiError `json:"errors"`
	}
	_ = json.Unmarshal(answer.Body, &list)
	return list.Errors
}

// mentions reports whether an error's message contains one of the words, which must be lower case.
func mentions(list []apiError, words ...string) bool {
	for _, e := range list {
		text := strings.ToLower(e.Message + " " + e.Details)
		for _, word := range words {
			if strings.Contains(text, word) {
				return true
			}
		}
	}
	return false
}

// deadToken reports whether the access token is no longer valid (401, or 403 Unauthorized with "The access token you
// provided has expired." or "... is revoked, malformed or invalid."). Other 403 answers mean that the seller lacks a
// permission.
func deadToken(answer *transport.Answer) bool {
	switch answer.Status {
	case http.StatusUnauthorized:
		return true
	case http.StatusForbidden:
		return mentions(apiErrors(answer), "expired", "access token", revoked)
	}
	return false
}

// revoked is in the words about a token that is not merely old (selling-partner-api-models, issues 230 and 2333).
const revoked = "revoked, malformed or invalid"

// refused returns the fault of an answer that is not 2xx.
func refused(answer *transport.Answer, operation string) *channel.Fault {
	first := ""
	if list := apiErrors(answer); len(list) > 0 {
		first = list[0].Code
	}
	class := byStatus(answer.Status)
	switch {
	case answer.Status == http.StatusForbidden && mentions(apiErrors(answer), revoked):
		class = channel.Auth // a new token is refused too: the seller must authorise the application again
	case answer.Status == http.StatusForbidden && deadToken(answer):
		class = channel.Unavailable // a new token counts as expired: a fault of Amazon's clocks, not of the grant
	case first == "QuotaExceeded":
		class = channel.Throttled
	}
	return answer.Fault(class, operation, transport.Code(first))
}

// published are the 4xx statuses that the models document. The meaning of others is unknown, so they do not count as
// a refusal of the data.
var published = []int{400, 401, 403, 404, 413, 415, 429}

// byStatus returns the class of an HTTP status. 403 is Config, not Auth: the grant was good enough for a token, but a
// role, the region or the marketplace does not match. 408 comes from a gateway in front of the API.
func byStatus(status int) channel.Class {
	switch {
	case status == http.StatusRequestTimeout:
		return channel.Unavailable
	case status/100 == 4 && !slices.Contains(published, status):
		return channel.Unknown
	}
	return transport.ClassOf(status, nil)
}

// overtaken reports whether a refusal means that the order has changed. Amazon answers InvalidInput to every bad
// request, so only the message shows it; the messages for cancelled units are not published.
func overtaken(f *channel.Fault) bool {
	var list struct {
		Errors []apiError `json:"errors"`
	}
	_ = json.Unmarshal([]byte(f.Raw), &list)
	return mentions(list.Errors, "cancel", "exceed", "already shipped", "already been shipped")
}

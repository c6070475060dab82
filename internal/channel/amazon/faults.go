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

// apiErrors reads the error list of an answer; an answer without one has no errors.
func apiErrors(answer *transport.Answer) []apiError {
	var list struct {
		Errors []apiError `json:"errors"`
	}
	_ = json.Unmarshal(answer.Body, &list)
	return list.Errors
}

// mentions tells whether an error's words hold one of the given ones, which are lower case.
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

// deadToken tells an access token that has run out (403 Unauthorized, "The access token you provided has
// expired.", or 401) from a seller who may not do this.
func deadToken(answer *transport.Answer) bool {
	switch answer.Status {
	case http.StatusUnauthorized:
		return true
	case http.StatusForbidden:
		return mentions(apiErrors(answer), "expired", "access token")
	}
	return false
}

// refused classifies an answer that is not 2xx.
func refused(answer *transport.Answer, operation string) *channel.Fault {
	first := ""
	if list := apiErrors(answer); len(list) > 0 {
		first = list[0].Code
	}
	class := byStatus(answer.Status)
	switch {
	case answer.Status == http.StatusForbidden && deadToken(answer):
		class = channel.Unavailable // a token fresh from the endpoint is called expired: their clocks, not our grant
	case first == "QuotaExceeded":
		class = channel.Throttled
	}
	return answer.Fault(class, operation, transport.Code(first))
}

// published are the 4xx that the models name. What Amazon means by another nobody knows, so that it is not taken for a refusal of the data.
var published = []int{400, 401, 403, 404, 413, 415, 429}

// byStatus is the class that an HTTP status alone gives. 403 is Config, not Auth: the grant was good enough for a token, but a role, the
// region or the marketplace does not fit. 408 comes from a gateway before the API.
func byStatus(status int) channel.Class {
	switch {
	case status == http.StatusRequestTimeout:
		return channel.Unavailable
	case status/100 == 4 && !slices.Contains(published, status):
		return channel.Unknown
	}
	return transport.ClassOf(status, nil)
}

// overtaken tells a refusal because the order is no longer what it was. Amazon answers InvalidInput to
// everything, so only the words tell; which ones it uses for cancelled units is not published.
func overtaken(f *channel.Fault) bool {
	var list struct {
		Errors []apiError `json:"errors"`
	}
	_ = json.Unmarshal([]byte(f.Raw), &list)
	return mentions(list.Errors, "cancel", "exceed", "already shipped", "already been shipped")
}

package transport

import (
	"net/http"

	"github.com/towpath/towpath/internal/channel"
)

// Statuses maps HTTP statuses to classes. An adapter lists those to which its channel gives another meaning than the
// default.
type Statuses map[int]channel.Class

// statuses are the defaults of the standards. Section numbers are RFC 9110's.
var statuses = Statuses{
	http.StatusUnauthorized:       channel.Auth,      // 15.5.2: the credentials are not valid
	http.StatusForbidden:          channel.Config,    // 15.5.4: valid but not sufficient: a role, a scope or a setting is missing
	http.StatusNotFound:           channel.Missing,   // 15.5.5
	http.StatusRequestTimeout:     channel.Timeout,   // 15.5.9: the request did not arrive in time
	http.StatusConflict:           channel.Conflict,  // 15.5.10: not possible in the resource's present state; read it again
	http.StatusGone:               channel.Missing,   // 15.5.11
	http.StatusPreconditionFailed: channel.Conflict,  // 15.5.13: the resource is not in the expected state
	http.StatusTooManyRequests:    channel.Throttled, // RFC 6585, 4
}

// ClassOf returns the class of an answer's status: the channel's own, or else the default's. An unlisted 4xx counts
// as 400, as section 15.5 requires. A 5xx is Unavailable. Anything else is Unknown.
func ClassOf(status int, own Statuses) channel.Class {
	if class, ok := own[status]; ok {
		return class
	}
	if class, ok := statuses[status]; ok {
		return class
	}
	switch {
	case status >= http.StatusInternalServerError:
		return channel.Unavailable
	case status >= http.StatusBadRequest:
		return channel.Invalid
	}
	return channel.Unknown
}

package transport

import (
	"net/http"

	"github.com/towpath/towpath/internal/channel"
)

// Statuses are classes by HTTP status. An adapter names those by which its channel means something else than the default.
type Statuses map[int]channel.Class

// statuses is the default: what the standards say and no channel but those that override it contradicts. Section numbers are RFC 9110's.
var statuses = Statuses{
	http.StatusUnauthorized:       channel.Auth,      // 15.5.2: the credentials are not good
	http.StatusForbidden:          channel.Config,    // 15.5.4: they are, and do not suffice: a role, a scope or a setting is missing
	http.StatusNotFound:           channel.Missing,   // 15.5.5
	http.StatusRequestTimeout:     channel.Timeout,   // 15.5.9: the request did not arrive in time
	http.StatusConflict:           channel.Conflict,  // 15.5.10: not while the thing is as it is; read it again
	http.StatusGone:               channel.Missing,   // 15.5.11
	http.StatusPreconditionFailed: channel.Conflict,  // 15.5.13: the thing is not what the caller took it for
	http.StatusTooManyRequests:    channel.Throttled, // RFC 6585, 4
}

// ClassOf is the class that an answer's status alone gives: the channel's own, else the default's. A 4xx that neither names is taken for a
// 400, as 15.5 asks: the request itself is refused. A 5xx is the channel's own trouble. Anything else is no refusal, and Unknown.
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

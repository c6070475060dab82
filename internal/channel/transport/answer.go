package transport

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/channel"
)

// Answer is a complete answer with any status.
type Answer struct {
	Status    int
	Header    http.Header
	Body      []byte
	RequestID string

	write    bool
	personal bool // the body may name buyers
	recorded channel.Recorded
	request  *http.Request // whose answer it is; nil while it is read
}

// OK reports whether the status is 2xx.
func (a *Answer) OK() bool { return a.Status >= 200 && a.Status < 300 }

// Fault returns a fault with the answer's status, request id, Retry-After and body, of which nothing is kept if it may
// name buyers. It is Ambiguous when a write was answered with 5xx, since the channel may have failed after doing it.
func (a *Answer) Fault(class channel.Class, operation, code string) *channel.Fault {
	f := channel.NewFault(class, operation, a.words())
	f.Code, f.Status, f.RequestID = code, a.Status, a.RequestID
	f.RetryAfter = RetryAfter(a.Header, time.Now())
	f.Ambiguous = a.write && a.Status >= http.StatusInternalServerError
	a.recorded.Failed(class, code, a.kept)
	return f
}

// words returns what a fault keeps of the body. Of one that may name buyers these are its length and type, and where it
// is not the JSON that it should be.
func (a *Answer) words() string {
	if !a.personal {
		return string(a.Body[:min(len(a.Body), channel.MaxRaw)])
	}
	kind, _, err := mime.ParseMediaType(a.Header.Get("Content-Type"))
	if err != nil {
		kind = "no type"
	}
	return fmt.Sprintf("an answer of %d bytes (%.40s), which is not kept because it may name buyers", len(a.Body), kind)
}

// Decode decodes the body as JSON. Anything else is a fault: Unavailable, because it comes from a proxy or a
// maintenance page, and Ambiguous for a write.
func (a *Answer) Decode(operation string, into any) *channel.Fault {
	if err := json.Unmarshal(a.Body, into); err != nil {
		return a.Undecoded(operation, err)
	}
	return nil
}

// Undecoded is Unreadable with what json.Unmarshal found, if the body may name buyers and is not kept.
func (a *Answer) Undecoded(operation string, err error) *channel.Fault {
	f := a.Unreadable(operation)
	if a.personal {
		f.Raw += misread(err)
	}
	return f
}

// misread says where a text is not the JSON that it should be, without anything of its values.
func misread(err error) string {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Sprintf("; it is not JSON at byte %d", syntax.Offset)
	case errors.As(err, &kind):
		value, _, _ := strings.Cut(kind.Value, " ") // "number 1.5" has the value
		return fmt.Sprintf("; where a %s should be, at byte %d (%s), is a JSON %s", kind.Type.Kind(), kind.Offset, cmp.Or(kind.Field, "the whole"), value)
	}
	return ""
}

// Unreadable returns the fault of an answer that does not follow the channel's specification.
func (a *Answer) Unreadable(operation string) *channel.Fault {
	f := a.Fault(channel.Unavailable, operation, CodeUnreadable)
	f.Ambiguous = a.write
	return f
}

// redirected returns the fault of a redirect. Its raw words contain only the other host: the rest of the address may
// be a secret. 303 means that the server has done the write.
func (a *Answer) redirected(operation string) *channel.Fault {
	f := a.Fault(channel.Config, operation, CodeRedirected)
	f.Raw = "the answer is a redirect"
	if to, err := url.Parse(a.Header.Get("Location")); err == nil && to.Host != "" {
		f.Raw += " to " + to.Scheme + "://" + to.Host
	}
	f.Ambiguous = a.write && a.Status == http.StatusSeeOther
	return f
}

// cutShort returns the fault of an answer whose body broke off.
func (a *Answer) cutShort(parent context.Context, operation string, err error) *channel.Fault {
	f := broken(parent, operation, err)
	if f.Class == channel.Network && f.Code == CodeConnection {
		f.Code = CodeTruncated
	}
	f.Status, f.RequestID, f.Ambiguous = a.Status, a.RequestID, a.write
	return f
}

// broken returns the fault of a call that ended without an answer.
func broken(parent context.Context, operation string, err error) *channel.Fault {
	f := channel.NewFault(channel.Network, operation, withoutAddress(err))
	var timeout net.Error
	switch {
	case errors.Is(parent.Err(), context.Canceled):
		f.Code = CodeCanceled
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		f.Class, f.Code = channel.Timeout, CodeDeadline
	default:
		f.Code = CodeConnection
	}
	return f
}

// withoutAddress returns the error's text without the URL: a presigned one is a credential.
func withoutAddress(err error) string {
	var outer *url.Error
	if errors.As(err, &outer) {
		return outer.Err.Error()
	}
	return err.Error()
}

// RetryAfter returns the wait in the header of that name, which has seconds or a date; 0 if there is none. It returns
// a day at most, so that a wrong value can't stop work forever.
func RetryAfter(h http.Header, now time.Time) time.Duration {
	value := h.Get("Retry-After")
	if value == "" {
		return 0
	}
	const longest = 24 * time.Hour
	if s, err := strconv.ParseFloat(value, 64); err == nil {
		if !(s > 0) {
			return 0
		}
		return time.Duration(min(s, longest.Seconds()) * float64(time.Second))
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	return min(max(at.Sub(now), 0), longest)
}

// Code limits the length of a channel's code and keeps it printable, since codes are shown, logged and searched for.
func Code(s string) string {
	const longest = 64
	clean := strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r == '.' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, s)
	return clean[:min(len(clean), longest)]
}

// Package transport makes the adapters' HTTP calls: one attempt each, with a deadline and a limited body, and every
// failure classified as a channel.Fault. It is independent of the channels' formats and never retries (Temporal does;
// only net/http repeats a read on a dead idle connection). It follows no redirect to another host, and unless told
// otherwise it calls only addresses on the public internet over https. It reports every call to channel.Record.
package transport

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"slices"
	"sync/atomic"
	"time"

	"github.com/towpath/towpath/internal/channel"
)

// The limits of a call where Options has none.
const (
	DefaultDeadline = 20 * time.Second // the whole call, its body included; shorter than any activity's StartToClose
	DefaultMaxBody  = 8 << 20          // bytes of an answer
)

// Codes of the faults that Towpath itself finds.
const (
	CodeTooLarge   = "ANSWER_TOO_LARGE"
	CodeTruncated  = "ANSWER_TRUNCATED"
	CodeUnreadable = "ANSWER_UNREADABLE"
	CodeDeadline   = "DEADLINE"
	CodeCanceled   = "CANCELED"
	CodeConnection = "CONNECTION"

	// These three mean that an account's address is wrong.
	CodeRedirected     = "REDIRECTED"      // the answer points to another host, or is a redirect of a write
	CodePlainHTTP      = "PLAIN_HTTP"      // nothing was sent
	CodePrivateAddress = "PRIVATE_ADDRESS" // nothing was sent
)

// Options are the limits of a client. Zero values mean the defaults.
type Options struct {
	Deadline time.Duration
	MaxBody  int64
	// RequestIDHeaders are the headers with the channel's request id, the best one first; of a header that is missing the
	// next one counts: eBay's gateway has Rlogid, Amazon's has X-Amz-Rid, its document store X-Amz-Request-Id.
	RequestIDHeaders []string
	Local            bool // plain http and private addresses are allowed: see Local
	// Personal are the operations whose answers name buyers, also when they refuse: nothing of their bodies becomes part
	// of a fault, which is stored, shown and copied into support files.
	Personal []string
}

// Client makes calls for one account. It is safe for concurrent use; all clients share one pool of connections.
type Client struct {
	options Options
	http    *http.Client
}

// New returns a client.
func New(o Options) *Client {
	if o.Deadline <= 0 {
		o.Deadline = DefaultDeadline
	}
	if o.MaxBody <= 0 {
		o.MaxBody = DefaultMaxBody
	}
	var through http.RoundTripper = guarded
	if o.Local {
		through = pool
	}
	return &Client{options: o, http: &http.Client{Transport: through, CheckRedirect: stayOnHost}}
}

var (
	pool    = newPool()
	guarded = newGuard(http.ProxyFromEnvironment)
)

// newPool returns a pool with enough idle connections per host for all of a worker's concurrent activities.
func newPool() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConns = 256
	t.MaxIdleConnsPerHost = 64
	t.IdleConnTimeout = 60 * time.Second
	return t
}

// stayOnHost follows a few redirects of reads on the same host. Any other redirect ends the call: a token must not go
// to another host, and a write must not be sent twice.
func stayOnHost(next *http.Request, via []*http.Request) error {
	first := via[0]
	if len(via) > 3 || first.Method != http.MethodGet || next.URL.Host != first.URL.Host || next.URL.Scheme != first.URL.Scheme {
		return http.ErrUseLastResponse
	}
	return nil
}

// Do makes one call for the named operation. Any HTTP status except a redirect is an answer; a fault means that no
// complete answer came. A call whose method is not GET or HEAD counts as a write: when its outcome is unknown, the
// fault is Ambiguous.
func (c *Client) Do(ctx context.Context, operation string, req *http.Request) (*Answer, *channel.Fault) {
	return c.do(ctx, operation, req, req.Method != http.MethodGet && req.Method != http.MethodHead)
}

// DoRead is Do for a POST that changes nothing on the channel, such as a GraphQL query or a token request.
func (c *Client) DoRead(ctx context.Context, operation string, req *http.Request) (*Answer, *channel.Fault) {
	return c.do(ctx, operation, req, false)
}

// do makes the call and records it.
func (c *Client) do(ctx context.Context, operation string, req *http.Request, write bool) (*Answer, *channel.Fault) {
	call := channel.Call{Operation: operation, At: time.Now().UTC()}
	answer, fault := c.attempt(ctx, operation, req, write)
	call.Took = time.Since(call.At)
	if fault != nil {
		call.Status, call.RequestID, call.Class, call.Code = fault.Status, fault.RequestID, fault.Class, fault.Code
		call.Request = keptRequest(req)
		channel.Record(ctx, call)
		return nil, fault
	}
	call.Status, call.RequestID = answer.Status, answer.RequestID
	answer.request, answer.recorded = req, channel.Record(ctx, call)
	return answer, nil
}

func (c *Client) attempt(parent context.Context, operation string, req *http.Request, write bool) (*Answer, *channel.Fault) {
	ctx, cancel := context.WithTimeout(parent, c.options.Deadline)
	defer cancel()
	var sent atomic.Bool // the channel may have seen the request
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { sent.Store(true) }})

	resp, err := c.http.Do(req.WithContext(ctx))
	if f := refused(operation, err); f != nil {
		return nil, f
	}
	if err != nil {
		f := broken(parent, operation, err)
		f.Ambiguous = write && sent.Load()
		return nil, f
	}
	defer func() { _ = resp.Body.Close() }()
	a := &Answer{Status: resp.StatusCode, Header: resp.Header, RequestID: c.requestID(resp.Header), write: write,
		personal: slices.Contains(c.options.Personal, operation)}
	if resp.StatusCode/100 == 3 {
		return nil, a.redirected(operation)
	}
	a.Body, err = io.ReadAll(io.LimitReader(resp.Body, c.options.MaxBody+1))
	if err != nil {
		return nil, a.cutShort(parent, operation, err)
	}
	if int64(len(a.Body)) > c.options.MaxBody {
		a.Body = nil
		f := a.Fault(channel.Unknown, operation, CodeTooLarge)
		f.Raw = fmt.Sprintf("answer larger than %d bytes", c.options.MaxBody)
		f.Ambiguous = write
		return nil, f
	}
	return a, nil
}

func (c *Client) requestID(h http.Header) string {
	const longest = 128
	for _, name := range c.options.RequestIDHeaders {
		if id := h.Get(name); id != "" {
			return id[:min(len(id), longest)]
		}
	}
	return ""
}

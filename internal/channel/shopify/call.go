package shopify

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

// variables are the variables of one call.
type variables map[string]any

// reply is what a successful call returns besides its data.
type reply struct {
	requestID string
	date      string // the server's Date header
	answer    *transport.Answer
	partial   partial
}

// read makes a query and decodes its data into out.
func (c *Connection) read(ctx context.Context, op operation, v variables, out any) (reply, *channel.Fault) {
	return c.call(ctx, op, v, out, c.http.DoRead)
}

// write makes a mutation; a failure without an answer is Ambiguous.
func (c *Connection) write(ctx context.Context, op operation, v variables, out any) (reply, *channel.Fault) {
	return c.call(ctx, op, v, out, c.http.Do)
}

type send func(ctx context.Context, operation string, req *http.Request) (*transport.Answer, *channel.Fault)

// call makes one call. If an expiring token is refused with 401, it makes a second one with a new token: the first
// was not carried out.
func (c *Connection) call(ctx context.Context, op operation, v variables, out any, do send) (reply, *channel.Fault) {
	body, err := json.Marshal(map[string]any{"query": op.text, "operationName": op.name, "variables": v})
	if err != nil {
		return reply{}, channel.NewFault(channel.Invalid, op.name, "encode variables: "+err.Error())
	}
	if wait := c.points.missingFor(op.name, time.Now()); wait > 0 {
		return reply{}, c.unpaid(op.name, wait)
	}
	grant, fault := c.tokens.token(ctx)
	if fault != nil {
		return reply{}, fault
	}
	answer, e, fault := c.post(ctx, op.name, body, grant, do)
	if fault == nil && answer.Status == http.StatusUnauthorized && c.tokens.fixed == "" {
		if grant, fault = c.tokens.renew(ctx, grant); fault == nil {
			answer, e, fault = c.post(ctx, op.name, body, grant, do)
		}
	}
	if fault != nil {
		return reply{}, fault
	}
	r := reply{requestID: answer.RequestID, date: answer.Header.Get("Date"), answer: answer}
	r.partial, fault = e.decode(answer, op.name, out)
	return r, fault
}

// post makes one request and records the points in its answer.
func (c *Connection) post(
	ctx context.Context, operation string, body []byte, grant channel.Grant, do send,
) (*transport.Answer, envelope, *channel.Fault) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.endpoint, bytes.NewReader(body))
	if err != nil {
		return nil, envelope{}, channel.NewFault(channel.Config, operation, "make request: "+err.Error())
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	req.Header.Set("X-Shopify-Access-Token", grant.AccessToken)
	var e envelope
	c.points.begin()
	defer func() { c.points.end(operation, e.Extensions.Cost, time.Now()) }()
	answer, fault := do(ctx, operation, req)
	if fault != nil {
		return nil, envelope{}, fault
	}
	e = unwrap(answer.Body)
	return answer, e, nil
}

// unpaid returns the fault of a call that was not made, because Shopify would have refused it.
func (c *Connection) unpaid(operation string, wait time.Duration) *channel.Fault {
	f := channel.NewFault(channel.Throttled, operation, "the shop does not have enough points for this call yet")
	f.Code, f.RetryAfter = "THROTTLED", wait
	return f
}

// unwrap decodes the outer shape of an answer.
func unwrap(body []byte) envelope {
	var e envelope
	e.err = json.Unmarshal(body, &e)
	return e
}

// decode decodes an answer's data, or returns the fault if there is none.
func (e envelope) decode(a *transport.Answer, operation string, out any) (p partial, f *channel.Fault) {
	if !a.OK() {
		return p, statusFault(a, operation, e)
	}
	if e.err != nil {
		return p, a.Undecoded(operation, e.err)
	}
	if failures := e.failures(); len(failures) > 0 {
		if p, f = e.part(a, operation, failures); f != nil {
			return p, f
		}
	}
	if len(e.Data) == 0 || string(e.Data) == "null" {
		return p, a.Unreadable(operation)
	}
	if err := json.Unmarshal(e.Data, out); err != nil {
		return p, a.Undecoded(operation, err)
	}
	return p, nil
}

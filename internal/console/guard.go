package console

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/store"
)

// Limits of a request. A page that takes longer says what did not answer instead of hanging.
const (
	pageTimeout   = 5 * time.Second
	actionTimeout = 5 * time.Second
	goLiveTimeout = time.Minute // it decides about every held package
	healthTimeout = time.Second
	maxForm       = 64 << 10 // bytes: all rows of a list may be ticked
	maxQuery      = 2 << 10  // bytes
)

// policyHeader allows this origin's own files and nothing inline.
const policyHeader = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// guard sets the headers of every answer, blocks requests that other sites make in an operator's name, and turns a panic into an
// error page.
func (c *console) guard(next http.Handler) http.Handler {
	origin := http.NewCrossOriginProtection()
	origin.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.fail(w, r, &problem{Status: http.StatusForbidden, Title: "Not from here", What: "The request came from another site.", Do: "Open the console itself and try there."})
	}))
	next = origin.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policyHeader)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Referrer-Policy", "same-origin") // no-referrer would make a form's Origin "null"
		h.Set("Cache-Control", "no-store")
		defer func() {
			if p := recover(); p != nil {
				c.logger.Error("Console page panicked.", zap.String("path", r.URL.Path), zap.Any("panic", p), zap.Stack("stack"))
				c.fail(w, r, &problem{Status: http.StatusInternalServerError, Title: "This page is broken", What: "The console could not build it; its log has the error.", Do: "Report it with the log."})
			}
		}()
		if !hostFits(r) {
			c.fail(w, r, &problem{Status: http.StatusMisdirectedRequest, Title: "Wrong host name", What: "The console accepts only requests to its own address; this one was for another host name.",
				Do: "Open it as localhost, or by its address. A proxy in front has to pass that as the host."})
			return
		}
		if len(r.URL.RawQuery) > maxQuery {
			c.fail(w, r, &problem{Status: http.StatusRequestURITooLong, Title: "Address too long", What: "The filters in the address are too long.", Do: "Shorten them."})
			return
		}
		next.ServeHTTP(w, r)
	})
}

// hostFits reports whether the Host header is allowed. On a loopback address only loopback names are, so that another site can't
// point its own name here and read the pages.
func hostFits(r *http.Request) bool {
	local, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	if !ok || !local.IP.IsLoopback() {
		return true
	}
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.ToLower(strings.Trim(host, "[]"))
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || net.ParseIP(host) != nil
}

// page serves the result of show, within pageTimeout, or sends the browser to another page.
func (c *console) page(show func(context.Context, *http.Request) (view, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), pageTimeout)
		defer cancel()
		began, version := time.Now(), c.newest(ctx)
		defer func() { c.changes.made(time.Since(began)) }()
		ctx = withAsOf(ctx, version)
		v, err := show(ctx, r)
		var other *elsewhere
		if errors.As(err, &other) {
			http.Redirect(w, r, other.href, http.StatusSeeOther)
			return
		}
		if err != nil {
			c.fail(w, r, err)
			return
		}
		v.Version = version
		c.render(ctx, w, r, http.StatusOK, v)
	})
}

// action handles a form, within a time limit, and redirects to the result.
func (c *console) action(within time.Duration, do func(context.Context, *http.Request) (next string, err error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := limitForm(w, r, within)
		defer cancel()
		var next string
		err := readTyped(r)
		if err == nil {
			next, err = do(ctx, r)
		}
		c.glimpse.forget() // the page that follows shows what was done
		c.syncing.forget()
		c.lately.forget()
		c.figures.forget()
		c.counts.forget()
		if err != nil {
			c.fail(w, r, err)
			return
		}
		http.Redirect(w, r, next, http.StatusSeeOther)
	})
}

// answer handles a form, within the time of a page, and shows the page that it asks for.
func (c *console) answer(do func(context.Context, *http.Request) (view, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := limitForm(w, r, pageTimeout)
		defer cancel()
		v, err := do(ctx, r)
		if err != nil {
			c.fail(w, r, err)
			return
		}
		c.render(ctx, w, r, http.StatusOK, v)
	})
}

// limitForm limits the size of a form and the time for it.
func limitForm(w http.ResponseWriter, r *http.Request, within time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(r.Context(), within)
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	// A form that trickles in ends with the action; where the server can't set a deadline, its own holds.
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(actionTimeout))
	return ctx, cancel
}

// problem is an error for an operator: what happened and what to do.
type problem struct {
	Status   int
	Title    string
	What, Do string
	Steps    []string // what to do in steps, before Do; nil: Do is enough
	Back     string   // where to go on; empty: the overview
	Afresh   bool     // Back is the same page without filters
	Still    bool     // it answers a form: the page can't be loaded again
}

func (p *problem) Error() string { return p.What }

// What a page does about a store that does not answer, and what a person does whose form it did not answer.
const (
	triesAgain = "This page tries again by itself. If that does not help, "
	sendAgain  = "Go back and look whether it was done; if not, send it again. If that does not help, "
)

// ofForm returns a problem as the answer to a form.
func (p problem) ofForm() *problem {
	p.Still, p.Do = true, strings.Replace(p.Do, triesAgain, sendAgain, 1)
	return &p
}

// asProblem returns an error as a problem. The error's text is only logged, because it may contain addresses.
func asProblem(err error) *problem {
	var p *problem
	switch {
	case errors.As(err, &p):
		return p
	case errors.Is(err, store.ErrNotFound):
		return &problem{Status: http.StatusNotFound, Title: "Not found", What: "There is nothing under this address.", Do: "It may have been mistyped. Start from a list."}
	case errors.Is(err, context.DeadlineExceeded):
		return &problem{Status: http.StatusServiceUnavailable, Title: "The store takes too long", What: "The database did not answer in time.",
			Do: triesAgain + "look at the database's load."}
	}
	return &problem{Status: http.StatusServiceUnavailable, Title: "The store does not answer", What: "The database could not be read.",
		Do: triesAgain + "check that the database runs; the console's log has its error."}
}

func (c *console) fail(w http.ResponseWriter, r *http.Request, err error) {
	p := asProblem(err)
	if r.Method == http.MethodPost {
		p = p.ofForm()
	}
	if p.Status >= http.StatusInternalServerError && !errors.Is(err, context.Canceled) {
		c.logger.Warn("Console page failed.", zap.String("path", r.URL.Path), zap.Error(err))
	}
	// Getting the data of the frame around the message may take a moment, but not another long wait.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), healthTimeout)
	defer cancel()
	c.render(ctx, w, r, p.Status, view{Title: p.Title, Template: "problem", Data: p})
}

func (c *console) missing(context.Context, *http.Request) (view, error) {
	return view{}, store.ErrNotFound
}

// healthz reports whether the console works: it needs the store; without Temporal it shows the store's data.
func (c *console) healthz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), healthTimeout)
	defer cancel()
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if err := c.starter.Store.Ping(ctx); err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte("the store does not answer\n"))
		return
	}
	_, _ = w.Write([]byte("ok\n"))
}

package faults

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"
)

// Wrap returns the handler with the injector in front of it.
func (i *Injector) Wrap(shape Shape, next http.Handler) http.Handler {
	if i == nil {
		return next
	}
	i.mu.Lock()
	i.known = shape.Operations()
	i.mu.Unlock()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		operation := shape.Operation(r)
		kind, delay, n, faulty := i.decide(operation)
		if !faulty && orderReads[operation] && i.Strikes(UnreadableOrder, operation) {
			spoilt(w, record(next, r))
			return
		}
		if !faulty {
			next.ServeHTTP(w, r)
			return
		}
		switch kind {
		case Throttle:
			shape.Throttled(w, r)
		case Unavailable:
			shape.Unavailable(w, r)
		case Slow:
			i.pause(r, delay)
			next.ServeHTTP(w, r)
		case Hang:
			i.hang(w, r)
		case Reset:
			closeConnection(w)
		case Lost:
			next.ServeHTTP(newRecorder(), r)
			closeConnection(w)
		case Malformed:
			malformed(w, record(next, r))
		case Truncated:
			truncated(w, record(next, r))
		case Huge:
			huge(w)
		case ServerError:
			if n%2 == 0 {
				record(next, r)
			}
			shape.Failed(w, r, n)
		case Late:
			i.late(w, r, delay, next)
		}
	})
}

// pause waits, shorter if the client gives up or the server stops.
func (i *Injector) pause(r *http.Request, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
	case <-i.stop:
	}
}

// hang never answers. It reads the body first: only then does net/http notice that the client has gone.
func (i *Injector) hang(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, io.LimitReader(r.Body, HugeBytes))
	select {
	case <-r.Context().Done():
	case <-i.stop:
	}
	closeConnection(w)
}

// late closes the connection, and has the request carried out later whatever the client does meanwhile.
func (i *Injector) late(w http.ResponseWriter, r *http.Request, delay time.Duration, next http.Handler) {
	body, err := io.ReadAll(io.LimitReader(r.Body, HugeBytes))
	if err != nil {
		closeConnection(w)
		return
	}
	later := r.Clone(context.WithoutCancel(r.Context()))
	later.Body = io.NopCloser(bytes.NewReader(body))
	go func() {
		timer := time.NewTimer(delay)
		defer timer.Stop()
		select {
		case <-timer.C:
			next.ServeHTTP(newRecorder(), later)
		case <-i.stop:
		}
	}()
	closeConnection(w)
}

// closeConnection drops the connection without an answer; over TCP with a reset, like a crashing host.
func closeConnection(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // the server then closes the connection itself
	}
	abort(conn)
}

func abort(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

func malformed(w http.ResponseWriter, answer *recorder) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(answer.status)
	_, _ = io.WriteString(w, "<!doctype html><html><body>\x00\xff Something went wrong {\"")
}

// truncated announces the whole answer and sends half of it.
func truncated(w http.ResponseWriter, answer *recorder) {
	body := answer.body.Bytes()
	if len(body) == 0 {
		closeConnection(w)
		return
	}
	for name, values := range answer.header {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(answer.status)
	_, _ = w.Write(body[:len(body)/2])
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// huge streams an answer that begins as JSON and is HugeBytes long.
func huge(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	if _, err := io.WriteString(w, `{"data":"`); err != nil {
		return
	}
	chunk := bytes.Repeat([]byte("towpath "), 8<<10)
	for sent := 0; sent < HugeBytes; sent += len(chunk) {
		if _, err := w.Write(chunk); err != nil {
			return
		}
	}
}

// record runs the handler and returns its answer.
func record(next http.Handler, r *http.Request) *recorder {
	rec := newRecorder()
	next.ServeHTTP(rec, r)
	return rec
}

// recorder is a ResponseWriter that stores the answer.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func newRecorder() *recorder { return &recorder{header: http.Header{}, status: http.StatusOK} }

// Header returns the answer's header.
func (r *recorder) Header() http.Header { return r.header }

// WriteHeader stores the status.
func (r *recorder) WriteHeader(status int) { r.status = status }

// Write stores the body.
func (r *recorder) Write(p []byte) (int, error) { return r.body.Write(p) }

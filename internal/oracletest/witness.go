package oracletest

import (
	"bytes"
	"io"
	"net/http"
)

// Witness passes an answer on, and keeps its status and the beginning of its body.
type Witness struct {
	http.ResponseWriter
	Status int
	Body   bytes.Buffer
}

// kept is how many bytes of an answer a witness keeps: a page of orders with many lines has several megabytes.
const kept = 32 << 20

// Watch lets a simulator answer a call and returns a record of the answer. The call's body can be read again
// afterwards.
func Watch(next http.Handler, w http.ResponseWriter, r *http.Request) *Witness {
	body, _ := io.ReadAll(r.Body) // the simulator need not understand a body that the client has cut off
	r.Body = io.NopCloser(bytes.NewReader(body))
	seen := &Witness{ResponseWriter: w, Status: http.StatusOK}
	next.ServeHTTP(seen, r)
	r.Body = io.NopCloser(bytes.NewReader(body))
	return seen
}

// WriteHeader passes the status on.
func (w *Witness) WriteHeader(status int) {
	w.Status = status
	w.ResponseWriter.WriteHeader(status)
}

// Write passes a part of the body on.
func (w *Witness) Write(p []byte) (int, error) {
	if w.Body.Len() < kept {
		w.Body.Write(p)
	}
	return w.ResponseWriter.Write(p)
}

// Unwrap lets a simulator close the connection.
func (w *Witness) Unwrap() http.ResponseWriter { return w.ResponseWriter }

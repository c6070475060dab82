package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// MaxBody limits a request's body, in bytes; an Amazon feed of 25,000 items is smaller.
const MaxBody = 32 << 20

// ErrTooLarge means that a request's body exceeds MaxBody.
var ErrTooLarge = errors.New("request body too large")

// ReadBody reads at most MaxBody bytes. Errors: ErrTooLarge.
func ReadBody(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, MaxBody+1))
	if err != nil {
		return nil, fmt.Errorf("read request body: %w", err)
	}
	if len(body) > MaxBody {
		return nil, ErrTooLarge
	}
	return body, nil
}

// ReadJSON reads one JSON value and nothing after it. Errors: ErrTooLarge, or invalid JSON.
func ReadJSON(r *http.Request, into any) error {
	body, err := ReadBody(r)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("parse request body: %w", err)
	}
	return nil
}

// WriteJSON writes an answer with a JSON value.
func WriteJSON(w http.ResponseWriter, status int, answer any) {
	body, err := json.Marshal(answer)
	if err != nil {
		http.Error(w, "marshal answer: "+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// Package admin calls the paths of a running marketplace's server that are for those who run it: its faults, and a second tool.
package admin

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

const (
	patience  = 30 * time.Second
	maxAnswer = 32 << 20 // bytes: an answer may name every listing
)

// Call sends a request, as JSON unless it is nil, to an address of a marketplace's server, and reads its answer into one of type A. Its errors
// say what the server did not like.
func Call[A any](ctx context.Context, method, address string, request any) (answer A, err error) {
	var body []byte
	if request != nil {
		if body, err = json.Marshal(request); err != nil {
			return answer, fmt.Errorf("%s: write the request: %w", address, err)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return answer, fmt.Errorf("%s: %w", address, err)
	}
	answered, err := (&http.Client{}).Do(r)
	if err != nil {
		return answer, fmt.Errorf("%s (is the marketplace running?): %w", address, err)
	}
	defer func() { _ = answered.Body.Close() }()
	read, err := io.ReadAll(io.LimitReader(answered.Body, maxAnswer))
	if err != nil {
		return answer, fmt.Errorf("%s: %w", address, err)
	}
	if answered.StatusCode != http.StatusOK {
		return answer, fmt.Errorf("%s: %s", address, strings.TrimSpace(string(read)))
	}
	if err := json.Unmarshal(read, &answer); err != nil {
		return answer, fmt.Errorf("%s: read the answer: %w", address, err)
	}
	return answer, nil
}

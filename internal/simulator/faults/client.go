package faults

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

// Show returns the faults of the marketplace at address (its base URL).
func Show(ctx context.Context, address string) (State, error) {
	return admin(ctx, http.MethodGet, address, nil)
}

// Switch sets the rates of the marketplace at address (its base URL) and returns the new state.
func Switch(ctx context.Context, address string, rates Rates) (State, error) {
	body, err := json.Marshal(rates)
	if err != nil {
		return State{}, fmt.Errorf("switch faults: %w", err)
	}
	return admin(ctx, http.MethodPut, address, body)
}

func admin(ctx context.Context, method, address string, body []byte) (State, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, address+AdminPath, bytes.NewReader(body))
	if err != nil {
		return State{}, fmt.Errorf("faults of %s: %w", address, err)
	}
	answer, err := (&http.Client{}).Do(r)
	if err != nil {
		return State{}, fmt.Errorf("faults of %s (is the marketplace running?): %w", address, err)
	}
	defer func() { _ = answer.Body.Close() }()
	read, err := io.ReadAll(io.LimitReader(answer.Body, maxAdminBody))
	if err != nil {
		return State{}, fmt.Errorf("faults of %s: %w", address, err)
	}
	if answer.StatusCode != http.StatusOK {
		return State{}, fmt.Errorf("faults of %s: %s", address, strings.TrimSpace(string(read)))
	}
	var state State
	if err := json.Unmarshal(read, &state); err != nil {
		return State{}, fmt.Errorf("faults of %s: read the answer: %w", address, err)
	}
	return state, nil
}

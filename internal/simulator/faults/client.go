package faults

import (
	"context"
	"fmt"
	"net/http"

	"github.com/towpath/towpath/internal/simulator/admin"
)

// Show returns the faults of the marketplace at address (its base URL).
func Show(ctx context.Context, address string) (State, error) {
	return call(ctx, http.MethodGet, address, nil)
}

// Switch sets the rates of the marketplace at address (its base URL) and returns the new state.
func Switch(ctx context.Context, address string, rates Rates) (State, error) {
	return call(ctx, http.MethodPut, address, rates)
}

func call(ctx context.Context, method, address string, request any) (State, error) {
	state, err := admin.Call[State](ctx, method, address+AdminPath, request)
	if err != nil {
		return State{}, fmt.Errorf("faults of %w", err)
	}
	return state, nil
}

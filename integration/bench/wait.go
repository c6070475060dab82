package main

import (
	"context"
	"fmt"
	"time"
)

// until polls until so returns true, for as long as patience. Its error says what it waited for.
func until(ctx context.Context, what string, so func() (bool, error)) error {
	return untilEvery(ctx, look, what, so)
}

// untilEvery is until with another time between two polls.
func untilEvery(ctx context.Context, every time.Duration, what string, so func() (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		if done, err := so(); err != nil || done {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait until %s: %w", what, ctx.Err())
		case <-time.After(every):
		}
	}
}

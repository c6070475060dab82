package platform

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.uber.org/zap"
)

// How long to wait before a step of a start is repeated, and how often it is said that the start waits.
const (
	repeatAfter = time.Second
	sayEvery    = 10 * time.Second
)

// Patiently repeats a step of a start until it succeeds, fails for a reason that waiting can't cure, or the context ends. A server
// that recovers from a kill with a backlog, on a busy machine, may need minutes (case G6: seven starts in a row gave up). It logs what
// it waits for, and calls Waiting.
func (p *Platform) Patiently(ctx context.Context, what string, step func(context.Context) error) error {
	began := time.Now()
	said := began.Add(repeatAfter - sayEvery) // at first after repeatAfter
	again := time.NewTimer(0)
	defer again.Stop()
	var last error
	for {
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), last)
		case <-again.C:
		}
		last = step(ctx)
		if last == nil || !passing(last) || ctx.Err() != nil {
			return last
		}
		if time.Since(said) >= sayEvery {
			said = time.Now()
			p.logger.Warn("The start waits.", zap.String("for", what), zap.Duration("so far", time.Since(began).Round(time.Second)), zap.Error(last))
			if p.Waiting != nil {
				p.Waiting(fmt.Sprintf("waiting for %s, %s so far", what, time.Since(began).Round(time.Second)))
			}
		}
		again.Reset(repeatAfter)
	}
}

// passing reports whether an error of the Temporal server may pass by itself: it is not there yet, or is busy.
func passing(err error) bool {
	var away *serviceerror.Unavailable
	var late *serviceerror.DeadlineExceeded
	var busy *serviceerror.ResourceExhausted
	return errors.As(err, &away) || errors.As(err, &late) || errors.As(err, &busy) || errors.Is(err, context.DeadlineExceeded)
}

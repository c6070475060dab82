package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// watchEvery is how often --watch looks again.
const watchEvery = time.Second

// watch shows what look answers once a second until the context ends: redrawn in place on a terminal,
// as one block after the other elsewhere, and as one JSON value per line with -o json.
func (p *Program) watch(ctx context.Context, look func() (any, func(*page), error)) error {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		value, human, err := look()
		if errors.Is(err, context.Canceled) || ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		if err := p.frame(value, human); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

func (p *Program) frame(value any, human func(*page)) error {
	var text []byte
	var err error
	if p.output == "json" {
		if text, err = json.Marshal(value); err != nil {
			return fmt.Errorf("print as JSON: %w", err)
		}
		text = append(harmless(text), '\n')
	} else {
		pg := p.page()
		pg.line("%s\n", moment(time.Now()))
		human(pg)
		text = append(pg.b.Bytes(), '\n')
		if p.Terminal {
			text = redraw(text)
		}
	}
	if _, err := p.Out.Write(text); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}

// redraw writes over what stands on the screen, line by line, so that nothing flickers: home, each line
// cleared to its end, and all below it cleared.
func redraw(text []byte) []byte {
	lines := bytes.ReplaceAll(text, []byte("\n"), []byte("\x1b[K\n"))
	return append(append([]byte("\x1b[H"), lines...), "\x1b[J"...)
}

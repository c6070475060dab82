package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// watchEvery is the interval of --watch.
const watchEvery = time.Second

// watch prints the result of look once a second until the context ends: in place on a terminal, otherwise as one block after
// another, or with -o json as one value per line.
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
			text = redraw(p.fits(text))
		}
	}
	if _, err := p.Out.Write(text); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}

// fits returns the lines for which the terminal has room: one line more would scroll it, and each frame would flicker.
func (p *Program) fits(text []byte) []byte {
	if p.Height == nil {
		return text
	}
	room := p.Height() - 2 // for the line that says how many are left out, and the cursor's
	lines := bytes.SplitAfter(bytes.TrimRight(text, "\n"), []byte("\n"))
	if room < 1 || len(lines) <= room+1 {
		return text
	}
	return fmt.Appendf(bytes.Join(lines[:room], nil), "... and %d more lines: a higher terminal shows them\n", len(lines)-room)
}

// redraw returns text that overwrites the screen line by line without flicker: it clears the end of each line and everything
// below.
func redraw(text []byte) []byte {
	lines := bytes.ReplaceAll(text, []byte("\n"), []byte("\x1b[K\n"))
	return append(append([]byte("\x1b[H"), lines...), "\x1b[J"...)
}

package devserver

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/towpath/towpath/internal/order"
)

const (
	liveEvery  = 500 * time.Millisecond // on a terminal, where the line is redrawn
	plainEvery = 10 * time.Second       // in a file, where each is a line of its own
)

// showProgress redraws a progress line until the context ends.
func (d *dev) showProgress(ctx context.Context) error {
	live := isTerminal(d.out)
	every := plainEvery
	if live {
		every = liveEvery
	}
	started := time.Now()
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		line, err := d.progressLine(ctx, time.Since(started))
		if err == nil && live {
			fmt.Fprintf(d.out, "\r\x1b[K%s", line)
		} else if err == nil {
			fmt.Fprintln(d.out, line)
		}
		select {
		case <-ctx.Done():
			if live {
				fmt.Fprintln(d.out)
			}
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// progressLine returns the progress of the book, the orders and the stock in one line.
func (d *dev) progressLine(ctx context.Context, elapsed time.Duration) (string, error) {
	f, err := d.figures(ctx)
	if err != nil {
		return "", err
	}
	parts := []string{elapsed.Round(time.Second).String()}
	if d.player != nil {
		p := d.player.Progress()
		parts = append(parts, fmt.Sprintf("book %s %d/%d", p.BookTime.Format("2 Jan 15:04"), p.Events, p.Total),
			fmt.Sprintf("placed %d", p.Placed))
		if p.Refused > 0 {
			parts = append(parts, fmt.Sprintf("refused %d", p.Refused))
		}
	}
	parts = append(parts, fmt.Sprintf("saved %d", f.saved), fmt.Sprintf("open %d", f.open),
		fmt.Sprintf("shipped %d", f.states[order.Shipped]+f.states[order.Completed]), fmt.Sprintf("levels to push %d", f.dirty))
	if f.parked > 0 {
		parts = append(parts, fmt.Sprintf("PARKED %d", f.parked))
	}
	return strings.Join(parts, " · "), nil
}

// figures are the platform's counts at one moment.
type figures struct {
	states                            map[order.State]int
	saved, open, ended, dirty, parked int
}

func (d *dev) figures(ctx context.Context) (figures, error) {
	summaries, err := d.platform.Store.Summaries(ctx)
	if err != nil {
		return figures{}, fmt.Errorf("read figures: %w", err)
	}
	f := figures{states: make(map[order.State]int)}
	for _, a := range summaries {
		for state, n := range a.Orders {
			f.states[state] += n
			f.saved += n
			if state.Terminal() {
				f.ended += n
			} else {
				f.open += n
			}
		}
		f.dirty, f.parked = f.dirty+a.Dirty, f.parked+a.Parked
	}
	return f, nil
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

package console

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/towpath/towpath/starter"
)

// How many hours the charts show, how long what was read of the present one is reused, and how long after its end an hour still may change: a
// transaction that began in it may end later.
const (
	hoursShown = 24
	hoursHold  = 10 * time.Second
	hourGrace  = 5 * time.Minute
)

// hoursCache has the hours that were read. Those that have ended are read once; else every open page would count a whole day every two seconds.
type hoursCache struct {
	mu    sync.Mutex
	at    time.Time // when the newest was read
	hours []starter.Hour
}

// get returns the last hoursShown hours, the present one last. read returns the hours from one moment to another.
func (h *hoursCache) get(ctx context.Context, now time.Time, read func(ctx context.Context, from, to time.Time) ([]starter.Hour, error)) ([]starter.Hour, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if now.Before(h.at) { // the clock was set back
		h.hours = nil
	}
	if len(h.hours) > 0 && now.Sub(h.at) < hoursHold {
		return h.hours, nil
	}
	first := now.UTC().Truncate(time.Hour).Add(-(hoursShown - 1) * time.Hour)
	settled := h.at.Add(-hourGrace).Truncate(time.Hour) // hours before it are known for good
	var known []starter.Hour
	from := first
	for _, hour := range h.hours {
		if !hour.Start.Before(first) && hour.Start.Before(settled) {
			known, from = append(known, hour), hour.Start.Add(time.Hour)
		}
	}
	fresh, err := read(ctx, from, now)
	if err != nil {
		return nil, err
	}
	h.hours, h.at = slices.Concat(known, fresh), now
	return h.hours, nil
}

package starter

import (
	"context"
	"time"

	"github.com/towpath/towpath/internal/stock"
)

// Hour is what happened on all accounts in one hour.
type Hour struct {
	Start  time.Time // UTC
	Orders int       // saved for the first time
	Faults int       // calls that failed
	Lags   stock.Lags
}

// Hours returns every hour from the one of a moment to the one of another, the oldest first. It reads what happened since the first by indexes,
// and nothing older.
func (s *Starter) Hours(ctx context.Context, from, to time.Time) ([]Hour, error) {
	from = from.UTC().Truncate(time.Hour)
	orders, err := s.Store.Orders.SavedByHour(ctx, from)
	if err != nil {
		return nil, err
	}
	faults, err := s.Store.Runs.FaultsByHour(ctx, from)
	if err != nil {
		return nil, err
	}
	lags, err := s.Store.Levels.LagsByHour(ctx, from)
	if err != nil {
		return nil, err
	}
	var out []Hour
	for at := from; !at.After(to); at = at.Add(time.Hour) {
		out = append(out, Hour{Start: at, Orders: orders[at], Faults: faults[at], Lags: lags[at]})
	}
	return out, nil
}

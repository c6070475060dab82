package market

import (
	"context"
	"fmt"
	"time"
)

// The alarm makes changes take effect when nobody calls: another process may be reading the file.

// soonest is the shortest time that the alarm is set to; after a failure it rings again.
const soonest = 20 * time.Millisecond

// catchUp applies what is due.
func (m *Market) catchUp(ctx context.Context) error {
	next := m.next.Load()
	if next == 0 || next > m.options.Now().UnixMicro() {
		return nil
	}
	return m.change(ctx, func(*change) error { return nil })
}

// arm sets the alarm to the time of the first change to come; 0 = none is. The caller holds mu.
func (m *Market) arm(next int64) {
	m.next.Store(next)
	if m.alarm != nil {
		m.alarm.Stop()
		m.alarm = nil
	}
	if next != 0 && !m.closed {
		m.alarm = time.AfterFunc(max(at(next).Sub(m.options.Now()), soonest), m.ring)
	}
}

// ring applies what is due and sets the alarm anew, also where that failed: a full disk may be emptied.
func (m *Market) ring() {
	_ = m.catchUp(context.Background())
	m.mu.Lock()
	defer m.mu.Unlock()
	m.arm(m.next.Load())
}

// firstDue is when the first change to come takes effect, in microseconds; 0 = none is to come.
func (c *change) firstDue(before int64) (next int64, err error) {
	if !c.rescheduled {
		return before, nil
	}
	if err := c.tx.QueryRowContext(c.ctx, `SELECT COALESCE(MIN(at), 0) FROM due`).Scan(&next); err != nil {
		return 0, fmt.Errorf("look for what is to come: %w", err)
	}
	return next, nil
}

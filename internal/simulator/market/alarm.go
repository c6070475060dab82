package market

import (
	"context"
	"fmt"
	"time"
)

// The alarm applies changes when they are due, even without a call: another process may be reading the file.

// soonest is the shortest time to the alarm; after a failure it is set again.
const soonest = 20 * time.Millisecond

// catchUp applies the changes that are due.
func (m *Market) catchUp(ctx context.Context) error {
	next := m.next.Load()
	if next == 0 || next > m.options.Now().UnixMicro() {
		return nil
	}
	return m.change(ctx, func(*change) error { return nil })
}

// arm sets the alarm to the time of the next change; 0 = none. The caller holds mu.
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

// ring applies the changes that are due and sets the alarm again, even after a failure such as a full disk.
func (m *Market) ring() {
	_ = m.catchUp(context.Background())
	m.mu.Lock()
	defer m.mu.Unlock()
	m.arm(m.next.Load())
}

// firstDue returns when the next change takes effect, in microseconds; 0 = none.
func (c *change) firstDue(before int64) (next int64, err error) {
	if !c.rescheduled {
		return before, nil
	}
	if err := c.tx.QueryRowContext(c.ctx, `SELECT COALESCE(MIN(at), 0) FROM due`).Scan(&next); err != nil {
		return 0, fmt.Errorf("look for what is to come: %w", err)
	}
	return next, nil
}

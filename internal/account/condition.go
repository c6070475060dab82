package account

import (
	"errors"
	"time"
)

// Pause stops the account: nothing is read from or sent to its channel. It reports whether the account was running. The first reason
// stays.
func (a *Account) Pause(reason string, now time.Time) bool {
	if a.Paused {
		return false
	}
	a.Paused, a.PausedReason, a.PausedAt = true, reason, now
	return true
}

// Resume lets a paused account continue and reports whether it was paused.
func (a *Account) Resume() bool {
	if !a.Paused {
		return false
	}
	a.Paused, a.PausedReason, a.PausedAt = false, "", time.Time{}
	return true
}

// GoLive ends the observing of an account: its levels and packages are sent from now on. It reports whether the account was
// observing. by is who lets it go live, a person or a program; it must be given.
func (a *Account) GoLive(by string) (changed bool, err error) {
	if by == "" {
		return false, errors.New("a name must be given")
	}
	changed = a.Observing
	a.Observing = false
	return changed, nil
}

// Observe makes an account that is live observe again, so that nothing is sent to its channel. It reports whether it was live.
func (a *Account) Observe() bool {
	was := a.Observing
	a.Observing = true
	return !was
}

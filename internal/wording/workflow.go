package wording

import (
	"fmt"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
)

// The texts for workflows that do not report a status themselves.
const (
	NoAnswer = "in progress, but no worker answers for it"
	NotKnown = "not known while Temporal does not answer"
)

// SendingAgain is the progress of a run that sends packages again. It has no workflow: those of its packages do the work.
const SendingAgain = "packages are sent again"

// NoTemporal returns the text that Temporal could not be asked.
const NoTemporal = "Temporal does not answer: this is what the store knows"

// stateDone is the status of a workflow that has just ended: it still answers queries for a while.
const stateDone = "done"

// AtWork reports whether a workflow's status shows that it is working.
func AtWork(s *message.Status) bool {
	return s != nil && s.State != stateDone && s.State != "failed"
}

// Live returns a workflow's status as text, without its next attempt, which screens show as a time.
func Live(s message.Status) Said {
	parts := []string{s.State}
	add := func(is bool, format string, args ...any) {
		if is {
			parts = append(parts, fmt.Sprintf(format, args...))
		}
	}
	p, tone := s.Progress, Busy
	add(s.Step != "", "%s", s.Step)
	add(p.Total > 0, "%s of %s", Number(p.Done), Number(p.Total))
	add(p.Total == 0 && p.Done > 0, "%s so far", Number(p.Done))
	add(s.Left > 0, "about %s left", Took(s.Left))
	add(p.Errors > 0, "%s", Count(p.Errors, "error", "errors"))
	add(s.Attempt > 1, "attempt %d", s.Attempt)
	add(s.WaitingFor != "", "waits for %s", s.WaitingFor)
	text := strings.Join(parts, ", ")
	if s.Fault != nil && !strings.Contains(s.WaitingFor, ", after ") { // the reason is said once
		text += " after " + s.Fault.Brief()
	}
	switch {
	case p.Errors > 0 || s.Fault != nil:
		tone = Warn
	case s.State == stateDone:
		tone = Good
	}
	return Said{text, tone}
}

// LiveLine returns Live with the next attempt.
func LiveLine(s message.Status, now time.Time) string {
	if s.NextAttempt.IsZero() {
		return Live(s).Text
	}
	return Live(s).Text + ", next attempt " + Due(s.NextAttempt, now)
}

// Silent returns why an order's workflow has no status.
func Silent(terminal, noTemporal bool) string {
	switch {
	case noTemporal:
		return NotKnown
	case terminal:
		return "has ended"
	}
	return "no live word: it has ended or no worker answered"
}

// Fault returns a fault's class and code, or an empty string.
func Fault(class channel.Class, code string) string {
	return strings.TrimSpace(string(class) + " " + code)
}

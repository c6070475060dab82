package account

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/channel"
)

// Work is a kind of work of an account that can be paused while the others go on, in the words of the register of runs.
type Work string

// The kinds of work.
const (
	Orders    Work = "orders"    // reading orders, and cancelling them on the channel
	Stock     Work = "stock"     // setting levels
	Shipments Work = "shipments" // confirming packages
	Listings  Work = "listings"  // publishing, and reading listings and what they show
)

// Works returns all kinds of work.
func Works() []Work { return []Work{Orders, Stock, Shipments, Listings} }

// ParseWorks reads kinds of work. The error says which there are.
func ParseWorks(words []string) ([]Work, error) {
	var out []Work
	for _, w := range words {
		if !slices.Contains(Works(), Work(w)) {
			var all []string
			for _, known := range Works() {
				all = append(all, string(known))
			}
			return nil, fmt.Errorf("%q is no kind of work: want one of %s", w, strings.Join(all, ", "))
		}
		if !slices.Contains(out, Work(w)) {
			out = append(out, Work(w))
		}
	}
	return out, nil
}

// WorkOf returns the work that an operation on the channel belongs to. It is empty for asking what became of a feed: that is done also while nothing more is sent.
func WorkOf(op channel.Operation) Work { return Work(op.Work()) }

// PausedWork is a kind of work that is paused while the account runs.
type PausedWork struct {
	Work   Work      `json:"kind"`
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`
}

// Pauses returns why and since when a kind of work is paused by itself; false: it is not.
func (a Account) Pauses(w Work) (PausedWork, bool) {
	i := slices.IndexFunc(a.PausedWork, func(p PausedWork) bool { return p.Work == w })
	if i < 0 {
		return PausedWork{}, false
	}
	return a.PausedWork[i], true
}

// WhyPaused returns why a kind of work is not done: because the account is paused, or that kind; false: neither is.
func (a Account) WhyPaused(w Work) (why string, paused bool) {
	if a.Paused {
		return cmp.Or(a.PausedReason, "paused"), true
	}
	if p, is := a.Pauses(w); is {
		return string(w) + " paused: " + p.Reason, true
	}
	return "", false
}

// Does reports whether a kind of work is done: the account runs, and that kind is not paused.
func (a Account) Does(w Work) bool {
	_, paused := a.Pauses(w)
	return a.Runs() && !paused
}

// PauseWork pauses a kind of work and reports whether it was not. The first reason stays.
func (a *Account) PauseWork(w Work, reason string, now time.Time) bool {
	if _, is := a.Pauses(w); is {
		return false
	}
	a.PausedWork = append(slices.Clone(a.PausedWork), PausedWork{w, reason, now})
	return true
}

// ResumeWork lets a kind of work continue and reports whether it was paused.
func (a *Account) ResumeWork(w Work) bool {
	before := len(a.PausedWork)
	a.PausedWork = slices.DeleteFunc(slices.Clone(a.PausedWork), func(p PausedWork) bool { return p.Work == w })
	return len(a.PausedWork) < before
}

// PausedText says which kinds of work are paused by themselves: "stock and listings paused"; empty: none.
func (a Account) PausedText() string {
	var words []string
	for _, w := range Works() {
		if _, is := a.Pauses(w); is {
			words = append(words, string(w))
		}
	}
	switch n := len(words); n {
	case 0:
		return ""
	case 1:
		return words[0] + " paused"
	default:
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1] + " paused"
	}
}

package main

import (
	"time"

	"github.com/towpath/towpath/internal/invocation"
	"github.com/towpath/towpath/internal/wording"
)

// What the command line says that the console says as well comes from wording and remedy; here is how a terminal shows it.

// moment is a time as tables show it. They have the time itself, where the console says how long ago it was: what a terminal
// shows stays there, grows old and is copied.
func moment(t time.Time) string { return dash(wording.Moment(t)) }

// away is how long ago or ahead a time is.
func away(t, now time.Time) string { return dash(wording.Away(t, now)) }

// due is away for what is still to come.
func due(t, now time.Time) string { return dash(wording.Due(t, now)) }

// amountOf is minor units as a person reads them.
func amountOf(minor int64, currency string) string { return dash(wording.Amount(minor, currency)) }

// counting is so many of a thing whose plural ends in s.
func counting(n int, one string) string { return wording.Count(n, one, one+"s") }

// colours are how tones look on a terminal.
var colours = map[wording.Tone]colour{
	wording.Good: green, wording.Busy: cyan, wording.Warn: yellow, wording.Bad: red, wording.Quiet: dim,
}

// said is a cell of what is said, in its tone.
func said(s wording.Said) cell { return tinted(s.Text, colours[s.Tone]) }

// shellWord is text as a shell takes it as one word: Shopify's order names begin with #.
func shellWord(s string) string { return invocation.ShellWord(s) }

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

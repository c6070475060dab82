package main

import (
	"time"

	"github.com/towpath/towpath/internal/invocation"
	"github.com/towpath/towpath/internal/wording"
)

// Texts that the console shows too come from packages wording and remedy; this file formats them for a terminal.

// moment returns a time of no account as tables show it, in UTC: absolute, unlike in the console, because terminal output is kept and copied.
func moment(t time.Time) string { return dash(wording.Moment(t)) }

// moment returns a time of an account as tables show it: in the account's time zone, which it names.
func (pg *page) moment(account string, t time.Time) string { return dash(pg.zones.Moment(account, t)) }

// away returns how long ago or ahead a time is.
func away(t, now time.Time) string { return dash(wording.Away(t, now)) }

// due returns away for a future time.
func due(t, now time.Time) string { return dash(wording.Due(t, now)) }

// amountOf returns an amount in minor units as text.
func amountOf(minor int64, currency string) string { return dash(wording.Amount(minor, currency)) }

// colours are the terminal colours of tones.
var colours = map[wording.Tone]colour{
	wording.Good: green, wording.Busy: cyan, wording.Warn: yellow, wording.Bad: red, wording.Quiet: dim,
}

// said returns a text as a table cell in the colour of its tone.
func said(s wording.Said) cell { return tinted(s.Text, colours[s.Tone]) }

// shellWord returns text quoted as one shell word: Shopify's order names begin with #.
func shellWord(s string) string { return invocation.ShellWord(s) }

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

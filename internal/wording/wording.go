// Package wording has the texts that the command line and the console both show: times, amounts, the states of
// accounts, orders, workflows and runs, and empty lists. Its functions are pure: they take facts and return
// sentences. Commands in a sentence are in back quotes, and the console formats them.
//
// A text that only one screen shows is kept with that screen.
package wording

// Tone is the importance of a text: a colour on a terminal, a class on a page. The text is complete without it.
type Tone string

// The tones.
const (
	Good  Tone = "ok"    // as it should be
	Busy  Tone = "busy"  // in progress
	Warn  Tone = "warn"  // worth a look
	Bad   Tone = "bad"   // a person has to act
	Quiet Tone = "quiet" // nothing is in progress, nothing is wrong
)

// Said is a text with its tone.
type Said struct {
	Text string
	Tone Tone
}

// Package wording has the texts that the command line and the console both show: times, amounts, the states of accounts, orders,
// workflows and runs, and empty lists. It is pure: it gets facts and returns sentences. Commands in a sentence are in back
// quotes, and the console formats them.
//
// Texts of only one screen are kept there.
package wording

// Tone is the importance of a text: a colour on a terminal, a class on a page. The text is complete without it.
type Tone string

// The tones.
const (
	Good  Tone = "ok"    // it is as it should be
	Busy  Tone = "busy"  // it goes on
	Warn  Tone = "warn"  // worth a look
	Bad   Tone = "bad"   // a person has to act
	Quiet Tone = "quiet" // nothing goes on, nothing is wrong
)

// Said is a text with its tone.
type Said struct {
	Text string
	Tone Tone
}

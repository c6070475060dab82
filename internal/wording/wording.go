// Package wording says what an operator reads of things that the command line and the console both show: how long ago
// something was, what an amount is, what state an account is in, where an order stands and what happens next, what a workflow
// says of itself, how a run ended, why a list is empty. It is pure: facts go in, sentences come out. A command in a sentence
// stands between back quotes; the console sets it apart.
//
// What a screen alone needs stays there: heads of columns, notices of a button, the sign that a place without a value has.
package wording

// Tone is how what is said looks: a colour on a terminal, a class on a page. The text says the same without it.
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

package main

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// clean keeps what comes from a channel or a file from steering the terminal, from breaking a line and from
// being taken for something else: what can't be seen becomes a question mark.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if unseen(r) || r == utf8.RuneError {
			return '?'
		}
		return r
	}, s)
}

// unseen is a character that has no picture of its own: it steers a terminal (controls, U+0080 to U+009F included),
// turns text around (U+202E), takes no room (U+200B: two SKUs that look the same) or breaks a line (U+2028). Code
// points for private use may look like anything.
func unseen(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co) || filler(r)
}

// filler is a letter of Unicode that is drawn as nothing.
func filler(r rune) bool {
	switch r {
	case '\u034f', '\u115f', '\u1160', '\u17b4', '\u17b5', '\u3164', '\uffa0':
		return true
	}
	return r >= '\ufe00' && r <= '\ufe0f' || r >= '\U000e0100' && r <= '\U000e01ef' // selectors of a variant
}

// harmless is JSON of the same value in which what can't be seen is written as an escape, so that it neither steers a
// terminal nor hides; a program that reads it gets the text unchanged. Line ends between values stay.
func harmless(text []byte) []byte {
	if bytes.IndexFunc(text, func(r rune) bool { return r != '\n' && unseen(r) || r == utf8.RuneError }) < 0 {
		return text
	}
	out := make([]byte, 0, len(text)+64)
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		switch {
		case r == utf8.RuneError: // broken, or U+FFFD itself
			out = append(out, `\ufffd`...)
		case r != '\n' && unseen(r) && r > 0xffff:
			high, low := utf16.EncodeRune(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		case r != '\n' && unseen(r):
			out = fmt.Appendf(out, `\u%04x`, r)
		default:
			out = append(out, text[:size]...)
		}
		text = text[size:]
	}
	return out
}

package main

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// clean replaces invisible characters by question marks, so that text from a channel or a file can't control the terminal, break
// a line or look like something else.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if unseen(r) || r == utf8.RuneError {
			return '?'
		}
		return r
	}, s)
}

// unseen reports whether a character has no visible form: it controls a terminal (U+0080 to U+009F included), reverses text
// (U+202E), takes no space (U+200B: two SKUs would look the same) or breaks a line (U+2028). Private-use code points may look
// like anything.
func unseen(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co) || filler(r)
}

// filler reports whether a letter of Unicode is invisible.
func filler(r rune) bool {
	switch r {
	case '\u034f', '\u115f', '\u1160', '\u17b4', '\u17b5', '\u3164', '\uffa0':
		return true
	}
	return r >= '\ufe00' && r <= '\ufe0f' || r >= '\U000e0100' && r <= '\U000e01ef' // variation selectors
}

// harmless returns the same JSON with invisible characters escaped, so that they can't control a terminal. Programs that read it
// get the text unchanged. Line ends between values stay.
func harmless(text []byte) []byte {
	if bytes.IndexFunc(text, func(r rune) bool { return r != '\n' && unseen(r) || r == utf8.RuneError }) < 0 {
		return text
	}
	out := make([]byte, 0, len(text)+64)
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		switch {
		case r == utf8.RuneError: // invalid, or U+FFFD itself
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

package wording

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/towpath/towpath/internal/invocation"
)

// GoLive is what is known about an account that may go live.
type GoLive struct {
	Account  string
	Scanned  bool // its open orders were read
	Imported bool // its listings were read
	Stocked  bool // there is stock on hand at its locations
	Listings int
	Risky    int // listings that would go to zero or rise by far
	Bears    int // how many of these the account's settings allow without asking
}

// Against returns the reasons against going live, a clause each.
func (g GoLive) Against() (why []string) {
	account := invocation.ShellWord(g.Account)
	if !g.Scanned {
		why = append(why, "its open orders were never read: `towpath sync orders --account "+account+" --wait`")
	}
	why = append(why, g.Missing()...)
	if g.Risky > g.Bears {
		why = append(why, g.Arithmetic()+": `towpath levels diff --account "+account+" --only to-zero` shows them")
	}
	return why
}

// Missing returns what is unknown about the account's levels, a clause each.
func (g GoLive) Missing() (what []string) {
	if !g.Imported {
		what = append(what, "its listings were never read: `towpath links import --account "+invocation.ShellWord(g.Account)+" --wait`")
	}
	if !g.Stocked {
		what = append(what, "no stock is on hand where its stock lies, every listing would go to zero: `towpath stock import FILE`")
	}
	return what
}

// Arithmetic returns the brake's calculation as a clause.
func (g GoLive) Arithmetic() string {
	return fmt.Sprintf("%s of %s would go to zero or above five times what is listed, %s are allowed without asking (20, or one in twenty)",
		Number(g.Risky), Count(g.Listings, "listing", "listings"), Number(g.Bears))
}

// Sentence returns a clause as a sentence.
func Sentence(clause string) string {
	first, n := utf8.DecodeRuneInString(clause)
	return string(unicode.ToUpper(first)) + strings.TrimSuffix(clause[n:], ".") + "."
}

package browsertest

import (
	_ "embed"
	"fmt"
)

// readable is what finds the flaws of a page, in the page.
//
//go:embed readable.js
var readable string

// Flaw is something on a page that some people can't read, or that a screen reader or the keyboard can't use.
type Flaw struct {
	Rule     string  `json:"rule"`
	Selector string  `json:"selector"` // where it is
	Text     string  `json:"text"`     // what stands there
	Ratio    float64 `json:"ratio"`    // of the contrast; 0: it is not about contrast
	Wanted   float64 `json:"wanted"`
}

// String says what is wrong and where.
func (f Flaw) String() string {
	if f.Rule == contrast {
		return fmt.Sprintf("%s %.2f, wanted %g: %s %q", f.Rule, f.Ratio, f.Wanted, f.Selector, f.Text)
	}
	return fmt.Sprintf("%s: %s %q", f.Rule, f.Selector, f.Text)
}

const contrast = "contrast"

// Flaws returns what is not readable on the page in a scheme of colours, with everything unfolded that can be: text with too little contrast
// to what is behind it (WCAG 2.1 §1.4.3: 4.5, large text 3), controls and pictures without a name, header cells without a scope, ids that are
// there twice or that nothing has, another number of main headings than one, and a set order of the Tab key.
func (b *Tab) Flaws(s Scheme) []Flaw {
	b.t.Helper()
	b.Prefer(s)
	return Eval[[]Flaw](b, readable)
}

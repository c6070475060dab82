package merchantfile

import (
	"errors"
	"fmt"
	"strings"

	"github.com/towpath/towpath/internal/catalogue"
)

// page is one reading of a file: its results and what it must remember.
type page struct {
	file       *File
	report     *Report
	skus       map[string]place  // by catalogue.Fold and, if a SKU may occur more than once, the rest of the key
	quantities map[string]string // of SKUs that may stand twice, by the same key
}

// place is the first occurrence of a SKU and its spelling there.
type place struct {
	line int
	sku  string
}

func (f *File) page() *page {
	return &page{file: f, report: &Report{Rows: f.facts.rows}, skus: map[string]place{}, quantities: map[string]string{}}
}

// wrong records a mistake.
func (p *page) wrong(line int, c column, what, want string) {
	p.mistake(catalogue.Mistake{Line: line, Column: c.name, What: what, Want: want})
}

func (p *page) mistake(m catalogue.Mistake) {
	p.report.Wrong++
	if len(p.report.Mistakes) < MaxShown {
		p.report.Mistakes = append(p.report.Mistakes, m)
	}
}

// skip records a row that is left out without being a mistake.
func (p *page) skip(line int, what, why string) {
	p.report.Skipped++
	if len(p.report.Skips) < MaxShown {
		p.report.Skips = append(p.report.Skips, Skip{Line: line, What: strings.Clone(what), Why: why})
	}
}

func (p *page) note(format string, args ...any) {
	if len(p.report.Notes) < MaxShown {
		p.report.Notes = append(p.report.Notes, fmt.Sprintf(format, args...))
	}
}

// handed counts what was handed over. A Mistake returned by the receiver is recorded, and reading continues.
func (p *page) handed(line int, err error) error {
	var m catalogue.Mistake
	switch {
	case err == nil:
		p.report.Handed++
	case errors.As(err, &m):
		if m.Line == 0 {
			m.Line = line
		}
		p.mistake(m)
	default:
		return err
	}
	return nil
}

// maxSKU is the longest SKU of any channel, in bytes: Shopify's 255 characters.
const maxSKU = 255

// sku reads a SKU from a cell that is not empty; it returns an empty text after a mistake.
func (p *page) sku(r row, c column) string { return p.skuText(r, c, r.get(c)) }

// skuText is sku for a text taken from its cell.
func (p *page) skuText(r row, c column, text string) string {
	text, _ = unwrap(text)
	const want = "the SKU as the channels have it"
	switch reason, damaged := Damaged(text); {
	case damaged:
		p.wrong(r.line, c, quote(text)+" "+reason, want+": export again and don't save the file in a spreadsheet, or make the column Text first")
	case len(text) > maxSKU:
		p.wrong(r.line, c, fmt.Sprintf("%s has %d bytes", quote(text), len(text)), fmt.Sprintf("a SKU of %d at most", maxSKU))
	case strings.ContainsAny(text, "\r\n\t\x00") || strings.ContainsRune(text, '\uFFFD'):
		p.wrong(r.line, c, quote(text)+" holds a line end, a tab or a lost character", want)
	default:
		return text
	}
	return ""
}

// once records a mistake if a SKU occurred before, in this or another spelling, with the same rest (a location).
func (p *page) once(r row, c column, sku, rest string) bool {
	key := catalogue.Fold(sku) + "\x00" + catalogue.Fold(rest)
	first, again := p.skus[key]
	if !again {
		p.skus[key] = place{r.line, strings.Clone(sku)}
		return true
	}
	at := ""
	if rest != "" {
		at = " at " + rest
	}
	if first.sku == sku {
		p.wrong(r.line, c, fmt.Sprintf("%s%s is already in line %d", quote(sku), at, first.line), "each SKU once")
	} else {
		p.wrong(r.line, c, fmt.Sprintf("%s%s is %s of line %d but for capitals or spaces", quote(sku), at, quote(first.sku), first.line),
			"one spelling of one SKU, or two SKUs that differ in more")
	}
	return false
}

package merchantfile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/sheet"
)

// facts are what the first pass over the file finds out for later passes.
type facts struct {
	rows   int
	groups map[string]int // rows of each product
	marks  map[int]*marks // by column
	days   map[int]*days  // by column
}

// maxGroup limits the rows of one product: Shopify's 2,048 variants and 250 pictures, twice.
const maxGroup = 5_000

// WrongKindError is the error of a file that can't be read for the requested kind.
type WrongKindError struct {
	Name   string
	Format Format
	Asked  Kind
	Why    string // what this very file lacks; empty: no file of the format has it
}

func (e *WrongKindError) Error() string {
	if e.Why != "" {
		return fmt.Sprintf("%s is %s, and can't be read for %s: %s", e.Name, e.Format.Title, e.Asked, e.Why)
	}
	return fmt.Sprintf("%s is %s, which can't be read for %s; %s", e.Name, e.Format.Title, e.Asked, e.Format.Use)
}

// collect goes over the file once.
func (f *File) collect(ctx context.Context) error {
	f.facts = facts{groups: map[string]int{}, marks: map[int]*marks{}, days: map[int]*days{}}
	for _, c := range f.shape.numbers {
		if c.there() {
			f.facts.marks[c.at] = &marks{}
		}
	}
	for _, c := range f.shape.dates {
		if c.there() {
			f.facts.days[c.at] = &days{}
		}
	}
	return f.each(ctx, f.page(), func(r row) error {
		f.facts.rows++
		for _, c := range f.shape.numbers {
			if text := r.get(c); text != "" {
				f.facts.marks[c.at].see(text, r.line)
			}
		}
		for _, c := range f.shape.dates {
			if text := r.get(c); text != "" {
				f.facts.days[c.at].see(text, r.line)
			}
		}
		if f.shape.key != nil {
			if key := f.shape.key(r); key != "" {
				f.facts.groups[strings.Clone(key)]++
			}
		}
		return nil
	})
}

// each calls do for the rows under the header. A bad row is a mistake of the page.
func (f *File) each(ctx context.Context, p *page, do func(row) error) error {
	f.read = 0
	for in := f.text.Read(f.layout); ; {
		next, err := in.Next()
		var wrong *sheet.RowError
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &wrong):
			p.mistake(f.rowMistake(wrong))
			continue
		case err != nil:
			return err
		}
		if next.Line%1024 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		r := row{next.Line, next.Cells}
		if next.Line <= f.header.line || r.empty() {
			continue
		}
		f.read++
		if m, ok := f.wrongLength(r); ok {
			p.mistake(m)
			continue
		}
		if err := do(r); err != nil {
			return err
		}
	}
}

func (f *File) rowMistake(wrong *sheet.RowError) catalogue.Mistake {
	m := catalogue.Mistake{Line: wrong.Line, What: wrong.What, Want: wrong.Want}
	if at := wrong.Cell - 1; at >= 0 && at < len(f.header.names) {
		m.Column = f.header.names[at]
	}
	return m
}

// begin starts a reading, if the file can be read for a kind.
func (f *File) begin(k Kind) (*page, error) {
	if why := f.shape.lacks[k]; why != "" || !f.format.HoldsKind(k) {
		return f.page(), &WrongKindError{f.name, f.Format(), k, why}
	}
	p := f.page()
	p.report.Notes = append(p.report.Notes, f.shape.notes...)
	if f.header != nil {
		for _, m := range f.header.doubled() {
			p.mistake(m)
		}
	}
	return p, nil
}

// wrongLength checks the number of a row's cells against the header's. Missing cells at the end are empty: Amazon and
// spreadsheets leave them out. But the format's required columns must be there.
func (f *File) wrongLength(r row) (catalogue.Mistake, bool) {
	cells, columns, want := len(r.cells), len(f.header.names), ""
	switch {
	case cells > columns && !(row{r.line, r.cells[columns:]}).empty():
		want = "as many: a cell with a comma or a line end in it stands in quotation marks"
	case cells <= f.shape.last.at:
		want = fmt.Sprintf("the row to reach column %s: a cell with a line end in it stands in quotation marks", f.shape.last.name)
	default:
		return catalogue.Mistake{}, false
	}
	return catalogue.Mistake{Line: r.line, What: fmt.Sprintf("the row has %d cells, the header row %d", cells, columns), Want: want}, true
}

package main

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/towpath/towpath/internal/invocation"
	"github.com/towpath/towpath/internal/table"
	"github.com/towpath/towpath/internal/wording"
)

// colour is an ANSI colour. It never carries information that the text lacks.
type colour string

const (
	plain  colour = ""
	bold   colour = "1"
	dim    colour = "2"
	red    colour = "31"
	green  colour = "32"
	yellow colour = "33"
	cyan   colour = "36"
)

// page is text output, with aligned tables and, on a terminal, colours.
type page struct {
	b       bytes.Buffer
	colours bool
	call    string // the program's name in printed commands
	zones   wording.Zones
}

// print prints a value as JSON or as a page.
func (p *Program) print(value any, human func(*page)) error {
	text, err := p.render(value, human)
	if err != nil {
		return err
	}
	if _, err = p.Out.Write(text); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}

func (p *Program) render(value any, human func(*page)) ([]byte, error) {
	if p.output == "json" {
		text, err := json.MarshalIndent(value, "", "  ")
		if err != nil {
			return nil, fmt.Errorf("print as JSON: %w", err)
		}
		return append(harmless(text), '\n'), nil
	}
	pg := p.page()
	human(pg)
	return pg.b.Bytes(), nil
}

func (p *Program) page() *page { return &page{colours: p.Colours, call: p.called(), zones: p.zones} }

func (pg *page) line(format string, args ...any) {
	for i, a := range args {
		if s, ok := a.(string); ok {
			args[i] = clean(s)
		}
	}
	pg.b.WriteString(invocation.Fit(fmt.Sprintf(format, args...), pg.call) + "\n")
}

// said writes a text in the colour of its tone.
func (pg *page) said(s wording.Said) {
	pg.b.WriteString(pg.paint(invocation.Fit(clean(s.Text), pg.call), colours[s.Tone]) + "\n")
}

func (pg *page) title(text string) { pg.b.WriteString(pg.paint(clean(text), bold) + "\n") }

// section writes a title with an empty line above it.
func (pg *page) section(text string) {
	pg.b.WriteByte('\n')
	pg.title(text)
}

func (pg *page) paint(text string, c colour) string {
	if !pg.colours || c == plain || text == "" {
		return text
	}
	return "\x1b[" + string(c) + "m" + text + "\x1b[0m"
}

// cell is one cell of a table.
type cell struct {
	text   string
	colour colour
	right  bool // for numbers
	broken bool // may be broken between words where the table is too wide: it is read, not copied
}

func word(s string) cell             { return cell{text: s} }
func (c cell) prose() cell           { c.broken = true; return c }
func tinted(s string, c colour) cell { return cell{text: s, colour: c} }
func number[N int | int64](n N) cell { return cell{text: fmt.Sprint(n), right: true} }
func amount(s string) cell           { return cell{text: s, right: true} }
func counted(n int, c colour) cell {
	return cell{text: fmt.Sprint(n), right: true, colour: when(n > 0, c)}
}
func when(is bool, c colour) colour     { return map[bool]colour{true: c}[is] }
func words(list ...string) (row []cell) { return cellsOf(list) }

func cellsOf(list []string) []cell {
	row := make([]cell, len(list))
	for i, s := range list {
		row[i] = word(s)
	}
	return row
}

// facts writes rows of what something is called and what it is.
func (pg *page) facts(rows [][]cell) {
	for _, row := range rows {
		row[0].colour, row[1].broken = dim, true
	}
	pg.table(nil, rows)
}

// table writes rows under a head, at most table.Width wide; titles of number columns are aligned to the right. A nil head is left
// out.
func (pg *page) table(head []string, rows [][]cell) {
	titled := head != nil
	if titled {
		titles := make([]cell, len(head))
		for i, h := range head {
			titles[i] = cell{text: h, colour: dim, right: len(rows) > 0 && rows[0][i].right}
		}
		rows = append([][]cell{titles}, rows...)
	}
	lines := make([][]table.Cell, len(rows))
	for i, row := range rows {
		for _, c := range row {
			lines[i] = append(lines[i], table.Cell{Text: invocation.Fit(clean(c.text), pg.call), Right: c.right, Prose: c.broken,
				Title: titled && i == 0, Paint: func(text string) string { return pg.paint(text, c.colour) }})
		}
	}
	_ = table.Write(&pg.b, lines) // a buffer takes everything
}

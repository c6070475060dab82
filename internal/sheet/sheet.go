// Package sheet reads delimited text as merchants export it: comma, semicolon or tab separated, in UTF-8, UTF-16,
// Windows-1252 or CP932. It knows cells, rows and lines and nothing of what they mean.
//
// Everything is bounded (Limits) and nothing is held but the row being read, so a file of any length takes the same
// memory. What is wrong with a row comes as a *RowError, after which reading goes on; what is wrong with the file
// ends it.
package sheet

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// ErrEmpty is the fault of a file without a single row.
var ErrEmpty = errors.New("the file is empty; want a header row and at least one row under it")

// Limits bounds what is read. A field of 0 takes its value from Defaults.
type Limits struct {
	Bytes int64 // of the file
	Rows  int   // the header among them
	Cells int   // of a row
	Cell  int   // bytes of a cell
}

// Defaults are well above what shops really export: 111 columns were seen, and product texts of some 100 KB.
var Defaults = Limits{Bytes: 512 << 20, Rows: 5_000_000, Cells: 2_000, Cell: 1 << 20}

func (l Limits) orDefaults() Limits {
	pick := func(n, otherwise int) int {
		if n > 0 {
			return n
		}
		return otherwise
	}
	l.Rows, l.Cells, l.Cell = pick(l.Rows, Defaults.Rows), pick(l.Cells, Defaults.Cells), pick(l.Cell, Defaults.Cell)
	if l.Bytes <= 0 {
		l.Bytes = Defaults.Bytes
	}
	return l
}

// TooLargeError is the fault of a file beyond its bound.
type TooLargeError struct {
	What string // "the file", "the file's rows"
	Has  string // empty where it was not counted
	Most string
}

func (e *TooLargeError) Error() string {
	has := ""
	if e.Has != "" {
		has = " (" + e.Has + ")"
	}
	return fmt.Sprintf("%s%s: more than the %s that is read at once; split the file, each part with the header row, and read the parts one after the other",
		e.What, has, e.Most)
}

// RowError is what is wrong with one row. The rows after it can still be read.
type RowError struct {
	Line int    // the row's first line; the file's first is 1
	Cell int    // 1 for the first; 0: the row as a whole
	What string //
	Want string // what would be right
}

func (e *RowError) Error() string {
	where := fmt.Sprintf("line %d", e.Line)
	if e.Cell > 0 {
		where += fmt.Sprintf(", cell %d", e.Cell)
	}
	return fmt.Sprintf("%s: %s; want %s", where, e.What, e.Want)
}

// Text is a file that was found to be text.
type Text struct {
	in     io.ReaderAt
	size   int64
	limits Limits
	bytes  survey
}

// Look goes over a file once to find out what it is. It answers *TooLargeError, *OtherKindError for what is no
// delimited text (a workbook, a PDF), *UnreadableError for text of no known encoding, or ErrEmpty.
func Look(ctx context.Context, in io.ReaderAt, size int64, limits Limits) (*Text, error) {
	limits = limits.orDefaults()
	if err := CheckSize(size, limits); err != nil {
		return nil, err
	}
	head := make([]byte, min(size, headBytes))
	if n, err := in.ReadAt(head, 0); n < len(head) {
		return nil, fmt.Errorf("read the file's beginning: %w", err)
	}
	if err := otherKind(head); err != nil {
		return nil, err
	}
	t := &Text{in: in, size: size, limits: limits}
	if err := t.bytes.read(ctx, in, size); err != nil {
		return nil, err
	}
	if err := t.bytes.judge(); err != nil {
		return nil, err
	}
	return t, nil
}

// CheckSize answers *TooLargeError for a file beyond the bound.
func CheckSize(size int64, limits Limits) error {
	if most := limits.orDefaults().Bytes; size > most {
		return &TooLargeError{What: "the file", Has: inMiB(size), Most: inMiB(most)}
	}
	return nil
}

// Size is the file's, in bytes.
func (t *Text) Size() int64 { return t.size }

func inMiB(n int64) string {
	if n < 10<<20 {
		return fmt.Sprintf("%d bytes", n)
	}
	return fmt.Sprintf("%d MiB", (n+1<<20-1)>>20)
}

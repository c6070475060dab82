// Package sheet reads delimited text as merchants export it: separated by comma, semicolon or tab, in UTF-8, UTF-16,
// Windows-1252 or CP932. It returns cells, rows and lines, whatever they mean.
//
// Everything is limited (Limits) and only the current row is held, so a file of any length takes the same memory. A
// bad row gives a *RowError, after which reading continues; any other error ends it.
package sheet

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// ErrEmpty is the error of a file without rows.
var ErrEmpty = errors.New("the file is empty; want a header row and at least one row under it")

// Limits are the limits of what is read. A field of 0 takes its value from Defaults.
type Limits struct {
	Bytes int64 // of the file
	Rows  int   // the header among them
	Cells int   // of a row
	Cell  int   // bytes of a cell
}

// Defaults are well above real exports: up to 111 columns, and product texts of about 100 KB.
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

// TooLargeError is the error of a file above a limit.
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

// RowError is the error of one row. The rows after it can still be read.
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

// Text is a file that is text.
type Text struct {
	in     io.ReaderAt
	size   int64
	limits Limits
	bytes  survey
}

// Look reads a file once to find its kind and encoding. Errors: *TooLargeError, *OtherKindError for something else
// than delimited text (a workbook, a PDF), *UnreadableError for an unknown encoding, or ErrEmpty.
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
	if err := t.bytes.check(); err != nil {
		return nil, err
	}
	return t, nil
}

// CheckSize returns a *TooLargeError for a file above the limit.
func CheckSize(size int64, limits Limits) error {
	if most := limits.orDefaults().Bytes; size > most {
		return &TooLargeError{What: "the file", Has: inMiB(size), Most: inMiB(most)}
	}
	return nil
}

// Size returns the file's size in bytes.
func (t *Text) Size() int64 { return t.size }

func inMiB(n int64) string {
	if n < 10<<20 {
		return fmt.Sprintf("%d bytes", n)
	}
	return fmt.Sprintf("%d MiB", (n+1<<20-1)>>20)
}

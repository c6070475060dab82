package book

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Limits of a book, so that a wrong file gives an error and not a crash. The data set's whole year has 541,909 rows
// in 46 MB.
const (
	MaxBytes = 128 << 20
	MaxRows  = 1_000_000
)

var header = []string{
	"InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country",
}

// The columns' positions in header.
const (
	colInvoice = iota
	colCode
	colTitle
	colQuantity
	colDate
	colPrice
	colCustomer
	colCountry
)

// Error is the reason why a book can't be read: position, problem and remedy. Line and Column count from 1, columns
// in bytes.
type Error struct {
	Name         string
	Line, Column int
	Problem      string
	Remedy       string
}

// Error returns "NAME:LINE:COLUMN: problem; remedy".
func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s; %s", e.Name, e.Line, e.Column, e.Problem, e.Remedy)
}

var errTooLarge = errors.New("too large")

// Read reads a whole book. The name is used in errors only. An error is an *Error when the content is wrong,
// otherwise it wraps the reader's error.
func Read(r io.Reader, name string) (*Book, error) {
	return readLimited(r, name, MaxBytes, MaxRows)
}

func readLimited(r io.Reader, name string, maxBytes int64, maxRows int) (*Book, error) {
	in := bufio.NewReader(&limitedReader{from: r, left: maxBytes})
	if mark, err := in.Peek(3); err == nil && string(mark) == "\ufeff" {
		_, _ = in.Discard(3) // spreadsheets write a byte order mark
	}
	rd := &reader{
		csv:      csv.NewReader(in),
		book:     &Book{name: name},
		byNumber: map[string]*invoice{},
		maxBytes: maxBytes,
	}
	rd.csv.FieldsPerRecord = len(header)
	rd.csv.ReuseRecord = true
	if err := rd.readHeader(); err != nil {
		return nil, err
	}
	for {
		fields, err := rd.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if rd.book.rows == maxRows {
			return nil, rd.fail(0, fmt.Sprintf("the book has more than %d rows", maxRows), "split the file, by month for instance")
		}
		if err := rd.add(fields); err != nil {
			return nil, err
		}
	}
	if rd.book.rows == 0 {
		return nil, rd.failAt(rd.line+1, 1, "the book has a header and no rows", "one row per invoice line must follow")
	}
	slices.SortStableFunc(rd.book.invoices, func(a, b *invoice) int { return a.at.Compare(b.at) })
	return rd.book, nil
}

type reader struct {
	csv      *csv.Reader
	book     *Book
	byNumber map[string]*invoice
	line     int // of the record read last
	maxBytes int64
}

func (rd *reader) readHeader() error {
	fields, err := rd.next()
	if errors.Is(err, io.EOF) {
		return rd.failAt(1, 1, "the file is empty", "the first line must be "+strings.Join(header, ","))
	}
	if err != nil {
		return err
	}
	for i, want := range header {
		if fields[i] != want {
			return rd.fail(i, fmt.Sprintf("column %d is called %s", i+1, quoted(fields[i])),
				fmt.Sprintf("it must be %q, and the first line %s", want, strings.Join(header, ",")))
		}
	}
	return nil
}

// next reads one record and converts the CSV reader's errors.
func (rd *reader) next() ([]string, error) {
	fields, err := rd.csv.Read()
	var parse *csv.ParseError
	switch {
	case err == nil:
		rd.line, _ = rd.csv.FieldPos(0)
		return fields, nil
	case errors.Is(err, io.EOF):
		return nil, io.EOF
	case errors.Is(err, errTooLarge):
		return nil, rd.failAt(rd.line+1, 1, fmt.Sprintf("the file is larger than %d bytes", rd.maxBytes), "split it, by month for instance")
	case errors.Is(err, csv.ErrFieldCount):
		return nil, rd.fail(min(len(fields)-1, len(header)), fmt.Sprintf("the line has %d columns", len(fields)),
			fmt.Sprintf("it must have %d: %s", len(header), strings.Join(header, ",")))
	case errors.As(err, &parse):
		return nil, rd.failAt(parse.Line, parse.Column, "a quotation mark is out of place",
			`a field that holds quotation marks or commas is enclosed in "", with each mark inside doubled`)
	}
	return nil, fmt.Errorf("%s: read order book after line %d: %w", rd.book.name, rd.line, err)
}

// fail returns an error for the given column of the last record.
func (rd *reader) fail(column int, problem, remedy string) error {
	line, at := rd.csv.FieldPos(column)
	return rd.failAt(line, at, problem, remedy)
}

func (rd *reader) failAt(line, column int, problem, remedy string) error {
	return &Error{Name: rd.book.name, Line: line, Column: column, Problem: problem, Remedy: remedy}
}

// limitedReader returns an error at its limit, where io.LimitReader would return EOF: half a book must not be played
// as a whole one.
type limitedReader struct {
	from io.Reader
	left int64
}

func (l *limitedReader) Read(p []byte) (int, error) {
	if int64(len(p)) > l.left+1 {
		p = p[:l.left+1]
	}
	n, err := l.from.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, errTooLarge
	}
	return n, err
}

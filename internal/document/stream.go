package document

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Stream reads a JSON file value by value, without holding more than one. A byte order mark at its start is passed over.
type Stream struct {
	text  *io.SectionReader
	in    *json.Decoder
	guard *guard

	at   int64 // up to where lines were counted
	line int   // that at is in
	buf  [4096]byte
}

// SyntaxError ends the reading of a stream: it is not JSON, or a value is too large.
type SyntaxError struct {
	Line int // where the value begins that has it
	Err  error
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Err) }
func (e *SyntaxError) Unwrap() error { return e.Err }

// ValueError is a JSON value of the wrong form. The stream continues after it.
type ValueError struct {
	Line  int    // where the value begins
	Field string // with those that it stands in before it: "variants.sku"
	Got   string // what it is in JSON; empty where the form has no such field
	Want  string // what it must be in JSON
}

func (e *ValueError) Error() string {
	if e.Got == "" {
		return fmt.Sprintf("line %d: %s: there is no such field", e.Line, e.Field)
	}
	return fmt.Sprintf("line %d: %s: it is a JSON %s; want a JSON %s", e.Line, e.Field, e.Got, e.Want)
}

// NewStream returns a stream of a text with a size in bytes. Each of its values, which mistakes call of, may have at
// most most bytes.
func NewStream(text io.ReaderAt, size int64, most int, of string) *Stream {
	s := &Stream{text: afterMark(text, size), line: 1}
	s.guard = &guard{in: s.text, left: most, most: most, of: of}
	s.in = json.NewDecoder(s.guard)
	s.in.DisallowUnknownFields()
	return s
}

// afterMark returns a text without its byte order mark.
func afterMark(text io.ReaderAt, size int64) *io.SectionReader {
	head := make([]byte, 3)
	if n, _ := text.ReadAt(head, 0); n == 3 && string(head) == "\xEF\xBB\xBF" {
		return io.NewSectionReader(text, 3, size-3)
	}
	return io.NewSectionReader(text, 0, size)
}

// guard fails when too much was read since the last allowance.
type guard struct {
	in         io.Reader
	left, most int
	of         string
}

func (g *guard) Read(b []byte) (int, error) {
	if g.left <= 0 {
		return 0, fmt.Errorf("%s is larger than %d MiB", g.of, g.most>>20)
	}
	n, err := g.in.Read(b[:min(len(b), g.left)])
	g.left -= n
	return n, err
}

// More reports whether another value follows in the current list or object.
func (s *Stream) More() bool { return s.in.More() }

// Token reads the next bracket, key or plain value. Errors: *SyntaxError.
func (s *Stream) Token() (json.Token, error) {
	token, err := s.in.Token()
	if err != nil {
		return nil, s.fault(err)
	}
	return token, nil
}

// Value decodes a whole value into to. Errors: *ValueError, after which the next value can be read; *SyntaxError.
func (s *Stream) Value(to any) (line int, err error) {
	s.guard.left = s.guard.most
	line = s.begins()
	err = s.in.Decode(to)
	var kind *json.UnmarshalTypeError
	switch {
	case err == nil:
		return line, nil
	case errors.As(err, &kind):
		return line, &ValueError{Line: line, Field: kind.Field, Got: kind.Value, Want: kind.Type.Kind().String()}
	case strings.HasPrefix(err.Error(), unknownField):
		return line, &ValueError{Line: line, Field: strings.Trim(strings.TrimPrefix(err.Error(), unknownField), `"`)}
	default:
		return line, s.fault(err)
	}
}

const unknownField = "json: unknown field "

func (s *Stream) fault(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("it ends before it is complete")
	}
	return &SyntaxError{s.begins(), err}
}

// Line returns the line of the last token; no token spans two.
func (s *Stream) Line() int { return s.lineOf(s.in.InputOffset()) }

// begins returns the line of the next value, or of the last token if there is none.
func (s *Stream) begins() int {
	b := make([]byte, 1)
	for at := s.in.InputOffset(); at < s.text.Size(); at++ {
		if n, _ := s.text.ReadAt(b, at); n == 1 && !strings.ContainsRune(" \t\r\n,", rune(b[0])) {
			return s.lineOf(at)
		}
	}
	return s.Line()
}

// lineOf returns the line of an offset. It continues counting where it stopped last.
func (s *Stream) lineOf(at int64) int {
	if at < s.at {
		s.at, s.line = 0, 1
	}
	for s.at < at {
		n, _ := s.text.ReadAt(s.buf[:min(int64(len(s.buf)), at-s.at)], s.at)
		if n == 0 {
			break
		}
		for _, b := range s.buf[:n] {
			if b == '\n' {
				s.line++
			}
		}
		s.at += int64(n)
	}
	return s.line
}

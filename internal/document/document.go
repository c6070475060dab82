// Package document reads what people write as YAML or JSON: bounded, strictly, and with the line of each mistake. A document
// becomes a tree of nodes; a Reader takes values out of it and gathers all that is wrong, so that a person corrects a file
// once. What is too large for a tree is read value by value, with a Stream.
package document

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Kind is what a node is.
type Kind int

// The kinds.
const (
	Object Kind = iota + 1 // keys and values
	List
	String
	Number
	Bool
	Null
	Alias // of YAML: it is not followed
)

func (k Kind) String() string {
	switch k {
	case Object:
		return "an object"
	case List:
		return "a list"
	default:
		return "a value"
	}
}

// Node is a value that knows where it stands.
type Node struct {
	Line   int // the first is 1
	Kind   Kind
	Text   string  // of a scalar: as it stands there, without its quotes
	Fields []Field // of an object
	Items  []*Node // of a list

	anchored bool // an alias may refer to it
	in       *syntax
}

// Field is a key of an object, with its value.
type Field struct {
	Name  string // as mistakes call it
	Key   *Node
	Value *Node
}

// In is the field as a part of another one: mistakes say so.
func (f Field) In(of string) Field {
	f.Name = of + ": " + Clip(f.Name)
	return f
}

// syntax is how a language of documents is read, and what its mistakes are called.
type syntax struct {
	bare    bool   // a text needs no quotes
	text    string // what a text must be
	unknown string // of an object, the key, and those that there are
}

var (
	yamlSyntax = &syntax{bare: true, text: "a text", unknown: "%s: no key %q; there are %s"}
	jsonSyntax = &syntax{text: "a text in quotes", unknown: "%s has no field %q: there are %s"}
)

// Form is what a document is held to before it is taken apart.
type Form struct {
	Bytes int    // no larger one is read
	One   string // what to write where it is empty or holds more than one document, e.g. "want a list of accounts"
}

// maxDepth is deeper than any document that people write for us.
const maxDepth = 16

var errDepth = errors.New("it is nested too deeply")

// bounded reads a document that is not larger than its form allows.
func (f Form) bounded(in io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(in, int64(f.Bytes)+1))
	if err != nil {
		return nil, err
	}
	if len(text) > f.Bytes {
		return nil, Mistakes{{Text: fmt.Sprintf("it is larger than %d bytes", f.Bytes)}}
	}
	return text, nil
}

// Mistake is one thing that is wrong in a document, with what would be right.
type Mistake struct {
	Line int    // the first is 1; 0: the document as a whole
	Text string // never repeats a secret
}

// Error is the mistake in a line: "line 3: buffer: want a whole number, 0 or more".
func (m Mistake) Error() string {
	if m.Line > 0 {
		return fmt.Sprintf("line %d: %s", m.Line, m.Text)
	}
	return m.Text
}

// Mistakes are all those of a document, in the order of their lines: never empty where they are an error.
type Mistakes []Mistake

// Error is one line for each.
func (m Mistakes) Error() string { return m.Indented("") }

// Indented is one line for each, behind an indent.
func (m Mistakes) Indented(indent string) string {
	lines := make([]string, len(m))
	for i, one := range m {
		lines[i] = indent + one.Error()
	}
	return strings.Join(lines, "\n")
}

func (m Mistakes) sorted() Mistakes {
	slices.SortStableFunc(m, func(a, b Mistake) int { return cmp.Compare(a.Line, b.Line) })
	return m
}

// Clip keeps a message readable, whatever the document holds.
func Clip(s string) string {
	const longest = 60
	if r := []rune(s); len(r) > longest {
		return string(r[:longest]) + "..."
	}
	return s
}

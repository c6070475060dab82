// Package document reads YAML or JSON written by people: with limits, strictly, and with the line of each mistake. A
// document becomes a tree of nodes; a Reader takes values from it and collects all mistakes, so that a person
// corrects a file once. A Stream reads documents that are too large for a tree value by value.
package document

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Kind is the kind of a node.
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

// Node is a value with its position.
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

// In returns the field with a name that shows it is part of another one.
func (f Field) In(of string) Field {
	f.Name = of + ": " + Clip(f.Name)
	return f
}

// syntax describes a document language and the words of its mistakes.
type syntax struct {
	bare    bool   // a text needs no quotes
	text    string // what a text must be
	unknown string // of an object, the key, and those that there are
}

var (
	yamlSyntax = &syntax{bare: true, text: "a text", unknown: "%s: no key %q; there are %s"}
	jsonSyntax = &syntax{text: "a text in quotes", unknown: "%s has no field %q: there are %s"}
)

// Form has the limits of a document.
type Form struct {
	Bytes int    // no larger one is read
	One   string // what to write where it is empty or holds more than one document, e.g. "want a list of accounts"
}

// maxDepth is deeper than any document that people write for Towpath.
const maxDepth = 16

var errDepth = errors.New("it is nested too deeply")

// bounded reads a document up to its form's size.
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

// Mistake is one mistake in a document, with what would be right.
type Mistake struct {
	Line int    // the first is 1; 0: the document as a whole
	Text string // never repeats a secret
}

// Error returns the mistake in one line: "line 3: buffer: want a whole number, 0 or more".
func (m Mistake) Error() string {
	if m.Line > 0 {
		return fmt.Sprintf("line %d: %s", m.Line, m.Text)
	}
	return m.Text
}

// Mistakes are all mistakes of a document, sorted by line. As an error they are never empty.
type Mistakes []Mistake

// Error returns one line for each.
func (m Mistakes) Error() string { return m.Indented("") }

// Indented returns one line for each, with an indent.
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

// Clip shortens a text for a message.
func Clip(s string) string {
	const longest = 60
	if r := []rune(s); len(r) > longest {
		return string(r[:longest]) + "..."
	}
	return s
}

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// node is a JSON value that knows where it stands, so that a mistake can be shown with its line.
type node struct {
	line   int // 1 = first
	fields []field
	items  []node
	value  any // string, json.Number, bool or nil
	kind   nodeKind
}

type field struct {
	name string
	line int
	node
}

type nodeKind string

const (
	object nodeKind = "an object"
	array  nodeKind = "a list"
	scalar nodeKind = "a value"
)

// maxDepth is deeper than any file that the program reads.
const maxDepth = 16

// parseTree reads one JSON value and nothing behind it.
func parseTree(text []byte) (node, error) {
	t := &tree{text: text, dec: json.NewDecoder(bytes.NewReader(text))}
	t.dec.UseNumber()
	n, err := t.next(0)
	if err == nil {
		if _, rest := t.dec.Token(); !errors.Is(rest, io.EOF) {
			err = errors.New("there is more behind the value: put several packages in a list [ ]")
		}
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("it ends in the middle")
	}
	if err != nil {
		return n, fmt.Errorf("line %d: %w", t.line(), err)
	}
	return n, nil
}

type tree struct {
	text    []byte
	dec     *json.Decoder
	counted int // bytes whose line ends are in ends
	ends    int
}

// line is that of the last token; no token spans two. It counts on from where it was asked last.
func (t *tree) line() int {
	here := min(int(t.dec.InputOffset()), len(t.text))
	t.ends += bytes.Count(t.text[t.counted:here], []byte("\n"))
	t.counted = here
	return 1 + t.ends
}

func (t *tree) next(depth int) (node, error) {
	token, err := t.dec.Token()
	if err != nil {
		return node{}, err
	}
	if depth > maxDepth {
		return node{}, errors.New("it is nested too deeply")
	}
	n := node{line: t.line(), kind: scalar, value: token}
	switch token {
	case json.Delim('{'):
		n.kind, n.value = object, nil
		for t.dec.More() {
			if err := t.field(&n, depth); err != nil {
				return n, err
			}
		}
	case json.Delim('['):
		n.kind, n.value = array, nil
		for t.dec.More() {
			item, err := t.next(depth + 1)
			if err != nil {
				return n, err
			}
			n.items = append(n.items, item)
		}
	default:
		return n, nil
	}
	_, err = t.dec.Token() // the closing bracket
	return n, err
}

func (t *tree) field(n *node, depth int) error {
	key, err := t.dec.Token()
	if err != nil {
		return err
	}
	f := field{name: fmt.Sprint(key), line: t.line()}
	if f.node, err = t.next(depth + 1); err != nil {
		return err
	}
	n.fields = append(n.fields, f)
	return nil
}

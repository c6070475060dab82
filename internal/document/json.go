package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// JSON reads one JSON value and nothing after it. Errors: Mistakes, or that of reading.
func JSON(in io.Reader, form Form) (*Node, error) {
	text, err := form.bounded(in)
	if err != nil {
		return nil, err
	}
	s := NewStream(bytes.NewReader(text), int64(len(text)), len(text)+1, "the document")
	s.in.UseNumber()
	n, err := s.node(0)
	if err != nil {
		return nil, s.mistakes(err)
	}
	if _, err := s.in.Token(); !errors.Is(err, io.EOF) {
		return nil, Mistakes{{s.Line(), "there is more after the value: " + form.One}}
	}
	return n, nil
}

func (s *Stream) mistakes(err error) Mistakes {
	var fault *SyntaxError
	if errors.As(err, &fault) {
		return Mistakes{{fault.Line, fault.Err.Error()}}
	}
	return Mistakes{{s.Line(), err.Error()}}
}

func (s *Stream) node(depth int) (*Node, error) {
	token, err := s.Token()
	switch {
	case err != nil:
		return nil, err
	case depth > maxDepth:
		return nil, errDepth
	}
	n := &Node{Line: s.Line(), in: jsonSyntax}
	switch value := token.(type) {
	case json.Delim:
		return n, s.inside(n, value, depth)
	case string:
		n.Kind, n.Text = String, value
	case json.Number:
		n.Kind, n.Text = Number, value.String()
	case bool:
		n.Kind, n.Text = Bool, fmt.Sprint(value)
	default:
		n.Kind, n.Text = Null, "null"
	}
	return n, nil
}

// inside reads what stands between a bracket and its other half.
func (s *Stream) inside(n *Node, bracket json.Delim, depth int) error {
	n.Kind = List
	if bracket == '{' {
		n.Kind = Object
	}
	for s.More() {
		key := &Node{in: jsonSyntax, Kind: String}
		if n.Kind == Object {
			name, err := s.Token()
			if err != nil {
				return err
			}
			key.Line, key.Text = s.Line(), fmt.Sprint(name)
		}
		value, err := s.node(depth + 1)
		if err != nil {
			return err
		}
		if n.Kind == Object {
			n.Fields = append(n.Fields, Field{Name: key.Text, Key: key, Value: value})
		} else {
			n.Items = append(n.Items, value)
		}
	}
	_, err := s.Token()
	return err
}

package remedy

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"

	"github.com/towpath/towpath/internal/channel"
)

// Bounds of a catalogue.
const (
	maxBytes   = 1 << 20
	maxEntries = 2000
)

//go:embed remedies.yaml
var builtIn []byte

// BuiltIn is the catalogue that ships with the program. It is read once.
func BuiltIn() (*Catalogue, error) { return once() }

var once = sync.OnceValues(func() (*Catalogue, error) { return Parse(builtIn) })

// Mistake is one thing wrong in a catalogue, with what would be right.
type Mistake struct {
	Line int // 1 = first; 0 = the file as a whole
	Text string
}

// ParseError lists every mistake of a catalogue, in the order of their lines.
type ParseError struct{ Mistakes []Mistake }

func (e *ParseError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "the remedies have %d mistake(s):", len(e.Mistakes))
	for _, m := range e.Mistakes {
		if m.Line > 0 {
			fmt.Fprintf(&b, "\n  line %d: %s", m.Line, m.Text)
		} else {
			fmt.Fprintf(&b, "\n  %s", m.Text)
		}
	}
	return b.String()
}

// The file's shape.
type (
	fileText struct {
		Faults  []entryText `yaml:"faults"`
		General []entryText `yaml:"general"`
	}
	entryText struct {
		Code  string          `yaml:"code"`
		Class channel.Class   `yaml:"class"`
		Title string          `yaml:"title"`
		Who   string          `yaml:"who"`
		Match []conditionText `yaml:"match"`
		Steps []string        `yaml:"steps"`
	}
	conditionText struct {
		Channel  channel.Kind `yaml:"channel"`
		Class    oneOrMore    `yaml:"class"`
		Status   oneOrMore    `yaml:"status"`
		Code     oneOrMore    `yaml:"code"`
		Message  string       `yaml:"message"`
		Contains string       `yaml:"contains"`
	}
)

// oneOrMore is a value or a list of values.
type oneOrMore []string

// UnmarshalYAML reads either.
func (l *oneOrMore) UnmarshalYAML(n *yaml.Node) error {
	nodes := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		nodes = n.Content
	}
	for _, v := range nodes {
		if v.Kind != yaml.ScalarNode || strings.TrimSpace(v.Value) == "" {
			return &yaml.TypeError{Errors: []string{fmt.Sprintf("line %d: want a value, or a list of values", v.Line)}}
		}
		*l = append(*l, v.Value)
	}
	return nil
}

// Parse reads a catalogue in the form of remedies.yaml. The error is a *ParseError with every mistake.
func Parse(text []byte) (*Catalogue, error) {
	if len(text) > maxBytes {
		return nil, &ParseError{[]Mistake{{0, fmt.Sprintf("larger than %d bytes", maxBytes)}}}
	}
	var file fileText
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	var wrong *yaml.TypeError
	c := checker{lines: linesOf(text), codes: map[string]int{}}
	switch err := dec.Decode(&file); {
	case errors.Is(err, io.EOF):
		return nil, &ParseError{[]Mistake{{0, "empty: want faults and general"}}}
	case errors.As(err, &wrong):
		for _, e := range wrong.Errors {
			c.yaml(e)
		}
	case err != nil:
		c.yaml(strings.TrimPrefix(err.Error(), "yaml: "))
		return nil, &ParseError{c.mistakes}
	}
	var rest yaml.Node
	c.need(errors.Is(dec.Decode(&rest), io.EOF), "more than one document: want faults and general in one")
	catalogue := c.catalogue(file)
	if len(c.mistakes) > 0 {
		slices.SortStableFunc(c.mistakes, func(a, b Mistake) int { return a.Line - b.Line })
		return nil, &ParseError{c.mistakes}
	}
	return catalogue, nil
}

// linesOf finds the line on which each entry of the file's lists begins.
func linesOf(text []byte) map[string][]int {
	var doc yaml.Node
	if yaml.Unmarshal(text, &doc) != nil || len(doc.Content) == 0 {
		return nil
	}
	lines := map[string][]int{}
	top := doc.Content[0].Content
	for i := 0; i+1 < len(top); i += 2 {
		for _, n := range top[i+1].Content {
			lines[top[i].Value] = append(lines[top[i].Value], n.Line)
		}
	}
	return lines
}

package remedy

import (
	"bytes"
	_ "embed"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/document"
)

// Limits of a catalogue.
const (
	maxBytes   = 1 << 20
	maxEntries = 2000
)

//go:embed remedies.yaml
var builtIn []byte

// BuiltIn returns the catalogue that ships with the program. It is read once.
func BuiltIn() (*Catalogue, error) { return once() }

var once = sync.OnceValues(func() (*Catalogue, error) { return Parse(builtIn) })

// The file's entries.
type (
	entryText struct {
		Code  string
		Class channel.Class
		Title string
		Who   string
		Match []conditionText
		Steps []string
	}
	conditionText struct {
		Channel  channel.Kind
		Class    []string
		Status   []string
		Code     []string
		Message  string
		Contains string
	}
)

// Parse reads a catalogue in the form of remedies.yaml. The error has every mistake, as document.Mistakes.
func Parse(text []byte) (*Catalogue, error) { return parse(bytes.NewReader(text), false) }

// WithFile returns the built-in catalogue behind a merchant's own remedies, which are read from a file and tried first; an empty path: there
// are none. The file has the form of remedies.yaml, but for general, which it must not have. A code that ships with the program may be used
// again. The error has every mistake, as document.Mistakes.
func WithFile(path string) (*Catalogue, error) {
	ours, err := BuiltIn()
	if err != nil || path == "" {
		return ours, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open the file of your remedies: %w", err)
	}
	defer func() { _ = f.Close() }()
	own, err := parse(f, true)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &Catalogue{entries: append(own.entries, ours.entries...), general: ours.general}, nil
}

func parse(in io.Reader, own bool) (*Catalogue, error) {
	root, err := document.YAML(in, document.Form{Bytes: maxBytes, One: "want faults and general in one"})
	if err != nil {
		return nil, fmt.Errorf("read remedies: %w", err)
	}
	c := checker{codes: map[string]int{}, own: own}
	catalogue := c.catalogue(root)
	if err := c.Err(); err != nil {
		return nil, fmt.Errorf("read remedies: %w", err)
	}
	return catalogue, nil
}

func (c *checker) entry(n *document.Node) (e entryText) {
	c.Object(n, "an entry", map[string]func(document.Field){
		"code":  func(f document.Field) { e.Code = c.Text(f) },
		"class": func(f document.Field) { e.Class = channel.Class(c.Text(f)) },
		"title": func(f document.Field) { e.Title = c.Text(f) },
		"who":   func(f document.Field) { e.Who = c.Text(f) },
		"match": func(f document.Field) {
			for _, one := range c.Items(f, 0, 0, "of conditions, any one of which must hold") {
				e.Match = append(e.Match, c.conditionText(one))
			}
		},
		"steps": func(f document.Field) {
			for _, one := range c.Items(f, 0, 0, "with one action in each") {
				e.Steps = append(e.Steps, c.Text(document.Field{Name: "steps", Value: one}))
			}
		},
	})
	return e
}

func (c *checker) conditionText(n *document.Node) (t conditionText) {
	c.Object(n, "match", map[string]func(document.Field){
		"channel":  func(f document.Field) { t.Channel = channel.Kind(c.Text(f)) },
		"class":    func(f document.Field) { t.Class = c.oneOrMore(f) },
		"status":   func(f document.Field) { t.Status = c.oneOrMore(f) },
		"code":     func(f document.Field) { t.Code = c.oneOrMore(f) },
		"message":  func(f document.Field) { t.Message = c.Text(f) },
		"contains": func(f document.Field) { t.Contains = c.Text(f) },
	})
	return t
}

// oneOrMore reads a value or a list of values.
func (c *checker) oneOrMore(f document.Field) (words []string) {
	nodes := []*document.Node{f.Value}
	if f.Value.Kind == document.List {
		nodes = f.Value.Items
	}
	for _, n := range nodes {
		if strings.TrimSpace(n.Text) == "" {
			c.Wrong(n, "%s: want a value, or a list of values", f.Name)
		}
		words = append(words, n.Text)
	}
	return words
}

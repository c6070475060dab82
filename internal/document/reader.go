package document

import (
	"fmt"
	"slices"
	"strings"
)

const (
	maxMistakes = 100  // more say nothing new
	maxEntries  = 1000 // of an object that may have any keys
)

// Reader takes values from a document and collects mistakes. Its zero value is ready to use. After a mistake the
// returned value is only good for reading on.
type Reader struct{ mistakes Mistakes }

// Wrong adds a mistake at a node; nil is the document as a whole.
func (r *Reader) Wrong(n *Node, format string, args ...any) {
	if len(r.mistakes) >= maxMistakes {
		return
	}
	m := Mistake{Text: fmt.Sprintf(format, args...)}
	if n != nil {
		m.Line = n.Line
	}
	r.mistakes = append(r.mistakes, m)
}

// Count returns the number of mistakes so far.
func (r *Reader) Count() int { return len(r.mistakes) }

// Mistakes returns the mistakes so far, sorted by line.
func (r *Reader) Mistakes() Mistakes { return r.mistakes.sorted() }

// Err returns the mistakes as an error; nil if there are none.
func (r *Reader) Err() error {
	if len(r.mistakes) == 0 {
		return nil
	}
	return r.Mistakes()
}

// Fields returns the fields of an object with known keys. Unknown and repeated keys, and aliases, are mistakes. If
// known is nil, every word is a key. of names the object in mistakes: "account".
func (r *Reader) Fields(n *Node, of string, known []string) []Field {
	switch {
	case n.Kind != Object:
		r.notObject(n, of, known)
		return nil
	case known == nil && len(n.Fields) > maxEntries:
		r.Wrong(n, "%s: there are %d; at most %d are allowed", of, len(n.Fields), maxEntries)
		return nil
	}
	var list []Field
	seen := make(map[string]int)
	for _, f := range n.Fields {
		switch line, again := seen[f.Name]; {
		case again:
			r.Wrong(f.Key, "%s: %s is already in line %d", of, f.Name, line)
		case known == nil && f.Name == "":
			r.Wrong(f.Key, "%s: want a word as key", of)
		case known != nil && !slices.Contains(known, f.Name):
			r.Wrong(f.Key, n.in.unknown, of, Clip(f.Name), strings.Join(known, ", "))
		case f.Value.Kind == Alias || f.Value.anchored:
			r.Wrong(f.Value, "%s: write the value itself; anchors and aliases are not allowed", f.Name)
		default:
			list = append(list, f)
		}
		seen[f.Name] = f.Key.Line
	}
	return list
}

func (r *Reader) notObject(n *Node, of string, known []string) {
	switch {
	case !n.in.bare:
		r.Wrong(n, "%s: want an object { }, not %s", of, n.Kind)
	case known == nil:
		r.Wrong(n, "%s: want keys and values", of)
	default:
		r.Wrong(n, "%s: want keys and values, one of %s", of, strings.Join(known, ", "))
	}
}

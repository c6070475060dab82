package db

import (
	"fmt"
	"strings"

	lru "github.com/hashicorp/golang-lru/v2"
)

// textsAtMost is how many statements are kept as a dialect has them. The store has a few hundred.
const textsAtMost = 1024

// textKey is a statement with the columns of the tables among its first parameters: with it, the text is always the same.
type textKey struct {
	text   string
	tables [8]*rowColumn
}

// expanded keeps statements as a dialect has them: writing one out takes longer than SQLite takes for a short one.
type expanded struct{ *lru.Cache[textKey, string] }

func newExpanded() expanded {
	cache, err := lru.New[textKey, string](textsAtMost)
	if err != nil {
		panic(err) // the size is a constant above zero
	}
	return expanded{cache}
}

// expand writes the tables among a statement's parameters out: in its text, and as the texts that they travel as.
func (d dialect) expand(text string, args []any) (string, []any) {
	key, plain, kept := textKey{text: text}, args, true
	for i, arg := range args {
		t, ok := arg.(*RowTable)
		if !ok {
			continue
		}
		if &plain[0] == &args[0] {
			plain = append([]any(nil), args...)
		}
		plain[i] = t.text
		if i < len(key.tables) {
			key.tables[i] = &t.columns[0]
		} else {
			kept = false
		}
	}
	if known, ok := d.texts.Get(key); ok && kept {
		return known, plain
	}
	out := d.write(text, args)
	if kept {
		d.texts.Add(key, out)
	}
	return out, plain
}

// write returns a statement in the dialect, with the tables among its parameters.
func (d dialect) write(text string, args []any) string {
	for i, arg := range args {
		if t, ok := arg.(*RowTable); ok {
			n := fmt.Sprintf(" %d}}", i+1)
			text = strings.NewReplacer("{{rows"+n, d.table(t, i+1), "{{columns"+n, t.names(""), "{{values"+n, t.names("r.")).Replace(text)
		}
	}
	return d.sql(text)
}

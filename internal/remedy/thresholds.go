package remedy

import (
	"bytes"
	_ "embed"
	"fmt"
	"strconv"

	"github.com/towpath/towpath/internal/document"
)

// thresholds are the rules for an account's health, in runs.
type thresholds struct {
	window, usual, inARow, newest, inNewest, passed int
}

//go:embed health.yaml
var healthText []byte

var limits = mustThresholds()

// LeastForAttention is how many of the newest runs have failed at least when a state is Failing, and Newest how many those are.
var (
	LeastForAttention = min(limits.inARow, limits.inNewest)
	Newest            = limits.newest
)

func mustThresholds() thresholds {
	t, err := parseThresholds(healthText)
	if err != nil {
		panic(fmt.Errorf("read health.yaml: %w", err)) // a test would find it
	}
	return t
}

func parseThresholds(text []byte) (t thresholds, err error) {
	root, err := document.YAML(bytes.NewReader(text), document.Form{Bytes: maxBytes, One: "want one list of thresholds"})
	if err != nil {
		return t, err
	}
	var r document.Reader
	number := func(into *int) func(document.Field) {
		return func(f document.Field) {
			n, err := strconv.Atoi(r.Text(f))
			if err != nil || n < 1 || n > 1000 {
				r.Wrong(f.Value, "%s: want a number of runs from 1 to 1000", f.Name)
			}
			*into = n
		}
	}
	r.Object(root, "the thresholds", map[string]func(document.Field){
		"window": number(&t.window), "usual": number(&t.usual), "in_a_row": number(&t.inARow), "newest": number(&t.newest), "in_newest": number(&t.inNewest),
		"passed": number(&t.passed),
	})
	if r.Err() == nil && (t.usual >= t.window || t.newest > t.window || t.inNewest > t.newest || t.inARow < 2 || t.passed > t.newest) {
		r.Wrong(root, "want usual below window, newest up to window, in_newest and passed up to newest, in_a_row from 2")
	}
	return t, r.Err()
}
